"""A backup holds everything, tells nothing without the key, is refused when touched, and can be taken at any moment."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.core.audit import AuditEntry
from bot.core.delivery import Sent
from bot.errors import StoreDamaged, StoreError, StoreLocked, VaultError
from bot.storage.backup import LIST, MAGIC, Backup, pack, take_backup, unpack
from bot.storage.tinydb_store import TinyDBStore
from bot.storage.vault import Vault
from tests.builders import NOW, a_feed_state, a_subscriber, an_alert
from tests.storage.conftest import KEY, OTHER_KEY, published, settle_all, subscribe
from tests.storage.test_tinydb_kills import ROOT

TODAY = date(2026, 11, 23)
CHAT = 7_312_345_678


@pytest.fixture
def resources(tmp_path: Path) -> Path:
    file = tmp_path / "list.yaml"
    file.write_text("version: 1\n")
    return file


async def a_life(store: TinyDBStore) -> None:
    await subscribe(store, 1, 2)
    await store.change_subscriber(CHAT, lambda one: a_subscriber(country="RU", topics=("law",), seen_month="2026-11"))
    await store.record_poll(a_feed_state(), [an_alert("d1")])
    await store.record_audit(AuditEntry(NOW, "admin 1", "published", "a1"))
    await published(store, "a1")
    await settle_all(store, Sent(4_242))
    await published(store, "a2")


def took(folder: Path, resources: Path, *keys: bytes) -> Backup:
    return take_backup(folder, resources, Vault(keys or [KEY]), TODAY)


async def everything(store: TinyDBStore) -> list[object]:
    """Return all values, without the names that a store gives to people."""
    people = {each.key: each.chat_id async for each in store.subscribers()}
    rows = []
    for table, _, value in store._tables.rows():
        if table == "subscribers":
            value = replace(value, key="")
        elif table == "deliveries":
            value = replace(value, id="", subscriber=str(people[value.subscriber]))
        rows.append((table, value))
    return sorted(rows, key=lambda row: (repr(row), getattr(row[1], "chat_id", 0)))


async def test_backup__put_in_an_empty_folder__holds_all_there_was(folder, disk_store, resources, tmp_path):
    await a_life(disk_store)
    (folder / "versions").mkdir()
    (folder / "versions" / "000001.yaml").write_text("version: 1 # before")
    before = await everything(disk_store)
    raw = pack(took(folder, resources), Vault([KEY]))
    await disk_store.close()
    backup = unpack(raw, Vault([KEY]))
    assert backup.made_on == TODAY
    assert set(backup.files) == {LIST, "versions/000001.yaml"}
    TinyDBStore(tmp_path / "new", Vault([KEY])).restore(backup)
    new = TinyDBStore(tmp_path / "new", Vault([KEY]))
    await new.open()
    assert await everything(new) == before and len(before) > 8
    assert await new.forget(CHAT) == (4_242,)
    await new.close()


async def test_backup__while_the_bot_runs__needs_no_lease_and_holds_what_was_kept(folder, disk_store, resources):
    await a_life(disk_store)
    rows = took(folder, resources).rows
    assert {row.value.chat_id for row in rows if row.table == "subscribers"} == {1, 2, CHAT}
    await disk_store.change_subscriber(9, lambda one: one)
    assert len(took(folder, resources).rows) == len(rows) + 1


async def test_backup__again_and_again_from_a_store_that_is_busy__never_misses_what_was_kept(folder, resources):
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.storage.busy_writer", str(folder), "0"], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == b"open\n"
        known: set[int] = set()
        async with asyncio.timeout(30):
            while len(known) < 200:
                rows = (await asyncio.to_thread(took, folder, resources)).rows
                kept = {row.value.chat_id for row in rows}
                # the writer forgets the one before every seventh
                assert not [each for each in known - kept if (each + 1) % 7]
                known |= kept
    finally:
        process.kill()
        process.communicate()


async def test_backup__without_the_key__tells_nothing(folder, disk_store, resources):
    await a_life(disk_store)
    raw = pack(took(folder, resources), Vault([KEY]))
    assert str(CHAT).encode() not in raw and b"subscribers" not in raw and b"Parliament" not in raw
    with pytest.raises(VaultError, match="another key"):
        unpack(raw, Vault([OTHER_KEY]))


async def test_backup__cut_off_anywhere_or_any_bit_flipped__refused(folder, disk_store, resources):
    raw = pack(took(folder, resources), Vault([KEY]))
    for size in range(len(raw)):
        with pytest.raises((StoreDamaged, VaultError)):
            unpack(raw[:size], Vault([KEY]))
    for bit in range(8 * len(raw)):
        flipped = bytearray(raw)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises((StoreDamaged, VaultError)):
            unpack(bytes(flipped), Vault([KEY]))
    assert raw.startswith(MAGIC)


async def test_backup__made_under_the_old_key__comes_back_under_the_new_one(folder, disk_store, resources, tmp_path):
    await a_life(disk_store)
    old_name = (await disk_store.subscriber(CHAT)).key
    raw = pack(took(folder, resources), Vault([KEY]))
    backup = unpack(raw, Vault([OTHER_KEY, KEY]))
    TinyDBStore(tmp_path / "new", Vault([OTHER_KEY, KEY])).restore(backup)
    new = TinyDBStore(tmp_path / "new", Vault([OTHER_KEY]))
    await new.open()
    assert (await new.subscriber(CHAT)).key != old_name
    await new.close()


async def test_restore__over_a_store__nothing_of_the_old_one_is_left(folder, disk_store, resources, tmp_path):
    await a_life(disk_store)
    backup = took(folder, resources)
    await disk_store.change_subscriber(77, lambda one: one)
    gone = (await disk_store.subscriber(77)).key.encode()
    await disk_store.close()
    assert any(gone in path.read_bytes() for path in folder.iterdir())
    TinyDBStore(folder, Vault([KEY])).restore(backup)
    assert not any(gone in path.read_bytes() for path in folder.iterdir())
    store = TinyDBStore(folder, Vault([KEY]))
    await store.open()
    assert {each.chat_id async for each in store.subscribers()} == {1, 2, CHAT}
    await store.close()


async def test_restore__while_the_bot_runs__refused(folder, disk_store, resources):
    with pytest.raises(StoreLocked):
        TinyDBStore(folder, Vault([KEY])).restore(took(folder, resources))


def test_backup__of_no_store__refused(tmp_path, resources):
    with pytest.raises(StoreError, match="there is no store"):
        took(tmp_path / "none", resources)


async def test_backup__wrong_key__refused(folder, disk_store, resources):
    await a_life(disk_store)
    with pytest.raises(VaultError):
        took(folder, resources, OTHER_KEY)


def test_repr__of_a_backup__shows_nobody():
    assert "1001" not in repr(Backup(TODAY, "secret", (), {"x": b"1001"})) and "secret" not in repr(
        Backup(TODAY, "secret", ())
    )
