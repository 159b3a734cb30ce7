"""The timetable keeps its pace whatever the clock of the day does."""

import asyncio
from datetime import UTC, datetime, timedelta

from bot import scheduler
from bot.scheduler import Tick, Timetable


async def test_timetable__the_clock_is_set_back_an_hour__ticks_go_on(monkeypatch):
    ticked, behind = [], timedelta()

    async def act() -> None:
        ticked.append(behind)

    class Slow(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) - behind

    monkeypatch.setattr(scheduler, "LOOK_EVERY", 0.05)
    monkeypatch.setattr("apscheduler.schedulers.base.datetime", Slow)
    monkeypatch.setattr("apscheduler.executors.base.datetime", Slow)
    timetable = Timetable([Tick("act", timedelta(seconds=0.1), act)], lambda: datetime.now(UTC) - behind)
    timetable.start()
    try:
        async with asyncio.timeout(5):
            while not ticked:
                await asyncio.sleep(0.01)
            behind = timedelta(hours=1)
            while ticked.count(behind) < 3:
                await asyncio.sleep(0.01)
    finally:
        timetable.stop()


async def test_timetable__a_tick_fails__has_its_next_turn():
    turns = []

    async def act() -> None:
        turns.append(1)
        raise ValueError("broken")

    timetable = Timetable([Tick("act", timedelta(seconds=0.05), act)], lambda: datetime.now(UTC))
    timetable.start()
    async with asyncio.timeout(5):
        while len(turns) < 2:
            await asyncio.sleep(0.01)
    timetable.stop()


async def test_timetable__a_tick_that_lasts__further_rounds_begin_up_to_its_number_and_no_more():
    begun, go = {"one": 0, "three": 0}, asyncio.Event()

    def act(name):
        async def wait() -> None:
            begun[name] += 1
            await go.wait()

        return wait

    every = timedelta(seconds=0.02)
    ticks = [Tick("one", every, act("one")), Tick("three", every, act("three"), rounds=3)]
    timetable = Timetable(ticks, lambda: datetime.now(UTC))
    timetable.start()
    async with asyncio.timeout(5):
        while begun["three"] < 3:
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    timetable.stop()
    go.set()
    assert begun == {"one": 1, "three": 3}
