"""A second reader is found by its conflicts within an hour, however many polls go well between them."""

import pytest

from bot.core.rival import TIMES, WITHIN, Rival, met, told


def after(*moments: float) -> list[int]:
    """Return after which of the conflicts admins are told."""
    rival, when = Rival(), []
    for number, moment in enumerate(moments, 1):
        rival = met(rival, moment)
        if rival.must_be_told:
            when.append(number)
            rival = told(rival)
    return when


@pytest.mark.parametrize(
    ("moments", "when"),
    [
        ((0.0, 5.0), []),
        ((0.0, 5.0, 15.0), [3]),
        ((0.0, 1500.0, 3000.0), [3]),
        ((0.0, 3000.0, 6000.0, 9000.0), []),
        (tuple(range(0, 7200, 30)), [3]),
        ((0.0, 1.0, 2.0, 2 + WITHIN, 3 + WITHIN, 4 + WITHIN), [3, 6]),
    ],
    ids=["a restart", "in a row", "now and then", "hardly ever", "for two hours", "away for an hour"],
)
def test_rival__conflicts__told_once_until_an_hour_went_without_any(moments, when) -> None:
    assert after(*moments) == when


def test_rival__conflicts_for_ever__no_more_are_remembered_than_tell() -> None:
    rival = Rival()
    for moment in range(1000):
        rival = met(rival, float(moment))
    assert len(rival.met_at) == TIMES
