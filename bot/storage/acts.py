"""The acts of a store over tables in memory; what makes them last is a Persistence below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from bot.core.alert import DRAFT
from bot.core.delivery import (
    DEAD,
    EXPIRED,
    PLANNED,
    SENT,
    Claim,
    Delivery,
    correction,
    in_next_slot,
    is_claimable,
    is_expired,
    is_slot_told,
    leased,
)
from bot.core.demand import is_over
from bot.core.pause import is_forgettable
from bot.core.trace import Trace, pruned
from bot.flows.ports import Counts
from bot.storage.age import is_old, is_past, is_spent
from bot.storage.documents import ALERTS, AUDIT, DELIVERIES, DEMAND, PAUSES, TALLIES, TRACES, Tally
from bot.storage.news import NewsActs
from bot.storage.papers import PaperActs
from bot.storage.people import PeopleActs
from bot.storage.tables import Batch
from bot.storage.team import TeamActs

SET_ASIDE = 500
"""Expired deliveries that one write sets aside."""

PURGED_AT_ONCE = 1000
"""Spent deliveries that one write removes; each can go without the others."""


class StoreActs(PeopleActs, TeamActs, NewsActs, PaperActs):
    """Implements `flows.ports.Store`: people and news as the classes before have it, and deliveries."""

    expired = 0
    _claimed_at: datetime | None = None

    async def claim(
        self, now: datetime, leased_until: datetime, limit: int, *, newest_first: bool = False
    ) -> list[Claim]:
        """Take up to `limit` messages that are due and free, by rank, then by due time; expired ones are set aside.

        Raises StoreError when what becomes of them could not be recorded.
        """
        if self._claimed_at is not None and now < self._claimed_at:
            self._tables.due.turn_back(self._claimed_at, now)
        self._claimed_at = now
        if self._tables.due.is_any_due(now) and not self._commits.is_sure:
            await self.ping()
        claims: list[Claim] = []
        is_more = True
        pop = partial(self._tables.due.pop, now, newest_first=newest_first)
        while is_more:
            batch = Batch(self._tables)
            is_more, late = self._claim_some(batch, claims, pop, now, leased_until, limit)
            await self._commits.commit(batch)
            self.expired += late
        return claims

    async def settle(self, deliveries: Sequence[Delivery]) -> list[Delivery]:
        """Write what became of claimed deliveries; those that are gone meanwhile are dropped and returned.

        One whose alert got a later version while it was under way becomes due for that.
        """
        batch = Batch(self._tables)
        kept, dropped = [], []
        for delivery in deliveries:
            if delivery.id not in self._tables.deliveries or delivery.subscriber not in self._tables.subscribers:
                dropped.append(delivery)
                continue
            alert = self._tables.alerts.get(delivery.alert)
            if alert is not None and alert.version > delivery.version:
                delivery = correction(delivery, alert, delivery.sent_at or delivery.due_at) or delivery
            kept.append(delivery)
        batch.put_deliveries(kept)
        await self._commits.commit(batch)
        return dropped

    async def purge(self, now: datetime) -> int:
        """Delete by age what `storage.age` calls spent or old, from every file; return how many rows."""
        spent = await self._decide(lambda: self._tables.deliveries, lambda each: is_spent(each, now) or None)
        gone = 0
        for start in range(0, len(spent), PURGED_AT_ONCE):
            batch = Batch(self._tables)
            for delivery, _ in spent[start : start + PURGED_AT_ONCE]:
                if self._tables.deliveries.get(delivery.id) is delivery and not self._is_to_be_shown(delivery, now):
                    self._drop_spent(batch, delivery)
                    gone += 1
            await self._commits.commit(batch)
        stale = await self._decide(lambda: self._tables.traces, lambda each: _fresh(each, now))
        batch = Batch(self._tables)
        old = [
            each for each in self._tables.alerts.values() if is_old(each, now) and not self._tables.is_awaited(each.id)
        ]
        for alert in old:
            batch.put(ALERTS, alert.id, None)
            for delivery_id in self._tables.of_alert(alert.id):
                batch.put(DELIVERIES, delivery_id, None)
            if alert.id in self._tables.tallies:
                batch.put(TALLIES, alert.id, None)
        for trace, fresh in stale:
            batch.put(TRACES, trace.key, None if fresh.is_empty else fresh)
        batch.forgets = bool(stale)
        past = [each.id for each in self._tables.audit.values() if is_past(each, now)]
        for entry_id in past:
            batch.put(AUDIT, entry_id, None)
        over = [(DEMAND, each.month) for each in self._tables.demand.values() if is_over(each, now)]
        over += [(PAUSES, key) for key, each in self._tables.pauses.items() if is_forgettable(each, now)]
        for table, key in over:
            batch.put(table, key, None)
        await self._commits.commit(batch)
        if gone or old or past or stale or over or self._owes_erasure:
            self._owes_erasure = False
            await self._commits.erase()
        return gone + len(old) + len(past) + len(stale) + len(over)

    async def counts(self, now: datetime) -> Counts:
        """Return totals for admins; `sent` holds the copies whose deliveries were purged since, too."""
        tables = self._tables
        return Counts(
            drafts=sum(1 for each in tables.alerts.values() if each.state == DRAFT),
            due=tables.due.count(now),
            sent=tables.states[SENT] + sum(tally.sent for tally in tables.tallies.values()),
            dead=tables.states[DEAD],
        )

    def _is_to_be_shown(self, delivery: Delivery, now: datetime) -> bool:
        """Say whether a digest is about to be edited for another entry: then this one is still to stand in it."""
        return delivery.message_id != 0 and any(
            each.state == PLANNED and each.message_id == delivery.message_id and not is_spent(each, now)
            for each in self._tables.of_subscriber(delivery.subscriber)
        )

    def _drop_spent(self, batch: Batch, delivery: Delivery) -> None:
        batch.put(DELIVERIES, delivery.id, None)
        if delivery.message_id:
            tally = self._tables.tallies.get(delivery.alert) or Tally(delivery.alert)
            batch.put(TALLIES, delivery.alert, replace(tally, sent=tally.sent + 1))

    def _claim_some(
        self,
        batch: Batch,
        claims: list[Claim],
        pop: Callable[[], Delivery | None],
        now: datetime,
        leased_until: datetime,
        limit: int,
    ) -> tuple[bool, int]:
        """Add to `claims` in one batch; return whether there may be more, and how many it was too late for."""
        tables, late = self._tables, 0
        while len(claims) < limit and len(batch.changes) < SET_ASIDE:
            first = pop()
            if first is None:
                return False, late
            group = [first]
            subscriber = tables.subscribers.get(first.subscriber)
            if first.in_digest:
                others = [each for each in tables.of_subscriber(first.subscriber) if each.in_digest]
                if subscriber is not None and is_slot_told(first, others, subscriber):
                    batch.put_deliveries([in_next_slot(first, subscriber)])
                    continue
                # due once is due, even if the clock was set back since
                group += [each for each in others if each.id != first.id and is_claimable(each, max(now, first.due_at))]
            live = [each for each in group if subscriber is not None and not is_expired(each, now)]
            if len(live) < len(group):
                batch.put_deliveries(replace(each, state=EXPIRED) for each in group if each not in live)
                late += 0 if subscriber is None else len(group) - len(live)
            held = [leased(each, leased_until) for each in live]
            batch.put_deliveries(held, kept=False)
            if held and subscriber is not None:
                held.sort(key=lambda each: (each.rank, each.due_at, each.id))
                claims.append(Claim(subscriber, tuple(held)))
        return len(claims) < limit, late


def _fresh(trace: Trace, now: datetime) -> Trace | None:
    """Return a trace without what is too old, None when nothing is."""
    fresh = pruned(trace, now)
    return None if fresh is trace else fresh
