"""The real bot on PostgreSQL: the server dies in a push, is away at the start, another process takes over, disks are empty."""

import asyncio
import contextlib
import json
from datetime import timedelta

import pytest

from bot import clock
from bot.app import House
from bot.errors import StoreLocked
from bot.flows import moderate
from bot.sandbox import Fault
from bot.settings import read_settings
from bot.storage import database
from tests.builders import an_alert
from tests.journeys.conftest import AMINA, says
from tests.journeys.test_standing_by import READERS, WINDOW, ask, copies, free_port, plan_a_push, settings_of


@pytest.fixture
def town(town, server, monkeypatch, logs_as_in_production):
    monkeypatch.setattr(database, "PAUSE", 0.05)
    town.environment["STORE"] = server.place()
    town.port = free_port()
    return town


async def readiness(port: int) -> tuple[int, str]:
    status, text = await ask(port, "/readyz")
    return status, " ".join(json.loads(text)["reasons"])


async def all_have(town, number: int = 1) -> None:
    async with asyncio.timeout(30):
        while min(copies(town).values()) < number:
            await asyncio.sleep(0.02)


async def some_have(town, number: int) -> None:
    async with asyncio.timeout(20):
        while sum(copies(town).values()) < number:
            await asyncio.sleep(0.002)


async def push(town) -> None:
    """Let the bot start, bring one alert to all, and publish another one."""
    await plan_a_push(town)
    town.sandbox.faults.hook = lambda method, params: Fault(delay=0.02) if method == "sendMessage" else None
    house = await town.start(PORT=str(town.port), SEND_CONCURRENCY=str(WINDOW))
    await all_have(town)
    await moderate.publish(house.store, clock.now, an_alert("a2", severity="Severe", created_at=clock.now()))
    house.courier.wake()


async def test_push__the_server_is_killed_and_started_again__nobody_is_lost_and_it_goes_on_by_itself(
    town, server, logs_as_in_production
):
    await push(town)
    for part in (4, 2):
        await some_have(town, READERS + READERS // part)
        server.kill()
        # what is under way may still arrive; then nothing leaves that could not be recorded
        await asyncio.sleep(0.4)
        before = sum(copies(town).values())
        await asyncio.sleep(0.3)
        assert sum(copies(town).values()) == before < 2 * READERS
        status, reasons = await readiness(town.port)
        assert status == 503 and "store: nothing answers where the database should be" in reasons
        amina = town.sandbox.person(AMINA, "Amina", "en")
        assert "Berlin" in (await says(amina, "asylum advice in Berlin")).text, "help is there all the same"
        server.start()
    await all_have(town, 2)
    assert (await readiness(town.port))[0] == 200
    assert set(copies(town).values()) == {2}, "it was no crash of ours: nobody gets it twice"
    told = logs_as_in_production.getvalue()
    assert told.count("the store cannot record") == told.count("the store records again") == 2
    assert "waypost-pg-" not in told


async def test_push__sessions_are_ended_again_and_again__everybody_gets_it_once(town, server):
    await push(town)
    ended = 0
    while min(copies(town).values()) < 2:
        ended += await asyncio.to_thread(server.end_sessions)
        await asyncio.sleep(0.03)
    assert ended > 3 and set(copies(town).values()) == {2} and not town.house.store.is_taken


async def test_start__the_database_is_away__waits_says_why_and_goes_on(town, server):
    await plan_a_push(town)
    server.kill()
    try:
        house = House(read_settings(settings_of(town, PORT=str(port := free_port()))))
        running = asyncio.create_task(house.run(obeys_signals=False))
        async with asyncio.timeout(20):
            while not house.porch.reason:
                await asyncio.sleep(0.01)
        assert (await ask(port, "/healthz"))[0] == 200
        assert await readiness(port) == (503, "store: nothing answers where the database should be")
    finally:
        server.start()
    await all_have(town)
    house.stop()
    await asyncio.wait_for(running, 10)


async def test_taken_over__while_the_first_was_cut_off__the_first_ends_by_itself_and_sends_nothing_more(
    town, server, monkeypatch
):
    monkeypatch.setattr("bot.app.WATCH_EVERY", timedelta(seconds=1))
    await plan_a_push(town)
    first = await town.start()
    await all_have(town)
    second = House(read_settings(settings_of(town)))
    while not second.store._commits.is_open:
        server.end_sessions()
        with contextlib.suppress(StoreLocked):
            await second.store.open()
    await asyncio.wait_for(town.running, 10)
    assert first.store.is_taken
    await second.store.ping()
    await second.store.close()
    town.house = town.running = None


async def test_conflict__while_the_database_is_away__the_first_ends_and_otherwise_only_warns(town, server, monkeypatch):
    monkeypatch.setattr("bot.app.WATCH_EVERY", timedelta(seconds=1))
    house = await town.start()
    await house._warn_of_conflict()
    assert not house._stopping.is_set()
    server.kill()
    try:
        async with asyncio.timeout(10):
            while not house.health._cannot_record:
                await asyncio.sleep(0.02)
        await house._warn_of_conflict()
        await asyncio.wait_for(town.running, 15)
    finally:
        server.start()
        town.house = town.running = None


async def put(town, text: str) -> None:
    """Put a list in place as an admin does through the chat."""
    file = town.house._desk.resource_file
    name, faults, _ = await asyncio.to_thread(file.examine, text.encode())
    assert name, faults
    await asyncio.to_thread(file.put, name)
    assert town.resources.read_text(encoding="utf-8") == text == file.text()


async def test_list__changed_in_the_chat_twice__is_there_after_the_disk_was_emptied(town):
    await town.start()
    deployed = town.resources.read_text(encoding="utf-8")
    changed = [deployed + "\n# once\n", deployed + "\n# twice\n"]
    for text in changed:
        await put(town, text)
    for text in (changed[1], changed[0], deployed):
        await town.stop()
        # the host begins anew with what was deployed
        town.resources.write_text(deployed, encoding="utf-8")
        await town.start()
        assert town.resources.read_text(encoding="utf-8") == text == town.house._desk.resource_file.text()
        file = town.house._desk.resource_file
        if text != deployed:
            await asyncio.to_thread(file.undo, town.house.serving.keeper.directory.version)
    await town.stop()


async def test_list__another_one_is_deployed_after_that__the_deployed_one_serves_and_the_other_is_kept(town):
    await town.start()
    deployed = town.resources.read_text(encoding="utf-8")
    await put(town, deployed + "\n# by an admin\n")
    await town.stop()
    town.resources.write_text(deployed + "\n# by the operator\n", encoding="utf-8")
    await town.start()
    assert town.house._desk.resource_file.text().endswith("# by the operator\n")
    assert any(
        "found-" in each and b"by an admin" in town.house.store.paper(each) for each in town.house.store.papers()
    )
    await town.stop()


async def test_list__broken_after_the_disk_was_emptied__the_last_good_version_serves(town):
    await town.start()
    await town.stop()
    town.resources.write_text("version: 1\nservices: {", encoding="utf-8")
    await town.start()
    assert town.house.serving.keeper.directory.services
    await town.stop()
