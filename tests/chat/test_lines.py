"""Updates under way: whoever floods keeps nobody else waiting, and nothing is acknowledged before it was handled."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from types import SimpleNamespace

import pytest

from bot.chat.lines import CROWD
from bot.chat.polling import WATCH, Poller
from tests.chat.virtual import now, run

FLOODER = 1


class Telegram:
    """Gives out updates, a hundred at a time, from the offset on; forgets what lies below an offset that was asked."""

    def __init__(self) -> None:
        self.waiting: list[SimpleNamespace] = []
        self.rate_limiter = None
        self.polls: list[float] = []
        self.came = asyncio.Event()

    def bring(self, number: int, chat: int) -> None:
        self.waiting.append(SimpleNamespace(update_id=number, effective_chat=SimpleNamespace(id=chat)))
        self.came.set()

    async def get_updates(self, *, offset=None, timeout=0, limit=100, **_):
        self.polls.append(now())
        await asyncio.sleep(0.02)
        self.waiting = [each for each in self.waiting if each.update_id >= (offset or 0)]
        if not self.waiting and timeout:
            self.came.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self.came.wait(), timeout.total_seconds())
        return tuple(self.waiting[:limit])


class House:
    """Handles updates in the time that answers take: a chat gets four at once, then one a second."""

    def __init__(self, telegram: Telegram, answered: int = 11) -> None:
        self.bot, self.bot_data, self.answered = telegram, {WATCH: self}, answered
        self.handled: list[tuple[int, int, float]] = []
        self.crowded: list[int] = []
        self.broken: set[int] = set()

    def crowd(self, chat: int) -> None:
        self.crowded.append(chat)
        self.answered = 4

    async def is_past(self, update, behind) -> bool:
        return False

    async def process_update(self, update) -> None:
        before = sum(chat == update.effective_chat.id for _, chat, _ in self.handled)
        if before < self.answered:
            await asyncio.sleep(0.05 if before < 4 else 1.0)
        if update.update_id in self.broken:
            raise ZeroDivisionError
        self.handled.append((update.update_id, update.effective_chat.id, now()))

    def at(self, number: int) -> float:
        return next(at for handled, _, at in self.handled if handled == number)


def play(scene, *, seconds: float = 60, answered: int = 11):
    """Let a poller live through a scene; return the house and Telegram."""

    async def live():
        telegram = Telegram()
        house = House(telegram, answered)
        poller = Poller(house)
        polling = asyncio.ensure_future(poller.run())
        await scene(telegram)
        await asyncio.sleep(seconds)
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)
        await poller.acknowledge()
        return house, telegram, poller

    return run(live())


@pytest.mark.parametrize("many", [12, CROWD - 1, CROWD, 99, 150, 400])
def test_lines__one_chat_brings_very_many_at_once__others_are_answered_within_a_second(many) -> None:
    began = []

    async def scene(telegram) -> None:
        began.append(now())
        for number in range(1, many + 1):
            telegram.bring(number, FLOODER)
        await asyncio.sleep(0.5)
        for number in range(many + 1, many + 31):
            telegram.bring(number, number)

    house, telegram, _ = play(scene)
    others = [house.at(number) - began[0] - 0.5 for number in range(many + 1, many + 31)]
    assert max(others) < 1, f"the last of the others was answered after {max(others):.1f} s"
    if many < CROWD:
        assert max(others) < house.at(many) - began[0] - 0.5, "the flooder's last one came after them"
    assert [number for number, chat, _ in house.handled if chat == FLOODER] == list(range(1, many + 1))
    assert set(house.crowded) == ({FLOODER} if many >= CROWD else set())
    assert telegram.waiting == []


def test_lines__nothing_is_under_way__polls_are_long() -> None:
    async def scene(telegram) -> None:
        for number in range(1, 4):
            telegram.bring(number, number)

    house, telegram, _ = play(scene, seconds=3600)
    assert len(house.handled) == 3
    assert len(telegram.polls) < 3600 / 25 + 10


def test_lines__something_is_under_way__is_looked_beside_four_times_a_second_at_most() -> None:
    async def scene(telegram) -> None:
        for number in range(1, 12):
            telegram.bring(number, FLOODER)

    house, telegram, _ = play(scene, seconds=8)
    assert len(house.handled) == 11
    assert len(telegram.polls) <= 8 * 4 + 2


def test_lines__one_update_breaks__those_behind_it_are_handled() -> None:
    async def scene(telegram) -> None:
        for number in range(1, 6):
            telegram.bring(number, FLOODER)

    async def live():
        telegram = Telegram()
        house = House(telegram)
        house.broken = {2}
        polling = asyncio.ensure_future(Poller(house).run())
        await scene(telegram)
        await asyncio.sleep(10)
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)
        return [number for number, _, _ in house.handled]

    assert run(live()) == [1, 3, 4, 5]


@pytest.mark.parametrize("seed", range(12))
def test_lines__ended_at_any_moment__what_was_not_handled_comes_again_and_each_chat_keeps_its_order(seed) -> None:
    chance = random.Random(seed)
    chats = {number: chance.choice([1, 1, 1, 2, 3]) for number in range(1, 61)}

    async def live():
        telegram, handled = Telegram(), []
        for number, chat in chats.items():
            telegram.bring(number, chat)
        while telegram.waiting:
            house = House(telegram)
            poller = Poller(house)
            polling = asyncio.ensure_future(poller.run())
            await asyncio.sleep(chance.uniform(0.05, 4))
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)
            if chance.random() < 0.5:  # an orderly stop; else a crash
                await poller.acknowledge()
            handled += [number for number, _, _ in house.handled]
        return handled

    handled = run(live())
    assert set(handled) == set(chats)
    for chat in set(chats.values()):
        firsts = list(dict.fromkeys(number for number in handled if chats[number] == chat))
        assert firsts == sorted(firsts)


class Anew(Telegram):
    """As Telegram's own server does: asked for a number that is far ahead of all, it answers from its first on."""

    async def get_updates(self, *, offset=None, **asked):
        last = max((each.update_id for each in self.waiting), default=0)
        return await super().get_updates(offset=None if self.waiting and (offset or 0) > last + 10 else offset, **asked)


