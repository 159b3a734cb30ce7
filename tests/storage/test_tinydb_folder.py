"""The store's folder: one process has it, its owner alone reads it, and no other folder takes its place."""

from __future__ import annotations

import os

import pytest

from bot.errors import StoreError, StoreLocked
from bot.storage.files import Lease
from bot.storage.tinydb_store import TinyDBStore
from bot.storage.vault import Vault
from tests.storage.conftest import KEY, subscribe
from tests.storage.folders import chats, contents, opened


async def test_open__second_store_on_the_folder__is_refused_until_the_first_is_closed(folder, disk_store):
    with pytest.raises(StoreLocked):
        await opened(folder)
    await disk_store.close()
    await (await opened(folder)).close()


async def test_folder__another_is_put_in_its_place_while_it_is_open__nothing_is_written_there(folder):
    store = TinyDBStore(folder, Vault([KEY]))
    await store.open()
    await subscribe(store, 1)
    folder.rename(folder.with_name("moved"))
    folder.mkdir()
    with pytest.raises(StoreError, match="taken away"):
        await subscribe(store, 2)
    with pytest.raises(StoreError, match="taken away"):
        await store.ping()
    await store.close()
    assert list(folder.iterdir()) == []
    again = TinyDBStore(folder.with_name("moved"), Vault([KEY]))
    await again.open()
    assert {each.chat_id async for each in again.subscribers()} == {1}
    await again.close()


async def test_folder__that_of_another_store_is_put_in_its_place__nothing_is_written_there(folder):
    store = await opened(folder)
    await subscribe(store, 1)
    folder.rename(folder.with_name("moved"))
    other = await opened(folder)
    before = contents(folder)
    with pytest.raises(StoreError, match="taken away"):
        await subscribe(store, 2)
    await store.close()
    assert contents(folder) == before
    await subscribe(other, 3)
    await other.close()
    assert (await chats(folder))[0] == {3}
    assert (await chats(folder.with_name("moved")))[0] == {1}


def test_lease__of_a_process_that_was_started_without_an_input__holds(tmp_path):
    """Then the first file that it opens gets the number 0."""
    kept = os.dup(0)
    os.close(0)
    try:
        lease = Lease(tmp_path / "lock")
        lease.take()
        assert lease._descriptor == 0
        lease.check()
        lease.let_go()
    finally:
        os.dup2(kept, 0)
        os.close(kept)


async def test_open__folder_is_a_file__raises_without_its_path(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError) as caught:
        await opened(tmp_path / "file" / "store")
    assert str(tmp_path) not in str(caught.value)


async def test_files__of_a_store__are_for_the_owner_alone(folder, disk_store):
    await subscribe(disk_store, 1)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
