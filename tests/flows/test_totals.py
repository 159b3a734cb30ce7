"""Reports before and after one person's change are the same, on every page that tells a total."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.delivery import Gone
from bot.flows import moderate
from bot.flows.deliver import deliver_due
from bot.flows.forget import forget_gone
from bot.flows.subscribe import Defaults, set_up, setting
from bot.flows.totals import NAMES, Totals
from bot.web.health import Health
from tests.builders import an_alert
from tests.flows.conftest import readers


@pytest.fixture
def totals(store, clock) -> Totals:
    return Totals(store, clock, lambda below: 0)


@pytest.mark.parametrize("crowd", [9, 10, 19, 20, 25])
async def test_readers_and_audience__somebody_comes_goes_or_changes__the_same(crowd, store, clock, totals) -> None:
    await readers(store, clock, *range(1, crowd + 1))
    draft = an_alert(area=("RU",))
    before = await totals.readers(), await totals.would_get(draft)
    assert before[0] == crowd // 10 * 10
    await readers(store, clock, 1000)
    assert (await totals.readers(), await totals.would_get(draft)) == before
    await forget_gone(store, 1000)
    await forget_gone(store, 1)
    assert (await totals.readers(), await totals.would_get(draft)) == before
    await set_up(store, clock, Defaults(), 2, setting("newsarea", "DE"))
    assert (await totals.readers(), await totals.would_get(draft)) == before
    assert await totals.would_get(replace(draft, area=("RU", "GE"))) == before[1], "another question, the same picture"


async def test_audience__of_a_draft_whose_time_is_over__is_told_all_the_same(store, clock, totals) -> None:
    await readers(store, clock, *range(1, 21))
    assert await totals.would_get(an_alert(expires_at=clock() - timedelta(minutes=1))) == 20


async def test_readers__ten_came__the_picture_is_a_new_one(store, clock, totals) -> None:
    await readers(store, clock, 1, 2, 3)
    assert await totals.readers() == 0
    await readers(store, clock, *range(10, 19))
    assert await totals.readers() == 0
    await readers(store, clock, 19)
    assert await totals.readers() == 10


async def test_readers__the_edge_is_secret__between_ten_and_nineteen(store, clock) -> None:
    edges = []
    for secret in (0, 9):
        totals = Totals(store, clock, lambda below, secret=secret: min(secret, below - 1))
        first = 1000 * (secret + 1)
        await totals.readers()
        for number in range(1, 30):
            await readers(store, clock, first + number)
            before = totals._picture
            await totals.readers()
            if totals._picture is not before:
                edges.append(number)
                break
    assert edges == [10, 19]


async def test_push__one_reader_more_or_fewer__the_same_numbers_to_the_end(store, clock, totals, phones) -> None:
    await readers(store, clock, *range(1, 20))
    first = await moderate.publish(store, clock, an_alert("a1"))
    told = [await totals.went_out(first.alert)]
    await deliver_due(store, phones, clock, 30)
    ends = [await totals.shown("a1", first.planned)]
    await readers(store, clock, 20)
    phones.answers[3] = [Gone()]
    second = await moderate.publish(store, clock, an_alert("a2"))
    told.append(await totals.went_out(second.alert))
    await deliver_due(store, phones, clock, 30)
    ends.append(await totals.shown("a2", second.planned))
    assert (first.planned, second.planned) == (19, 20)
    assert told == [10, 10] and ends[0] == ends[1]


async def test_correction__somebody_left_meanwhile__the_number_told_before(store, clock, totals, phones) -> None:
    await readers(store, clock, *range(1, 21))
    decision = await moderate.publish(store, clock, an_alert("a1"))
    assert await totals.went_out(decision.alert) == 20
    await deliver_due(store, phones, clock, 30)
    await forget_gone(store, 7)
    draft = await moderate.correction_of(store, clock, "a1")
    assert await totals.would_get(draft) == 20
    assert totals.copies("a1", 19) == 20


async def test_metrics__one_message_more__the_same(store, clock, totals) -> None:
    health = Health(store, clock, polls=False, totals=totals)

    async def scrape():
        await health.measure()
        return {each.name: [sample.value for sample in each.samples] for each in health.registry.collect()}

    await readers(store, clock, *range(1, 20))
    await moderate.publish(store, clock, an_alert("a1"))
    before = await scrape()
    assert before["waypost_subscribers"] == before["waypost_deliveries_due"] == [10]
    await readers(store, clock, 20)
    await moderate.publish(store, clock, an_alert("a2", area=("DE",), topics=("health",), severity="Minor"))
    await forget_gone(store, 1)
    await store.purge(clock())
    assert {name: values for name, values in (await scrape()).items() if name != "waypost_deliveries_due"} == {
        name: values for name, values in before.items() if name != "waypost_deliveries_due"
    }


async def test_told__endless_names__memory_is_bounded(totals) -> None:
    for number in range(3 * NAMES):
        totals.told(f"copies {number}", 30)
    assert len(totals._told) == NAMES
