"""Totals that tell nobody: for all crowds, and for every one change of one person, two reports are the same."""

from hypothesis import given
from hypothesis import strategies as st

from bot.core.alert import PUBLISHED
from bot.core.delivery import Progress
from bot.core.totals import (
    CELLS,
    K,
    in_tens,
    kept,
    people_changed,
    picture,
    readers_of,
    renewed,
    shown,
    who_want,
)
from tests.builders import NOW, a_subscriber, an_alert

readers = st.builds(
    lambda topics, areas, languages, severity, subscribed: a_subscriber(
        topics=topics, areas=areas, languages=languages, min_severity=severity, is_subscribed=subscribed
    ),
    st.sampled_from([(), ("law",), ("court", "law"), ("law", "court")]),
    st.sampled_from([(), ("RU",), ("RU-CE",), ("EU",)]),
    st.sampled_from([(), ("ru",), ("en", "ru"), ("ru", "en")]),
    st.sampled_from(["Minor", "Severe"]),
    st.booleans(),
)
crowds = st.lists(readers, max_size=60)
questions = [
    an_alert(state=PUBLISHED, published_at=NOW, topics=topics, area=area, severity=severity)
    for topics in ((), ("law",), ("court",))
    for area in ((), ("RU",), ("DE",))
    for severity in ("Severe", "Moderate")
]


def report(seen) -> list[int]:
    """All that admins could ask: how many readers, and how many for each question."""
    return [in_tens(readers_of(seen)), *(in_tens(who_want(seen, alert)) for alert in questions)]


@given(crowds, readers, st.integers(0, 60))
def test_reports__one_person_comes_goes_or_changes__every_report_stays_the_same(crowd, person, place) -> None:
    before = picture(crowd)
    neighbours = [[*crowd, person]]
    if crowd:
        one = place % len(crowd)
        neighbours += [crowd[:one] + crowd[one + 1 :], [*crowd[:one], person, *crowd[one + 1 :]]]
    for after in neighbours:
        assert report(renewed(before, picture(after), K)) == report(before)


@given(
    crowds, st.lists(st.tuples(readers, st.integers(0, 60), st.sampled_from(["comes", "goes", "changes"])), max_size=80)
)
def test_reports__many_changes_one_by_one__each_step_stands_for_ten_people_or_more(crowd, changes) -> None:
    seen, since = picture(crowd), 0
    for person, place, change in changes:
        one = place % len(crowd) if crowd else 0
        if change == "comes" or not crowd:
            crowd = [*crowd, person]
        elif change == "goes":
            crowd = crowd[:one] + crowd[one + 1 :]
        else:
            crowd = [*crowd[:one], person, *crowd[one + 1 :]]
        since += 1
        later = renewed(seen, picture(crowd), K)
        if later is not seen:
            assert since >= K
            seen, since = later, 0


@given(crowds, crowds)
def test_people_changed__never_more_than_everybody_and_the_same_both_ways(one, other) -> None:
    changed = people_changed(picture(one), picture(other))
    assert changed == people_changed(picture(other), picture(one))
    assert changed <= max(len(one), len(other))
    assert people_changed(picture(one), picture(list(reversed(one)))) == 0


def test_picture__holds_no_chat_no_key_no_hours_and_no_language() -> None:
    person = a_subscriber(777, key="secret", language="ru", digest_hour=3, label="Anna", seen_month="2026-11")
    (seen,) = picture([person])
    assert (seen.chat_id, seen.key, seen.language, seen.label, seen.seen_month, seen.digest_hour) == (
        0,
        "",
        "",
        "",
        "",
        18,
    )


@given(st.lists(st.integers(0, 300), min_size=1, max_size=50))
def test_kept__any_counts__what_is_told_moves_only_by_ten_or_more(counts) -> None:
    told = None
    for count in counts:
        later = kept(told, count)
        assert told is None or later == told or abs(later - told) >= K
        assert abs(later - count) < K
        told = later


def test_in_tens__below_ten_is_nothing() -> None:
    assert [in_tens(count) for count in (-1, 0, 9, 10, 19, 20)] == [0, 0, 0, 10, 10, 20]


progresses = st.builds(Progress, *(st.integers(0, 300) for _ in range(4)))


@given(progresses, st.integers(0, 300), st.integers(0, 300))
def test_shown__any_push__numbers_in_tens_within_the_total(found, more, total) -> None:
    planned = found.sent + found.waiting + found.later + found.failed
    total = in_tens(total)
    later, unreachable = min(total, in_tens(found.later)), 0
    seen = shown(found, planned, total, later, unreachable)
    assert all(number % K == 0 for number in (seen.sent, seen.waiting, seen.later, seen.unreachable))
    assert seen.sent + seen.waiting <= total
    assert 0 <= seen.cells <= CELLS
    assert seen.is_done == (found.waiting == 0)


@given(st.integers(0, 9), st.integers(1, 9))
def test_shown__a_few_readers__no_step_shows_before_the_end(sent, waiting) -> None:
    assert shown(Progress(sent=sent, waiting=waiting), sent + waiting, 0, 0, 0) == shown(
        Progress(waiting=1), 1, 0, 0, 0
    )
