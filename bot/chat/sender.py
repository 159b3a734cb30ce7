"""Messages leave for Telegram, and whatever it answers comes back as an Outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import lru_cache
from math import inf
from typing import Any

import orjson
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter
from telegram.ext import ExtBot

from bot.chat.keyboard import keyboard
from bot.chat.limiter import REPLY, ROUTINE, URGENT, Limiter, span
from bot.chat.road import NotTaken
from bot.chat.transport import AiohttpRequest
from bot.core.delivery import Gone, Moved, Outcome, Rejected, Sent, Throttled, Unsure
from bot.texts.message import Message

DELETE_AT_ONCE = 100
LEFT = ("bot was blocked by the user", "user is deactivated", "bot was kicked")
"""Only these say that a reader is gone. Others, such as `chat not found`, also come when *our* token is wrong."""


class Sender:
    """The Messenger of pushes; replies to people go through their handlers. The bot must be of `build_bot`.

    `lane`: that of everything it sends; without one, urgent pushes and routine ones have their own.
    """

    def __init__(self, bot: ExtBot[str], lane: str = "") -> None:
        self._bot, self._lane = bot, lane
        # The text of the last push is nearly always that of the next: to look for it costs more than to send it.
        self._last: Message | None = None
        self._is_last_silent, self._rest = False, b""

    async def send(self, chat_id: int, message: Message, *, silent: bool = False, urgent: bool = False) -> Outcome:
        """Send a new message, past the library's objects: they cost more than all the rest of a push."""
        limiter, request = self._bot.rate_limiter, self._bot.request
        assert isinstance(limiter, Limiter)
        assert isinstance(request, AiohttpRequest)
        if message is not self._last or silent is not self._is_last_silent:
            self._last, self._is_last_silent, self._rest = message, silent, _rest_of(message, silent)
        url, body = f"{self._bot.base_url}/sendMessage", b'{"chat_id":%d,%b' % (chat_id, self._rest)
        lane, call = self._lane or (URGENT if urgent else ROUTINE), request.call if self._lane else request.push
        try:
            result = await limiter.send(lane, chat_id, lambda: call(url, body))
        except Exception as error:  # noqa: BLE001 - whatever happens on the way is an outcome
            return outcome_of(error)
        return _sent(result)

    def room(self) -> tuple[int, float]:
        """Return how many pushes may leave now, and, when none may, the seconds until one may (or infinity)."""
        limiter = self._bot.rate_limiter
        return limiter.room() if isinstance(limiter, Limiter) else (1, inf)

    def silent_for(self) -> float:
        """Return for how many more seconds Telegram wants no request at all; not positive when it takes them."""
        limiter = self._bot.rate_limiter
        return limiter.pause_left() if isinstance(limiter, Limiter) else 0.0

    async def edit(self, chat_id: int, message_id: int, message: Message) -> Outcome:
        """Replace a message's text and buttons."""
        try:
            await self._bot.edit_message_text(
                message.html,
                chat_id=chat_id,
                message_id=message_id,
                reply_markup=keyboard(message),
                rate_limit_args=self._lane or ROUTINE,
            )
        except Exception as error:  # noqa: BLE001 - the library also stumbles over answers that are none
            return Sent(message_id) if is_unchanged(error) else outcome_of(error)
        return Sent(message_id)

    async def delete(self, chat_id: int, message_ids: Sequence[int]) -> Outcome:
        """Delete messages, a hundred a call and all calls at once; one that is refused must not keep the others."""
        parts = [message_ids[at : at + DELETE_AT_ONCE] for at in range(0, len(message_ids), DELETE_AT_ONCE)]
        outcomes = await asyncio.gather(*(self._delete_some(chat_id, list(part)) for part in parts))
        return _together(outcomes)

    async def _delete_some(self, chat_id: int, message_ids: list[int]) -> Outcome:
        """Delete up to a hundred. Telegram refuses them all for one that is too old: then halves are tried."""
        try:
            await self._bot.delete_messages(chat_id, message_ids, rate_limit_args=REPLY)
        except Exception as error:  # noqa: BLE001 - the library also stumbles over answers that are none
            outcome = outcome_of(error)
            if isinstance(outcome, Rejected) and len(message_ids) > 1:
                middle = len(message_ids) // 2
                halves = message_ids[:middle], message_ids[middle:]
                return _together([outcome, *[await self._delete_some(chat_id, half) for half in halves]])
            return outcome
        return Sent(0)


@lru_cache(maxsize=256)
def _rest_of(message: Message, silent: bool) -> bytes:
    """Return the JSON of a message without its opening brace and chat: the same bytes for all who get that text."""
    fields: dict[str, Any] = {
        "text": message.html,
        "parse_mode": ParseMode.HTML,
        "link_preview_options": {"is_disabled": True},
        "disable_notification": silent,
    }
    markup = keyboard(message)
    if markup is not None:
        fields["reply_markup"] = markup.to_dict()
    return orjson.dumps(fields)[1:]


def _together(outcomes: Sequence[Outcome]) -> Outcome:
    """Return what several calls come to: what must be tried again outweighs a refusal, and that outweighs success."""
    again = next((outcome for outcome in outcomes if isinstance(outcome, Throttled | Unsure)), None)
    return again or next((outcome for outcome in outcomes if not isinstance(outcome, Sent)), Sent(0))


def _sent(result: Any) -> Outcome:
    """Return Sent with the id of the message; what has none is no answer that can be trusted."""
    message_id = result.get("message_id") if isinstance(result, dict) else None
    return Sent(message_id) if isinstance(message_id, int) else Unsure("NoMessageId")


def is_unchanged(error: Exception) -> bool:
    """Say whether an edit was refused only because nothing changed."""
    return isinstance(error, BadRequest) and "message is not modified" in error.message.lower()


def outcome_of(error: Exception) -> Outcome:
    """Return what an error of the library means for a delivery; one that is not its own is no refusal.

    Mind the order: BadRequest is a NetworkError there.
    """
    match error:
        case RetryAfter():
            return Throttled(span(error))
        case ChatMigrated():
            return Moved(error.new_chat_id)
        case Forbidden() if any(reason in error.message.lower() for reason in LEFT):
            return Gone()
        case Forbidden() | BadRequest():
            return Rejected(error.message[:120])
        case NotTaken() | InvalidToken() | Conflict():
            return Unsure(type(error).__name__, may_have_arrived=False)
        case _:
            return Unsure(type(error).__name__)
