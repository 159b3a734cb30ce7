"""Methods that send, edit and delete messages and answer pressed buttons."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from bot.sandbox.access import chat_of, check_writable, message_of
from bot.sandbox.arguments import Arguments
from bot.sandbox.chats import Chat
from bot.sandbox.errors import bad_request
from bot.sandbox.keyboards import inline_markup, reply_markup
from bot.sandbox.messages import Document, Json, Message
from bot.sandbox.people import CallbackAnswer
from bot.sandbox.texts import caption_text, message_text
from bot.sandbox.world import World

DELETABLE_IN = timedelta(hours=48)
MOST_UPLOAD = 50 * 1024 * 1024
_ACTIONS = frozenset(
    "cancel typing record_video upload_video record_audio upload_audio record_voice upload_voice upload_photo"
    " upload_document pick_up_location find_location record_video_note upload_video_note choose_sticker".split()
)


def send_message(world: World, arguments: Arguments) -> Json:
    """Send a text."""
    preview = _preview(arguments)
    text, entities = message_text(arguments)
    return _deliver(world, arguments, text, entities, preview=preview).as_json()


def send_document(world: World, arguments: Arguments) -> Json:
    """Send a file: an upload or the id of a known one."""
    upload = arguments.upload("document")
    if upload is None and not arguments.text("document"):
        raise bad_request("there is no document in the request")
    text, entities = caption_text(arguments)
    if upload is None:
        return _deliver(world, arguments, text, entities, document=_known(world, arguments)).as_json()
    if not upload.data:
        raise bad_request("file must be non-empty")
    if len(upload.data) > MOST_UPLOAD:
        raise bad_request("file is too big")
    message = _deliver(world, arguments, text, entities)
    message.document = world.keep_file(upload.name, upload.mime_type, upload.data)
    return message.as_json()


def _known(world: World, arguments: Arguments) -> Document:
    name = arguments.text("document")
    if name in world.documents:
        return world.documents[name]
    if "://" in name:
        raise bad_request("failed to get HTTP URL content")
    raise bad_request("wrong remote file identifier specified: Wrong string length")


def _deliver(world: World, arguments: Arguments, text: str, entities: list[Json], **more: Any) -> Message:
    markup = reply_markup(arguments)
    chat = chat_of(world, arguments)
    answered = _replied(chat, arguments)
    check_writable(world, chat)
    sender = None if chat.kind == "channel" else world.bot
    return world.add(
        chat,
        sender,
        text,
        entities,
        reply_markup=markup,
        reply_to=answered,
        silent=arguments.flag("disable_notification"),
        protect_content=arguments.flag("protect_content"),
        from_bot=True,
        **more,
    )


def _preview(arguments: Arguments) -> Json | None:
    value = arguments.json("link_preview_options", "can't parse link preview options JSON object")
    if value is None:
        return {"is_disabled": True} if arguments.flag("disable_web_page_preview") else None
    if not isinstance(value, dict):
        raise bad_request("object expected as link preview options")
    return {key: kept for key, kept in value.items() if kept} or None


def _replied(chat: Chat, arguments: Arguments) -> Message | None:
    value = arguments.json("reply_parameters", "can't parse reply parameters JSON object")
    if value is not None and not isinstance(value, dict):
        raise bad_request("object expected as reply parameters")
    value = value or {
        "message_id": arguments.number("reply_to_message_id"),
        "allow_sending_without_reply": arguments.flag("allow_sending_without_reply"),
    }
    number = int(value.get("message_id") or 0)
    found = chat.messages.get(number)
    if found is not None and not found.deleted:
        return found
    if number and not value.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return None


def edit_message_text(world: World, arguments: Arguments) -> Json:
    """Change text and keyboard; without `reply_markup` the keyboard goes."""
    preview = _preview(arguments)
    text, entities = message_text(arguments, too_long="MESSAGE_TOO_LONG")
    markup = inline_markup(arguments)
    message = _editable(world, arguments)
    if message.document is not None:
        raise bad_request("there is no text in the message to edit")
    changed = (text, entities, markup, preview)
    _check_modified((message.text, message.entities, message.reply_markup, message.preview), changed)
    message.text, message.entities, message.reply_markup, message.preview = changed
    message.edited_at = world.now()
    world.bell.ring()
    return message.as_json()


def edit_message_reply_markup(world: World, arguments: Arguments) -> Json:
    """Change or remove the keyboard alone."""
    markup = inline_markup(arguments)
    message = _editable(world, arguments)
    _check_modified(message.reply_markup, markup)
    message.reply_markup = markup
    world.bell.ring()
    return message.as_json()


def _check_modified(before: Any, after: Any) -> None:
    if before == after:
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same as a"
            " current content and reply markup of the message"
        )


def _editable(world: World, arguments: Arguments) -> Message:
    if not arguments.text("chat_id") and not arguments.number("message_id"):
        if not arguments.text("inline_message_id"):
            raise bad_request("message identifier is not specified")
        raise bad_request("MESSAGE_ID_INVALID")
    chat = chat_of(world, arguments)
    message = message_of(chat, arguments.number("message_id"), "message to edit")
    if not message.from_bot or "keyboard" in (message.reply_markup or {}):
        raise bad_request("message can't be edited")
    check_writable(world, chat)
    return message


def delete_message(world: World, arguments: Arguments) -> bool:
    """Delete one message of either side, for both."""
    if not arguments.text("chat_id"):
        raise bad_request("chat identifier is not specified")
    if arguments.number("message_id") <= 0:
        raise bad_request("message identifier is not specified")
    chat = chat_of(world, arguments)
    message = message_of(chat, arguments.number("message_id"), "message to delete")
    _delete(world, chat, [message])
    return True


def delete_messages(world: World, arguments: Arguments) -> bool:
    """Delete up to 100 messages; missing ones are skipped, one that cannot be deleted stops all."""
    ids = _message_ids(arguments)
    chat = chat_of(world, arguments)
    found = (chat.messages.get(number) for number in dict.fromkeys(ids))
    _delete(world, chat, [message for message in found if message is not None and not message.deleted])
    return True


def _message_ids(arguments: Arguments) -> list[int]:
    if not arguments.text("message_ids"):
        raise bad_request("message identifiers are not specified")
    value = arguments.json("message_ids", "can't parse message_ids JSON object")
    if not isinstance(value, list):
        raise bad_request("expected an Array of message identifiers")
    if len(value) > 100:
        raise bad_request("too many message identifiers specified")
    if not value:
        raise bad_request("message identifiers are not specified")
    ids = []
    for item in value:
        if isinstance(item, bool) or not isinstance(item, int | str):
            raise bad_request("message identifier must be a Number")
        if not str(item).lstrip("-").isdigit():
            raise bad_request("can't parse message identifier as a Number")
        if int(item) <= 0:
            raise bad_request("invalid message identifier specified")
        ids.append(int(item))
    return ids


def _delete(world: World, chat: Chat, messages: Iterable[Message]) -> None:
    doomed = list(messages)
    for message in doomed:
        if chat.kind != "private" and not message.from_bot:
            raise bad_request("message can't be deleted")
        if world.now() - message.date > DELETABLE_IN:
            raise bad_request("message can't be deleted for everyone")
    for message in doomed:
        world.delete(chat, message)


def answer_callback_query(world: World, arguments: Arguments) -> bool:
    """Answer a pressed button, once and in time."""
    text = arguments.text("text")
    if len(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    url = arguments.text("url")
    if url and not url.startswith(("https://t.me/", "tg://")):
        raise bad_request("URL_INVALID")
    query = world.take_query(arguments.text("callback_query_id"))
    if query is None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    query.person.callback_answers.append(CallbackAnswer(query.query_id, text, arguments.flag("show_alert"), url))
    world.bell.ring()
    return True


def send_chat_action(world: World, arguments: Arguments) -> bool:
    """Show `typing` and the like."""
    action = arguments.text("action").lower()
    if action not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = chat_of(world, arguments)
    check_writable(world, chat)
    if chat.chat_id in world.people:
        world.people[chat.chat_id].chat_actions.append(action)
    return True
