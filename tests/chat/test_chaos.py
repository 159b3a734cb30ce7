"""Scripts of trouble by seed: nobody is lost, nobody gets it twice but for a lost answer, no pause is broken."""

import logging

import pytest
import structlog

from tests.chat.chaos import live

SEEDS = (*range(12), 296, 322)  # the last two: a reply that is refused again and again


@pytest.fixture(autouse=True)
def _quietly():
    logging.disable()
    with structlog.testing.capture_logs():
        yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("seed", SEEDS)
def test_chaos__a_script_of_faults_and_clock_jumps__every_promise_holds(seed):
    life = live(seed)
    assert life.faults == []
    assert life.requests > 0
