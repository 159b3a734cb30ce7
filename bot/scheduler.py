"""The timetable: what is done how often. Ticks only; what is due lives in the store."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

log = structlog.get_logger("bot.scheduler")


@dataclass(frozen=True, slots=True)
class Tick:
    """One line of the timetable; `at_once`: how many of its turns may be under way side by side."""

    name: str
    every: timedelta
    act: Callable[[], Awaitable[object]]
    at_once: int = 1


LOOK_EVERY = 2.0
"""Seconds between two looks at the clock."""

JUMP = timedelta(seconds=1)


class Timetable:
    """Runs each tick at its pace; a busy one is not started again, one that fails is tried at its next turn.

    The scheduler goes by the clock of the day. When that is set back by an hour, its next turns would be an hour away:
    then every tick has its turn at once. `now` is that clock; the event loop's own only grows.
    """

    def __init__(self, ticks: list[Tick], now: Callable[[], datetime]) -> None:
        self._now = now
        self._looking: asyncio.TimerHandle | None = None
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        for tick in ticks:
            self._scheduler.add_job(
                _careful,
                IntervalTrigger(seconds=tick.every.total_seconds(), timezone="UTC"),
                args=[tick],
                id=tick.name,
                max_instances=tick.at_once,
                coalesce=True,
                misfire_grace_time=None,
            )

    def start(self) -> None:
        """Begin ticking."""
        self._scheduler.start()
        self._look(self._began_at())

    def stop(self) -> None:
        """Begin no further tick; one under way is finished by whoever awaits it."""
        if self._looking is not None:
            self._looking.cancel()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def _began_at(self) -> datetime:
        """Return when the event loop's clock began, by the clock of the day: the same until that one is set."""
        return self._now() - timedelta(seconds=asyncio.get_running_loop().time())

    def _look(self, before: datetime) -> None:
        began_at = self._began_at()
        if began_at < before - JUMP:
            log.warning("the clock was set back; every tick has its turn now")
            for job in self._scheduler.get_jobs():
                job.modify(next_run_time=self._now())
        self._looking = asyncio.get_running_loop().call_later(LOOK_EVERY, self._look, began_at)


async def _careful(tick: Tick) -> None:
    try:
        await tick.act()
    except Exception as error:
        log.error("a tick failed", tick=tick.name, exc_info=error)
