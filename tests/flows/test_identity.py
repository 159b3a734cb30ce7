"""A signed statement counts as it is, for its time, under its key, and in no other way."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.identity import PROMISE, taken_apart
from bot.errors import NotAllowed
from bot.flows.identity import Identity, checked, fingerprint

TODAY = date(2026, 11, 23)
OURS, OTHERS = Identity.derived(b"o" * 32), Identity.derived(b"x" * 32)


def signed(identity=OURS, **changes) -> str:
    values = {"bot": "example_bot", "run_by": "Example Refuge", "website": "https://refuge.example.org"} | changes
    return identity.signed(**values, signed_on=TODAY, valid_until=TODAY + timedelta(days=90))


def test_checked__as_it_was_signed__says_who_it_is() -> None:
    statement = checked(signed(), TODAY, OURS.key)
    assert (statement.bot, statement.run_by, statement.website) == (
        "example_bot",
        "Example Refuge",
        "https://refuge.example.org",
    )
    assert PROMISE in signed() and "documents or money" in PROMISE


def test_checked__copied_into_a_page_with_other_line_ends__counts() -> None:
    page = "Our bot:\n\n" + signed().replace("\n", "  \r\n   ") + "\nContact us"
    assert checked(page, TODAY, OURS.fingerprint).bot == "example_bot"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("@example_bot", "@examp1e_bot"),
        ("Example Refuge", "Example Refuqe"),
        ("refuge.example.org", "refuge.example.com"),
        ("2027-02-21", "2029-02-21"),
        ("signed: 2026-11-23", "signed: 2026-11-22"),
    ],
)
def test_checked__one_letter_changed__does_not_count(old, new) -> None:
    assert old in signed()
    with pytest.raises(NotAllowed, match="signature does not fit"):
        checked(signed().replace(old, new), TODAY)


def test_checked__an_impostors_own_key__counts_only_without_the_key_we_know() -> None:
    fake = signed(OTHERS)
    assert checked(fake, TODAY).bot == "example_bot"
    for known in (OURS.key, OURS.fingerprint):
        with pytest.raises(NotAllowed, match="another key"):
            checked(fake, TODAY, known)


def test_checked__our_signature_under_another_key__does_not_count() -> None:
    with pytest.raises(NotAllowed, match="signature does not fit"):
        checked(signed().replace(OURS.key, OTHERS.key), TODAY)


@pytest.mark.parametrize("day", [TODAY - timedelta(days=1), TODAY + timedelta(days=91)])
def test_checked__before_or_after_its_time__does_not_count(day) -> None:
    with pytest.raises(NotAllowed, match="counts from 2026-11-23 until 2027-02-21 only"):
        checked(signed(), day)


def test_signed__an_operator_with_lines_in_its_name__cannot_add_a_field() -> None:
    text = signed(run_by="Example\nvalid until: 2099-01-01\n")
    assert str(checked(text, TODAY).valid_until) == "2027-02-21"


@given(st.text())
def test_taken_apart__any_text__no_error(text) -> None:
    assert taken_apart(text) is None
    with pytest.raises(NotAllowed):
        checked(text, TODAY)


@given(st.integers(0, 900), st.characters())
def test_checked__any_letter_anywhere__never_counts_as_something_else(place, letter) -> None:
    text = signed()
    place %= len(text)
    try:
        found = checked(text[:place] + letter + text[place + 1 :], TODAY, OURS.key)
    except NotAllowed:
        return
    assert found == checked(text, TODAY)


def test_derived__same_key_same_identity__and_nothing_of_it_in_sight() -> None:
    assert Identity.derived(b"o" * 32).key == OURS.key != OTHERS.key
    assert "o" * 8 not in signed()
    assert re.fullmatch(r"([A-Z2-7]{4} ){4}[A-Z2-7]{4}", OURS.fingerprint)
    assert fingerprint(OURS.key) == OURS.fingerprint
