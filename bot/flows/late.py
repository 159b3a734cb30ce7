"""Telling admins what does not arrive: how much it was too late to send, and why Telegram refuses a message."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from bot.flows.tell import Team
from bot.texts.admin import render_late, render_refused

MOST_REASONS = 20
"""So many reasons are told between two starts."""


class LateBell:
    """Counts deliveries that expired on their way, and tells the admins once no more are found.

    `on_late` and `on_reach` hear the same as the bell does, at once.
    """

    def __init__(self, team: Team, on_late: Callable[[int], None], on_reach: Callable[[bool], None]) -> None:
        self._team, self._on_late, self._on_reach = team, on_late, on_reach
        self._count = self._seen = 0
        self._is_reached = True
        self._refused: dict[str, bool] = {}

    def note(self, number: int) -> None:
        """Count deliveries that were set aside."""
        self._count += number
        self._on_late(number)

    def reach(self, is_reached: bool) -> None:
        """Note that Telegram takes no messages any more, or takes them again."""
        self._is_reached = is_reached
        self._on_reach(is_reached)

    def refuse(self, reason: str) -> None:
        """Take note of why Telegram refuses a message for good; each reason is told once, whatever numbers it names."""
        plain = re.sub(r"\d+", "#", reason)
        if len(self._refused) < MOST_REASONS:
            self._refused.setdefault(plain, False)

    async def ring(self) -> None:
        """Tell the admins what was refused, and what was counted if nothing was added since the last call.

        While Telegram takes no messages, it waits.
        """
        for reason in [each for each, is_told in self._refused.items() if not is_told and self._is_reached]:
            self._refused[reason] = await self._team.tell(partial(render_refused, reason))
        count, is_settled = self._count, self._count == self._seen
        self._seen = count
        # What Telegram does not take now is told with the next call.
        is_time = count and is_settled and self._is_reached
        if is_time and await self._team.tell(lambda speak: render_late(count, speak)):
            self._count -= count
            self._seen = self._count
