"""Who is asked whether she is still there, and who goes: by months alone, never before a full year."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.subscriber import heard, is_to_ask, is_to_part, month_of, months_since
from tests.builders import NOW, a_subscriber

moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("month", "steps"), [("2026-11", 0), ("2026-10", 1), ("2025-11", 12), ("2025-12", 11), ("2027-01", -2)]
)
def test_months_since__from_month_to_month(month, steps) -> None:
    assert months_since(month, NOW) == steps


@pytest.mark.parametrize("month", ["", "x", "2026", "2026-1", "2026-xx", "26-11-01", "202²-11"])
def test_months_since__no_month__none(month) -> None:
    assert months_since(month, NOW) is None


@given(moments, st.integers(0, 4000))
def test_part__before_a_full_year__never_whatever_the_days(seen_at, days) -> None:
    now = seen_at + timedelta(days=days)
    reader = a_subscriber(seen_month=month_of(seen_at), asked_month="2019-01")
    if is_to_part(reader, now):
        assert now - seen_at >= timedelta(days=365)
    if days > 365 + 62:
        assert is_to_part(reader, now)


@given(moments, st.integers(0, 200))
def test_part__after_the_question__a_full_month_passes_at_least(asked_at, days) -> None:
    now = asked_at + timedelta(days=days)
    if is_to_part(a_subscriber(seen_month="2010-01", asked_month=month_of(asked_at)), now):
        assert days >= 28


def test_ask__unseen_for_eleven_months__once_and_before_anything_is_removed() -> None:
    reader = a_subscriber(seen_month="2025-12")
    assert is_to_ask(reader, NOW) and not is_to_part(reader, NOW)
    assert not is_to_ask(a_subscriber(seen_month="2025-12", asked_month="2026-11"), NOW)
    assert not is_to_ask(a_subscriber(seen_month="2026-01"), NOW)


def test_part__a_reader_who_was_never_asked__stays() -> None:
    assert not is_to_part(a_subscriber(seen_month="2020-01"), NOW)


def test_part__somebody_who_only_saved_settings__goes_without_a_question() -> None:
    someone = a_subscriber(seen_month="2025-10", is_subscribed=False)
    assert is_to_part(someone, NOW) and not is_to_ask(someone, NOW)


@pytest.mark.parametrize(
    "changes", [{"quiet_from": 11, "quiet_to": 14}, {"paused_until": NOW + timedelta(days=1)}, {"is_subscribed": False}]
)
def test_ask__in_quiet_hours_a_pause_or_after_stop__not_now(changes) -> None:
    assert not is_to_ask(a_subscriber(seen_month="2025-01", **changes), NOW)


@pytest.mark.parametrize("month", ["", "broken", "2031-05"])
def test_part__month_unknown_or_ahead__never(month) -> None:
    reader = a_subscriber(seen_month=month, asked_month="2020-01")
    assert not is_to_part(reader, NOW) and not is_to_ask(reader, NOW)


def test_heard__after_the_question__nothing_is_left_of_it() -> None:
    reader = heard(a_subscriber(seen_month="2025-12", asked_month="2026-11"), NOW)
    assert (reader.seen_month, reader.asked_month) == ("2026-11", "")
