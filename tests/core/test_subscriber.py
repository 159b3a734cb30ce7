"""What a reader wants, and when it is due to her."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.subscriber import Subscriber, after_quiet, concerns, due_at, in_digest, next_digest_at, wants
from tests.builders import NOW, a_subscriber, an_alert


def test_wants__one_who_never_subscribed__nothing() -> None:
    assert not wants(a_subscriber(is_subscribed=False), an_alert(state="published"))


def test_wants__a_draft__nothing() -> None:
    assert not wants(a_subscriber(), an_alert(state="draft"))


def test_wants__no_topics_chosen__every_topic() -> None:
    assert wants(a_subscriber(topics=()), an_alert(state="published", topics=("law",)))


def test_wants__other_topics_chosen__not_this_one() -> None:
    alert = an_alert(state="published", topics=("law",))
    assert not wants(a_subscriber(topics=("health",)), alert)
    assert wants(a_subscriber(topics=("health", "law")), alert)


def test_wants__a_test_alert__nobody() -> None:
    assert not wants(a_subscriber(), an_alert(state="published", status="Test"))


def test_wants__only_severe_ones__drops_minor() -> None:
    reader = a_subscriber(min_severity="Severe")
    assert not wants(reader, an_alert(state="published", severity="Minor"))
    assert wants(reader, an_alert(state="published", severity="Extreme"))


@pytest.mark.parametrize(
    ("told_in", "languages", "expected"),
    [
        (("en",), (), True),
        (("en",), ("ru",), False),
        (("ru",), ("ru",), True),
        (("en", "ru"), ("ru",), True),
        (("en",), ("ru", "en"), True),
        (("en-GB",), ("en",), True),
    ],
)
def test_wants__languages_chosen__only_what_exists_in_one_of_them(told_in, languages, expected) -> None:
    alert = an_alert(state="published", headline=dict.fromkeys(told_in, "A law"))
    assert wants(a_subscriber(languages=languages), alert) is expected


@pytest.mark.parametrize("severity", ["Extreme", "Severe"])
def test_wants__danger_in_a_language_that_she_does_not_read__is_told_all_the_same(severity) -> None:
    alert = an_alert(state="published", severity=severity, headline={"en": "A raid"})
    assert wants(a_subscriber(languages=("ru",)), alert)


def test_wants__a_headline_without_words__is_none_in_that_language() -> None:
    alert = an_alert(state="published", headline={"en": "A law", "ru": " "})
    assert not wants(a_subscriber(languages=("ru",)), alert)


@pytest.mark.parametrize(
    ("area", "places", "expected"),
    [
        (("RU",), (), True),
        ((), ("DE",), True),
        (("RU",), ("RU",), True),
        (("RU",), ("DE",), False),
        (("RU",), ("RU-CE",), True),
        (("RU-CE",), ("RU",), False),
        (("EU",), ("DE",), True),
        (("EU",), ("RU",), False),
        (("DE",), ("EU",), True),
        (("WW",), ("RU",), True),
        (("RU",), ("WW",), True),
    ],
)
def test_concerns__area_of_the_alert_and_places_of_the_reader(area, places, expected) -> None:
    assert concerns(area, places) is expected


def test_due_at__now_without_quiet_hours__at_once() -> None:
    assert due_at(a_subscriber(frequency="now"), an_alert(severity="Minor"), NOW) == NOW


def test_due_at__daily__at_the_readers_hour() -> None:
    reader = a_subscriber(frequency="daily", digest_hour=18, utc_offset=timedelta(hours=3))
    assert due_at(reader, an_alert(severity="Minor"), NOW) == datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def test_due_at__daily_and_the_hour_has_just_struck__tomorrow() -> None:
    reader = a_subscriber(frequency="daily", digest_hour=12)
    assert due_at(reader, an_alert(severity="Minor"), NOW) == NOW + timedelta(days=1)


def test_due_at__weekly__on_the_readers_day() -> None:
    reader = a_subscriber(frequency="weekly", digest_hour=18, digest_weekday=2)
    assert due_at(reader, an_alert(severity="Minor"), NOW) == datetime(2026, 11, 25, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize("severity", ["Extreme", "Severe"])
def test_due_at__urgent__at_once_even_for_a_weekly_reader(severity) -> None:
    assert due_at(a_subscriber(frequency="weekly"), an_alert(severity=severity), NOW) == NOW


def test_due_at__quiet_hours__at_their_end_unless_it_is_extreme() -> None:
    reader = a_subscriber(quiet_from=22, quiet_to=7)
    night = NOW.replace(hour=23)
    morning = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
    assert due_at(reader, an_alert(severity="Moderate"), night) == morning
    assert due_at(reader, an_alert(severity="Severe"), night) == morning
    assert due_at(reader, an_alert(severity="Extreme"), night) == night
    assert due_at(replace(reader, quiet_passes="Severe"), an_alert(severity="Severe"), night) == night
    assert due_at(replace(reader, quiet_passes="never"), an_alert(severity="Extreme"), night) == morning


def test_due_at__paused__not_before_the_pause_ends() -> None:
    until = NOW + timedelta(days=2)
    assert due_at(a_subscriber(paused_until=until), an_alert(severity="Extreme"), NOW) == until


def test_in_digest__what_is_not_told_at_once() -> None:
    assert in_digest(a_subscriber(frequency="daily"), an_alert(severity="Minor"), NOW)
    assert not in_digest(a_subscriber(frequency="now"), an_alert(severity="Minor"), NOW)


readers = st.builds(
    lambda hour, weekday, offset, frequency: a_subscriber(
        digest_hour=hour, digest_weekday=weekday, utc_offset=timedelta(minutes=15 * offset), frequency=frequency
    ),
    st.integers(0, 23),
    st.integers(0, 6),
    st.integers(-48, 56),
    st.sampled_from(["daily", "weekly"]),
)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))


@given(readers, moments)
def test_next_digest_at__any_reader_and_moment__strictly_later_and_on_her_hour(reader: Subscriber, at) -> None:
    slot = next_digest_at(reader, at)
    local = slot + reader.utc_offset
    assert at < slot <= at + timedelta(days=7)
    assert (local.hour, local.minute) == (reader.digest_hour, 0)
    assert reader.frequency == "daily" or local.weekday() == reader.digest_weekday


@given(readers, moments)
def test_next_digest_at__asked_again_just_after__the_same_slot_never_comes_twice(reader: Subscriber, at) -> None:
    slot = next_digest_at(reader, at)
    assert next_digest_at(reader, slot) > slot
    assert next_digest_at(reader, slot - timedelta(seconds=1)) == slot


@given(st.integers(0, 23), st.integers(0, 23), moments)
def test_after_quiet__any_hours__never_earlier_and_never_inside(start, end, at) -> None:
    reader = a_subscriber(quiet_from=start, quiet_to=end)
    out = after_quiet(reader, at)
    assert at <= out < at + timedelta(days=1)
    assert after_quiet(reader, out) == out


@pytest.mark.parametrize(
    ("hour", "minute", "morning"),
    [(22, 0, 24), (23, 59, 24), (0, 0, 23), (3, 30, 23), (6, 59, 23)],
)
def test_after_quiet__over_midnight__both_halves_of_the_night_end_in_the_same_morning(hour, minute, morning) -> None:
    reader = a_subscriber(quiet_from=22, quiet_to=7)
    at = NOW.replace(hour=hour, minute=minute)
    assert after_quiet(reader, at) == datetime(2026, 11, morning, 7, 0, tzinfo=UTC)


@given(st.integers(0, 23), st.integers(0, 23), st.integers(-48, 56), moments)
def test_after_quiet__any_hours_and_clock__the_first_moment_outside_of_them(start, end, quarters, at) -> None:
    reader = a_subscriber(quiet_from=start, quiet_to=end, utc_offset=timedelta(minutes=15 * quarters))
    quiet = {(start + hour) % 24 for hour in range((end - start) % 24)}
    found = at
    while (found + reader.utc_offset).hour in quiet:
        local = found + reader.utc_offset
        found = local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1) - reader.utc_offset
    assert after_quiet(reader, at) == found
