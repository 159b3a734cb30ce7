"""Demand: how many questions about a topic were answered in a month; in tens alone, and about nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.subscriber import months_since
from bot.core.totals import in_tens

MONTHS_KEPT = 12


@dataclass(frozen=True, slots=True)
class Demand:
    """What was asked for in one month (`2026-11`): for each topic a number of questions, always in full tens."""

    month: str
    tens: Mapping[str, int] = field(default_factory=dict)

    def more(self, added: Mapping[str, int]) -> Demand:
        """Return the month with more questions; whatever is not a full ten is left out."""
        topics = sorted({*self.tens, *(topic for topic, count in added.items() if in_tens(count))})
        return Demand(self.month, {each: self.tens.get(each, 0) + in_tens(added.get(each, 0)) for each in topics})


def is_over(demand: Demand, now: datetime) -> bool:
    """Say whether a month is no longer kept: a year after it, and what is no month at once."""
    since = months_since(demand.month, now)
    return since is None or since >= MONTHS_KEPT
