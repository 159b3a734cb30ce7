"""Telling totals: the picture on which they are counted, and what was told before; in memory alone."""

from __future__ import annotations

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

from bot.core import alert as life
from bot.core import totals as rules
from bot.core.alert import Alert
from bot.core.totals import K, Picture, Shown, in_tens
from bot.flows.demand import DemandCounter
from bot.flows.moderate import count_readers
from bot.flows.ports import Clock, Store

NAMES = 500
"""Counts whose last told value is remembered."""

SLICE = 500
"""Readers looked at before the event loop gets its turn."""


class Totals:
    """Every total about people that leaves the house, for admins and for metrics, comes from here.

    How many people must change before the picture does is ten and a secret part, drawn anew each time: who lets own
    accounts subscribe to come near the edge does not know where it is. `chance(n)` returns a number below n.
    """

    def __init__(self, store: Store, clock: Clock, chance: Callable[[int], int] = secrets.randbelow) -> None:
        self._store, self._clock, self._chance = store, clock, chance
        self.demand = DemandCounter(store, clock, chance)
        self._picture: Picture | None = None
        self._least = K
        self._told: OrderedDict[str, int] = OrderedDict()

    async def readers(self) -> int:
        """Return how many people get news, in tens."""
        return in_tens(rules.readers_of(await self._seen()))

    async def would_get(self, alert: Alert) -> int:
        """Return how many readers a draft would reach, in tens; of a correction, how many copies there are."""
        if alert.corrects:
            return self.told(f"copies {alert.corrects}", await count_readers(self._store, alert, self._clock))
        if alert.is_all_clear:
            first = next(iter(alert.references), alert.id)
            return self.told(f"copies {first}", await count_readers(self._store, alert, self._clock))
        return in_tens(await self._wanted(alert))

    async def went_out(self, alert: Alert) -> int:
        """Return what may be told of the copies of an alert that was just published, in tens."""
        if not alert.is_all_clear and alert.version == 1:
            self._remember(f"copies {alert.id}", await self._wanted(alert))
        return self.copies(alert.id, 0)

    def copies(self, alert_id: str, count: int) -> int:
        """Return what may be told of the copies of an alert, in tens: what was told before, if anything was."""
        name = f"copies {alert_id}"
        return in_tens(self._told[name]) if name in self._told else self.told(name, count)

    def told(self, name: str, count: int) -> int:
        """Return what may be told of a count, in tens; it changes when the count has moved by ten."""
        return in_tens(self._remember(name, rules.kept(self._told.get(name), count)))

    async def shown(self, alert_id: str, planned: int) -> Shown:
        """Return how a push goes, as far as it may be seen."""
        found = await self._store.progress(alert_id)
        total = self.copies(alert_id, planned)
        later = min(total, self.told("later", found.later)) if found.later else 0
        unreachable = 0
        if not found.waiting:
            lost = max(0, planned - found.sent - found.later)
            unreachable = min(total - later, self.told("unreachable", lost))
        seen, alert = rules.shown(found, planned, total, later, unreachable), await self._store.alert(alert_id)
        return replace(seen, is_stopped=alert is not None and alert.state == life.CANCELLED)

    async def _wanted(self, alert: Alert) -> int:
        # As it would stand when published, be it a test or a draft whose time is over already.
        return rules.who_want(await self._seen(), replace(alert, state=life.PUBLISHED, status="Actual"))

    async def _seen(self) -> Picture:
        number, readers = 0, []
        async for subscriber in self._store.subscribers():
            readers.append(subscriber)
            number += 1
            if number % SLICE == 0:
                await asyncio.sleep(0)
        picture = rules.renewed(self._picture, rules.picture(readers), self._least)
        if picture is not self._picture:
            self._picture, self._least = picture, K + self._chance(K)
        return picture

    def _remember(self, name: str, count: int) -> int:
        self._told[name] = count
        self._told.move_to_end(name)
        while len(self._told) > NAMES:
            self._told.popitem(last=False)
        return count
