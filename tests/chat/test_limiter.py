"""Nobody is sent to inside a retry_after; pushes keep to the rate; replies do not wait for pushes."""

import asyncio
import random
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram.error import RetryAfter

from bot.chat.limiter import REPLY, ROUTINE, URGENT, Limiter, span
from bot.chat.pace import Pace
from tests.chat.server import Server
from tests.chat.virtual import now, run

LANES = st.sampled_from([REPLY, URGENT, ROUTINE])
ASKED = st.lists(st.tuples(st.floats(0, 20), LANES, st.integers(1, 12) | st.integers(-2, -1)), min_size=1, max_size=120)


def most_in_a_window(times: list[float], seconds: float = 1.0) -> int:
    times = sorted(times)
    return max((sum(start <= other < start + seconds - 1e-6 for other in times) for start in times), default=0)


async def send(limits: Limiter, server: Server, lane: str, chat: int = 1, at: float = 0) -> tuple[str, int, float]:
    """Send at a moment and say when it was taken; a push that is sent back comes again when it was told."""
    await asyncio.sleep(at)
    while True:
        try:
            await limits.send(lane, chat, lambda: server.take(chat))
            return lane, chat, now()
        except RetryAfter as error:
            await asyncio.sleep(span(error).total_seconds())


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


async def refuse_once(limits: Limiter, lane: str, chat: int, seconds: int) -> None:
    async def refuse():
        raise RetryAfter(timedelta(seconds=seconds))

    with pytest.raises(RetryAfter):
        await limits.send(lane, chat, refuse)


def test_push__a_429__raises_and_everybody_waits_it_out_even_those_who_queued_before():
    async def main():
        server, limits = Server(), Limiter(1)
        first = asyncio.ensure_future(send(limits, server, ROUTINE, 1))
        await asyncio.sleep(0)
        queued = [asyncio.ensure_future(send(limits, server, ROUTINE, chat)) for chat in (2, 3)]
        await first
        await refuse_once(limits, URGENT, 9, 7)
        refused_at = now()
        await send(limits, server, REPLY, 5)
        await asyncio.gather(*queued)
        return [at - refused_at for at in server.starts if at > refused_at]

    assert min(run(main())) >= 7


def test_push__a_long_pause__is_sent_back_to_the_store_at_once():
    async def main():
        server, limits = Server(), Limiter(25)
        await refuse_once(limits, ROUTINE, 1, 3600)
        asked = now()
        for lane in (URGENT, REPLY):
            with pytest.raises(RetryAfter):
                await limits.send(lane, 2, lambda: server.take(2))
        return now() - asked, server.starts

    waited, starts = run(main())
    assert (waited, starts) == (pytest.approx(0, abs=1e-3), [])


def test_429__one_chat_got_several_and_the_rest_is_calm__only_that_chat_waits():
    async def main():
        server, limits = Server(), Limiter(25)
        for _ in range(3):
            await limits.send(REPLY, 1, lambda: server.take(1))
        await refuse_once(limits, ROUTINE, 1, 5)
        await send(limits, server, ROUTINE, 2)
        other = now()
        await send(limits, server, ROUTINE, 1)
        return other, now()

    other, own = run(main())
    assert own >= other + 5 - 1


def test_429__in_doubt__is_everybodys():
    async def main():
        server, limits = Server(), Limiter(25)
        await refuse_once(limits, ROUTINE, 1, 5)
        refused_at = now()
        await send(limits, server, ROUTINE, 2)
        return now() - refused_at

    assert run(main()) >= 5


def test_429__a_second_chat_while_the_first_is_paused__is_everybodys():
    async def main():
        server, limits = Server(), Limiter(25)
        for chat in (1, 2):
            for _ in range(3):
                await limits.send(REPLY, chat, lambda chat=chat: server.take(chat))
        await refuse_once(limits, ROUTINE, 1, 5)
        await asyncio.sleep(2)
        await refuse_once(limits, ROUTINE, 2, 5)
        refused_at = now()
        await send(limits, server, REPLY, 3)
        return now() - refused_at

    assert run(main()) >= 5


def test_limit_falls_and_rises__the_ceiling_follows_with_few_refusals():
    async def main():
        server, limits = Server(limit=30, delay=lambda: 0.005), Limiter(30)
        chats = iter(range(1, 100_000))
        end = now() + 800

        async def worker():
            while now() < end:
                await send(limits, server, ROUTINE, next(chats))

        async def move():
            await asyncio.sleep(120)
            server.limit = 12
            await asyncio.sleep(240)
            server.limit = 30

        await asyncio.gather(move(), *(worker() for _ in range(8)))
        early = [at for at, _ in server.taken if at < 1120]
        late = [at for at, _ in server.taken if at > 1740]
        return len(early) / 120, len(late) / 60, server.refused, server.started_inside

    early, late, refused, inside = run(main())
    assert early > 29
    assert late > 28
    assert refused <= 16
    assert inside == 0


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


# how the bot looks


async def looks(limits: Limiter, refusals: list[int], asked: list[float], method: str = "setMyDescription") -> str:
    async def call():
        asked.append(now())
        if refusals:
            raise RetryAfter(timedelta(seconds=refusals.pop(0)))
        return "set"

    return await limits.process_request(call, (), {}, method, {}, None)


@pytest.mark.parametrize("method", ["setMyDescription", "setMyCommands", "deleteMyCommands"])
def test_limiter__the_looks_are_refused_for_hours__messages_go_on_and_the_looks_wait_for_themselves(method):
    limits, server, asked = Limiter(25), Server(), []

    async def main():
        with pytest.raises(RetryAfter):
            await looks(limits, [7200], asked, method)
        begun = now()
        await send(limits, server, REPLY)
        await send(limits, server, ROUTINE, chat=2)
        assert now() - begun < 2
        with pytest.raises(RetryAfter) as refused:
            await looks(limits, [], asked)
        assert 7190 < span(refused.value).total_seconds() <= 7200
        assert len(asked) == 1
        await asyncio.sleep(7201)
        assert await looks(limits, [], asked) == "set"

    run(main())


def test_limiter__the_looks_are_refused_for_seconds__everything_waits():
    limits, server, asked = Limiter(25), Server(), []

    async def main():
        begun = now()
        setting = asyncio.ensure_future(looks(limits, [5], asked))
        await asyncio.sleep(0.1)
        await send(limits, server, REPLY)
        assert now() - begun >= 5
        assert await setting == "set"

    run(main())


def test_refuse__the_same_reply_again_and_again__is_no_crowd_in_its_chat_and_everything_waits() -> None:
    pace = Pace(30)
    for at in (0.0, 1.1, 2.2, 3.3):
        pace.start(REPLY, 7, at)
        pace.refuse(REPLY, 7, 1.0, at + 0.05)
        assert pace.pause_left(0, at + 0.05) > 1
