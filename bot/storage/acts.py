"""The acts of a store over tables in memory; what makes them last is a Persistence below."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import TypeVar

from bot.core.alert import DRAFT, Alert
from bot.core.delivery import DEAD, EXPIRED, SENT, Claim, Delivery, correction, is_claimable, is_expired
from bot.core.feed import FeedState
from bot.core.subscriber import Subscriber
from bot.errors import StoreError
from bot.flows.ports import Change, Counts, Plan
from bot.storage.age import is_old, is_spent
from bot.storage.commits import Commits, Persistence
from bot.storage.documents import ALERTS, DELIVERIES, FEEDS, SUBSCRIBERS, TALLIES, Tally, without_lease
from bot.storage.tables import Batch, Tables

V = TypeVar("V")
R = TypeVar("R")

SLICE = 200
"""Rows decided before the event loop gets its turn: one to three milliseconds."""

SET_ASIDE = 500
"""Expired deliveries that one write sets aside."""

PURGED_AT_ONCE = 1000
"""Spent deliveries that one write removes; each can go without the others."""


class StoreActs:
    """Implements `flows.ports.Store`: decides on values in memory, changes them in a batch, waits until it is durable.

    A read may see a change some milliseconds before it is durable; a claim never hands out one that is not.
    """

    def __init__(self, persistence: Persistence) -> None:
        """Take what makes rows last; nothing is opened yet."""
        self._persistence = persistence
        self._commits = Commits(persistence)
        self._tables = Tables()
        self._untold: dict[str, tuple[int, ...]] = {}

    async def open(self) -> None:
        """Read what was kept. Leases of an earlier process are void. Raises StoreError or VaultError."""
        if self._commits.is_open:
            return
        tables = Tables()
        for number, (table, key, value) in enumerate(await self._commits.open()):
            tables.put(table, key, without_lease(value))
            if number % SLICE == 0:
                await asyncio.sleep(0)
        self._tables = tables

    async def close(self) -> None:
        """Write what is pending and let go; safe to call twice."""
        await self._commits.close()

    async def ping(self) -> None:
        """Write a probe, after finishing an erasure that is owed. Raises StoreError."""
        await self._commits.check()
        await self._commits.commit(Batch(self._tables, is_probe=True))

    # people
    async def subscriber(self, chat_id: int) -> Subscriber | None:
        """Return what is kept of that chat."""
        return self._tables.subscribers.get(self._key(chat_id))

    async def change_subscriber(self, chat_id: int, change: Change) -> Subscriber:
        """Apply a pure change to the record, a fresh one if there is none; its chat id and key stay what they are."""
        key = self._key(chat_id)
        old = self._tables.subscribers.get(key)
        new = replace(change(old or Subscriber(chat_id, key)), chat_id=chat_id, key=key)
        batch = Batch(self._tables)
        if new != old:
            batch.put(SUBSCRIBERS, key, new)
        await self._commits.commit(batch)
        return new

    async def move_subscriber(self, chat_id: int, to: int) -> None:
        """Rewrite the record and its deliveries to a new chat id, free of leases; what is there already wins."""
        old, new = self._key(chat_id), self._key(to)
        subscriber = self._tables.subscribers.get(old)
        if subscriber is None or old == new:
            return
        batch = Batch(self._tables)
        batch.put(SUBSCRIBERS, old, None)
        if new not in self._tables.subscribers:
            batch.put(SUBSCRIBERS, new, replace(subscriber, chat_id=to, key=new))
        for delivery in self._tables.of_subscriber(old):
            batch.put(DELIVERIES, delivery.id, None)
            moved = replace(delivery, id=f"{delivery.alert}.{new}", subscriber=new, leased_until=None)
            if moved.id not in self._tables.deliveries:
                batch.put(DELIVERIES, moved.id, moved)
        await self._commits.commit(batch)
        await self._commits.erase()

    async def forget(self, chat_id: int) -> tuple[int, ...]:
        """Erase a person from every file, and return the message ids there were.

        Raises StoreError when nothing was erased, or when traces are left that the disk did not let go of: those
        are removed as soon as it does, and the next call returns the message ids.
        """
        key = self._key(chat_id)
        deliveries = self._tables.of_subscriber(key)
        ids = {each.message_id for each in deliveries if each.message_id} | set(self._untold.get(key, ()))
        if key not in self._tables.subscribers and not deliveries and key not in self._untold:
            return ()
        batch = Batch(self._tables)
        batch.put(SUBSCRIBERS, key, None)
        for delivery in deliveries:
            batch.put(DELIVERIES, delivery.id, None)
        await self._commits.commit(batch)
        self._untold[key] = tuple(sorted(ids))
        await self._commits.erase()
        return self._untold.pop(key, ())

    async def subscribers(self) -> AsyncIterator[Subscriber]:
        """Iterate over all records, each once, as it is when its turn comes."""
        for key in list(self._tables.subscribers):
            if (subscriber := self._tables.subscribers.get(key)) is not None:
                yield subscriber

    # news
    async def feed_states(self) -> dict[str, FeedState]:
        """Return what is remembered of each feed, by its id."""
        return dict(self._tables.feeds)

    async def record_poll(self, state: FeedState, alerts: Iterable[Alert] = ()) -> None:
        """Keep a feed's state and new drafts; an alert that is there already stays as it is."""
        batch = Batch(self._tables)
        batch.put(FEEDS, state.feed, state)
        for alert in alerts:
            if alert.id not in self._tables.alerts:
                batch.put(ALERTS, alert.id, alert)
        await self._commits.commit(batch)

    async def alert(self, alert_id: str) -> Alert | None:
        """Return the current version of an alert."""
        return self._tables.alerts.get(alert_id)

    async def alerts(self, *, state: str = "", since: datetime | None = None) -> list[Alert]:
        """Return alerts (of that state, created since then), newest first."""
        found = (
            alert
            for alert in self._tables.alerts.values()
            if state in ("", alert.state) and (since is None or alert.created_at >= since)
        )
        return sorted(found, key=lambda alert: (alert.created_at, alert.id), reverse=True)

    async def save_alert(self, alert: Alert) -> None:
        """Keep the current version of an alert."""
        batch = Batch(self._tables)
        batch.put(ALERTS, alert.id, alert)
        await self._commits.commit(batch)

    async def publish(self, alert: Alert, plan: Plan) -> int:
        """Keep the alert and what `plan` decides for every subscriber, each delivery once; return how many are new."""
        decided = await self._decide(lambda: self._tables.subscribers, plan)
        new = [delivery for _, delivery in decided if delivery.id not in self._tables.deliveries]
        batch = Batch(self._tables)
        batch.put(ALERTS, alert.id, alert)
        batch.put_new(new)
        await self._commits.commit(batch)
        return len(new)

    async def correct(self, alert: Alert, decide: Callable[[Delivery], Delivery | None]) -> int:
        """Keep a later version and what `decide` makes of each of its deliveries; return how many changed."""
        decided = await self._decide(lambda: self._tables.of_alert(alert.id), decide)
        batch = Batch(self._tables)
        batch.put(ALERTS, alert.id, alert)
        batch.put_deliveries(delivery for _, delivery in decided)
        await self._commits.commit(batch)
        return len(decided)

    # deliveries
    async def claim(self, now: datetime, leased_until: datetime, limit: int) -> list[Claim]:
        """Take up to `limit` messages that are due and free, by rank, then by due time; expired ones are set aside."""
        claims: list[Claim] = []
        is_more = True
        while is_more:
            batch = Batch(self._tables)
            is_more = self._claim_some(batch, claims, now, leased_until, limit)
            await self._commits.commit(batch)
        return claims

    async def settle(self, deliveries: Sequence[Delivery]) -> None:
        """Write what became of claimed deliveries; those that are gone meanwhile are dropped.

        One whose alert got a later version while it was under way becomes due for that.
        """
        batch = Batch(self._tables)
        for delivery in deliveries:
            if delivery.id not in self._tables.deliveries or delivery.subscriber not in self._tables.subscribers:
                continue
            alert = self._tables.alerts.get(delivery.alert)
            if alert is not None and alert.version > delivery.version:
                delivery = correction(delivery, alert, delivery.sent_at or delivery.due_at) or delivery
            batch.put(DELIVERIES, delivery.id, delivery)
        await self._commits.commit(batch)

    async def purge(self, now: datetime) -> int:
        """Delete by age what `storage.age` calls spent or old, from every file; return how many rows."""
        spent = await self._decide(lambda: self._tables.deliveries, lambda each: is_spent(each, now) or None)
        gone = 0
        for start in range(0, len(spent), PURGED_AT_ONCE):
            batch = Batch(self._tables)
            for delivery, _ in spent[start : start + PURGED_AT_ONCE]:
                if self._tables.deliveries.get(delivery.id) is delivery:
                    self._drop_spent(batch, delivery)
                    gone += 1
            await self._commits.commit(batch)
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
        await self._commits.commit(batch)
        if gone or old:
            await self._commits.erase()
        return gone + len(old)

    async def counts(self, now: datetime) -> Counts:
        """Return totals for admins; `sent` holds the copies whose deliveries were purged since, too."""
        tables = self._tables
        return Counts(
            subscribers=sum(1 for each in tables.subscribers.values() if each.is_subscribed),
            drafts=sum(1 for each in tables.alerts.values() if each.state == DRAFT),
            due=tables.due.count(now),
            sent=tables.states[SENT] + sum(tally.sent for tally in tables.tallies.values()),
            dead=tables.states[DEAD],
        )

    def _key(self, chat_id: int) -> str:
        if not self._commits.is_open:
            raise StoreError("the store is not open")
        return self._persistence.vault.lookup_key(chat_id)

    def _drop_spent(self, batch: Batch, delivery: Delivery) -> None:
        batch.put(DELIVERIES, delivery.id, None)
        if delivery.message_id:
            tally = self._tables.tallies.get(delivery.alert) or Tally(delivery.alert)
            batch.put(TALLIES, delivery.alert, replace(tally, sent=tally.sent + 1))

    def _claim_some(self, batch: Batch, claims: list[Claim], now: datetime, leased_until: datetime, limit: int) -> bool:
        """Add to `claims` in one batch; return whether there may be more."""
        tables = self._tables
        while len(claims) < limit and len(batch.changes) < SET_ASIDE:
            first = tables.due.pop(now)
            if first is None:
                return False
            group = [first]
            if first.in_digest:
                others = (each for each in tables.of_subscriber(first.subscriber) if each.in_digest)
                group += [each for each in others if each.id != first.id and is_claimable(each, now)]
            subscriber = tables.subscribers.get(first.subscriber)
            live = [each for each in group if subscriber is not None and not is_expired(each, now)]
            batch.put_deliveries(replace(each, state=EXPIRED) for each in group if each not in live)
            leased = [replace(each, leased_until=leased_until) for each in live]
            batch.put_deliveries(leased, kept=False)
            if leased and subscriber is not None:
                leased.sort(key=lambda each: (each.rank, each.due_at, each.id))
                claims.append(Claim(subscriber, tuple(leased)))
        return len(claims) < limit

    async def _decide(self, read: Callable[[], Mapping[str, V]], decide: Callable[[V], R | None]) -> list[tuple[V, R]]:
        """Return what `decide` says of every row, Nones left out, without holding up the event loop.

        When the last slice is decided, all is true at one moment: what changed meanwhile was decided anew.
        """
        staged: dict[str, tuple[V, R | None]] = {}
        rows = iter(list(read().items()))
        while some := list(islice(rows, SLICE)):
            staged.update((key, (value, decide(value))) for key, value in some)
            await asyncio.sleep(0)
        result = []
        for key, value in read().items():
            before, decision = staged.get(key, (None, None))
            if before is not value:
                decision = decide(value)
            if decision is not None:
                result.append((value, decision))
        return result
