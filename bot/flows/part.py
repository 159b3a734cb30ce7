"""Parting from readers who have not been heard of for a year: they are asked first, and a wrong clock is noticed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from bot.core.delivery import Gone, Moved, Throttled, Unsure
from bot.core.subscriber import Subscriber, heard, is_to_ask, is_to_part, month_of, months_since
from bot.errors import StoreError
from bot.flows.forget import forget_gone
from bot.flows.ports import Clock, Messenger, Store
from bot.flows.tell import Team
from bot.texts.catalogues import words
from bot.texts.parting import render_parting_notice, render_still_there

DAY = 24 * 3600.0
FEW = 10
AT_ONCE = 200
"""Records that are looked at, or erased with one rewriting of the store, before others get their turn."""


async def hear(store: Store, clock: Clock, known: Subscriber) -> Subscriber:
    """Keep that a chat was heard of, at most one write a month; a disk that refuses must not keep her from help."""
    now = clock()
    if heard(known, now) == known:
        return known
    try:
        return await store.change_subscriber(known.chat_id, lambda one: heard(one, now))
    except StoreError:
        return known


class Parting:
    """Asks and removes, at most a third of all records a day.

    When more than a third are due, a clock that jumped is likelier than a year of silence: admins are told first
    (unless there are so few readers that it would tell of single ones) and a day passes. `elapsed` returns seconds
    that no setting of the clock can change. `undress` makes a chat look like a stranger's before its record goes.
    """

    def __init__(
        self,
        store: Store,
        messenger: Messenger,
        team: Team,
        clock: Clock,
        elapsed: Callable[[], float],
        undress: Callable[[int], Awaitable[None]] | None = None,
    ) -> None:
        self._store, self._messenger, self._team, self._clock, self._elapsed = store, messenger, team, clock, elapsed
        self._undress = undress
        self._day_began = self._ask_from = -DAY
        self._done = 0
        self._warned_at: float | None = None

    async def tick(self) -> None:
        """Do what is due now; the timetable calls it every hour, so that each reader's waking hours come."""
        now = self._clock()
        total, asks, parts = await self._look(now)
        due = len(asks) + len(parts)
        if not await self._may_go_on(due, total, now) or not due:
            return
        if self._elapsed() - self._day_began >= DAY:
            self._day_began, self._done = self._elapsed(), 0
        room = max(1, total // 3) - self._done
        parts = parts[: max(0, room)]
        asks = asks[: max(0, room - len(parts))] if self._elapsed() >= self._ask_from else []
        self._done += len(parts) + len(asks)
        for start in range(0, len(parts), AT_ONCE):
            await asyncio.gather(*(self._part(each, now) for each in parts[start : start + AT_ONCE]))
        for each in asks:
            if not await self._ask(each, now):
                return

    async def _look(self, now: datetime) -> tuple[int, list[Subscriber], list[Subscriber]]:
        """Return how many records there are, who is to be asked, and who is to go; unknown months begin now."""
        total, asks, parts = 0, [], []
        async for each in self._store.subscribers():
            total += 1
            if months_since(each.seen_month, now) is None:
                await self._store.change_subscriber(each.chat_id, lambda one: heard(one, now))
            elif is_to_part(each, now):
                parts.append(each)
            elif is_to_ask(each, now):
                asks.append(each)
            if total % AT_ONCE == 0:
                await asyncio.sleep(0)
        return total, asks, parts

    async def _may_go_on(self, due: int, total: int, now: datetime) -> bool:
        """Say whether so many are believable; tell the admins when they are not, and wait a day."""
        if due * 3 <= total:
            self._warned_at = None
            return True
        if self._warned_at is None:
            self._warned_at = self._elapsed()
            if total < FEW:
                return False
            await self._team.tell(lambda speak: render_parting_notice(now.date(), speak), silent=False)
        return self._elapsed() - self._warned_at >= DAY

    async def _ask(self, reader: Subscriber, now: datetime) -> bool:
        """Ask one reader; return whether to go on with the next."""
        message = render_still_there(words(reader.language or "en"))
        outcome = await self._messenger.send(reader.chat_id, message, silent=True)
        match outcome:
            case Throttled():
                return False
            case Gone():
                await forget_gone(self._store, reader.chat_id)
            case Moved(to):
                await self._store.move_subscriber(reader.chat_id, to)
            case Unsure():
                # Telegram may be out of reach: nobody may go who was not asked, and nobody is to be asked every hour.
                self._ask_from = self._elapsed() + DAY
                return False
            case _:
                await self._change(reader, lambda one: replace(one, asked_month=month_of(now)))
        return True

    async def _part(self, reader: Subscriber, now: datetime) -> None:
        """Remove one record, unless she was heard of a moment ago."""
        known = await self._store.subscriber(reader.chat_id)
        if known is None or not is_to_part(known, now):
            return
        if self._undress is not None:
            await self._undress(reader.chat_id)
            known = await self._store.subscriber(reader.chat_id)
        if known is not None and is_to_part(known, now):
            await self._store.forget(reader.chat_id)

    async def _change(self, reader: Subscriber, change: Callable[[Subscriber], Subscriber]) -> None:
        """Change a record that is still there as it was."""
        if await self._store.subscriber(reader.chat_id) == reader:
            await self._store.change_subscriber(reader.chat_id, change)
