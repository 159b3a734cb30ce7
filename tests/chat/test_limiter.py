"""Nobody is sent to inside a retry_after; pushes keep to the rate; replies do not wait for pushes."""

from datetime import timedelta

import pytest
from telegram.error import RetryAfter

from bot.chat.limiter import PUSH, REPLY, Limiter


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def time() -> Time:
    return Time()


def limiter(time: Time, rate: float = 25) -> Limiter:
    return Limiter(rate, time.clock, time.sleep)


async def send(limits: Limiter, lane: str, answer=lambda: "sent", chat: int = 1):
    async def callback():
        return answer()

    return await limits.process_request(callback, (), {}, "sendMessage", {"chat_id": chat}, lane)


async def test_push__more_than_the_rate__waits_for_the_next_second(time) -> None:
    limits = limiter(time, rate=10)
    starts = []
    for chat in range(25):
        await send(limits, PUSH, lambda: starts.append(time.now), chat=chat)
    for start in starts:
        assert sum(start <= other < start + 1 for other in starts) <= 10
    assert time.now == pytest.approx(102, abs=0.01)


async def test_push__twice_to_one_chat__a_second_apart(time) -> None:
    limits = limiter(time)
    starts = []
    for _ in range(3):
        await send(limits, PUSH, lambda: starts.append(time.now))
    assert starts == pytest.approx([100, 101, 102])


async def test_reply__while_pushes_are_at_the_ceiling__goes_at_once(time) -> None:
    limits = limiter(time, rate=1)
    await send(limits, PUSH)
    await send(limits, REPLY, chat=2)
    assert time.now == 100


async def test_rate_of_zero__no_ceiling(time) -> None:
    limits = limiter(time, rate=0)
    for chat in range(200):
        await send(limits, PUSH, chat=chat)
    assert time.now == 100


async def test_push__a_429__raises_and_everything_waits_it_out(time) -> None:
    limits = limiter(time)

    def refuse():
        raise RetryAfter(timedelta(seconds=7))

    with pytest.raises(RetryAfter):
        await send(limits, PUSH, refuse)
    starts = []
    await send(limits, REPLY, lambda: starts.append(time.now), chat=2)
    assert starts[0] >= 107


async def test_reply__a_429__is_sent_again_after_it(time) -> None:
    limits = limiter(time)
    answers = iter([RetryAfter(timedelta(seconds=3)), "sent"])
    starts = []

    def answer():
        starts.append(time.now)
        found = next(answers)
        if isinstance(found, Exception):
            raise found
        return found

    assert await send(limits, REPLY, answer) == "sent"
    assert starts[1] - starts[0] >= 3
