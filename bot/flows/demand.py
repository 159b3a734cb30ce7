"""Counting what is asked for: in memory, and kept in full tens alone, at hours that no question chooses."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from bot.core.demand import Demand
from bot.core.subscriber import month_of
from bot.core.totals import K, in_tens
from bot.flows.ports import Clock, Store
from bot.lookup.question import Question

EVERY = timedelta(hours=6)
"""How often what was counted is kept: so seldom that nothing tells whose question made a ten full."""


class DemandCounter:
    """Counts answered questions by topic and month; never what was asked, nor by whom, nor when.

    A number leaves memory only as full tens, once ten questions and a secret part came together: neither the disk nor
    two reports, before and after one question, tell of that one. What is below ten when the process ends, or the month,
    is lost. `chance(n)` returns a number below n.
    """

    def __init__(self, store: Store, clock: Clock, chance: Callable[[int], int] = secrets.randbelow) -> None:
        self._store, self._clock, self._chance = store, clock, chance
        self._counted: Counter[tuple[str, str]] = Counter()
        self._edges: dict[tuple[str, str], int] = {}

    def note(self, question: Question) -> None:
        """Count one answered question for what it asks most of all; none of danger, and none without a topic."""
        if question.needs and not question.danger:
            topic = max(question.needs, key=lambda each: question.needs[each])
            self._counted[month_of(self._clock()), topic] += 1

    async def keep(self) -> None:
        """Keep what has become full, all of a month in one write, by the names of the topics. Raises StoreError."""
        full = {each: in_tens(count) for each, count in self._counted.items() if count >= self._edge(each)}
        for month in sorted({month for month, _ in full}):
            added = {topic: tens for (of, topic), tens in sorted(full.items()) if of == month}
            await self._store.add_demand(month, added)
            for topic, tens in added.items():
                self._counted[month, topic] -= tens
                del self._edges[month, topic]
        now = month_of(self._clock())
        for each in [each for each in self._counted if each[0] != now]:
            del self._counted[each]
            self._edges.pop(each, None)

    async def told(self) -> list[Demand]:
        """Return what may be told of each month, the latest first."""
        return sorted(await self._store.demand(), key=lambda each: each.month, reverse=True)

    def _edge(self, which: tuple[str, str]) -> int:
        """Return from how many on a count becomes full; nobody can know, so that nobody can bring it there."""
        return self._edges.setdefault(which, K + self._chance(K))
