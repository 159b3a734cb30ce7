"""Updates as Telegram brings them: one that the library cannot read must not keep all others from being heard."""

from __future__ import annotations

from typing import Any

import structlog
from telegram import Bot, Update
from telegram.error import NetworkError

from bot.chat.transport import AiohttpRequest

log = structlog.get_logger("bot.chat")


class UpdatesRequest(AiohttpRequest):
    """The request of long polling. The library refuses a whole answer for one update in it; so that one is emptied."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Read Telegram's answer as `AiohttpRequest` does, with every numbered update in it readable."""
        parsed = AiohttpRequest.parse_json_payload(payload)
        if isinstance(parsed.get("result"), list):
            parsed["result"] = [_numbered(readable(update)) for update in parsed["result"]]
        return parsed


def readable(update: Any) -> Any:
    """Return an update as it came, or nothing but its number where the library stumbles over the rest.

    What has no number either comes back as it is: it is no update, and whoever asked must hear of it.
    """
    try:
        read = Update.de_json(dict(update), None)
        for who in (read.effective_chat, read.effective_user):
            if who is not None and not isinstance(who.id, int):
                raise TypeError("a chat or person without a number")
    except Exception as error:  # noqa: BLE001 - whatever the library stumbles over
        number = update.get("update_id") if isinstance(update, dict) else None
        if isinstance(number, int):
            log.error("an update could not be read and was passed over", error=type(error).__name__)
            return {"update_id": number}
    return update


def read_update(payload: dict[str, Any], bot: Bot) -> Update | None:
    """Return the update that Telegram posted, as `readable` reads it. Raises NetworkError where it is none."""
    return Update.de_json(_numbered(readable(payload)), bot)


def _numbered(update: Any) -> Any:
    """Return an update whose number can be acknowledged. Raises NetworkError for what is none."""
    if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
        raise NetworkError("an update without a number")
    return update
