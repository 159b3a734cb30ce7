"""What is seen of a chat's updates before they are handled: that it floods, and that a wipe waits behind them."""

from __future__ import annotations

from collections.abc import Iterable

from telegram import Update

from bot.chat.desk import Desk
from bot.chat.gate import is_typed, person_of
from bot.chat.handlers import command_of
from bot.chat.wiping import is_panic_word
from bot.core.subscriber import Subscriber

WIPE = "panic"


class Watch:
    """Looks along the lines of one bot for its desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def crowd(self, chat_id: int) -> None:
        """Note that very much of a chat waits."""
        self._desk.office.floods.crowd(chat_id)

    async def is_past(self, update: Update, behind: Iterable[Update]) -> bool:
        """Say whether an update needs no answer any more, because its sender wipes the chat a few messages later.

        Its message is noted, so that it goes with all others; answers would take a second each, and then go as well.
        Commands and taps are followed all the same: she may have set her passphrase just before.
        """
        found, message = person_of(update), update.message
        if found is None or message is None or (message.text or "").startswith("/"):
            return False
        chat, user = found
        known = await self._desk.store.subscriber(chat.id)
        if not any(self._wipes(later, known) for later in behind):
            return False
        if self._desk.asked.of(chat.id, self._desk.now()) or await self._desk.is_covered(chat.id, user.id):
            return False
        self._desk.notes.said(chat.id, message.message_id, self._desk.now())
        return True

    def _wipes(self, update: Update, known: Subscriber | None) -> bool:
        if update.callback_query is not None:
            return (update.callback_query.data or "").startswith(WIPE)
        message = update.message
        if message is None:
            return False
        if not (message.text or "").startswith("/"):
            return is_panic_word(known, (message.text or message.caption or "").strip())
        if not is_typed(message):
            return False
        return command_of(message.text or "", self._desk.username())[0] == WIPE
