"""Nobody is sent to inside a retry_after; pushes keep to the rate; replies do not wait for pushes."""

import asyncio
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.limiter import REPLY, ROUTINE, URGENT, Limiter
from tests.chat.server import Server, send
from tests.chat.virtual import now, run

LANES = st.sampled_from([REPLY, URGENT, ROUTINE])
ASKED = st.lists(st.tuples(st.floats(0, 20), LANES, st.integers(1, 12) | st.integers(-2, -1)), min_size=1, max_size=120)


def most_in_a_window(times: list[float], seconds: float = 1.0) -> int:
    times = sorted(times)
    return max((sum(start <= other < start + seconds - 1e-6 for other in times) for start in times), default=0)


@given(ASKED, st.sampled_from([1, 5, 30]), st.integers(0, 1000))
@settings(max_examples=60, deadline=None)
def test_limiter__whatever_is_asked_and_however_slow_the_way__never_more_than_the_limit_arrives(asked, rate, seed):
    chance = random.Random(seed)
    server = Server(limit=10_000, delay=lambda: chance.uniform(0, 0.4))
    limits = Limiter(rate)

    async def main():
        pushes = [(at, lane, chat) for at, lane, chat in asked if lane != REPLY]
        return await asyncio.gather(*(send(limits, server, lane, chat, at) for at, lane, chat in pushes))

    results = run(main())
    assert len(results) == sum(lane != REPLY for _, lane, _ in asked), "somebody starved"
    assert most_in_a_window([at for at, _ in server.taken]) <= rate
    for chat in {chat for _, chat in server.taken}:
        times = [at for at, other in server.taken if other == chat]
        assert most_in_a_window(times, 60 if chat < 0 else 1) <= (20 if chat < 0 else 1)


@pytest.mark.parametrize("lane", [REPLY, URGENT, ROUTINE])
@pytest.mark.parametrize("delay", [0.0, 0.4, 5.0])
def test_group__very_many_messages__twenty_a_minute_however_slow_the_way(lane, delay):
    server, limits = Server(limit=10_000, delay=lambda: delay), Limiter(0)

    async def main():
        await asyncio.gather(*(send(limits, server, lane, -7) for _ in range(70)))

    run(main())
    times = [at for at, _ in server.taken]
    assert len(times) == 70
    assert most_in_a_window(times, 60) == 20
    assert max(times) - min(times) < 3 * (60 + 2 * delay) + 10


@given(ASKED, st.integers(1, 40), st.integers(0, 1000))
@settings(max_examples=60, deadline=None)
def test_limiter__a_limit_that_nobody_told__nothing_is_started_inside_a_pause_and_all_arrive(asked, limit, seed):
    chance = random.Random(seed)
    server = Server(limit=limit, retry_after=chance.randint(1, 9), delay=lambda: chance.uniform(0, 0.2))
    limits = Limiter(0)

    async def main():
        return await asyncio.gather(*(send(limits, server, lane, chat, at) for at, lane, chat in asked))

    assert len(run(main())) == len(asked)
    assert server.started_inside == 0


@given(ASKED, st.integers(0, 1000))
@settings(max_examples=40, deadline=None)
def test_limiter__a_chat_that_has_had_enough__nothing_is_started_inside_its_pause(asked, seed):
    chance = random.Random(seed)
    server = Server(limit=10_000, per_chat=2, delay=lambda: chance.uniform(0, 0.2))
    limits = Limiter(25)

    async def main():
        return await asyncio.gather(*(send(limits, server, lane, chat, at) for at, lane, chat in asked))

    assert len(run(main())) == len(asked)
    assert server.started_inside == 0


@given(st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_reply__while_pushes_fill_the_ceiling__goes_at_once(seed):
    chance = random.Random(seed)
    server, limits = Server(limit=10_000, delay=lambda: 0.02), Limiter(5)

    async def ask(chat: int) -> float:
        await asyncio.sleep(chance.uniform(0, 20))
        asked = now()
        await limits.send(REPLY, chat, lambda: server.take(chat))
        return now() - asked

    async def main():
        pushes = [asyncio.ensure_future(send(limits, server, ROUTINE, chat)) for chat in range(1, 101)]
        waits = await asyncio.gather(*(ask(chat) for chat in range(1001, 1021)))
        await asyncio.gather(*pushes)
        return waits

    assert max(run(main())) < 0.05


def test_push__urgent_and_routine_wait__urgent_ones_leave_first():
    async def main():
        server, limits = Server(limit=10_000), Limiter(1)
        lanes = [ROUTINE] * 5 + [URGENT] * 5
        done = await asyncio.gather(*(send(limits, server, lane, chat) for chat, lane in enumerate(lanes, 1)))
        return [lane for lane, _, _ in sorted(done, key=lambda each: each[2])]

    assert run(main()) == [ROUTINE] + [URGENT] * 5 + [ROUTINE] * 4


def test_push__waits_for_its_own_chat__holds_up_nobody_else():
    async def main():
        server, limits = Server(limit=10_000), Limiter(100)
        await asyncio.gather(*(send(limits, server, URGENT, 1) for _ in range(5)), send(limits, server, ROUTINE, 2))
        return server.taken

    start = 1000.0
    taken = run(main())
    assert [round(at - start, 3) for at, chat in taken if chat == 2] == [0]
    assert [round(at - start, 3) for at, chat in taken if chat == 1] == pytest.approx([0, 1, 2, 3, 4])


def test_reply__several_to_one_person__a_few_at_once_and_then_one_a_second():
    async def main():
        server, limits = Server(), Limiter(25)
        await asyncio.gather(*(send(limits, server, REPLY, 1) for _ in range(6)))
        return [round(at - 1000, 3) for at, _ in server.taken]

    assert run(main()) == pytest.approx([0, 0, 0, 0, 1, 2])


def test_rate_of_zero__no_ceiling():
    async def main():
        server, limits = Server(limit=10_000), Limiter(0)
        await asyncio.gather(*(send(limits, server, ROUTINE, chat) for chat in range(1, 501)))
        return now()

    assert run(main()) == pytest.approx(1000)


def test_chats__many_of_them__are_forgotten_when_they_rest():
    async def main():
        server, limits = Server(limit=10_000), Limiter(1000)
        await asyncio.gather(*(send(limits, server, ROUTINE, chat) for chat in range(1, 20_001)))
        return len(limits._pace._chats)

    assert run(main()) < 16_000


async def test_cancelled__while_it_waits_or_is_under_way__its_place_is_free_again():
    limits = Limiter(1)
    hangs = asyncio.ensure_future(limits.send(ROUTINE, 1, asyncio.Event().wait))
    await asyncio.sleep(0)
    waits = asyncio.ensure_future(limits.send(ROUTINE, 2, asyncio.Event().wait))
    await asyncio.sleep(0)
    for task in (waits, hangs):
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    room, wait = limits.room()
    assert (room, wait <= 1) == (0, True)
    await limits.shutdown()
