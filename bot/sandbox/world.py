"""All that the sandbox's Telegram remembers, in memory: people, chats, files, menus, the bot's face, open queries."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.sandbox.bell import Bell
from bot.sandbox.chats import Chat, group_about
from bot.sandbox.entities import Entity
from bot.sandbox.menus import Menus
from bot.sandbox.messages import Document, Message
from bot.sandbox.updates import Updates

if TYPE_CHECKING:
    from bot.sandbox.people import Person

# How long a callback query may be answered. Telegram publishes no number; about a minute was seen.
QUERY_LIVES_IN = timedelta(seconds=60)

# What getMe says of a bot whose modes were all switched off at @BotFather.
ABILITIES = (
    "can_join_groups",
    "can_read_all_group_messages",
    "supports_inline_queries",
    "can_connect_to_business",
    "has_main_web_app",
)

RIGHTS = tuple(
    f"can_{right}"
    for right in "manage_chat delete_messages manage_video_chats restrict_members promote_members change_info"
    " invite_users post_stories edit_stories delete_stories post_messages edit_messages".split()
)


@dataclass(frozen=True)
class CallbackQuery:
    """A pressed button that waits for its answer."""

    query_id: str
    person: "Person"
    at: datetime


class World:
    """The state behind the Bot API and the chat page; every change rings `bell`."""

    def __init__(self, token: str, now: Callable[[], datetime]) -> None:
        self.now = now
        self.bot_id = int(token.split(":", 1)[0])
        self.profile: dict[tuple[str, str], str] = {("name", ""): "Sandbox bot"}
        self.abilities = dict.fromkeys(ABILITIES, False)
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.documents: dict[str, Document] = {}
        self.queries: dict[str, CallbackQuery] = {}
        self.menus = Menus()
        self.menu_buttons: dict[int, dict[str, Any]] = {}
        self.updates = Updates(now)
        self.bell = Bell()
        self.logged_out = False
        self.username = "sandbox_bot"
        self._last_message = 0
        self._last_number = 0

    @property
    def bot(self) -> dict[str, Any]:
        """Return the bot as a User."""
        name = self.profile.get(("name", ""), "Sandbox bot")
        return {"id": self.bot_id, "is_bot": True, "first_name": name, "username": self.username}

    def number(self) -> int:
        """Return the next number for files and queries."""
        self._last_number += 1
        return self._last_number

    def group(self, chat_id: int, title: str = "Group", kind: str = "supergroup") -> Chat:
        """Return the group or channel of that id, made when new (the bot is not in it yet)."""
        if chat_id not in self.chats:
            self.chats[chat_id] = Chat(chat_id, group_about(chat_id, title, kind), member=False)
        return self.chats[chat_id]

    def add(self, chat: Chat, sender: dict[str, Any] | None, text: str, entities: list[Entity], **more: Any) -> Message:
        """Put a message into a chat and return it; its id is higher than every earlier one, as in Telegram."""
        self._last_message += 1
        message = Message(self._last_message, chat.about, sender, self.now(), text, entities, **more)
        chat.messages[message.message_id] = message
        self.bell.ring()
        return message

    def delete(self, chat: Chat, message: Message) -> None:
        """Delete a message for both sides."""
        message.deleted = True
        person = self.people.get(chat.chat_id)
        if person is not None:
            person.deleted.append(message.message_id)
        self.bell.ring()

    def keep_file(self, name: str, mime_type: str, data: bytes) -> Document:
        """Store a file and return it with its ids."""
        number = self.number()
        digest = hashlib.sha256(data + name.encode() + str(number).encode()).hexdigest()
        document = Document(f"BQACAgIAAxk{digest[:40]}", f"AgAD{digest[40:52]}", name, mime_type, data)
        self.documents[document.file_id] = document
        return document

    def open_query(self, person: "Person") -> CallbackQuery:
        """Open a callback query."""
        number = str(4_300_000_000_000_000 + self.number())
        query = CallbackQuery(number, person, self.now())
        self.queries[number] = query
        return query

    def take_query(self, query_id: str) -> CallbackQuery | None:
        """Close a callback query and return it, None when it is unknown, answered or too old."""
        query = self.queries.pop(query_id, None)
        return query if query is not None and self.now() - query.at <= QUERY_LIVES_IN else None

    def tell_membership(self, chat: Chat, by: dict[str, Any], old: str, new: str) -> None:
        """Queue a `my_chat_member` update: the bot's standing in a chat changed."""

        def standing(status: str) -> dict[str, Any]:
            more: dict[str, Any] = {"until_date": 0} if status == "kicked" else {}
            if status == "administrator":
                more = dict.fromkeys(RIGHTS, True) | {"is_anonymous": False, "can_be_edited": False}
            return {"user": self.bot, "status": status, **more}

        self.updates.put(
            "my_chat_member",
            {
                "chat": dict(chat.about),
                "from": by,
                "date": int(self.now().timestamp()),
                "old_chat_member": standing(old),
                "new_chat_member": standing(new),
            },
        )
        self.bell.ring()
