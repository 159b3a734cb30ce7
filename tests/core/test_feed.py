"""When a feed is read again, and what is new in it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.feed import (
    BACK_OFF_LIMIT,
    NOTHING_NEW,
    UNREAD,
    FeedState,
    Fetched,
    after_failure,
    after_success,
    fresh,
    is_due,
    silence,
)
from tests.builders import a_feed, a_feed_state, an_entry

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_identity__same_guid_other_title__the_same_entry() -> None:
    assert an_entry(guid="1", title="A").identity == an_entry(guid="1", title="B").identity


def test_identity__no_guid__the_link_decides() -> None:
    assert (
        an_entry(guid="", link="https://a.example.org/1").identity
        != an_entry(guid="", link="https://a.example.org/2").identity
    )


def test_fresh__seen_before__not_again_and_doubles_once() -> None:
    old, new = an_entry(guid="old"), an_entry(guid="new")
    state = FeedState("f", seen=(old.identity,))
    assert fresh(state, Fetched((old, new, new))) == (new,)


def test_after_success__next_turn_after_the_interval_with_jitter() -> None:
    feed = a_feed(poll_every=timedelta(minutes=10))
    state = after_success(FeedState(feed.id), feed, Fetched(), NOW, jitter=1.0)
    assert state.next_poll_at == NOW + timedelta(minutes=11)
    assert not state.is_new
    assert not is_due(state, NOW)
    assert is_due(state, NOW + timedelta(minutes=11))


def test_after_success__the_source_asks_for_more_time__gets_it() -> None:
    state = after_success(FeedState("f"), a_feed(), Fetched(poll_again_in=timedelta(hours=2)), NOW, 0)
    assert state.next_poll_at == NOW + timedelta(hours=2)


def test_after_success__not_modified__keeps_the_validators() -> None:
    before = FeedState("f", etag='"1"', last_modified="x", last_good_at=NOW)
    state = after_success(before, a_feed(), Fetched(not_modified=True), NOW, 0)
    assert (state.etag, state.last_modified) == ('"1"', "x")


def test_after_failure__each_in_a_row_doubles_the_wait_up_to_a_day() -> None:
    feed = a_feed(poll_every=timedelta(minutes=15))
    state = FeedState(feed.id)
    waits = []
    for _ in range(12):
        state = after_failure(state, feed, "the server answered 500", NOW, 0)
        assert state.next_poll_at is not None
        waits.append(state.next_poll_at - NOW)
    assert waits[:3] == [timedelta(minutes=15), timedelta(minutes=30), timedelta(minutes=60)]
    assert waits[-1] == BACK_OFF_LIMIT
    assert (state.errors, state.reason) == (12, "the server answered 500")


def test_after_success__after_failures__forgets_them() -> None:
    state = replace(FeedState("f"), errors=3, reason="x")
    assert after_success(state, a_feed(), Fetched(), NOW, 0).errors == 0


def test_after_failure__the_source_asks_for_more_time__gets_it_and_at_most_a_day() -> None:
    asked = after_failure(FeedState("f"), a_feed(), "x", NOW, 0, timedelta(hours=3))
    assert asked.next_poll_at == NOW + timedelta(hours=3)
    assert after_failure(FeedState("f"), a_feed(), "x", NOW, 0, timedelta(days=9)).next_poll_at == NOW + BACK_OFF_LIMIT


def test_is_due__the_clock_was_set_back__once_and_a_source_that_fails_is_left_alone_then() -> None:
    state = after_success(FeedState("f"), a_feed(), Fetched(), NOW, 0)
    earlier = NOW - timedelta(days=2)
    assert is_due(state, earlier)
    failed = after_failure(state, a_feed(), "the server answered 503", earlier, 0, timedelta(hours=1))
    assert not is_due(failed, earlier + timedelta(seconds=1))
    assert not is_due(failed, earlier + timedelta(minutes=59))
    assert is_due(failed, earlier + timedelta(hours=1))
    assert not is_due(after_success(state, a_feed(), Fetched(), earlier, 0), earlier + timedelta(seconds=1))


def test_after_success__thousands_came_since__what_the_source_still_lists_is_known() -> None:
    state = FeedState("f", last_good_at=NOW)
    for turn in range(4):
        listed = Fetched(tuple(an_entry(guid=f"{turn} {number}") for number in range(500)))
        state = after_success(state, a_feed(), listed, NOW, 0)
    assert fresh(state, Fetched((an_entry(guid="0 0"), an_entry(guid="3 499")))) == ()


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, ""),
        ({"errors": 4, "next_poll_at": NOW + 9 * DAY}, ""),
        ({"errors": 5, "next_poll_at": NOW + timedelta(hours=23)}, ""),
        ({"errors": 5, "next_poll_at": NOW + DAY}, UNREAD),
        ({"errors": 5, "last_good_at": None, "next_poll_at": NOW}, UNREAD),
        ({"last_entry_at": NOW - 13 * DAY}, ""),
        ({"last_entry_at": NOW - 14 * DAY}, NOTHING_NEW),
        # Whether it speaks again, one good read will tell.
        ({"errors": 1, "next_poll_at": NOW, "silence": UNREAD}, UNREAD),
        ({"silence": UNREAD}, ""),
    ],
)
def test_silence__unread_for_a_day_or_nothing_new_for_two_weeks(changes, found) -> None:
    assert silence(a_feed_state(**changes)) == found


def test_silence__a_source_that_was_empty_from_the_first__is_noticed_after_two_weeks() -> None:
    state = after_success(FeedState("f"), a_feed(), Fetched(), NOW, 0)
    state = after_success(state, a_feed(), Fetched(), NOW + 14 * DAY, 0)
    assert silence(state) == NOTHING_NEW
