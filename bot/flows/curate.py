"""Curating the list of contacts: what is due for a new check, and reminding admins of it once a day."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from bot.core.directory import Directory, Service
from bot.flows.ports import Clock
from bot.flows.tell import Team
from bot.texts.admin import render_reminder

REMIND_AT_HOUR = 8
"""UTC: late enough in Europe not to wake anyone."""


@dataclass(frozen=True, slots=True)
class Queue:
    """Services to be made sure of: those hidden from people already, overdue ones, due ones, never assured ones."""

    hidden: tuple[Service, ...]
    overdue: tuple[Service, ...]
    due: tuple[Service, ...]
    never: tuple[Service, ...]

    @property
    def all(self) -> tuple[Service, ...]:
        """Everything in the order of urgency; in each group what may be shown to people in danger comes first."""
        groups = (self.hidden, self.overdue, self.due, self.never)
        return tuple(service for group in groups for service in sorted(group, key=lambda service: not service.crisis))


def queue(directory: Directory, today: date) -> Queue:
    """Sort the active services by how pressing a new check is."""
    active = [service for service in directory.services if service.status == "active" and service.is_due(today)]
    assured = [service for service in active if service.assured is not None]
    hidden = tuple(service for service in assured if service.is_hidden(today))
    overdue = tuple(service for service in assured if service.is_overdue(today) and service not in hidden)
    return Queue(
        hidden=hidden,
        overdue=overdue,
        due=tuple(service for service in assured if service not in hidden and service not in overdue),
        never=tuple(service for service in active if service.assured is None),
    )


class Reminder:
    """Tells admins once a day what is due; `reminded_on` and `remember` keep the day over restarts."""

    def __init__(
        self,
        team: Team,
        clock: Clock,
        reminded_on: Callable[[], str],
        remember: Callable[[str], None],
    ) -> None:
        self._clock, self._team = clock, team
        self._reminded_on, self._remember = reminded_on, remember

    async def remind(self, directory: Directory) -> bool:
        """Send the reminder if it is time and anything is due; say whether it was sent."""
        now = self._clock()
        if not self._is_time(now):
            return False
        waiting = queue(directory, now.date())
        await asyncio.to_thread(self._remember, now.date().isoformat())
        if not waiting.all:
            return False
        counts = len(waiting.hidden), len(waiting.overdue), len(waiting.due), len(waiting.never)
        await self._team.tell(lambda speak: render_reminder(*counts, speak), silent=not waiting.hidden)
        return True

    def _is_time(self, now: datetime) -> bool:
        return now.hour >= REMIND_AT_HOUR and self._reminded_on() != now.date().isoformat()
