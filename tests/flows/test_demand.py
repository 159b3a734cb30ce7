"""What is asked for: full tens alone leave memory, at hours that no question chooses, and two reports differ by ten."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.demand import Demand
from bot.errors import StoreError
from bot.flows.demand import DemandCounter
from bot.lookup.question import Question
from bot.texts.admin import render_demand
from bot.texts.catalogues import words
from tests.builders import NOW
from tests.flows.conftest import Clock

ASYLUM = Question(needs={"legal": 0.5, "asylum": 1.0})


class Shelf:
    """A store that only adds up, and writes down each time what was added."""

    def __init__(self) -> None:
        self.writes: list[tuple[str, dict[str, int]]] = []

    async def add_demand(self, month, tens) -> None:
        self.writes.append((month, dict(tens)))


async def test_keep__fewer_than_ten__nothing_is_written_however_often(clock) -> None:
    shelf = Shelf()
    counter = DemandCounter(shelf, clock, lambda below: 0)
    for _ in range(9):
        counter.note(ASYLUM)
        await counter.keep()
    assert shelf.writes == []
    counter.note(ASYLUM)
    await counter.keep()
    assert shelf.writes == [("2026-11", {"asylum": 10})]


async def test_keep__danger_or_no_topic__is_not_counted(clock) -> None:
    shelf = Shelf()
    counter = DemandCounter(shelf, clock, lambda below: 0)
    for _ in range(40):
        counter.note(Question(needs={"violence": 1.0}, danger="violence"))
        counter.note(Question())
    await counter.keep()
    assert shelf.writes == []


@pytest.mark.parametrize("secret", range(10))
async def test_keep__where_a_count_becomes_full__is_a_secret(clock, secret) -> None:
    shelf = Shelf()
    counter = DemandCounter(shelf, clock, lambda below: secret)
    for number in range(1, 21):
        counter.note(ASYLUM)
        await counter.keep()
        assert bool(shelf.writes) == (number >= 10 + secret)


@given(st.lists(st.tuples(st.sampled_from(["asylum", "legal", "hiv"]), st.booleans()), max_size=300), st.integers(0, 9))
async def test_keep__whatever_is_asked_and_kept_when__full_tens_by_name_and_never_more_than_was_asked(
    questions, secret
) -> None:
    shelf, asked = Shelf(), {"asylum": 0, "legal": 0, "hiv": 0}
    counter = DemandCounter(shelf, Clock(), lambda below: secret)
    for topic, is_kept in questions:
        counter.note(Question(needs={topic: 1.0}))
        asked[topic] += 1
        if is_kept:
            await counter.keep()
    await counter.keep()
    for topic, count in asked.items():
        told = sum(added.get(topic, 0) for _, added in shelf.writes)
        assert count - 10 - 9 <= told <= count
    for _, added in shelf.writes:
        assert list(added) == sorted(added)
        assert all(tens >= 10 and tens % 10 == 0 for tens in added.values())


async def test_keep__the_month_is_over__the_rest_is_forgotten(clock) -> None:
    shelf = Shelf()
    counter = DemandCounter(shelf, clock, lambda below: 0)
    for _ in range(13):
        counter.note(ASYLUM)
    clock.now = NOW + timedelta(days=20)
    counter.note(ASYLUM)
    await counter.keep()
    assert shelf.writes == [("2026-11", {"asylum": 10})]
    assert dict(counter._counted) == {("2026-12", "asylum"): 1}


async def test_keep__the_disk_fails__nothing_is_lost_and_nothing_counted_twice(store, clock, monkeypatch) -> None:
    counter = DemandCounter(store, clock, lambda below: 0)
    for _ in range(25):
        counter.note(ASYLUM)

    async def fails(*_):
        raise StoreError("full")

    with monkeypatch.context() as broken:
        broken.setattr(store, "add_demand", fails)
        with pytest.raises(StoreError):
            await counter.keep()
    await counter.keep()
    await counter.keep()
    assert await counter.told() == [Demand("2026-11", {"asylum": 20})]


def test_render_demand__months_and_topics__the_most_asked_first_and_nothing_below_ten() -> None:
    months = [Demand("2026-12", {"hiv": 10, "asylum": 230, "legal": 9}), Demand("2026-11", {"legal": 40})]
    text = render_demand(months, words("en")).html
    assert text.index("2026-12") < text.index("230") < text.index("10") < text.index("2026-11") < text.index("40")
    assert "9" not in text
    assert "Nothing has been counted yet" in render_demand([], words("en")).html


def test_render_demand__a_year_of_every_topic__fits() -> None:
    from bot.core.directory import SERVICE_TOPICS

    months = [Demand(f"2026-{month:02}", dict.fromkeys(SERVICE_TOPICS, 1230)) for month in range(12, 0, -1)]
    assert len(render_demand(months, words("ru")).html) <= 4096
