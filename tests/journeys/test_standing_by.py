"""Two processes on one store: one works, the other waits, and takes over whatever ended the first."""

import asyncio
import contextlib
import json
import os
import socket
import sys
from collections import Counter
from pathlib import Path

import aiohttp
import pytest

from bot.app import House, open_store
from bot.errors import StoreLocked
from bot.sandbox import Fault
from bot.settings import read_settings
from bot.web.porch import STANDING_BY
from tests.builders import an_alert
from tests.journeys.conftest import AMINA, KEY, TOKEN

ROOT = Path(__file__).parents[2]
READERS = 150
WINDOW = 8
TAKEN_OVER_WITHIN = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Twin:
    """One of the two processes, as an operator starts it."""

    def __init__(self, town, port: int) -> None:
        self.town, self.port = town, port
        self.log = town.folder / f"log-{port}-{len(list(town.folder.glob('log-*')))}"

    async def __aenter__(self):
        environment = {
            "BOT_TOKEN": TOKEN,
            "BOT_API_URL": self.town.url,
            "SECRET_KEY": KEY,
            "STORE": self.town.store,
            "RESOURCES": str(self.town.resources),
            "PORT": str(self.port),
            "SEND_RATE": "0",
            "SEND_CONCURRENCY": str(WINDOW),
        }
        with self.log.open("wb") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", cwd=ROOT, env=os.environ | environment, stdout=log, stderr=log
            )
        return self

    async def __aexit__(self, *_):
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()

    async def says(self, words: str, within: float = 60) -> None:
        async with asyncio.timeout(within):
            while words not in self.log.read_text():
                assert self.process.returncode is None, self.log.read_text()
                await asyncio.sleep(0.02)

    async def end(self, how: str) -> None:
        self.process.kill() if how == "killed" else self.process.terminate()
        await self.process.wait()


