"""Ringing for the admins: drafts wait for them, told together unless lives may depend on it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.flows.moderate import drafts
from bot.flows.ports import Clock, Messenger, Store
from bot.flows.tell import Team
from bot.texts.admin import render_draft_notice

RINGS_EVERY = timedelta(minutes=10)
TRIES_EVERY = timedelta(seconds=30)
"""How often a notice is tried again that Telegram did not take."""


class AdminBell:
    """Tells admins that drafts wait, at most once in ten minutes unless lives may depend on it.

    What an earlier process left waiting is told as well: it may have died before it could, and its buttons are old.
    """

    def __init__(self, store: Store, messenger: Messenger, clock: Clock, admin_ids: Iterable[int]) -> None:
        self._store, self._clock, self._team = store, clock, Team(store, messenger, admin_ids)
        self._rang_at: datetime | None = None
        self._failed_at: datetime | None = None
        self._is_owed, self._is_urgent, self._is_first = True, False, True
        self._ringing = asyncio.Lock()

    async def ring(self, new: int, *, is_urgent: bool) -> None:
        """Send the notice to each admin if there are new drafts, now or when the ten minutes are over."""
        self._is_owed, self._is_urgent = self._is_owed or new > 0, self._is_urgent or is_urgent
        if not self._ringing.locked():
            async with self._ringing:
                await self._ring(self._clock())

    async def _ring(self, now: datetime) -> None:
        if not self._is_owed or self._must_wait(now):
            return
        waiting = await drafts(self._store)
        is_urgent = self._is_urgent or (self._is_first and any(draft.is_urgent for draft in waiting))
        # What is found while this one is on its way is told with the next.
        self._is_owed = self._is_urgent = self._is_first = False
        if waiting and not await self._team.tell(
            lambda speak: render_draft_notice(len(waiting), speak), silent=not is_urgent
        ):
            self._failed_at, self._is_owed, self._is_urgent = now, True, is_urgent
            return
        self._failed_at, self._rang_at = None, now if waiting else self._rang_at

    def _must_wait(self, now: datetime) -> bool:
        """Say whether the last notice, or the last try, was too short a while ago; a clock may be set back."""
        if self._failed_at is not None:
            return abs(now - self._failed_at) < TRIES_EVERY
        return not self._is_urgent and self._rang_at is not None and abs(now - self._rang_at) < RINGS_EVERY
