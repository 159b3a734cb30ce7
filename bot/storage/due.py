"""The queue of deliveries by when they may be claimed: a claim costs what it takes, not what there is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from heapq import heapify, heappop, heappush

from bot.core.delivery import PLANNED, Delivery

_SLACK = 1024

_Heap = list[tuple[datetime, str, int]]


def free_at(delivery: Delivery) -> datetime:
    """Return from when on it may be claimed: due, and its lease over."""
    return delivery.due_at if delivery.leased_until is None else max(delivery.due_at, delivery.leased_until)


class DueQueue:
    """A heap for each rank, ordered by when a delivery is free, then by id.

    Entries are never searched for: each put gives a delivery a new ticket, and old tickets are void.
    """

    def __init__(self, deliveries: Mapping[str, Delivery]) -> None:
        """Take the table that holds the deliveries' present values."""
        self._deliveries = deliveries
        self._heaps: dict[int, _Heap] = {}
        self._tickets: dict[str, int] = {}
        self._issued = 0
        self._size = 0

    def put(self, delivery: Delivery) -> None:
        """Take note of a delivery's present value."""
        if delivery.state != PLANNED:
            self._tickets.pop(delivery.id, None)
            return
        heappush(self._heap(delivery.rank), self._entry(delivery))
        if self._size > 2 * len(self._tickets) + _SLACK:
            self.put_new([self._deliveries[each] for each in self._clear()])

    def put_new(self, deliveries: Iterable[Delivery]) -> None:
        """Take note of many planned deliveries at once."""
        for delivery in deliveries:
            self._heap(delivery.rank).append(self._entry(delivery))
        for heap in self._heaps.values():
            heapify(heap)

    def drop(self, delivery_id: str) -> None:
        """Forget a delivery."""
        self._tickets.pop(delivery_id, None)

    def is_any_due(self, now: datetime) -> bool:
        """Say whether something may be claimed now; a void entry may look like it."""
        return any(heap and heap[0][0] <= now for heap in self._heaps.values())

    def pop(self, now: datetime) -> Delivery | None:
        """Take out the first delivery that may be claimed now; the caller puts what becomes of it."""
        for rank in sorted(self._heaps):
            heap = self._heaps[rank]
            while heap and heap[0][0] <= now:
                _, delivery_id, ticket = heappop(heap)
                self._size -= 1
                if self._tickets.get(delivery_id) == ticket:
                    return self._deliveries[delivery_id]
        return None

    def count(self, now: datetime) -> int:
        """Return how many deliveries are due, claimed or not."""
        return sum(1 for delivery_id in self._tickets if self._deliveries[delivery_id].due_at <= now)

    def _heap(self, rank: int) -> _Heap:
        return self._heaps.setdefault(rank, [])

    def _entry(self, delivery: Delivery) -> tuple[datetime, str, int]:
        self._issued += 1
        self._size += 1
        self._tickets[delivery.id] = self._issued
        return free_at(delivery), delivery.id, self._issued

    def _clear(self) -> list[str]:
        """Leave out the entries with void tickets, which a long push piles up; return the ids to put anew."""
        ids = list(self._tickets)
        self._heaps.clear()
        self._size = 0
        return ids
