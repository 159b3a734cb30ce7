"""The timetable: what is done how often. Ticks only; what is due lives in the store."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

log = structlog.get_logger("bot.scheduler")


@dataclass(frozen=True, slots=True)
class Tick:
    """One line of the timetable."""

    name: str
    every: timedelta
    act: Callable[[], Awaitable[object]]


class Timetable:
    """Runs each tick at its pace; a busy one is not started twice, one that fails is tried at its next turn."""

    def __init__(self, ticks: list[Tick]) -> None:
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        for tick in ticks:
            self._scheduler.add_job(
                _careful,
                IntervalTrigger(seconds=tick.every.total_seconds(), timezone="UTC"),
                args=[tick],
                id=tick.name,
                max_instances=1,
                coalesce=True,
                misfire_grace_time=None,
            )

    def start(self) -> None:
        """Begin ticking."""
        self._scheduler.start()

    def stop(self) -> None:
        """Begin no further tick; one under way is finished by whoever awaits it."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)


async def _careful(tick: Tick) -> None:
    try:
        await tick.act()
    except Exception as error:
        log.error("a tick failed", tick=tick.name, exc_info=error)
