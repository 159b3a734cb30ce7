"""One message of a chat, as both sides see it, and its JSON shape in the Bot API."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.sandbox.keyboards import Markup, buttons_of
from bot.sandbox.utf16 import cut

Json = dict[str, Any]


@dataclass(frozen=True)
class Document:
    """A file in a chat; `file_id` is how the bot names it."""

    file_id: str
    file_unique_id: str
    name: str
    mime_type: str
    data: bytes = field(repr=False)

    def as_json(self) -> Json:
        """Return the Bot API's Document."""
        return {
            "file_name": self.name,
            "mime_type": self.mime_type,
            "file_id": self.file_id,
            "file_unique_id": self.file_unique_id,
            "file_size": len(self.data),
        }


@dataclass
class Message:
    """A message; `date` is aware UTC, entities count in UTF-16 units, `deleted` messages stay out of chats."""

    message_id: int
    chat: Json
    sender: Json | None
    date: datetime
    text: str = ""
    entities: list[Json] = field(default_factory=list)
    reply_markup: Markup | None = None
    document: Document | None = None
    silent: bool = False
    protect_content: bool = False
    preview: Json | None = None
    reply_to: "Message | None" = None
    forward_origin: Json | None = None
    edited_at: datetime | None = None
    deleted: bool = False
    from_bot: bool = False

    @property
    def edited(self) -> bool:
        """Tell whether the text was changed after it was sent."""
        return self.edited_at is not None

    @property
    def buttons(self) -> list[str]:
        """Return the labels of the inline keyboard in reading order."""
        return [str(button["text"]) for button in buttons_of(self.reply_markup)]

    def entity_text(self, entity: Json) -> str:
        """Return the part of the text that the entity covers."""
        return cut(self.text, entity["offset"], entity["length"])

    def as_json(self, *, in_reply: bool = False) -> Json:
        """Return the Bot API's Message; a message inside a reply carries no further reply."""
        body: Json = {"message_id": self.message_id}
        if self.sender is not None:
            body["from"] = dict(self.sender)
        else:
            body["sender_chat"] = dict(self.chat)
        body["chat"] = dict(self.chat)
        body["date"] = int(self.date.timestamp())
        if self.edited_at is not None:
            body["edit_date"] = int(self.edited_at.timestamp())
        if self.forward_origin is not None:
            body["forward_origin"] = dict(self.forward_origin)
        if self.reply_to is not None and not in_reply:
            body["reply_to_message"] = self.reply_to.as_json(in_reply=True)
        if self.document is not None:
            body["document"] = self.document.as_json()
        body.update(self._words("caption" if self.document is not None else "text"))
        if self.reply_markup is not None and "inline_keyboard" in self.reply_markup:
            body["reply_markup"] = self.reply_markup
        if self.protect_content:
            body["has_protected_content"] = True
        return body

    def _words(self, name: str) -> Json:
        if not self.text:
            return {}
        words: Json = {name: self.text}
        if self.entities:
            words["entities" if name == "text" else "caption_entities"] = [dict(entity) for entity in self.entities]
        if name == "text" and self.preview:
            words["link_preview_options"] = dict(self.preview)
        return words
