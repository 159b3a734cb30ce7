"""What a chat leaves: remembered for two days at most, tidied after the reader's time, covered without a past."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.subscriber import Subscriber
from bot.core.trace import (
    COVER,
    MOST,
    OPEN,
    READ,
    Opened,
    Said,
    Trace,
    covered,
    forgets,
    owing,
    pruned,
    remembered,
    to_tidy,
    without,
)
from tests.builders import NOW

AT = int(NOW.timestamp())
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def ago(message_id: int, span: timedelta, kind: str = "") -> Said:
    return Said(message_id, AT - int(span.total_seconds()), kind)


said = st.builds(ago, st.integers(1, 50), st.timedeltas(timedelta(), timedelta(days=4)), st.sampled_from(["", READ]))


@given(st.lists(said), st.lists(said), st.timedeltas(timedelta(), timedelta(days=3)))
def test_remembered__whatever_is_added_when__nothing_older_than_two_days_and_nothing_twice(
    first, second, later
) -> None:
    now = NOW + later
    trace = remembered(remembered(Trace(1), first, (), NOW), second, (), now)
    assert all(each.at > (now - timedelta(hours=48)).timestamp() for each in trace.messages)
    assert len({each.message_id for each in trace.messages}) == len(trace.messages)


@given(st.lists(said), st.sampled_from([None, HOUR, DAY, 5 * DAY]))
def test_to_tidy__whatever_was_said__only_what_the_reader_chose_and_telegram_allows(messages, tidy_in) -> None:
    trace = remembered(Trace(1), messages, (), NOW)
    gone = set(to_tidy(trace, tidy_in, NOW))
    for each in trace.messages:
        age = timedelta(seconds=AT - each.at)
        if tidy_in is None:
            assert each.message_id not in gone
        elif each.kind == READ:
            assert (each.message_id in gone) == (age >= timedelta(hours=47))
        elif age >= min(tidy_in, timedelta(hours=47, minutes=50)):
            assert each.message_id in gone
        else:
            assert each.message_id not in gone


def test_remembered__said_again_as_read_news__becomes_news_and_keeps_its_time() -> None:
    trace = remembered(Trace(1), [ago(5, HOUR)], (), NOW)
    trace = remembered(trace, [ago(5, timedelta(), READ)], (), NOW)
    assert trace.messages == (ago(5, HOUR, READ),)
    trace = remembered(trace, [ago(5, timedelta())], (), NOW)
    assert trace.messages == (ago(5, HOUR),)


def test_remembered__note_of_a_message_that_must_go_already__stays_owed() -> None:
    """Notes are written in the background: the passphrase's may come after Telegram refused to delete it."""
    trace = remembered(owing(Trace(7), [3], NOW), [ago(3, timedelta())], [], NOW)
    assert to_tidy(trace, None, NOW) == (3,)


def test_remembered__more_than_anyone_writes__the_newest_stay() -> None:
    trace = remembered(Trace(1), (ago(number, HOUR) for number in range(1, MOST + 3)), (), NOW)
    assert len(trace.messages) == MOST
    assert trace.messages[-1].message_id == MOST + 2


def test_remembered__a_text_opened_and_hidden__stands_open_until_then() -> None:
    trace = remembered(Trace(1), (), [Opened(5, "a1", AT + 60), Opened(6, "a2", AT + 60)], NOW)
    assert [each.message_id for each in trace.opened] == [5, 6]
    trace = remembered(trace, (), [Opened(5, "", 0), Opened(6, "a3", AT + 90)], NOW)
    assert trace.opened == (Opened(6, "a3", AT + 90),)


def test_remembered__a_covered_chat__keeps_nothing_of_what_is_said() -> None:
    trace = replace(covered("$argon2id$..."), chat_id=1)
    assert remembered(trace, [ago(5, HOUR)], [Opened(5, "a1", AT)], NOW) is trace
    assert trace.face == COVER


def test_without__some_messages__they_and_their_open_texts_are_gone() -> None:
    trace = remembered(Trace(1, face=OPEN), [ago(5, HOUR), ago(6, HOUR)], [Opened(5, "a1", AT)], NOW)
    left = without(trace, [5, 99])
    assert [each.message_id for each in left.messages] == [6]
    assert left.opened == ()
    assert without(left, [6]) == Trace(1, face=OPEN)


def test_forgets__only_when_a_number_was_let_go() -> None:
    one, two = Trace(1, messages=(ago(1, HOUR),)), Trace(1, messages=(ago(1, HOUR), ago(2, HOUR)))
    assert not forgets(None, two)
    assert not forgets(one, two)
    assert forgets(two, one)
    assert forgets(one, None)
    assert not forgets(Trace(1, face=OPEN), None)


def test_pruned__nothing_too_old__the_same_value() -> None:
    trace = Trace(1, messages=(ago(1, HOUR),))
    assert pruned(trace, NOW) is trace


def test_owing__a_covered_chat__its_number_is_known_until_the_messages_are_gone() -> None:
    trace = owing(replace(covered("$x"), chat_id=7), [3, 4], NOW)
    assert to_tidy(trace, None, NOW) == (3, 4)
    assert pruned(trace, NOW + HOUR).chat_id == 7
    assert pruned(trace, NOW + 2 * DAY) == covered("$x")


@pytest.mark.parametrize(
    ("settings", "tidy_in"),
    [
        ({}, DAY),
        ({"is_discreet": False}, None),
        ({"tidy_hours": 0}, None),
        ({"tidy_hours": 1}, HOUR),
        ({"tidy_hours": 24, "is_discreet": False}, DAY),
    ],
)
def test_tidy_in__what_was_chosen_else_a_day_when_discreet(settings, tidy_in) -> None:
    assert Subscriber(1, **settings).tidy_in == tidy_in


def test_repr__tells_neither_chat_nor_messages() -> None:
    shown = repr(Trace(7_312_345_678, "k", (ago(4_242, HOUR),), passphrase="$argon2id$x"))
    assert "7312345678" not in shown
    assert "4242" not in shown
    assert "argon" not in shown
