"""When to come back, and which marks may be kept."""

from datetime import timedelta

import pytest

from bot.feeds.headers import fresh_for, mark, retry_after
from tests.builders import NOW


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120), ("0", 0), ("999999999", 86_400), ("Mon, 23 Nov 2026 12:01:00 GMT", 60), ("Mon, 23 Nov 2026 12:01:00 -0000", 60),
        ("Mon, 23 Nov 2020 12:01:00 GMT", 0), ("Mon, 23 Nov 2099 12:01:00 GMT", 86_400),
    ],
)  # fmt: skip
def test_retry_after__seconds_or_date__at_most_a_day(value, seconds) -> None:
    assert retry_after({"Retry-After": value}, NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize("value", ["", "-5", "soon", "1e9", "²", "9" * 400, "Mon, 99 Nov 2026"])
def test_retry_after__unreadable__is_none(value) -> None:
    assert retry_after({"Retry-After": value}, NOW) is None


@pytest.mark.parametrize(
    ("cache", "age", "seconds"),
    [
        ("max-age=600", "", 600), ("public, Max-Age = 600", "100", 500), ("max-age=600", "900", 0), ("max-age=99999", "", 3600),
        ('max-age="60"', "x", 60),
    ],
)  # fmt: skip
def test_fresh_for__max_age_less_age__at_most_an_hour(cache, age, seconds) -> None:
    assert fresh_for({"Cache-Control": cache, "Age": age}) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "cache", ["", "no-cache, max-age=600", "max-age=600,no-store", "s-maxage=600", "max-age=-1", "max-age=x"]
)
def test_fresh_for__not_to_be_kept_or_unreadable__is_none(cache) -> None:
    assert fresh_for({"Cache-Control": cache}) is None


def test_mark__plain_ascii__is_kept_and_anything_else_dropped() -> None:
    assert mark({"ETag": ' W/"a-1" '}, "ETag") == 'W/"a-1"'
    assert mark({"ETag": '"\udcff"'}, "ETag") == ""
    assert mark({"ETag": '"ж"'}, "ETag") == ""
    assert mark({"ETag": "x" * 501}, "ETag") == ""
    assert mark({}, "ETag") == ""
