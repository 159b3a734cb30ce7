"""What a database keeps: moved there and back as a backup, put under a new key, and of papers beside the records."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from bot.core.delivery import Sent
from bot.errors import StoreError, StoreLocked, VaultError
from bot.storage import layout
from bot.storage.backup import LIST, Backup, pack, unpack
from bot.storage.papers import PaperShelf
from bot.storage.postgres_store import PostgresStore
from bot.storage.session import Session
from bot.storage.snapshot import take_snapshot
from bot.storage.tinydb_store import TinyDBStore
from bot.storage.vault import Vault
from tests.builders import NOW
from tests.storage.conftest import KEY, OTHER_KEY, people_in, published, settle_all, subscribe
from tests.storage.postgres import Server, schema_of
from tests.storage.test_backup import CHAT, TODAY, a_life, everything, took


@pytest.fixture
def resources(tmp_path: Path) -> Path:
    file = tmp_path / "list.yaml"
    file.write_text("version: 1\n")
    return file


@pytest.fixture
async def lived(database_store: PostgresStore) -> AsyncIterator[PostgresStore]:
    await a_life(database_store)
    await database_store.keep_paper("versions/000001.yaml", b"version: 1 # before")
    return database_store


async def opened(store: TinyDBStore | PostgresStore) -> TinyDBStore | PostgresStore:
    await store.open()
    return store


def alike(some: list[object], others: list[object]) -> bool:
    """Say whether two stores hold the same, whatever the order of rows that look alike."""
    return len(some) == len(others) and all(some.count(each) == others.count(each) for each in some)


# there and back


async def test_backup__from_a_folder_to_a_database_and_back__is_the_same_in_all_three(
    folder, disk_store, resources, address, tmp_path, vault
):
    await a_life(disk_store)
    (folder / "versions").mkdir()
    (folder / "versions" / "000001.yaml").write_text("version: 1 # before: ж")
    before = await everything(disk_store)
    there = unpack(pack(took(folder, resources), vault), vault)
    PostgresStore(address, vault).restore(there)
    store = await opened(PostgresStore(address, vault))
    assert alike([each for each in await everything(store) if each[0] != "papers"], before) and len(before) > 8
    assert store.paper("versions/000001.yaml") == "version: 1 # before: ж".encode() and store.papers() == [
        "versions/000001.yaml"
    ]
    back = unpack(pack(await asyncio.to_thread(take_snapshot, address, resources, vault, TODAY), vault), vault)
    assert back.files == there.files and set(back.files) == {LIST, "versions/000001.yaml"}
    TinyDBStore(tmp_path / "new", vault).restore(back)
    again = await opened(TinyDBStore(tmp_path / "new", vault))
    assert alike(await everything(again), before)
    assert await again.forget(CHAT) == await store.forget(CHAT) == (4_242,)
    await again.close()
    await store.close()


async def test_snapshot__while_the_bot_writes__is_of_one_moment(lived, address, resources, vault):
    over = asyncio.Event()

    async def work() -> int:
        number = 0
        while not over.is_set():
            # two rows in one act: a copy holds both or none
            await lived.keep_paper(f"n{number}", b"x")
            await subscribe(lived, 100 + number)
            number += 1
        return number

    working = asyncio.create_task(work())
    for _ in range(8):
        backup = await asyncio.to_thread(take_snapshot, address, resources, vault, TODAY)
        people = {row.value.chat_id for row in backup.rows if row.table == "subscribers"}
        papers = sum(name.startswith("n") for name in backup.files)
        assert people == {1, 2, CHAT, *range(100, 100 + len(people) - 3)} and papers - (len(people) - 3) in (0, 1)
    over.set()
    assert await working > 3


async def test_restore__over_a_store__nothing_of_the_old_one_is_left(lived, address, resources, vault, server):
    backup = await asyncio.to_thread(take_snapshot, address, resources, vault, TODAY)
    await subscribe(lived, 77)
    await lived.close()
    PostgresStore(address, vault).restore(backup)
    assert await people_in(address, vault) == {1, 2, CHAT}


async def test_restore__while_the_bot_runs__refused(lived, address, resources, vault):
    backup = await asyncio.to_thread(take_snapshot, address, resources, vault, TODAY)
    with pytest.raises(StoreLocked):
        PostgresStore(address, vault).restore(backup)


async def test_restore__the_session_ends_in_the_middle__all_of_the_old_or_all_of_the_new(
    lived, address, resources, vault, server, monkeypatch
):
    backup = await asyncio.to_thread(take_snapshot, address, resources, vault, TODAY)
    await subscribe(lived, 77)
    await lived.close()
    for statement in range(8):
        with monkeypatch.context() as patched:
            end_before(patched, server, statement)
            try:
                await asyncio.to_thread(PostgresStore(address, vault).restore, backup)
            except StoreError:
                assert await people_in(address, vault) == {1, 2, CHAT, 77}
            else:
                break
    assert statement > 4 and await people_in(address, vault) == {1, 2, CHAT}


def end_before(patched: pytest.MonkeyPatch, server: Server, number: int) -> None:
    """End the bot's session before that statement of what writes the table anew."""
    write_anew, do, left = layout.write_anew, Session.do, [number]
    inside = threading.Event()

    def writing(*arguments):
        inside.set()
        try:
            return write_anew(*arguments)
        finally:
            inside.clear()

    def doing(self, statement, *arguments, **more):
        if inside.is_set():
            left[0] -= 1
            if left[0] == -1:
                server.end_sessions()
        return do(self, statement, *arguments, **more)

    patched.setattr("bot.storage.database.write_anew", writing)
    patched.setattr(Session, "do", doing)


