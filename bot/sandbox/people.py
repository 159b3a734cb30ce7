"""The people of the sandbox: what they do in Telegram, and what they see."""

import asyncio
import mimetypes
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.sandbox.chats import Chat
from bot.sandbox.keyboards import Markup, button_named
from bot.sandbox.messages import Json, Message
from bot.sandbox.texts import typed_text
from bot.sandbox.utf16 import units
from bot.sandbox.world import World


@dataclass(frozen=True)
class CallbackAnswer:
    """What appeared on the screen after a button was pressed: a toast, an alert, or nothing (empty text)."""

    query_id: str
    text: str
    show_alert: bool
    url: str


class Person:
    """Somebody with a Telegram account. Acting is synchronous; what the bot does next is awaited with `expect`."""

    def __init__(self, world: World, user_id: int, first_name: str, language_code: str, username: str | None) -> None:
        self.world = world
        self.user_id = user_id
        self.first_name = first_name
        self.language_code = language_code
        self.username = username
        self.started = False
        self.blocked = False
        self.deactivated = False
        self.deleted: list[int] = []
        self.callback_answers: list[CallbackAnswer] = []
        self.chat_actions: list[str] = []
        self.copied: list[str] = []
        self.opened: list[str] = []
        self.chat = Chat(user_id, self._about())
        world.chats[user_id] = self.chat

    def _about(self) -> Json:
        name = {"username": self.username} if self.username else {}
        return {"id": self.user_id, "first_name": self.first_name, **name, "type": "private"}

    @property
    def user(self) -> Json:
        """Return this person as a User."""
        user: Json = {"id": self.user_id, "is_bot": False, "first_name": self.first_name}
        if self.username:
            user["username"] = self.username
        if self.language_code:
            user["language_code"] = self.language_code
        return user

    @property
    def messages(self) -> list[Message]:
        """Return what stands in the private chat now, both sides, oldest first."""
        return self.chat.standing()

    @property
    def commands(self) -> list[dict[str, str]]:
        """Return the command menu that this person sees: scopes and languages resolved."""
        return self.world.menus.seen_by(self.user_id, self.language_code)

    def message(self, message_id: int) -> Message:
        """Return a standing message. Raises LookupError."""
        message = self.chat.messages.get(message_id)
        if message is None or message.deleted:
            raise LookupError(f"no message {message_id} stands in the chat with {self.first_name}")
        return message

    def say(self, text: str, entities: list[Json] | None = None, reply_to: int | None = None) -> Message:
        """Write to the bot; more than 4096 UTF-16 units leave as several messages, as Telegram's apps do it.

        Returns the last one. Raises RuntimeError when this person has blocked the bot.
        """
        answered = self.message(reply_to) if reply_to is not None else None
        parts = _parts(text)
        for part in parts[:-1]:
            self._send(*typed_text(part))
        return self._send(*typed_text(parts[-1], entities), reply_to=answered)

    def _send(self, text: str, entities: list[Json], **more: Any) -> Message:
        if self.blocked:
            raise RuntimeError(f"{self.first_name} has blocked the bot: unblock first")
        self.started = True
        message = self.world.add(self.chat, self.user, text, entities, **more)
        self.world.updates.put("message", message.as_json())
        return message

    def press(self, message_id: int, button: str) -> str | None:
        """Press an inline button, named by its text or callback data; returns the query id of a callback.

        A link is noted in `opened`, copied text in `copied`. Raises LookupError when there is no such button.
        """
        message = self.message(message_id)
        found = button_named(message.reply_markup, button)
        if found is None:
            raise LookupError(f"no button {button!r} under message {message_id}: {message.buttons}")
        return self.push(message_id, found)

    def push(self, message_id: int, button: Markup) -> str | None:
        """Press exactly this button."""
        if "url" in button:
            self.opened.append(button["url"])
        elif "copy_text" in button:
            self.copied.append(button["copy_text"]["text"])
        if "callback_data" not in button:
            self.world.bell.ring()
            return None
        return self.press_data(message_id, button["callback_data"])

    def press_data(self, message_id: int, data: str) -> str:
        """Send callback data for a message, be the button still there or not (an old screen)."""
        query = self.world.open_query(self)
        message = self.chat.messages[message_id]
        inaccessible = {"chat": dict(self.chat.about), "message_id": message_id, "date": 0}
        self.world.updates.put(
            "callback_query",
            {
                "id": query.query_id,
                "from": self.user,
                "message": inaccessible if message.deleted else message.as_json(),
                "chat_instance": str(-7_000_000_000_000_000 - self.user_id),
                "data": data,
            },
        )
        return query.query_id

    def block(self) -> None:
        """Block the bot."""
        if not self.blocked:
            self.blocked = True
            self.world.tell_membership(self.chat, self.user, "member", "kicked")

    def unblock(self) -> None:
        """Unblock the bot."""
        if self.blocked:
            self.blocked = False
            self.world.tell_membership(self.chat, self.user, "kicked", "member")

    def deactivate(self) -> None:
        """Delete the Telegram account."""
        self.deactivated = True

    def edit(self, message_id: int, text: str) -> Message:
        """Edit an own message."""
        message = self.message(message_id)
        if message.from_bot:
            raise LookupError("only own messages can be edited")
        message.text, message.entities = typed_text(text)
        message.edited_at = self.world.now()
        self.world.updates.put("edited_message", message.as_json())
        self.world.bell.ring()
        return message

    def forward(self, text: str, origin: str = "Someone") -> Message:
        """Forward a message of a third person who hides the account."""
        source = {"type": "hidden_user", "sender_user_name": origin, "date": int(self.world.now().timestamp())}
        return self._send(*typed_text(text), forward_origin=source)

    def send_document(self, name: str, data: bytes, caption: str = "", mime_type: str | None = None) -> Message:
        """Send a file."""
        kind = mime_type or mimetypes.guess_type(name)[0] or "application/octet-stream"
        document = self.world.keep_file(name, kind, data)
        return self._send(*typed_text(caption), document=document)

    def send_update(self, kind: str, payload: Json) -> None:
        """Queue an update of any other kind (`inline_query`, `poll`, ...), as it would come from this person."""
        self.world.updates.put(kind, payload)

    def ask_inline(self, query: str) -> None:
        """Type `@bot query` in another chat."""
        number = str(4_300_000_000_000_000 + self.world.number())
        self.send_update("inline_query", {"id": number, "from": self.user, "query": query, "offset": ""})

    def add_bot(self, chat_id: int, title: str = "Group", kind: str = "supergroup") -> None:
        """Add the bot to a group or channel."""
        chat = self.world.group(chat_id, title, kind)
        if not chat.member:
            chat.member = True
            self.world.tell_membership(chat, self.user, "left", "administrator" if kind == "channel" else "member")

    def say_in_group(self, chat_id: int, text: str, title: str = "Group", kind: str = "supergroup") -> Message:
        """Write in a group; a new group begins with adding the bot, one that the bot has left stays without it."""
        if chat_id not in self.world.chats:
            self.add_bot(chat_id, title, kind)
        chat = self.world.chats[chat_id]
        message = self.world.add(chat, None if chat.kind == "channel" else self.user, *typed_text(text))
        if chat.member:
            self.world.updates.put("channel_post" if chat.kind == "channel" else "message", message.as_json())
        return message

    def post_in_channel(self, chat_id: int, text: str, title: str = "Channel") -> Message:
        """Publish in a channel that the bot is an administrator of."""
        return self.say_in_group(chat_id, text, title, "channel")

    async def expect(self, wanted: Callable[[Message], bool], within: float = 5.0, after: int = 0) -> Message:
        """Return the newest standing message of the bot for which `wanted` holds, waiting up to `within` seconds.

        An edit counts as well; `after` leaves out messages up to that id. Raises AssertionError that lists
        what stands in the chat.
        """
        try:
            async with asyncio.timeout(within):
                while True:
                    for message in reversed(self.messages):
                        if message.from_bot and message.message_id > after and wanted(message):
                            return message
                    await self.world.bell.wait()
        except TimeoutError:
            seen = "\n".join(_line(message) for message in self.messages) or "(nothing)"
        raise AssertionError(f"not seen by {self.first_name} within {within} s; what stands in the chat:\n{seen}")


def _line(message: Message) -> str:
    who = "bot" if message.from_bot else "person"
    file = f" <{message.document.name}>" if message.document else ""
    return f"  {message.message_id} {who}: {message.text!r}{file} {message.buttons or ''}"


def _parts(text: str) -> list[str]:
    parts = []
    while units(text) > 4096:
        parts.append(text[:2048])
        text = text[2048:]
    return [*parts, text]
