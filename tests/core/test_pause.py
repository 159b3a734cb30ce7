"""What is remembered of a pause, and what is left of it whatever the clock did meanwhile."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.pause import LONGEST, ROUGHLY, Pause, is_forgettable, left, noted
from tests.builders import NOW

SPANS = st.timedeltas(timedelta(), timedelta(days=2))
JUMPS = st.timedeltas(-timedelta(days=2), timedelta(days=2))


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def test_left__nothing_known__nothing():
    assert left(None, NOW) == timedelta()


def test_left__half_of_it_over__the_other_half():
    assert left(Pause(NOW, NOW + seconds(30)), NOW + seconds(15)) == seconds(15)


def test_left__over__nothing():
    assert left(Pause(NOW, NOW + seconds(30)), NOW + seconds(31)) == timedelta()


def test_left__asked_for_a_day__an_hour_at_most():
    assert left(Pause(NOW, NOW + timedelta(days=1)), NOW) == LONGEST


def test_left__clock_set_back_an_hour__no_more_than_there_was_at_first():
    assert left(Pause(NOW, NOW + seconds(30)), NOW - timedelta(hours=1)) == seconds(30)


def test_noted__first_pause__the_whole_of_it_and_a_little_more():
    assert noted(None, seconds(30), NOW) == Pause(NOW, NOW + seconds(30) + ROUGHLY)


def test_noted__many_refusals_of_nearly_the_same_end__one_is_written():
    known = noted(None, seconds(30), NOW)
    assert noted(known, seconds(30), NOW + seconds(0.9)) is None
    assert noted(known, seconds(12), NOW + seconds(9)) is None
    assert noted(known, seconds(31), NOW + seconds(2)) is not None


def test_noted__clock_set_back__written_anew_and_no_shorter_than_what_was_left():
    known = Pause(NOW, NOW + seconds(300))
    again = noted(known, seconds(5), NOW - timedelta(hours=2))
    assert again == Pause(NOW - timedelta(hours=2), NOW - timedelta(hours=2) + seconds(300) + ROUGHLY)


@given(SPANS, JUMPS, SPANS)
def test_noted__whatever_the_clock_did__what_is_left_covers_what_was_asked_for(first, jump, second):
    known = noted(None, first, NOW)
    now = NOW + jump
    after = noted(known, second, now) or known
    assert left(after, now) >= min(second, LONGEST)
    assert left(after, now) <= LONGEST


def test_is_forgettable__over_for_a_day__yes():
    pause = Pause(NOW, NOW + seconds(30))
    assert not is_forgettable(pause, NOW + timedelta(hours=23))
    assert is_forgettable(pause, NOW + timedelta(hours=25))
