"""Whom the bot may reach: the chat, person or message of a call, or the refusal that Telegram gives."""

from bot.sandbox.arguments import Arguments
from bot.sandbox.chats import Chat
from bot.sandbox.errors import ApiError, bad_request, forbidden
from bot.sandbox.messages import Message
from bot.sandbox.world import World


def chat_of(world: World, arguments: Arguments, *, write: bool = True) -> Chat:
    """Return the chat of `chat_id`. Raises `ApiError` 400 or 403.

    An id that Telegram never saw is not found; a person of the sandbox is known from the start, so that
    whoever never wrote to the bot is found, but cannot be written to (see `check_writable`).
    """
    text = arguments.text("chat_id").strip()
    if not text:
        raise bad_request("chat_id is empty")
    chat = _found(world, text)
    if chat is None:
        raise bad_request("chat not found")
    if chat.moved_to is not None and write:
        raise ApiError(400, "group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.moved_to)
    person = world.people.get(chat.chat_id)
    if person is not None and person.deactivated and write:
        raise forbidden("user is deactivated")
    if person is None and not chat.member:
        raise forbidden(f"bot is not a member of the {chat.kind} chat")
    return chat


def _found(world: World, text: str) -> Chat | None:
    if text.startswith("@"):
        named = (chat for chat in world.chats.values() if chat.about.get("username") == text[1:])
        return next((chat for chat in named if chat.kind in ("supergroup", "channel")), None)
    return world.chats.get(int(text)) if text.lstrip("-").isdigit() else None


def check_writable(world: World, chat: Chat) -> None:
    """Raise `ApiError` 403 when the person blocked the bot or never started it."""
    person = world.people.get(chat.chat_id)
    if person is None:
        return
    if person.blocked:
        raise forbidden("bot was blocked by the user")
    if not person.started:
        raise forbidden("bot can't initiate conversation with a user")


def message_of(chat: Chat, message_id: int, kind: str) -> Message:
    """Return a standing message; `kind` begins the refusal: `message to edit` and so on."""
    message = chat.messages.get(message_id)
    if message is None or message.deleted:
        raise bad_request(f"{kind} not found")
    return message
