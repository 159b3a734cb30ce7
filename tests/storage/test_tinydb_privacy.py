"""What a seized disk tells: no chat id, no settings; and of a forgotten person nothing in any file."""

from __future__ import annotations

import asyncio
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.delivery import Sent
from bot.core.trace import Said, remembered
from bot.errors import StoreError
from bot.storage.tables import Batch
from bot.storage.tinydb_store import TinyDBStore
from bot.storage.vault import Vault
from tests.builders import NOW, a_subscriber
from tests.canary import inside_base64
from tests.storage.conftest import KEY, published, settle_all, subscribe
from tests.storage.failing_files import FailingFiles

CHAT = 7_312_345_678


def everything(folder: Path) -> bytes:
    return b"\n".join(path.name.encode() + b"\n" + path.read_bytes() for path in folder.iterdir())


def shapes(number: int) -> list[bytes]:
    """Return how a number could stand in a file: decimal, hexadecimal, bytes in both orders, base64 of all."""
    plain = [
        str(number).encode(),
        f"{number:x}".encode(),
        f"{number:X}".encode(),
        number.to_bytes(8, "big"),
        number.to_bytes(8, "little"),
    ]
    return plain + [inside for each in plain for inside in inside_base64(each)]


def assert_no_trace(folder: Path, *traces: bytes) -> None:
    raw = everything(folder)
    assert [trace for trace in traces if trace in raw] == []


async def a_life(store: TinyDBStore) -> str:
    """Let a person subscribe, be told two things, and return her key."""
    person = await store.change_subscriber(
        CHAT, lambda one: a_subscriber(country="RU", topics=("law",), areas=("RU-CE",), language="ce")
    )
    await published(store, "a1")
    await settle_all(store, Sent(4_242_424_242))
    await published(store, "a2")
    return person.key


async def test_files__while_somebody_is_subscribed__tell_neither_chat_id_nor_settings_nor_message_ids(
    folder, disk_store
):
    await a_life(disk_store)
    await disk_store._commits.erase()
    await disk_store.change_subscriber(CHAT, lambda one: replace(one, country="DE"))
    assert_no_trace(folder, *shapes(CHAT), *shapes(4_242_424_242), b"RU-CE", b'"DE"', b'"ce"', b"country", b"leased")


async def test_files__people_who_came_one_after_the_other__lie_in_an_order_that_does_not_tell(
    folder, disk_store
) -> None:
    """Of a person a month is kept; the order of the rows must not tell more to whoever holds the key as well."""
    for chat in range(1, 31):
        await subscribe(disk_store, chat)
        await disk_store.change_trace(chat, lambda trace: remembered(trace, [Said(7, int(NOW.timestamp()))], (), NOW))
    came = [disk_store._key(chat) for chat in range(1, 31)]
    await disk_store.close()
    for name in ("waypost.json", "waypost.json.previous"):
        tables = json.loads((folder / name).read_text())
        for table in ("subscribers", "traces"):
            found = [row["key"] for row in tables[table].values()]
            assert found == sorted(found)
            assert found == [] or found != came


async def test_files__settings_of_different_length__look_alike(folder, disk_store):
    await disk_store.change_subscriber(1, lambda one: replace(one, topics=("law",)))
    await disk_store.change_subscriber(2, lambda one: replace(one, topics=("law", "court", "health"), country="RU"))
    await disk_store.close()
    rows = json.loads((folder / "waypost.json").read_text())["subscribers"].values()
    assert len({len(row["blob"]) for row in rows}) == 1 and all(set(row) == {"key", "blob"} for row in rows)


async def test_forget__somebody__leaves_no_trace_in_any_file(folder, disk_store):
    await subscribe(disk_store, 1, 2)
    key = await a_life(disk_store)
    await disk_store._commits.erase()
    await disk_store._commits.erase()
    await disk_store.change_subscriber(CHAT, lambda one: replace(one, language="ru"))
    assert key.encode() in everything(folder)
    assert await disk_store.forget(CHAT) == (4_242_424_242,)
    assert_no_trace(folder, key.encode(), *shapes(CHAT))
    assert not list(folder.glob("*.new"))


async def test_forget__many_at_once_while_others_write__leaves_no_trace_of_any(folder, disk_store):
    people = [await disk_store.change_subscriber(CHAT + number, lambda one: one) for number in range(30)]
    await asyncio.gather(
        *(disk_store.forget(person.chat_id) for person in people),
        *(disk_store.change_subscriber(number, lambda one: replace(one, language="ru")) for number in range(30)),
    )
    assert_no_trace(folder, *(person.key.encode() for person in people))
    assert len([each async for each in disk_store.subscribers()]) == 30


async def test_forget__killed_before_the_files_were_rewritten__the_next_start_does_it(folder, tmp_path):
    files = FailingFiles()
    store = TinyDBStore(folder, Vault([KEY]), files=files)
    await store.open()
    key = await a_life(store)
    files.fail_on("replace")
    with pytest.raises(StoreError):
        await store.forget(CHAT)
    left = tmp_path / "left"
    shutil.copytree(folder, left)
    assert key.encode() in everything(left)
    files.mend()
    await store.close()
    store = TinyDBStore(left, Vault([KEY]))
    await store.open()
    assert await store.subscriber(CHAT) is None
    assert_no_trace(left, key.encode())
    await store.close()


async def test_forget__disk_does_not_let_go__says_so_and_is_done_by_the_next_call(folder):
    files = FailingFiles()
    store = TinyDBStore(folder, Vault([KEY]), files=files)
    await store.open()
    key = await a_life(store)
    files.fail_on("replace")
    with pytest.raises(StoreError):
        await store.forget(CHAT)
    with pytest.raises(StoreError):
        await store.ping()
    assert await store.subscriber(CHAT) is None
    files.mend()
    assert await store.forget(CHAT) == (4_242_424_242,)
    assert_no_trace(folder, key.encode())
    await store.ping()
    await store.close()


async def test_move_subscriber__to_a_new_chat__leaves_no_trace_of_the_old_key(folder, disk_store):
    key = await a_life(disk_store)
    await disk_store.move_subscriber(CHAT, 5)
    assert_no_trace(folder, key.encode())


async def test_repr__of_what_the_store_holds__shows_neither_chat_id_nor_key(disk_store):
    key = await a_life(disk_store)
    rows = disk_store._tables.rows()
    batch = Batch(disk_store._tables)
    batch.put(rows[0].table, rows[0].key, rows[0].value)
    shown = repr([await disk_store.subscriber(CHAT), disk_store, disk_store._disk, rows, batch, batch.changes])
    assert str(CHAT) not in shown and key not in shown
