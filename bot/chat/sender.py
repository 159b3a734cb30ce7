"""Messages leave for Telegram, and whatever it answers comes back as an Outcome."""

from __future__ import annotations

from collections.abc import Sequence

from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.chat.keyboard import keyboard
from bot.chat.limiter import PUSH, REPLY, span
from bot.core.delivery import Gone, Moved, Outcome, Rejected, Sent, Throttled, Unsure
from bot.texts.message import Message

DELETE_AT_ONCE = 100
LEFT = ("bot was blocked by the user", "user is deactivated", "bot was kicked")
"""Only these say that a reader is gone. Others, such as `chat not found`, also come when *our* token is wrong."""


class Sender:
    """The Messenger of pushes; replies to people go through their handlers."""

    def __init__(self, bot: ExtBot[str], lane: str = PUSH) -> None:
        self._bot, self._lane = bot, lane

    async def send(self, chat_id: int, message: Message, *, silent: bool = False) -> Outcome:
        """Send a new message."""
        try:
            sent = await self._bot.send_message(
                chat_id,
                message.html,
                reply_markup=keyboard(message),
                disable_notification=silent,
                rate_limit_args=self._lane,
            )
        except TelegramError as error:
            return outcome_of(error)
        return Sent(sent.message_id)

    async def edit(self, chat_id: int, message_id: int, message: Message) -> Outcome:
        """Replace a message's text and buttons."""
        try:
            await self._bot.edit_message_text(
                message.html,
                chat_id=chat_id,
                message_id=message_id,
                reply_markup=keyboard(message),
                rate_limit_args=self._lane,
            )
        except TelegramError as error:
            return Sent(message_id) if is_unchanged(error) else outcome_of(error)
        return Sent(message_id)

    async def delete(self, chat_id: int, message_ids: Sequence[int]) -> Outcome:
        """Delete messages, a hundred a call."""
        outcome: Outcome = Sent(0)
        for start in range(0, len(message_ids), DELETE_AT_ONCE):
            try:
                ids = list(message_ids[start : start + DELETE_AT_ONCE])
                await self._bot.delete_messages(chat_id, ids, rate_limit_args=REPLY)
            except TelegramError as error:
                outcome = outcome_of(error)
        return outcome


def is_unchanged(error: TelegramError) -> bool:
    """Say whether an edit was refused only because nothing changed."""
    return isinstance(error, BadRequest) and "message is not modified" in error.message.lower()


def outcome_of(error: TelegramError) -> Outcome:
    """Return what an error of the library means for a delivery. Mind the order: BadRequest is a NetworkError there."""
    match error:
        case RetryAfter():
            return Throttled(span(error))
        case ChatMigrated():
            return Moved(error.new_chat_id)
        case Forbidden() if any(reason in error.message.lower() for reason in LEFT):
            return Gone()
        case Forbidden() | BadRequest():
            return Rejected(error.message[:120])
        case NetworkError():
            return Unsure(type(error).__name__)
        case _:
            return Unsure(type(error).__name__)
