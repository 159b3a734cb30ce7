"""Heeding: what Telegram asked a bot to wait is written down, so that a process that takes over keeps to it."""

from __future__ import annotations

from datetime import timedelta

from bot.core.pause import left, noted
from bot.errors import StoreError
from bot.flows.ports import Clock, Store


class Heed:
    """The pauses of one bot, which Telegram knows by the number `bot`; those of its looks alone stand under -`bot`."""

    def __init__(self, store: Store, clock: Clock, bot: int) -> None:
        self._store, self._clock, self._bot = store, clock, bot

    async def left(self) -> float:
        """Return the seconds that are left of a pause of which an earlier process was told."""
        return left(await self._store.pause(self._bot), self._clock()).total_seconds()

    async def keep(self, seconds: float) -> None:
        """Write down that Telegram asks to wait so long, unless that is known.

        A disk that refuses changes nothing now: the process that was told keeps to it all the same.
        """
        try:
            pause = noted(await self._store.pause(self._bot), timedelta(seconds=seconds), self._clock())
            if pause is not None:
                await self._store.keep_pause(self._bot, pause)
        except StoreError:
            return
