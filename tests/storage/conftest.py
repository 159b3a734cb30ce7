"""Stores of every kind, opened; and reopened as after a stop, or as after a crash."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from bot.core.alert import Alert, publish
from bot.core.delivery import LEASE, Claim, Outcome, after, plan
from bot.core.subscriber import Subscriber
from bot.errors import StoreLocked
from bot.storage import database, session
from bot.storage.acts import StoreActs
from bot.storage.memory_store import MemoryStore
from bot.storage.postgres_store import PostgresStore
from bot.storage.tinydb_store import TinyDBStore
from bot.storage.vault import Vault
from tests.builders import NOW, an_alert
from tests.storage.postgres import Server

KEY = bytes(range(32))
OTHER_KEY = bytes(range(1, 33))

Reopen = Callable[[], Awaitable[StoreActs]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def vault() -> Vault:
    return Vault([KEY])


@pytest.fixture(params=["memory", "tinydb", "tinydb that crashed", "postgresql that crashed"])
async def reopen(request: pytest.FixtureRequest, folder: Path, vault: Vault) -> AsyncIterator[Reopen]:
    """Opens the store; called again, opens what the first one left behind."""
    memory = MemoryStore(vault)
    opened: list[StoreActs] = []
    if request.param.startswith("postgresql"):
        server: Server = request.getfixturevalue("server")
        address = server.place()

        async def open_database() -> StoreActs:
            if opened:
                # nothing was closed: the server only sees that the process is gone
                server.end_sessions()
            store = PostgresStore(address, vault)
            await store.open()
            opened.append(store)
            return store

        yield open_database
        for store in opened:
            await store.close()
        return

    async def open_again() -> StoreActs:
        place = folder
        if request.param == "tinydb that crashed":
            place = folder.with_name(f"crash-{len(opened)}")
            if opened:
                # the disk as a power cut would leave it: nothing was closed
                shutil.copytree(folder.with_name(f"crash-{len(opened) - 1}"), place)
        elif opened:
            await opened[-1].close()
        store = memory if request.param == "memory" else TinyDBStore(place, vault)
        await store.open()
        opened.append(store)
        return store

    yield open_again
    for store in opened:
        await store.close()


@pytest.fixture
async def store(reopen: Reopen) -> StoreActs:
    return await reopen()


@pytest.fixture
async def disk_store(folder: Path, vault: Vault) -> AsyncIterator[TinyDBStore]:
    store = TinyDBStore(folder, vault)
    await store.open()
    yield store
    await store.close()


def subscribed(subscriber: Subscriber) -> Subscriber:
    return replace(subscriber, is_subscribed=True)


async def subscribe(store: StoreActs, *chat_ids: int) -> None:
    for chat_id in chat_ids:
        await store.change_subscriber(chat_id, subscribed)


async def published(store: StoreActs, id: str = "a1", **changes: object) -> Alert:  # noqa: A002
    """Publish an alert to everybody who wants it."""
    alert = publish(an_alert(id, **changes), NOW)
    await store.publish(alert, lambda subscriber: plan(subscriber, alert, NOW))
    return alert


async def settle_all(store: StoreActs, outcome: Outcome, now: datetime = NOW) -> list[Claim]:
    """Claim what is due and let all of it have one outcome."""
    claims = await store.claim(now, now + LEASE, 100)
    await store.settle([after(each, outcome, now) for claim in claims for each in claim.deliveries])
    return claims


@pytest.fixture
def address(server: Server) -> str:
    """The address of a database in which nothing is yet."""
    return server.place()


@pytest.fixture
async def database_store(address: str, vault: Vault, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[PostgresStore]:
    monkeypatch.setattr(database, "PAUSE", 0.02)
    monkeypatch.setitem(session._SETTINGS, "lock_timeout", "300ms")
    store = PostgresStore(address, vault)
    await store.open()
    yield store
    await store.close()


async def people_in(address: str, vault: Vault) -> set[int]:
    """Return who is kept in a database, as the next process finds it."""
    store = PostgresStore(address, vault)
    async with asyncio.timeout(5):
        while not store._commits.is_open:
            # a session that ended without a word holds the lock until the server has noticed
            with contextlib.suppress(StoreLocked):
                await store.open()
    found = {each.chat_id async for each in store.subscribers()}
    await store.close()
    return found
