"""A chat that the bot may be in: private, group, supergroup or channel, with its messages of both sides."""

from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.messages import Message


@dataclass
class Chat:
    """A chat; `about` is its JSON in updates; `member` tells whether the bot is in it."""

    chat_id: int
    about: dict[str, Any]
    member: bool = True
    messages: dict[int, Message] = field(default_factory=dict)
    moved_to: int | None = None

    @property
    def kind(self) -> str:
        """Return private, group, supergroup or channel."""
        return str(self.about["type"])

    def standing(self) -> list[Message]:
        """Return the messages that were not deleted, oldest first."""
        return [message for message in self.messages.values() if not message.deleted]


def group_about(chat_id: int, title: str, kind: str) -> dict[str, Any]:
    """Return the JSON of a group, supergroup or channel."""
    return {"id": chat_id, "title": title, "type": kind}