def test_snapshot__of_no_store__refused(address, resources, vault) -> None:
    with pytest.raises(StoreError, match="there is no store in the database"):
        take_snapshot(address, resources, vault, TODAY)


async def test_snapshot__another_key__refused(lived, address, resources):
    with pytest.raises(VaultError, match="does not hold the key"):
        await asyncio.to_thread(take_snapshot, address, resources, Vault([OTHER_KEY]), TODAY)


async def test_restore__files_that_are_no_text__come_back_byte_for_byte(address, vault, disk_backup):
    PostgresStore(address, vault).restore(disk_backup)
    store = await opened(PostgresStore(address, vault))
    assert store.paper("x.bin") == b"\xff\x00\x80"
    await store.close()


@pytest.fixture
def disk_backup(vault: Vault) -> Backup:
    return Backup(date(2026, 11, 23), vault.new_lookup_secret(), (), {"x.bin": b"\xff\x00\x80"})


# a new key


async def test_open__under_a_new_first_key__the_old_one_opens_nothing_and_every_name_has_changed(
    lived, address, server
):
    before = keys_in(server, address)
    await lived.close()
    both = await opened(PostgresStore(address, Vault([OTHER_KEY, KEY])))
    now = await everything(both)
    await both.close()
    new = await opened(PostgresStore(address, Vault([OTHER_KEY])))
    assert alike(await everything(new), now) and await new.forget(CHAT) == (4_242,)
    assert new.paper("versions/000001.yaml") == b"version: 1 # before"
    await new.close()
    with pytest.raises(VaultError):
        await PostgresStore(address, Vault([KEY])).open()
    assert before["subscribers"].isdisjoint(keys_in(server, address)["subscribers"])


async def test_open__under_a_new_first_key__ended_at_any_moment__all_of_the_old_or_all_of_the_new(
    lived, address, server, monkeypatch
):
    await lived.close()
    before = keys_in(server, address)
    for statement in range(9):
        with monkeypatch.context() as patched:
            end_before(patched, server, statement)
            store = PostgresStore(address, Vault([OTHER_KEY, KEY]))
            try:
                await store.open()
            except StoreError:
                assert keys_in(server, address) == before
            else:
                await store.close()
                break
    assert statement > 4
    assert await people_in(address, Vault([OTHER_KEY])) == {1, 2, CHAT}


def keys_in(server: Server, address: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for kind, key in server.do(f"SELECT kind, key FROM {schema_of(address)}.waypost_rows", database="waypost"):
        found.setdefault(str(kind), set()).add(str(key))
    return found


# papers


async def test_papers__kept_replaced_and_dropped__are_so_after_reopening(reopen):
    store = await reopen()
    for name in ("b", "a/2", "a/1", "b"):
        await store.keep_paper(name, f"text of {name}: ж".encode())
    await store.drop_paper("a/2")
    await store.drop_paper("never there")
    store = await reopen()
    assert store.papers() == ["a/1", "b"] and store.papers("a/") == ["a/1"]
    assert store.paper("b") == "text of b: ж".encode() and store.paper("a/2") is None


async def test_shelf__from_a_thread__lasts_when_it_returns(database_store, address, vault):
    shelf = PaperShelf(database_store, asyncio.get_running_loop())
    assert shelf.is_only_place
    await asyncio.to_thread(shelf.write, "versions/000001.yaml", b"one")
    await asyncio.to_thread(shelf.write, "versions/000002.yaml", b"two")
    await asyncio.to_thread(shelf.remove, "versions/000001.yaml")
    await database_store.close()
    again = await opened(PostgresStore(address, vault))
    assert PaperShelf(again, asyncio.get_running_loop()).names("versions/") == ["versions/000002.yaml"]
    await again.close()


async def test_shelf__the_database_is_away__says_so_and_keeps_nothing(database_store, server):
    shelf = PaperShelf(database_store, asyncio.get_running_loop())
    server.kill()
    try:
        with pytest.raises(StoreError):
            await asyncio.to_thread(shelf.write, "a", b"one")
        assert shelf.read("a") is None
    finally:
        server.start()


# how much there is


async def test_publish__to_five_thousand__in_one_write_and_all_of_it_is_kept(database_store, address, vault):
    people = range(1, 5001)
    await asyncio.gather(*(subscribe(database_store, *people[start : start + 50]) for start in range(0, 5000, 50)))
    before = database_store._database._seq
    await published(database_store)
    assert database_store._database._seq == before + 1
    await settle_all(database_store, Sent(7), NOW)
    await database_store.close()
    again = await opened(PostgresStore(address, vault))
    assert len(again._tables.deliveries) == 5000 and (await again.counts(NOW)).sent == 100
    await again.close()


async def test_forget__another_schema_stands_before_the_stores_by_now__the_table_stays_where_it_was(
    database_store, server, address, vault
):
    await subscribe(database_store, 1, 2)
    await database_store.close()
    before, ours = schema_of(server.place()), schema_of(address)
    both = server.url(ours, options=f"-csearch_path={before},{ours}")
    store = await opened(PostgresStore(both, vault))
    await store.forget(1)
    server.end_sessions()
    await subscribe(store, 3)
    await store.forget(2)
    await store.close()
    tables = f"SELECT schemaname FROM pg_tables WHERE tablename IN ('waypost_rows', 'waypost_meta') AND schemaname IN ('{before}', '{ours}')"
    assert server.do(tables, database="waypost") == [(ours,), (ours,)]
    assert await people_in(address, vault) == {3}
