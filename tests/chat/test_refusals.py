"""What the limiter learns from a 429: who waits, for how long, and how high the ceiling is from then on."""

import asyncio
from datetime import timedelta

import pytest
from telegram.error import RetryAfter

from bot.chat.limiter import REPLY, ROUTINE, URGENT, Limiter, span
from bot.chat.pace import Pace
from tests.chat.server import Server, send
from tests.chat.virtual import now, run


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
