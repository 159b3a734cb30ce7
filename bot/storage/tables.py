"""The tables in memory with their indices, and batches: what one act changed, and how to take it back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from bot.core.alert import Alert
from bot.core.audit import AuditEntry
from bot.core.card import Card
from bot.core.delivery import PLANNED, Delivery
from bot.core.demand import Demand
from bot.core.feed import FeedState
from bot.core.paper import Paper
from bot.core.pause import Pause
from bot.core.staff import Staffbook
from bot.core.subscriber import Subscriber
from bot.core.trace import Trace
from bot.storage.documents import (
    ALERTS,
    AUDIT,
    CARDS,
    DELIVERIES,
    DEMAND,
    FEEDS,
    PAPERS,
    PAUSES,
    STAFF,
    SUBSCRIBERS,
    TALLIES,
    TRACES,
    Tally,
    Value,
)
from bot.storage.due import DueQueue


class Row(NamedTuple):
    """One value and where it is kept."""

    table: str
    key: str
    value: Value

    def __repr__(self) -> str:
        return f"Row(of {self.table})"


class Change(NamedTuple):
    """One row before and after (None: absent); leases are not `kept`: they live in memory only."""

    table: str
    key: str
    old: Value | None
    new: Value | None
    kept: bool = True

    def __repr__(self) -> str:
        return f"Change(of {self.table})"


class Tables:
    """All documents as values, in dictionaries by key; changed only through a Batch."""

    def __init__(self) -> None:
        self.subscribers: dict[str, Subscriber] = {}
        self.alerts: dict[str, Alert] = {}
        self.feeds: dict[str, FeedState] = {}
        self.tallies: dict[str, Tally] = {}
        self.audit: dict[str, AuditEntry] = {}
        self.staff: dict[str, Staffbook] = {}
        self.demand: dict[str, Demand] = {}
        self.cards: dict[str, Card] = {}
        self.pauses: dict[str, Pause] = {}
        self.papers: dict[str, Paper] = {}
        self.traces: dict[str, Trace] = {}
        self.deliveries: dict[str, Delivery] = {}
        self.due = DueQueue(self.deliveries)
        self.states: Counter[str] = Counter()
        self._by_name: dict[str, dict[str, Any]] = {
            SUBSCRIBERS: self.subscribers,
            ALERTS: self.alerts,
            FEEDS: self.feeds,
            TALLIES: self.tallies,
            AUDIT: self.audit,
            STAFF: self.staff,
            CARDS: self.cards,
            PAUSES: self.pauses,
            PAPERS: self.papers,
            DEMAND: self.demand,
            TRACES: self.traces,
            DELIVERIES: self.deliveries,
        }
        self._of_subscriber: dict[str, tuple[str, ...]] = {}
        self._of_alert: dict[str, set[str]] = {}

    def rows(self) -> list[Row]:
        """Return everything, table by table."""
        return [Row(name, key, value) for name, table in self._by_name.items() for key, value in table.items()]

    def of_subscriber(self, key: str) -> list[Delivery]:
        """Return the deliveries of a subscriber by id."""
        return [self.deliveries[each] for each in sorted(self._of_subscriber.get(key, ()))]

    def of_alert(self, alert_id: str) -> dict[str, Delivery]:
        """Return the deliveries of an alert by id, in no order."""
        return {each: self.deliveries[each] for each in self._of_alert.get(alert_id, ())}

    def is_awaited(self, alert_id: str) -> bool:
        """Say whether a delivery of an alert is still planned."""
        return any(self.deliveries[each].state == PLANNED for each in self._of_alert.get(alert_id, ()))

    def put(self, table: str, key: str, value: Value | None) -> Value | None:
        """Set one row (None: remove it) and keep the indices true; return what it was before."""
        if table == DELIVERIES:
            assert value is None or isinstance(value, Delivery)
            return self.put_delivery(key, value)
        rows = self._by_name[table]
        old: Value | None = rows.get(key)
        if value is None:
            rows.pop(key, None)
        else:
            rows[key] = value
        return old

    def put_new(self, deliveries: Sequence[Delivery]) -> None:
        """Set many planned deliveries, none of which was there before."""
        for delivery in deliveries:
            self.deliveries[delivery.id] = delivery
            self._index(delivery)
        self.states.update(delivery.state for delivery in deliveries)
        self.due.put_new(deliveries)

    def put_delivery(self, key: str, value: Delivery | None) -> Delivery | None:
        """Set a delivery (None: remove it) and keep the indices true; return what it was before."""
        old = self.deliveries.get(key)
        if value is None:
            if old is not None:
                self.states[old.state] -= 1
                del self.deliveries[key]
                self._take_out(old)
            self.due.drop(key)
            return old
        self.deliveries[key] = value
        if old is None:
            self.states[value.state] += 1
            self._index(value)
        elif old.state != value.state:
            self.states[old.state] -= 1
            self.states[value.state] += 1
        self.due.put(value)
        return old

    def _index(self, delivery: Delivery) -> None:
        self._of_alert.setdefault(delivery.alert, set()).add(delivery.id)
        # a tuple of strings costs the garbage collector nothing, which a set or list for each reader would
        self._of_subscriber[delivery.subscriber] = (*self._of_subscriber.get(delivery.subscriber, ()), delivery.id)

    def _take_out(self, delivery: Delivery) -> None:
        self._of_alert[delivery.alert].discard(delivery.id)
        if not self._of_alert[delivery.alert]:
            del self._of_alert[delivery.alert]
        left = tuple(each for each in self._of_subscriber[delivery.subscriber] if each != delivery.id)
        if left:
            self._of_subscriber[delivery.subscriber] = left
        else:
            del self._of_subscriber[delivery.subscriber]


class Batch:
    """The changes of one act, applied at once and written as one; `undo` takes them back in reverse order."""

    __slots__ = ("_tables", "changes", "forgets", "is_probe")

    def __init__(self, tables: Tables, *, is_probe: bool = False) -> None:
        """Start without changes; a probe is written even so, to see whether that works.

        `forgets`: what rows held before must go from older files, as with rows that are removed.
        """
        self._tables = tables
        self.is_probe = is_probe
        self.forgets = False
        self.changes: list[Change] = []

    @property
    def is_kept(self) -> bool:
        """Say whether there is anything to write."""
        return self.is_probe or any(change.kept for change in self.changes)

    def put(self, table: str, key: str, value: Value | None, *, kept: bool = True) -> None:
        """Set one row, or remove it with None."""
        old = self._tables.put(table, key, value)
        self.changes.append(Change(table, key, old, value, kept))

    def put_new(self, deliveries: Sequence[Delivery]) -> None:
        """Set many new deliveries."""
        self._tables.put_new(deliveries)
        self.changes.extend(Change(DELIVERIES, each.id, None, each) for each in deliveries)

    def put_deliveries(self, deliveries: Iterable[Delivery], *, kept: bool = True) -> None:
        """Set some deliveries, new or not."""
        for delivery in deliveries:
            old = self._tables.put_delivery(delivery.id, delivery)
            self.changes.append(Change(DELIVERIES, delivery.id, old, delivery, kept))

    def undo(self) -> None:
        """Take every change back."""
        for change in reversed(self.changes):
            self._tables.put(change.table, change.key, change.old)
