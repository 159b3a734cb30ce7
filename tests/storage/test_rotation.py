"""A new first key: everything is under it afterwards, the old one is useless, and no moment of dying loses anything."""

from __future__ import annotations

import base64
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.audit import AuditEntry
from bot.core.delivery import Sent
from bot.core.subscriber import Subscriber
from bot.errors import StoreError, VaultError
from bot.flows import subscribe as flow
from bot.flows.part import hear
from bot.flows.subscribe import Defaults
from bot.storage.documents import TABLES, renamed
from bot.storage.files import Files
from bot.storage.reading import open_database, storage_of
from bot.storage.tinydb_store import TinyDBStore
from bot.storage.vault import KEY_ID_SIZE, Vault
from tests.builders import NOW, a_delivery, a_feed_state, an_alert
from tests.storage.conftest import KEY, OTHER_KEY, published, settle_all, subscribe
from tests.storage.failing_files import FailingFiles

PEOPLE = {1, 2, 3, 4, 5, 6}


class Died(BaseException):
    """Stands for SIGKILL: nothing of ours may catch it."""


class DyingFiles(Files):
    """Lets so many things be done to the disk, half of the next write, and nothing ever after."""

    def __init__(self, left: int) -> None:
        self.left = left

    def _live(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Died

    def open(self, path: Path, *, is_new: bool) -> int:
        self._live()
        return super().open(path, is_new=is_new)

    def write(self, descriptor: int, data: bytes) -> None:
        try:
            self._live()
        except Died:
            if self.left == -1:
                super().write(descriptor, data[: len(data) // 2])
            raise
        super().write(descriptor, data)

    def sync(self, descriptor: int) -> None:
        self._live()
        super().sync(descriptor)

    def replace(self, source: Path, target: Path) -> None:
        self._live()
        super().replace(source, target)

    def remove(self, path: Path) -> None:
        self._live()
        super().remove(path)

    def sync_folder(self, folder: Path) -> None:
        self._live()
        super().sync_folder(folder)


CRASHED, CLOSED, AT_REST = "crashed", "closed", "at rest"
"""A journal that holds the last acts; generations that hold everything; and no journal at all."""


async def a_life(folder: Path, state: str) -> Path:
    """Return a copy of a folder with people, news and message ids."""
    store = TinyDBStore(folder, Vault([KEY]))
    await store.open()
    await subscribe(store, 1, 2, 3)
    await store.record_poll(a_feed_state(), [an_alert("d1")])
    await store.record_audit(AuditEntry(NOW, "admin 1", "published", "a1"))
    await store.add_demand("2026-11", {"asylum": 30})
    await published(store, "a1")
    await settle_all(store, Sent(77))
    await store._commits.erase()
    await subscribe(store, 4, 5, 6)
    await published(store, "a2")
    if state != CRASHED:
        await store.close()
    left = folder.with_name("left")
    shutil.copytree(folder, left)
    await store.close()
    for _ in range(2 if state == AT_REST else 0):
        await (await opened(left, KEY)).close()
    assert bool(list(left.glob("journal.*"))) == (state != AT_REST)
    return left


async def opened(folder: Path, *keys: bytes, files: Files | None = None) -> TinyDBStore:
    store = TinyDBStore(folder, Vault(keys), files=files)
    await store.open()
    return store


async def told(folder: Path, *keys: bytes) -> tuple[set[int], set[str], int]:
    """Return who is there, the ids of the alerts, and how many messages reach the first person's record."""
    store = await opened(folder, *keys)
    people = {each.chat_id async for each in store.subscribers()}
    copies = len(await store.copies(1, 77))
    alerts = {each.id for each in await store.alerts()}
    await store.close()
    return people, alerts, copies


def everything(folder: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def tokens(raw: bytes) -> Iterator[bytes]:
    """Yield everything in some bytes that could be an encrypted field."""
    for found in re.findall(rb"[A-Za-z0-9_=-]{40,}", raw):
        yield base64.urlsafe_b64decode(found + b"=" * (-len(found) % 4))


def opens_with(raw: bytes, key: bytes) -> list[bytes]:
    """Return the encrypted fields that carry the mark of a key."""
    mark = base64.urlsafe_b64decode(Vault([key]).encrypt(b"", "f", "r"))[:KEY_ID_SIZE]
    return [each for each in tokens(raw) if each.startswith(mark)]


async def old_keys(folder: Path) -> set[bytes]:
    store = await opened(folder, KEY)
    found = {each.key.encode() async for each in store.subscribers()}
    await store.close()
    return found


@pytest.mark.parametrize("state", [CRASHED, CLOSED, AT_REST])
async def test_rotation__of_a_store__the_old_key_finds_nothing_in_any_file(folder, state):
    left = await a_life(folder, state)
    shutil.copytree(left, left.with_name("before"))
    before = await old_keys(left.with_name("before"))
    assert opens_with(everything(left), KEY) and any(key in everything(left) for key in before), "the control is found"
    expected = await told(left, OTHER_KEY, KEY)
    assert expected == (PEOPLE, {"a1", "a2", "d1"}, 1)
    raw = everything(left)
    assert opens_with(raw, KEY) == [] and len(opens_with(raw, OTHER_KEY)) > len(PEOPLE)
    assert not [key for key in before if key in raw], "look-up keys change too"
    with pytest.raises(VaultError):
        await opened(left, KEY)
    assert await told(left, OTHER_KEY) == expected


async def test_rotation__by_whoever_knows_the_old_lookup_secret__new_keys_are_not_recognised(folder):
    left = await a_life(folder, CLOSED)
    shutil.copytree(left, left.with_name("stolen"))
    thief = await opened(left.with_name("stolen"), KEY)
    known = {thief._key(chat_id) for chat_id in PEOPLE}
    await thief.close()
    await told(left, OTHER_KEY, KEY)
    after = json.loads((left / "waypost.json").read_text())
    assert not known & {row["key"] for row in after["subscribers"].values()}
    assert not [row for row in after["deliveries"].values() if row["subscriber"] in known]


async def test_rotation__there_and_back_and_once_more__everybody_is_found(folder):
    left = await a_life(folder, CRASHED)
    for keys in ((OTHER_KEY, KEY), (KEY, OTHER_KEY), (OTHER_KEY, KEY)):
        assert (await told(left, *keys))[0] == PEOPLE
        store = await opened(left, keys[0])
        assert [await store.subscriber(chat_id) is not None for chat_id in PEOPLE] == [True] * 6
        await store.close()


@pytest.mark.parametrize("state", [CRASHED, CLOSED, AT_REST])
async def test_rotation__killed_at_any_moment__opens_with_both_keys_and_is_finished_then(folder, state):
    left = await a_life(folder, state)
    for step in range(200):
        trial = left.with_name(f"killed-{step}")
        shutil.copytree(left, trial)
        try:
            await (await opened(trial, OTHER_KEY, KEY, files=DyingFiles(step))).close()
            is_alive = True
        except Died:
            is_alive = False
        after = trial.with_name(f"after-{step}")
        shutil.copytree(trial, after)
        assert (await told(after, OTHER_KEY, KEY)) == (PEOPLE, {"a1", "a2", "d1"}, 1), f"killed at step {step}"
        assert opens_with(everything(after), KEY) == [], f"killed at step {step}"
        assert (await told(after, OTHER_KEY))[0] == PEOPLE
        if is_alive:
            assert step > 8, "the rotation is too short to have been tried"
            return
    raise AssertionError("the rotation never ended")


@pytest.mark.parametrize("call", ["open", "write", "sync", "replace", "sync_folder"])
async def test_rotation__disk_fails__says_so_and_the_next_start_does_it(folder, call):
    left = await a_life(folder, CRASHED)
    for passed in range(4):
        files = FailingFiles()
        files.fail_on(call, after=passed)
        try:
            await (await opened(left, OTHER_KEY, KEY, files=files)).close()
        except StoreError as error:
            assert "cannot be written under the new key" in str(error)
    assert await told(left, OTHER_KEY, KEY) == (PEOPLE, {"a1", "a2", "d1"}, 1)
    assert opens_with(everything(left), KEY) == []


async def test_rotation__disk_full__the_old_key_alone_still_opens_the_store(folder):
    left = await a_life(folder, CLOSED)
    files = FailingFiles()
    files.fail_on("write")
    with pytest.raises(StoreError):
        await opened(left, OTHER_KEY, KEY, files=files)
    assert (await told(left, KEY))[0] == PEOPLE


async def test_rotation__keys_named_in_vain__nothing_is_touched(folder):
    left = await a_life(folder, CRASHED)
    before = everything(left)
    with pytest.raises(VaultError):
        await opened(left, OTHER_KEY, bytes(32))
    assert everything(left) == before


async def test_forget__after_a_rotation__leaves_no_trace(folder):
    left = await a_life(folder, CRASHED)
    store = await opened(left, OTHER_KEY, KEY)
    key = (await store.subscriber(1)).key.encode()
    assert key in everything(left)
    assert await store.forget(1) == (77,)
    assert key not in everything(left)
    await store.close()


@pytest.mark.parametrize("kind", TABLES.values(), ids=list(TABLES))
def test_renamed__every_kind_of_row_that_is_of_one_chat__gets_the_new_name(kind):
    names = {field.name for field in fields(kind)}
    assert ("chat_id" in names) == ("key" in names), "what is of one chat knows its name in the store as `key`"
    if "key" in names:
        key, value = renamed("old", kind(chat_id=1, key="old"), str.upper)
        assert (key, value.key) == ("OLD", "OLD")
    if "subscriber" in names:
        key, value = renamed("a1.old", a_delivery("a1.old"), str.upper)
        assert (key, value.id, value.subscriber) == ("a1.OLD", "a1.OLD", "OLD")


def swap(rows: dict[str, Any], *names: str) -> None:
    one, two = list(rows.values())[:2]
    for name in names:
        one[name], two[name] = two[name], one[name]


@pytest.mark.parametrize(("table", "name"), [("subscribers", "blob"), ("deliveries", "message")])
async def test_open__encrypted_fields_of_two_rows_exchanged__refused(folder, table, name):
    left = await a_life(folder, CLOSED)

    storage = storage_of(open_database(left))
    tables = storage.read()
    tables[table] = {number: row for number, row in tables[table].items() if name in row}
    swap(tables[table], name)
    storage.write_twice(tables)
    with pytest.raises(VaultError, match="belongs to another record"):
        await opened(left, KEY)


async def test_record__of_a_person__holds_no_time_but_a_month_and_a_pause(folder, disk_store):

    timed = [field.name for field in fields(Subscriber) if "datetime" in str(field.type)]
    assert timed == ["paused_until"], "what else is kept of a person must know months only"
    await flow.subscribe(disk_store, lambda: NOW, Defaults(), 1, "daily", "en")
    known = await hear(disk_store, lambda: NOW + timedelta(days=40), await disk_store.subscriber(1))
    assert known.seen_month == "2027-01"
    vault = disk_store._disk.vault
    await disk_store.close()
    row = next(iter(json.loads((folder / "waypost.json").read_text())["subscribers"].values()))
    assert set(row) == {"key", "blob"}
    kept = vault.decrypt(row["blob"], "subscriber", row["key"]).decode()
    assert "2027-01" in kept
    assert not re.search(r"\d{4}-\d{2}-\d{2}|T\d{2}:|\d{9,}", kept), "a day, an hour, or seconds since 1970"
