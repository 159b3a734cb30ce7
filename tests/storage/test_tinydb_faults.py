"""When the disk fails: nothing of a failed act is kept, everything that returned is, and a later try succeeds."""

from __future__ import annotations

import asyncio
import errno
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.delivery import LEASE, Sent, after, plan
from bot.errors import StoreError
from bot.storage.tinydb_store import TinyDBStore
from bot.storage.vault import Vault
from tests.builders import NOW, an_alert
from tests.storage.conftest import KEY, published, subscribe
from tests.storage.failing_files import FailingFiles


@pytest.fixture
def files() -> FailingFiles:
    return FailingFiles()


@pytest.fixture
async def store(folder: Path, files: FailingFiles) -> AsyncIterator[TinyDBStore]:
    store = TinyDBStore(folder, Vault([KEY]), files=files)
    await store.open()
    yield store
    files.mend()
    await store.close()


async def kept(folder: Path, name: str = "copy") -> set[int]:
    """Return the chats that a start after a crash at this moment would find."""
    copy = folder.with_name(name)
    shutil.copytree(folder, copy)
    store = TinyDBStore(copy, Vault([KEY]))
    await store.open()
    found = {each.chat_id async for each in store.subscribers()}
    await store.close()
    return found


async def known(store: TinyDBStore) -> set[int]:
    return {each.chat_id async for each in store.subscribers()}


@pytest.mark.parametrize("call", ["open", "write", "sync", "sync_folder"])
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
async def test_write__disk_fails__raises_keeps_nothing_and_works_when_there_is_room(store, files, folder, call, error):
    files.fail_on(call, error=error)
    with pytest.raises(StoreError, match="cannot be written"):
        await subscribe(store, 1)
    assert await known(store) == set()
    with pytest.raises(StoreError):
        await store.ping()
    files.mend()
    await subscribe(store, 2)
    await store.ping()
    assert await known(store) == {2} == await kept(folder)


async def test_write__half_a_line_and_no_cutting_back__a_new_generation_takes_its_place(store, files, folder):
    await subscribe(store, 1)
    files.fail_on("write", "truncate")
    with pytest.raises(StoreError):
        await subscribe(store, 2)
    assert await kept(folder, "before") == {1}
    files.mend()
    await subscribe(store, 3)
    assert await kept(folder) == {1, 3}


async def test_write__fails_while_others_wait_for_it__all_of_them_are_taken_back(store, files, folder):
    await subscribe(store, 1)
    files.fail_on("sync")
    results = await asyncio.gather(*(subscribe(store, number) for number in range(1, 20)), return_exceptions=True)
    assert {type(each) for each in results[1:]} == {StoreError}
    assert await known(store) == {1}
    files.mend()
    await subscribe(store, 30)
    assert await kept(folder) == {1, 30}


async def test_claim__publication_is_not_durable_and_fails__hands_out_nothing(store, files):
    await subscribe(store, 1)
    files.fail_on("write")
    alert = an_alert(state="published")
    published_, claimed = await asyncio.gather(
        store.publish(alert, lambda one: plan(one, alert, NOW)),
        store.claim(NOW, NOW + LEASE, 5),
        return_exceptions=True,
    )
    assert isinstance(published_, StoreError) and (isinstance(claimed, StoreError) or claimed == [])
    assert await store.alert("a1") is None and (await store.counts(NOW)).due == 0


async def test_claim__what_expired_cannot_be_set_aside_yet__is_counted_once(store, files):
    for chat in range(1, 4):
        await subscribe(store, chat)
    await published(store, expires_at=NOW + timedelta(hours=1))
    late = NOW + timedelta(hours=2)
    for _ in range(3):
        await store.ping()  # it was sure a moment ago that it can write
        files.fail_on("sync")
        with pytest.raises(StoreError):
            await store.claim(late, late + LEASE, 5)
        files.mend()
    assert store.expired == 0
    assert await store.claim(late, late + LEASE, 5) == []
    assert store.expired == 3


async def test_settle__disk_full__the_delivery_stays_due_and_can_be_settled_later(store, files):
    await subscribe(store, 1)
    await published(store)
    [claim] = await store.claim(NOW, NOW + LEASE, 5)
    settled = [after(each, Sent(1), NOW) for each in claim.deliveries]
    files.fail_on("write")
    with pytest.raises(StoreError):
        await store.settle(settled)
    assert (await store.counts(NOW)).due == 1
    files.mend()
    await store.settle(settled)
    assert (await store.counts(NOW)).sent == 1


async def test_forget__disk_full__nobody_is_half_forgotten(store, files, folder):
    await subscribe(store, 1)
    files.fail_on("write")
    with pytest.raises(StoreError):
        await store.forget(1)
    assert await known(store) == {1} == await kept(folder)


async def test_open__first_time_on_a_full_disk__raises_and_a_later_try_succeeds(folder, files):
    files.fail_on("write")
    store = TinyDBStore(folder, Vault([KEY]), files=files)
    with pytest.raises(StoreError):
        await store.open()
    files.mend()
    await store.open()
    await subscribe(store, 1)
    await store.close()


async def test_open__disk_full_after_a_crash__still_serves_what_was_kept(store, files, folder):
    await subscribe(store, 1, 2)
    copy = folder.with_name("copy")
    shutil.copytree(folder, copy)
    files.fail_on("write")
    again = TinyDBStore(copy, Vault([KEY]), files=files)
    await again.open()
    assert await known(again) == {1, 2}
    files.mend()
    await subscribe(again, 3)
    assert await kept(copy, "third") == {1, 2, 3}
    await again.close()


async def test_close__disk_full__keeps_everything_for_the_next_start(folder, files):
    store = TinyDBStore(folder, Vault([KEY]), files=files)
    await store.open()
    await subscribe(store, 1)
    files.fail_on()
    await store.close()
    files.mend()
    assert await kept(folder) == {1}


async def test_ping__little_room_left__raises_before_the_ledger_cannot_record(store, monkeypatch):
    monkeypatch.setattr("bot.storage.disk.ROOM", 2**80)
    with pytest.raises(StoreError, match="full"):
        await store.ping()


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
async def test_any_call__fails_once_at_every_place_in_turn__what_returned_is_kept(tmp_path, error):
    """Walk a fault through every call that a short life makes; at each, a crash must find what had returned."""
    for place in range(200):
        files, folder = FailingFiles(), tmp_path / f"life-{place}"
        store = TinyDBStore(folder, Vault([KEY]), files=files)
        await store.open()
        files.calls = 0
        files.fail_on(after=place, error=error)
        there, refused = await a_life(store)
        has_reached_it = files.calls > place
        files.mend()
        assert await known(store) == there, place
        # an act that raised may be found by a crash right now, if the disk refused even to cut it back; not later
        assert (await kept(folder, f"copy-{place}") ^ there) <= refused, place
        await store.ping()
        assert await kept(folder, f"after-{place}") == there, place
        await store.close()
        if not has_reached_it:
            break
    assert place > 15 and not has_reached_it


async def a_life(store: TinyDBStore) -> tuple[set[int], set[int]]:
    """Come and go until the disk fails; return the chats that must be there, and those of which an act raised."""
    there: set[int] = set()
    refused: set[int] = set()
    for number in range(4):
        try:
            await subscribe(store, number)
            there.add(number)
        except StoreError:
            refused.add(number)
        if number == 2:
            try:
                await store.forget(0)
            except StoreError:
                refused.add(0)
            # a forget that raises for the traces that are left is done as far as anyone can ask
            if await store.subscriber(0) is None:
                there.discard(0)
    return there, refused