async def ask(port: int, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as answer:
        return answer.status, await answer.text()


async def until_it_answers(port: int) -> None:
    async with asyncio.timeout(30):
        while True:
            with contextlib.suppress(aiohttp.ClientError):
                await ask(port, "/healthz")
                return
            await asyncio.sleep(0.02)


async def plan_a_push(town) -> None:
    """Let many people subscribe and an alert be due to all, while no bot runs."""
    from bot import clock
    from bot.flows import moderate
    from bot.flows.subscribe import Defaults, subscribe

    store = open_store(read_settings(settings_of(town)))
    await store.open()
    chats = range(1, READERS + 1)
    await asyncio.gather(*(subscribe(store, clock.now, Defaults(), chat, "now", "en") for chat in chats))
    await moderate.publish(store, clock.now, an_alert(severity="Severe", created_at=clock.now()))
    await store.close()
    for chat in chats:
        town.sandbox.person(chat, "Reader", "en").started = True


def copies(town) -> Counter[int]:
    return Counter({chat: len(town.sandbox.person(chat).messages) for chat in range(1, READERS + 1)})


@pytest.mark.parametrize(("how", "kind"), [("killed", "tinydb"), ("asked to end", "tinydb"), ("killed", "postgresql")])
async def test_two_processes__the_first_ends_in_a_push__the_second_brings_the_rest(town, how, kind, request):
    if kind == "postgresql":
        town.environment["STORE"] = request.getfixturevalue("server").place()
    await plan_a_push(town)
    # nothing gets through until both are there, and nothing has an effect that nobody knows of
    weather = [Fault(500, "Internal Server Error")]
    town.sandbox.faults.hook = lambda method, params: weather[0] if method == "sendMessage" else None
    loop = asyncio.get_running_loop()
    async with Twin(town, free_port()) as first:
        await first.says("serving")
        async with Twin(town, free_port()) as second:
            await second.says("standing by")
            await until_it_answers(second.port)
            status, reasons = await ask(second.port, "/readyz")
            assert (status, json.loads(reasons)["reasons"]) == (503, [STANDING_BY])
            assert (await ask(second.port, "/healthz"))[0] == 200
            weather[0] = Fault(delay=0.05)
            async with asyncio.timeout(60):
                while sum(copies(town).values()) < READERS // 4:
                    await asyncio.sleep(0.01)
            await first.end(how)
            ended, before = loop.time(), sum(copies(town).values())
            assert before < READERS, "it was ended in the middle"
            async with asyncio.timeout(TAKEN_OVER_WITHIN):
                while sum(copies(town).values()) <= before:
                    await asyncio.sleep(0.01)
            assert loop.time() - ended < TAKEN_OVER_WITHIN
            async with asyncio.timeout(TAKEN_OVER_WITHIN):
                while min(copies(town).values()) < 1:
                    await asyncio.sleep(0.02)
            await second.says("serving")
            assert (await ask(second.port, "/readyz"))[0] == 200
            most = WINDOW if how == "killed" else 0
            assert sum(copies(town).values()) - READERS <= most
            await second.end("asked to end")
    conflicts = sum(call.method == "getUpdates" and call.status == 409 for call in town.sandbox.calls)
    # the last poll of the first one still hangs at Telegram until the next one ends it
    assert conflicts <= 1, "two of them polled at once"


async def test_asked_to_end__telegram_takes_long_to_answer__nobody_gets_it_twice(town):
    """Whoever was cut off after three seconds got it again from the next process, without any crash."""
    from bot import clock
    from bot.flows import moderate

    await plan_a_push(town)
    house = await town.start(SEND_CONCURRENCY=str(WINDOW))
    await all_have(town, 1)
    begun = []

    def on_call(method, params):
        if method != "sendMessage":
            return None
        begun.append(params["chat_id"])
        return Fault(delay=3.8)

    town.sandbox.faults.hook = on_call
    await moderate.publish(house.store, clock.now, an_alert("a2", severity="Severe", created_at=clock.now()))
    house.courier.wake()
    async with asyncio.timeout(10):
        while len(begun) < WINDOW:
            await asyncio.sleep(0.01)
    await town.stop()
    town.sandbox.faults.hook = None
    async with asyncio.timeout(10):
        while sum(copies(town).values()) < READERS + WINDOW:
            await asyncio.sleep(0.01)
    await town.start()
    await all_have(town, 2)
    await town.stop()
    assert set(copies(town).values()) == {2}


async def all_have(town, number: int) -> None:
    async with asyncio.timeout(TAKEN_OVER_WITHIN):
        while min(copies(town).values()) < number:
            await asyncio.sleep(0.02)


async def test_two_processes__both_on_one_port__the_second_takes_it_when_the_first_ends(town):
    port = free_port()
    first = await town.start(PORT=str(port))
    second = House(read_settings(settings_of(town, PORT=str(port))))
    running = asyncio.create_task(second.run(obeys_signals=False))
    try:
        async with asyncio.timeout(30):
            while second.porch.reason != STANDING_BY:
                await asyncio.sleep(0.01)
        amina = town.sandbox.person(AMINA, "Amina", "en")
        amina.say("/privacy")
        await amina.expect(lambda message: message.text)
        assert town.house is first
        await town.stop()
        await until_it_answers(port)
        amina.say("/safety")
        await amina.expect(lambda message: message.text)
        assert (await ask(port, "/readyz"))[0] == 200
    finally:
        second.stop()
        await asyncio.wait_for(running, 10)


async def test_standing_by__asked_to_end__ends_at_once_and_leaves_the_store_alone(town):
    first = await town.start()
    second = House(read_settings(settings_of(town)))
    running = asyncio.create_task(second.run(obeys_signals=False))
    async with asyncio.timeout(30):
        while second.porch.reason != STANDING_BY:
            await asyncio.sleep(0.01)
    second.stop()
    await asyncio.wait_for(running, 10)
    await first.store.ping()


async def test_a_held_store__a_command_opens_it__says_so(town):
    await town.start()
    with pytest.raises(StoreLocked, match="another process holds the store"):
        await open_store(read_settings(settings_of(town))).open()


async def test_webhook__while_standing_by__is_told_to_come_again(town):
    await town.start()
    second = House(read_settings(settings_of(town, PORT=str(port := free_port()))))
    running = asyncio.create_task(second.run(obeys_signals=False))
    async with asyncio.timeout(30):
        while second.porch.reason != STANDING_BY or second.porch._runner is None:
            await asyncio.sleep(0.01)
    url = f"http://127.0.0.1:{port}/hook"
    async with aiohttp.ClientSession() as session, session.post(url, json={"update_id": 1}) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    second.stop()
    await asyncio.wait_for(running, 10)


def settings_of(town, **changes: str) -> dict[str, str]:
    return {
        "BOT_TOKEN": TOKEN,
        "BOT_API_URL": town.url,
        "SECRET_KEY": KEY,
        "STORE": town.store,
        "RESOURCES": str(town.resources),
        "PORT": "0",
        "SEND_RATE": "0",
    } | changes
