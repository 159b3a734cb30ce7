"""The queue of deliveries by when they may be claimed: a claim costs what it takes, not what there is."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping
from datetime import datetime
from heapq import heapify, heappop, heappush

from bot.core.delivery import LONGEST_BACK_OFF, PLANNED, Delivery

_SLACK = 1024

_Entry = tuple[datetime, int, str]
_Heap = list[_Entry]


def free_at(delivery: Delivery) -> datetime:
    """Return from when on it may be claimed: due, and its lease over."""
    return delivery.due_at if delivery.leased_until is None else max(delivery.due_at, delivery.leased_until)


class DueQueue:
    """A heap for each rank, ordered by when a delivery is free, then by when it was put.

    Entries are never searched for: each put gives a delivery a new ticket, and old tickets are void. What many wait
    for is laid out once in its order and taken from the end. Leased ones stand aside, for nearly all are settled.
    """

    def __init__(self, deliveries: Mapping[str, Delivery]) -> None:
        """Take the table that holds the deliveries' present values."""
        self._deliveries = deliveries
        self._heaps: dict[int, _Heap] = {}
        self._out: dict[int, deque[_Entry]] = {}
        self._pushed: Counter[int] = Counter()
        self._tickets: dict[str, int] = {}
        self._leased: dict[str, datetime] = {}
        self._first_free: datetime | None = None
        self._issued = 0
        self._size = 0

    def put(self, delivery: Delivery) -> None:
        """Take note of a delivery's present value."""
        if self._leased:
            self._leased.pop(delivery.id, None)
        if delivery.state != PLANNED:
            self._tickets.pop(delivery.id, None)
        elif delivery.leased_until is not None:
            self._hold(delivery)
        else:
            self._push(free_at(delivery), delivery)

    def put_new(self, deliveries: Iterable[Delivery]) -> None:
        """Take note of many planned deliveries at once."""
        for delivery in deliveries:
            self._heap(delivery.rank).append(self._entry(free_at(delivery), delivery))
            self._pushed[delivery.rank] += 1
        for heap in self._heaps.values():
            heapify(heap)

    def drop(self, delivery_id: str) -> None:
        """Forget a delivery."""
        self._tickets.pop(delivery_id, None)
        self._leased.pop(delivery_id, None)

    def is_any_due(self, now: datetime) -> bool:
        """Say whether something may be claimed now; a void entry may look like it."""
        self._free(now)
        return any(self._out.values()) or any(heap and heap[0][0] <= now for heap in self._heaps.values())

    def pop(self, now: datetime, *, newest_first: bool = False) -> Delivery | None:
        """Take out the first delivery that may be claimed now; the caller puts what becomes of it."""
        self._free(now)
        for rank in sorted(self._heaps):
            heap, out = self._heaps[rank], self._out.get(rank)
            if newest_first or (not out and 2 * self._pushed[rank] >= len(heap)):
                # So many came since the last time that laying them out costs each a constant.
                self._set_out(rank, now)
                heap, out = self._heaps[rank], self._out.get(rank)
            while True:
                if heap and heap[0][0] <= now and not (out and out[0] < heap[0]):
                    _, ticket, delivery_id = heappop(heap)
                elif out:
                    _, ticket, delivery_id = out.pop() if newest_first else out.popleft()
                else:
                    break
                self._size -= 1
                if self._tickets.get(delivery_id) == ticket:
                    return self._deliveries[delivery_id]
        return None

    def _hold(self, delivery: Delivery) -> None:
        self._issued += 1
        self._tickets[delivery.id] = self._issued
        self._leased[delivery.id] = until = free_at(delivery)
        if self._first_free is None or until < self._first_free:
            self._first_free = until

    def _free(self, now: datetime) -> None:
        """Put back those whose lease is over."""
        if self._first_free is None or now < self._first_free:
            return
        over = [(until, delivery_id) for delivery_id, until in self._leased.items() if until <= now]
        for until, delivery_id in over:
            del self._leased[delivery_id]
            self._push(until, self._deliveries[delivery_id])
        self._first_free = min(self._leased.values(), default=None)

    def turn_back(self, old: datetime, now: datetime) -> None:
        """Follow a clock that was set back: what was due stays due, and a wait that had begun does not get longer."""
        for rank, heap in self._heaps.items():
            self._heaps[rank] = [(self._turned(at, each, old, now), ticket, each) for at, ticket, each in heap]
            heapify(self._heaps[rank])
        self._leased = {each: self._turned(at, each, old, now) for each, at in self._leased.items()}
        self._first_free = min(self._leased.values(), default=None)

    def _turned(self, at: datetime, delivery_id: str, old: datetime, now: datetime) -> datetime:
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
        self._pushed[rank] = 0

    def count(self, now: datetime) -> int:
        """Return how many deliveries are due, claimed or not."""
        return sum(1 for delivery_id in self._tickets if self._deliveries[delivery_id].due_at <= now)

    def _heap(self, rank: int) -> _Heap:
        return self._heaps.setdefault(rank, [])

    def _push(self, at: datetime, delivery: Delivery) -> None:
        heappush(self._heap(delivery.rank), self._entry(at, delivery))
        self._pushed[delivery.rank] += 1
        if self._size > 2 * len(self._tickets) + _SLACK:
            self.put_new([self._deliveries[each] for each in self._clear()])

    def _entry(self, at: datetime, delivery: Delivery) -> _Entry:
        self._issued += 1
        self._size += 1
        self._tickets[delivery.id] = self._issued
        return at, self._issued, delivery.id

    def _clear(self) -> list[str]:
        """Leave out the entries with void tickets, which a long push piles up; return the ids to put anew."""
        ids = [each for each in self._tickets if each not in self._leased]
        self._heaps.clear()
        self._out.clear()
        self._pushed.clear()
        self._size = 0
        return ids
