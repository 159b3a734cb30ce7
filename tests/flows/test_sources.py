"""A source that falls silent or comes back is told once, to those who keep the sources; and drafts are, whatever fails."""

from datetime import timedelta

import pytest

from bot.core.delivery import Rejected, Throttled, Unsure
from bot.core.feed import NOTHING_NEW, UNREAD
from bot.errors import FeedError
from bot.flows.bell import AdminBell
from bot.flows.sources import SourceBell
from tests.builders import NOW, a_feed, a_feed_state, an_alert, an_entry
from tests.flows.test_collect import Round, Sources

EDITOR = 7
DAY = timedelta(days=1)
FEEDS = [a_feed("f"), a_feed("g"), a_feed("h")]


def a_bell(store, phones, clock):
    return SourceBell(store, phones, clock, [EDITOR])


def told(phones):
    return [text for _, text, _ in phones.sent]


async def silent_ones(store):
    return {feed: state.silence for feed, state in (await store.feed_states()).items() if state.silence}


async def test_sources__one_dies_and_comes_back__told_once_each_without_its_name(store, phones, clock) -> None:
    sources = Sources(f=[an_entry(guid="old")])
    turn = Round(store, sources, a_feed("f", title="Gay news"))
    bell = a_bell(store, phones, lambda: turn.now)
    await turn.go()
    sources.feeds["f"] = FeedError("the server answered 500")
    for _ in range(40):
        await turn.go()
        await bell.ring(turn.feeds)
    assert told(phones) == ["1 source fell silent."]
    # A new process knows what was told.
    bell = a_bell(store, phones, lambda: turn.now)
    await bell.ring(turn.feeds)
    sources.feeds["f"] = []
    for _ in range(40):
        await turn.go()
        await bell.ring(turn.feeds)
    assert told(phones) == ["1 source fell silent.", "1 source is back."]
    assert all(silent for _, _, silent in phones.sent)


async def test_sources__several_within_an_hour__one_notice_for_the_rest(store, phones, clock) -> None:
    bell = a_bell(store, phones, clock)
    dead = {"errors": 9, "next_poll_at": NOW + DAY}
    await store.record_poll(a_feed_state("f", **dead))
    await bell.ring(FEEDS)
    await store.record_poll(a_feed_state("g", **dead))
    await store.record_poll(a_feed_state("h", last_entry_at=NOW - 20 * DAY))
    clock.now += timedelta(minutes=59)
    await bell.ring(FEEDS)
    clock.now += timedelta(minutes=1)
    await bell.ring(FEEDS)
    await bell.ring(FEEDS)
    assert told(phones) == ["1 source fell silent.", "2 sources fell silent."]
    assert await silent_ones(store) == {"f": UNREAD, "g": UNREAD, "h": NOTHING_NEW}


async def test_sources__read_again_but_with_nothing_new__is_not_back(store, phones, clock) -> None:
    await store.record_poll(a_feed_state("f", silence=UNREAD, last_entry_at=NOW - 20 * DAY))
    await a_bell(store, phones, clock).ring(FEEDS)
    assert told(phones) == [] and await silent_ones(store) == {"f": NOTHING_NEW}


async def test_sources__telegram_does_not_answer__told_an_hour_later(store, phones, clock) -> None:
    phones.answers[EDITOR] = [Unsure("TimedOut")]
    await store.record_poll(a_feed_state("f", errors=9, next_poll_at=NOW + DAY))
    bell = a_bell(store, phones, clock)
    await bell.ring(FEEDS)
    assert told(phones) == [] and await silent_ones(store) == {}
    clock.now += timedelta(hours=1)
    await bell.ring(FEEDS)
    assert told(phones) == ["1 source fell silent."]


async def test_sources__taken_out_of_the_list__nobody_is_told(store, phones, clock) -> None:
    await store.record_poll(a_feed_state("gone", errors=9, next_poll_at=NOW + DAY))
    await a_bell(store, phones, clock).ring(FEEDS)
    assert told(phones) == []


@pytest.mark.parametrize("outcome", [Unsure("TimedOut"), Throttled(timedelta(seconds=9))])
async def test_bell__telegram_does_not_take_the_notice_of_an_urgent_one__rings_again_and_aloud(
    store, phones, clock, outcome
) -> None:
    bell = AdminBell(store, phones, clock, [EDITOR])
    await bell.ring(0, is_urgent=False)
    await store.save_alert(an_alert(severity="Extreme"))
    phones.answers[EDITOR] = [outcome]
    await bell.ring(1, is_urgent=True)
    await bell.ring(0, is_urgent=False)
    assert phones.sent == []
    clock.now += timedelta(seconds=30)
    await bell.ring(0, is_urgent=False)
    await bell.ring(0, is_urgent=False)
    assert phones.sent == [(EDITOR, "1 draft is waiting.", False)]


async def test_bell__an_admin_who_blocked_the_bot__is_not_rung_again_and_again(store, phones, clock) -> None:
    bell = AdminBell(store, phones, clock, [EDITOR])
    await store.save_alert(an_alert())
    phones.answers[EDITOR] = [Rejected("covered")]
    for _ in range(5):
        await bell.ring(0, is_urgent=False)
        clock.now += timedelta(minutes=11)
    assert phones.sent == [] and phones.answers[EDITOR] == []


@pytest.mark.parametrize(("severity", "silent"), [("Moderate", True), ("Extreme", False)])
async def test_bell__the_process_died_before_it_rang__the_next_one_does(store, phones, clock, severity, silent) -> None:
    await store.save_alert(an_alert(severity=severity))
    bell = AdminBell(store, phones, clock, [EDITOR])
    await bell.ring(0, is_urgent=False)
    await bell.ring(0, is_urgent=False)
    assert phones.sent == [(EDITOR, "1 draft is waiting.", silent)]


async def test_bell__the_clock_is_set_back_a_day__what_waits_is_told_all_the_same(store, phones, clock) -> None:
    bell = AdminBell(store, phones, clock, [EDITOR])
    await store.save_alert(an_alert())
    await bell.ring(1, is_urgent=False)
    clock.now -= DAY
    await bell.ring(1, is_urgent=False)
    assert len(phones.sent) == 2
