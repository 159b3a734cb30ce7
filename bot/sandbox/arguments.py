"""The arguments of one call, read as the Bot API server reads them: everything is text until it is asked for."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.errors import bad_request

_JSON = frozenset(
    "reply_markup entities caption_entities link_preview_options reply_parameters commands scope message_ids"
    " allowed_updates menu_button".split()
)
_NUMBERS = frozenset(
    "chat_id message_id offset limit timeout user_id reply_to_message_id cache_time max_connections".split()
)
_BOOLEANS = frozenset(
    "disable_notification protect_content show_alert drop_pending_updates disable_web_page_preview".split()
)


@dataclass(frozen=True)
class Upload:
    """A file that came with a multipart request."""

    name: str
    data: bytes
    mime_type: str = "application/octet-stream"


@dataclass(frozen=True)
class Arguments:
    """Named texts and uploads of a call; every reader returns the type that it names or raises `ApiError`."""

    texts: Mapping[str, str] = field(default_factory=dict)
    uploads: Mapping[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return the text, empty when absent."""
        return self.texts.get(name, "")

    def flag(self, name: str) -> bool:
        """Return the boolean; anything but true, yes and 1 is false."""
        return self.text(name).strip().lower() in ("true", "yes", "1")

    def number(self, name: str, default: int = 0, least: int | None = None, most: int | None = None) -> int:
        """Return the integer, clamped; text that is no integer counts as 0, as with the server."""
        value = _integer(self.text(name)) if self.text(name) else default
        if least is not None:
            value = max(value, least)
        return value if most is None else min(value, most)

    def json(self, name: str, failure: str) -> Any:
        """Return the decoded JSON, None when absent; `failure` is the message of a refusal."""
        if not self.text(name):
            return None
        try:
            return json.loads(self.text(name))
        except ValueError:
            raise bad_request(failure) from None

    def upload(self, name: str) -> Upload | None:
        """Return the uploaded file of that name, following `attach://`."""
        if self.text(name).startswith("attach://"):
            return self.uploads.get(self.text(name).removeprefix("attach://"))
        return self.uploads.get(name)

    def recorded(self) -> dict[str, Any]:
        """Return the arguments for the record of calls: JSON decoded, numbers and booleans typed, files by name."""
        record: dict[str, Any] = {name: _typed(name, text) for name, text in self.texts.items()}
        record.update({name: upload.name for name, upload in self.uploads.items()})
        return record


def _integer(text: str) -> int:
    try:
        return int(text.strip())
    except ValueError:
        return 0


def _typed(name: str, text: str) -> Any:
    if name in _BOOLEANS:
        return text.strip().lower() in ("true", "yes", "1")
    if name in _NUMBERS:
        return int(text) if text.lstrip("-").isdigit() else text
    if name in _JSON:
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text
