"""Telling those who keep the sources that one fell silent, or came back; each once, several of them together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.feed import UNREAD, Feed, silence
from bot.flows.ports import Clock, Messenger, Store
from bot.flows.tell import Team
from bot.texts.admin import render_sources_notice

RINGS_EVERY = timedelta(hours=1)


class SourceBell:
    """Compares what is known of each feed with what was told of it; the store keeps that, also over a restart."""

    def __init__(self, store: Store, messenger: Messenger, clock: Clock, admin_ids: Iterable[int]) -> None:
        self._store, self._clock, self._team = store, clock, Team(store, messenger, admin_ids)
        self._rang_at: datetime | None = None

    async def ring(self, feeds: Sequence[Feed]) -> None:
        """Tell what changed, at most once in an hour; what reached nobody is told again then.

        Nobody may be reading feeds meanwhile: what is told is kept beside what was read.
        """
        now = self._clock()
        if self._rang_at is not None and abs(now - self._rang_at) < RINGS_EVERY:
            return
        states = await self._store.feed_states()
        known = [states[feed.id] for feed in feeds if feed.id in states]
        changed = [replace(state, silence=found) for state in known if (found := silence(state)) != state.silence]
        if not changed:
            return
        self._rang_at = now
        # One that is read again, and has had nothing new for long, neither fell silent nor came back.
        fell = sum(state.silence != "" and states[state.feed].silence != UNREAD for state in changed)
        back = sum(state.silence == "" for state in changed)
        if (fell or back) and not await self._team.tell(lambda speak: render_sources_notice(fell, back, speak)):
            return
        for state in changed:
            await self._store.record_poll(state)
