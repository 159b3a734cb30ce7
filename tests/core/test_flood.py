"""Floods: what one chat may ask, for all rates and clocks."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.chat.pace import GAP
from bot.core.flood import ANSWER, AT_WORK, ONE_CHAT, SILENCE, WARN, Pace, full, refilled, take
from tests.builders import NOW


def verdicts(pace: Pace, waits: list[float]) -> list[str]:
    bucket, now, found = full(pace, NOW), NOW, []
    for wait in waits:
        now += timedelta(seconds=wait)
        bucket, verdict = take(bucket, pace, now)
        found.append(verdict)
    return found


def test_take__at_once__the_burst_is_answered_then_one_warning_then_silence() -> None:
    burst = int(ONE_CHAT.burst)
    assert verdicts(ONE_CHAT, [0] * (burst + 5)) == [ANSWER] * burst + [WARN] + [SILENCE] * 4


def test_take__a_message_every_other_second_for_an_hour__all_are_answered() -> None:
    assert set(verdicts(ONE_CHAT, [2.0] * 1800)) == {ANSWER}


def test_pace_of_one_chat__slower_than_telegram_takes__answers_never_pile_up() -> None:
    assert ONE_CHAT.rate < 1 / GAP
    assert AT_WORK.rate < 1 / GAP


def test_take__a_flood_without_end__its_pace_and_one_warning() -> None:
    found = verdicts(ONE_CHAT, [0.1] * 3000)
    assert found.count(WARN) == 1
    assert found.count(ANSWER) <= ONE_CHAT.burst + 300


def test_take__after_a_rest__warned_anew() -> None:
    found = verdicts(ONE_CHAT, [0] * 20 + [60] + [0] * 20)
    assert found.count(WARN) == 2


def test_refilled__clock_set_back__gives_nothing_and_takes_nothing() -> None:
    bucket, _ = take(full(ONE_CHAT, NOW), ONE_CHAT, NOW)
    assert refilled(bucket, ONE_CHAT, NOW - timedelta(days=1)).left == bucket.left


@given(st.lists(st.floats(0, 30), min_size=1, max_size=200), st.floats(1, 50), st.floats(0.1, 5))
def test_take__any_rhythm__never_more_answers_than_burst_and_rate_allow(waits, burst, rate) -> None:
    pace = Pace(burst, rate)
    found = verdicts(pace, waits)
    assert found.count(ANSWER) <= burst + rate * sum(waits[1:]) + 1e-6
    assert found[0] == ANSWER
