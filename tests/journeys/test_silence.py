"""What Telegram asked to wait holds for the process that comes after as well: no request is sent inside it."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from bot.app import House
from bot.sandbox import Fault
from bot.settings import read_settings
from tests.journeys.conftest import AMINA
from tests.journeys.test_standing_by import (
    READERS,
    WINDOW,
    Twin,
    ask,
    copies,
    free_port,
    plan_a_push,
    settings_of,
    until_it_answers,
)


class Telegram:
    """Refuses the first message for everybody, and writes down when it was asked for what from then on."""

    def __init__(self, town, retry_after: int, method: str = "sendMessage") -> None:
        self.clock: Callable[[], float] = asyncio.get_running_loop().time
        self.retry_after, self.method = retry_after, method
        self.told_at = 0.0
        self.asked: list[tuple[str, float]] = []
        town.sandbox.faults.hook = self._on_call

    def _on_call(self, method: str, _: dict[str, Any]) -> Fault | None:
        now = self.clock()
        self.asked.append((method, now))
        if method == self.method and not self.told_at:
            self.told_at = now
            return Fault(retry_after=self.retry_after)
        return None

    async def until_told(self, town) -> None:
        """Wait until the refusal was answered and written down."""
        async with asyncio.timeout(60):
            while not any(b'"pauses"' in file.read_bytes() for file in (town.folder / "data").glob("journal.*")):
                await asyncio.sleep(0.01)

    def first_after(self, number: int) -> float:
        """Return how long after the refusal the first of the later calls came."""
        return min(at for _, at in self.asked[number:]) - self.told_at


async def test_killed_inside_a_pause__the_next_process__sends_nothing_until_it_is_over_and_says_why(town):
    await plan_a_push(town)
    telegram = Telegram(town, retry_after=15)
    async with Twin(town, free_port()) as first:
        await telegram.until_told(town)
        await first.end("killed")
    before, port = len(telegram.asked), free_port()
    second = House(read_settings(settings_of(town, PORT=str(port))))
    ready = asyncio.Event()
    running = asyncio.create_task(second.run(ready.set, obeys_signals=False))
    try:
        await until_it_answers(port)
        assert (await ask(port, "/healthz"))[0] == 200
        status, said = await ask(port, "/readyz")
        assert status == 503
        assert any("asked for silence" in reason for reason in json.loads(said)["reasons"])
        async with asyncio.timeout(60):
            await ready.wait()
            while min(copies(town).values()) < 1:
                await asyncio.sleep(0.02)
        assert (await ask(port, "/readyz"))[0] == 200
    finally:
        second.stop()
        await asyncio.wait_for(running, 10)
    assert telegram.first_after(before) >= telegram.retry_after, telegram.asked[before:][:3]
    assert sum(copies(town).values()) - READERS <= WINDOW


@pytest.mark.parametrize("method", ["sendMessage", "getUpdates", "setMyCommands"])
async def test_stopped_inside_a_pause__whatever_was_refused__nothing_is_asked_until_it_is_over(town, method):
    telegram = Telegram(town, retry_after=3, method=method)
    await town.start()
    amina = town.sandbox.person(AMINA, "Amina", "en")
    amina.say("/privacy")
    await telegram.until_told(town)
    await asyncio.sleep(0.2)  # what had left before the refusal came has arrived by then
    before = len(telegram.asked)
    await town.stop()
    await town.start()
    amina.say("/safety")
    await amina.expect(lambda message: message.text)
    assert telegram.first_after(before) >= telegram.retry_after, telegram.asked[before:][:3]


async def test_menus_refused_for_hours__people_are_answered_and_a_restart_does_not_ask_again(town):
    telegram = Telegram(town, retry_after=7200, method="setMyCommands")
    await town.start()
    amina = town.sandbox.person(AMINA, "Amina", "en")
    await telegram.until_told(town)
    amina.say("/privacy")
    await amina.expect(lambda message: message.text)
    await town.stop()
    before = len(telegram.asked)
    await town.start()
    amina.say("/safety")
    await amina.expect(lambda message: message.text)
    assert not [method for method, _ in telegram.asked[before:] if method.startswith("setMy")]


async def test_asked_to_end_while_it_keeps_silent__ends_at_once(town):
    telegram = Telegram(town, retry_after=600, method="getUpdates")
    await town.start()
    await telegram.until_told(town)
    await town.stop()
    before = len(telegram.asked)
    second = House(read_settings(settings_of(town)))
    running = asyncio.create_task(second.run(obeys_signals=False))
    async with asyncio.timeout(20):
        while not any("asked for silence" in reason for reason in await second.health.reasons()):
            await asyncio.sleep(0.01)
    second.stop()
    await asyncio.wait_for(running, 5)
    assert len(telegram.asked) == before
