"""The way to Telegram and back is taken off the window only as far as it is surely that long."""

import asyncio
import random
from functools import partial

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.limiter import ROUTINE, Limiter
from bot.chat.travel import BELIEVED, LOOKED_AT, MOST, STALE, Travel
from tests.chat.server import Server
from tests.chat.virtual import run


def travelled(*took: float) -> Travel:
    travel = Travel()
    for seconds in took:
        travel.note(seconds, now=0)
    return travel


def pushed(server: Server, seconds: int, rate: float, others: int = 64) -> list[float]:
    """Push as fast as it goes for so long, and return when Telegram took each."""

    async def main() -> None:
        limits, chats = Limiter(rate), iter(range(1, 1_000_000))

        async def work() -> None:
            while True:
                chat = next(chats)
                await limits.send(ROUTINE, chat, partial(server.take, chat))

        workers = [asyncio.ensure_future(work()) for _ in range(others)]
        await asyncio.sleep(seconds)
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)

    run(main())
    return [at for at, _ in server.taken]


def test_at_least__few_messages__nothing_is_believed():
    assert travelled(*[0.05] * 15).at_least(0) == 0


def test_at_least__a_steady_road__most_of_the_shortest():
    assert travelled(*[0.05] * 12, *[0.09] * 20).at_least(0) == BELIEVED * 0.05


def test_at_least__each_takes_its_own_time__nothing_is_believed():
    assert travelled(*(0.01 * count for count in range(1, 33))).at_least(0) == 0


def test_at_least__one_shorter_than_ever__is_believed_no_more_at_once():
    travel = travelled(*[0.05] * 32)
    travel.note(0.01, now=0)
    assert travel.at_least(0) <= BELIEVED * 0.01


def test_at_least__a_longer_road__is_noticed_after_so_many_messages():
    travel = travelled(*[0.01] * 64, *[0.05] * LOOKED_AT)
    assert travel.at_least(0) == BELIEVED * 0.05


def test_at_least__a_very_long_road__only_a_tenth_of_a_second():
    assert travelled(*[0.7] * 32).at_least(0) == MOST


def test_at_least__nothing_sent_for_a_minute__starts_anew():
    travel = travelled(*[0.05] * 32)
    assert travel.at_least(STALE - 1) > 0
    assert travel.at_least(STALE) == 0
    travel.note(0.05, now=STALE)
    assert travel.at_least(STALE) == 0


@given(st.floats(0, 0.1), st.floats(0, 0.1), st.floats(0, 0.5), st.sampled_from([5, 30]), st.integers(0, 1000))
@settings(max_examples=40, deadline=None)
def test_limiter__wherever_on_the_way_it_counts_and_however_roads_swing__a_strict_limit_never_refuses(
    there, back, swing, rate, seed
):
    chance = random.Random(seed)

    def swinging(least: float):
        return lambda: least + chance.choice([0, 0, chance.uniform(0, swing)])

    server = Server(limit=rate, delay=swinging(there), back=swinging(back))
    pushed(server, 20, rate, others=8)
    assert server.refused == 0


def test_limiter__fifty_milliseconds_away__all_but_a_hundredth_of_the_limit_is_used():
    server = Server(limit=30, delay=lambda: 0.025)
    assert len(pushed(server, 100, 30)) >= 0.985 * 30 * 100
    assert server.refused == 0
