"""A disk that fills up or fails in a push: sending stops, readiness says why, and goes on by itself when it can."""

import asyncio
import base64
import contextlib
import errno
import json

import aiohttp
import pytest

from bot import clock
from bot.flows import moderate
from bot.flows.subscribe import Defaults, subscribe
from bot.sandbox import Fault
from bot.storage import disk
from bot.storage.files import Lease
from bot.storage.tinydb_store import TinyDBStore
from bot.storage.vault import Vault
from tests.builders import an_alert
from tests.journeys.conftest import KEY
from tests.journeys.test_standing_by import free_port
from tests.storage.failing_files import FailingFiles

READERS, WINDOW = 40, 4


@pytest.fixture
def files(monkeypatch):
    made = FailingFiles()
    monkeypatch.setattr(disk, "Files", lambda: made)
    yield made
    made.mend()


async def readers(town) -> None:
    store = TinyDBStore(town.folder / "data", Vault([base64.b64decode(KEY)]))
    await store.open()
    for chat in range(1, READERS + 1):
        town.sandbox.person(chat, "Reader", "en").started = True
        await subscribe(store, clock.now, Defaults(), chat, "now", "en")
    await store.close()


def copies(town) -> list[int]:
    return [len(town.sandbox.person(chat).messages) for chat in range(1, READERS + 1)]


async def readiness(port: int) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/readyz") as answer:
        return answer.status, " ".join(json.loads(await answer.text())["reasons"])


async def publish(house) -> None:
    await moderate.publish(house.store, clock.now, an_alert(severity="Severe", created_at=clock.now()))
    house.courier.wake()


async def all_arrived(town) -> None:
    async with asyncio.timeout(30):
        while min(copies(town)) < 1:
            await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    ("names", "error", "after"),
    [
        (("write",), errno.ENOSPC, 0),
        (("write",), errno.ENOSPC, 5),
        (("write", "truncate"), errno.ENOSPC, 3),
        (("write",), errno.EDQUOT, 1),
        (("sync",), errno.EIO, 2),
        ((), errno.EIO, 7),
        ((), errno.EROFS, 0),
    ],
)
async def test_push__the_disk_fails__stops_says_so_and_goes_on_by_itself(town, files, names, error, after, capsys):
    await readers(town)
    house = await town.start(PORT=str(port := free_port()), SEND_CONCURRENCY=str(WINDOW))
    sent_at_failure = 0

    def watch(method, params):
        nonlocal sent_at_failure
        if method == "sendMessage" and not files.has_failed:
            sent_at_failure += 1
        return Fault(delay=0.01) if method == "sendMessage" else None

    town.sandbox.faults.hook = watch
    await publish(house)
    files.fail_on(*names, after=after, error=error)
    async with asyncio.timeout(10):
        while not files.has_failed:
            await asyncio.sleep(0.005)
    await asyncio.sleep(0.3)
    assert sum(copies(town)) - sent_at_failure <= WINDOW
    assert sum(copies(town)) < READERS
    status, reasons = await readiness(port)
    assert status == 503 and "store" in reasons
    files.mend()
    await all_arrived(town)
    assert copies(town) == [1] * READERS
    assert (await readiness(port))[0] == 200
    told = capsys.readouterr()
    assert (told.out + told.err).count("the store cannot record") == 1
    assert (told.out + told.err).count("the store records again") == 1


async def test_push__room_runs_out_before_it_begins__nobody_gets_anything_until_there_is_room(town, monkeypatch):
    await readers(town)
    house = await town.start(PORT=str(port := free_port()))
    with monkeypatch.context() as full:
        full.setattr(disk, "ROOM", 2**80)
        await publish(house)
        async with asyncio.timeout(20):
            while not house.courier._pump._why:
                await asyncio.sleep(0.01)
        assert sum(copies(town)) == 0
        status, reasons = await readiness(port)
        assert (status, "the disk is full" in reasons) == (503, True)
    await all_arrived(town)
    assert copies(town) == [1] * READERS


async def test_push__room_runs_out_in_the_middle__at_most_the_window_still_leaves(town, monkeypatch):
    await readers(town)
    house = await town.start(SEND_CONCURRENCY=str(WINDOW))
    town.sandbox.faults.hook = lambda method, params: Fault(delay=0.01) if method == "sendMessage" else None
    await publish(house)
    with monkeypatch.context() as full:
        async with asyncio.timeout(20):
            while sum(copies(town)) < WINDOW:
                await asyncio.sleep(0.001)
        full.setattr(disk, "ROOM", 2**80)
        async with asyncio.timeout(20):
            while not house.courier._pump._why:
                await asyncio.sleep(0.005)
        noticed = sum(copies(town))
        async with asyncio.timeout(20):
            while house.courier._pump._under_way:
                await asyncio.sleep(0.005)
        before = sum(copies(town))
        assert before - noticed <= WINDOW and before < READERS
        await asyncio.sleep(0.3)
        assert sum(copies(town)) == before, "nothing else leaves"
        assert (await house.store.counts(clock.now())).sent == before, "what was sent is recorded in the last room"
    await all_arrived(town)
    assert copies(town) == [1] * READERS


async def test_start__disk_is_read_only__waits_says_why_and_goes_on_by_itself(town, monkeypatch) -> None:
    await readers(town)

    def no_writes(lease: Lease) -> None:
        raise OSError(errno.EROFS, "read-only")

    port = free_port()
    with monkeypatch.context() as remounted:
        remounted.setattr(Lease, "take", no_writes)
        starting = asyncio.create_task(town.start(PORT=str(port)))
        status, reasons = 0, ""
        async with asyncio.timeout(20):
            while "Read-only file system" not in reasons:
                await asyncio.sleep(0.05)
                with contextlib.suppress(aiohttp.ClientConnectionError):
                    status, reasons = await readiness(port)
        assert status == 503 and not starting.done()
    await publish(await starting)
    await all_arrived(town)
