"""Dates of entries, as they are really written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.dates import read_date


@pytest.mark.parametrize(
    "text",
    [
        "Mon, 23 Nov 2026 10:00:00 +0300", "23 Nov 2026 07:00:00 GMT", "Mon, 23 Nov 2026 07:00:00 Z", "Mon, 23 Nov 2026 10:00:00 MSK",
        "Mon, 23 Nov 26 07:00:00 UT", "Mon, 23 Nov 2026 02:00:00 EST", "2026-11-23T10:00:00+03:00", "2026-11-23T07:00:00Z",
        "2026-11-23T07:00:00.123456789Z", "2026-11-23 07:00:00", "2026-11-23T07:00Z", "20261123T070000Z", "2026-11-23T10:00:00+0300",
        "2026-11-23 10:00 +03", " \n2026-11-23T07:00:00Z\t", "2026-11-23 07:00:00 UTC",
    ],
)  # fmt: skip
def test_read_date__ways_to_write_one_moment__are_that_moment(text) -> None:
    found = read_date(text)
    assert found is not None
    assert found.replace(microsecond=0).isoformat() == "2026-11-23T07:00:00+00:00"


@pytest.mark.parametrize(
    "text",
    [
        "", "yesterday", "Thu, 01 Jan 1970 00:00:00 GMT", "0001-01-01T00:00:00Z", "2026-13-45", "99999-01-01", "2026-11-23T99:00:00Z",
        "Mon, 99 Nov 2026 10:00:00 +0300", "Mon, 23 Nov 2026 10:00:00 +9999", "9999-12-31T23:59:59-23:59", "²⁰²⁶-11-23", "1" * 5000,
    ],
)  # fmt: skip
def test_read_date__no_date_or_a_default__is_none(text) -> None:
    assert read_date(text) is None


def test_read_date__day_alone_and_leap_second__are_read() -> None:
    assert str(read_date("2026-11-23")) == "2026-11-23 00:00:00+00:00"
    assert str(read_date("2026-06")) == "2026-06-01 00:00:00+00:00"
    assert str(read_date("2016-12-31T23:59:60Z")) == "2016-12-31 23:59:59+00:00"
    assert str(read_date("2026-11-22T24:00:00Z")) == "2026-11-22 23:59:59+00:00"


@given(st.text(alphabet="0123456789-:TZ+ .,MonNov", max_size=40))
def test_read_date__any_text__never_raises(text) -> None:
    found = read_date(text)
    assert found is None or found.utcoffset() is not None
