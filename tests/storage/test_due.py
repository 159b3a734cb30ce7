"""The queue of deliveries against a plain list of them: always the gravest that is free, and of these the first."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.delivery import SENT, Delivery
from bot.storage.due import DueQueue, free_at
from tests.builders import NOW, a_delivery

SECONDS = st.integers(0, 5).map(lambda each: timedelta(seconds=each))
ACTS = st.one_of(
    st.tuples(st.just("publish"), st.integers(1, 40), st.integers(1, 2), SECONDS),
    st.tuples(st.just("claim"), st.integers(1, 9), st.booleans(), SECONDS),
    st.tuples(st.just("settle"), st.integers(0, 9), st.booleans(), SECONDS),
    st.tuples(st.just("wait"), st.just(0), st.just(0), SECONDS),
    st.tuples(st.just("drop"), st.integers(0, 9), st.just(0), SECONDS),
)


class Plain:
    """A queue, its table, and what a list would make of it."""

    def __init__(self) -> None:
        self.table: dict[str, Delivery] = {}
        self.queue = DueQueue(self.table)
        self.now = NOW
        self.held: list[str] = []

    def put(self, delivery: Delivery) -> None:
        self.table[delivery.id] = delivery
        self.queue.put(delivery)

    def publish(self, many: int, rank: int, due_in: timedelta) -> None:
        at = self.now + due_in
        new = [a_delivery(f"a{len(self.table)}.k{number}", rank=rank, due_at=at) for number in range(many)]
        self.table |= {each.id: each for each in new}
        self.queue.put_new(new)

    def claim(self, many: int, is_newest_first: bool, held_for: timedelta) -> None:
        for _ in range(many):
            free = [each for each in self.table.values() if each.state != SENT and free_at(each) <= self.now]
            assert self.queue.is_any_due(self.now) or not free
            found = self.queue.pop(self.now, newest_first=is_newest_first)
            if found is None:
                assert not free
                return
            rank, at = min((each.rank, free_at(each)) for each in free)
            assert found in free and found.rank == rank
            assert is_newest_first or free_at(found) == at
            self.put(replace(found, leased_until=self.now + held_for))
            self.held.append(found.id)

    def settle(self, which: int, is_sent: bool, due_in: timedelta) -> None:
        if not self.held:
            return
        settled = self.table.get(self.held.pop(which % len(self.held)))
        if settled is not None:
            settled = replace(settled, leased_until=None, due_at=self.now + due_in)
            self.put(replace(settled, state=SENT) if is_sent else settled)

    def wait(self, _: int, __: int, seconds: timedelta) -> None:
        self.now: datetime = self.now + seconds

    def drop(self, which: int, _: int, __: timedelta) -> None:
        if self.table:
            gone = list(self.table)[which % len(self.table)]
            del self.table[gone]
            self.queue.drop(gone)


@given(st.lists(ACTS, max_size=40))
def test_due__whatever_is_put_claimed_and_settled__the_gravest_and_first_that_is_free_comes(acts) -> None:
    plain = Plain()
    for name, *words in acts:
        getattr(plain, name)(*words)
    plain.claim(len(plain.table) + 1, False, timedelta(seconds=60))
    assert plain.queue.count(plain.now) == sum(
        each.state != SENT and each.due_at <= plain.now for each in plain.table.values()
    )


def test_due__many_at_once__come_in_the_order_in_which_they_were_put() -> None:
    plain = Plain()
    for number in range(200):
        plain.put(a_delivery(f"a1.k{number}"))
    found = [plain.queue.pop(NOW) for _ in range(200)]
    assert [each.id for each in found if each] == [f"a1.k{number}" for number in range(200)]
