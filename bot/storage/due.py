"""The queue of deliveries by when they may be claimed: a claim costs what it takes, not what there is."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from datetime import datetime
from heapq import heapify, heappop, heappush

from bot.core.delivery import LONGEST_BACK_OFF, PLANNED, Delivery

_SLACK = 1024

_Entry = tuple[datetime, str, int]
_Heap = list[_Entry]


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
        self._out: dict[int, deque[_Entry]] = {}
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
        return any(self._out.values()) or any(heap and heap[0][0] <= now for heap in self._heaps.values())

    def pop(self, now: datetime, *, newest_first: bool = False) -> Delivery | None:
        """Take out the first delivery that may be claimed now; the caller puts what becomes of it."""
        for rank in sorted(self._heaps):
            if newest_first:
                self._set_out(rank, now)
            out = self._out.get(rank)
            while out:
                _, delivery_id, ticket = out.pop() if newest_first else out.popleft()
                if (found := self._valid(delivery_id, ticket)) is not None:
                    return found
            heap = self._heaps[rank]
            while heap and heap[0][0] <= now:
                _, delivery_id, ticket = heappop(heap)
                if (found := self._valid(delivery_id, ticket)) is not None:
                    return found
        return None

    def turn_back(self, old: datetime, now: datetime) -> None:
        """Follow a clock that was set back: what was due stays due, and a wait that had begun does not get longer."""
        for rank, heap in self._heaps.items():
            self._heaps[rank] = [(self._turned(entry, old, now), entry[1], entry[2]) for entry in heap]
            heapify(self._heaps[rank])

    def _turned(self, entry: _Entry, old: datetime, now: datetime) -> datetime:
        at, delivery_id, _ = entry
        if at <= old:
            return min(at, now)
        delivery = self._deliveries.get(delivery_id)
        is_short = at <= old + LONGEST_BACK_OFF and delivery is not None and not delivery.in_digest
        return at - (old - now) if is_short else at

    def _set_out(self, rank: int, now: datetime) -> None:
        """Lay out what is due in its order, so that it can be taken from both ends; what comes later is newer."""
        heap = self._heaps[rank]
        if not heap or heap[0][0] > now:
            return
        due = sorted(entry for entry in heap if entry[0] <= now)
        self._heaps[rank] = [entry for entry in heap if entry[0] > now]
        heapify(self._heaps[rank])
        self._out.setdefault(rank, deque()).extend(due)

    def _valid(self, delivery_id: str, ticket: int) -> Delivery | None:
        self._size -= 1
        return self._deliveries[delivery_id] if self._tickets.get(delivery_id) == ticket else None

    def count(self, now: datetime) -> int:
        """Return how many deliveries are due, claimed or not."""
        return sum(1 for delivery_id in self._tickets if self._deliveries[delivery_id].due_at <= now)

    def _heap(self, rank: int) -> _Heap:
        return self._heaps.setdefault(rank, [])

    def _entry(self, delivery: Delivery) -> _Entry:
        self._issued += 1
        self._size += 1
        self._tickets[delivery.id] = self._issued
        return free_at(delivery), delivery.id, self._issued

    def _clear(self) -> list[str]:
        """Leave out the entries with void tickets, which a long push piles up; return the ids to put anew."""
        ids = list(self._tickets)
        self._heaps.clear()
        self._out.clear()
        self._size = 0
        return ids