@pytest.mark.parametrize("first", [1, 499_000, 900_000])
def test_lines__telegram_counts_anew_after_a_quiet_week__everybody_is_heard_once_and_nothing_asked_in_haste(
    first,
) -> None:
    async def live():
        telegram = Anew()
        house = House(telegram)
        polling = asyncio.ensure_future(Poller(house).run())
        for number in range(500_000, 500_005):
            telegram.bring(number, 7)
        await asyncio.sleep(8 * 86_400)
        quiet = len(telegram.polls)
        for number in range(first, first + 150):
            telegram.bring(number, number)
        await asyncio.sleep(60)
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)
        return house, telegram, quiet

    house, telegram, quiet = run(live())
    assert sorted(number for number, _, _ in house.handled)[-155:] == sorted(
        [*range(500_000, 500_005), *range(first, first + 150)]
    )
    assert telegram.waiting == []
    assert len(telegram.polls) - quiet < 20


def test_polling__something_unforeseen_breaks_it_off__it_begins_anew_and_what_was_not_handled_comes_again() -> None:
    async def live():
        telegram = Telegram()
        house = House(telegram)
        polling = asyncio.ensure_future(Poller(house).run())
        telegram.bring(1, 1)
        telegram.bring(2, 2)
        broken = telegram.waiting[1].effective_chat
        telegram.waiting[1].effective_chat = SimpleNamespace(id=[])
        await asyncio.sleep(3)
        telegram.waiting[-1].effective_chat = broken
        await asyncio.sleep(30)
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)
        return [number for number, _, _ in house.handled]

    assert sorted(run(live())) == [1, 2]
