"""A damaged store is noticed, mended from what is whole, and never begun anew in silence."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tinydb import TinyDB

from bot.core.delivery import Sent
from bot.errors import StoreDamaged, StoreError, VaultError
from bot.storage.generations import GenerationStorage
from tests.builders import an_alert
from tests.storage.conftest import KEY, OTHER_KEY, published, settle_all, subscribe
from tests.storage.folders import chats, contents, opened

CURRENT, PREVIOUS = "waypost.json", "waypost.json.previous"


def flip(path: Path, at: float) -> None:
    raw = bytearray(path.read_bytes())
    raw[int(len(raw) * at)] ^= 4
    path.write_bytes(raw)


@pytest.fixture
async def crashed(folder: Path, tmp_path: Path) -> Path:
    """A folder as a power cut leaves it: subscribers 1 to 3 in a generation, 4 to 6 in the journal."""
    store = await opened(folder)
    await subscribe(store, 1, 2)
    await store.close()
    store = await opened(folder)
    await subscribe(store, 3)
    await store.close()
    store = await opened(folder)
    await subscribe(store, 4, 5, 6)
    left = tmp_path / "crashed"
    shutil.copytree(folder, left)
    await store.close()
    return left


async def test_open__after_a_crash__everything_is_there(crashed):
    assert await chats(crashed) == ({1, 2, 3, 4, 5, 6}, "")


@pytest.mark.parametrize("at", [0.0, 0.01, 0.3, 0.7, 0.999])
async def test_open__bit_flipped_in_the_current_generation__nothing_is_lost_and_it_says_so(crashed, at):
    flip(crashed / CURRENT, at)
    found, recovered = await chats(crashed)
    assert found == {1, 2, 3, 4, 5, 6} and "waypost.json is damaged; the previous generation" in recovered
    assert await chats(crashed) == (found, "")


@pytest.mark.parametrize("size", [0, 1, 100, -1])
async def test_open__current_generation_cut_off__nothing_is_lost(crashed, size):
    path = crashed / CURRENT
    path.write_bytes(path.read_bytes()[:size])
    assert (await chats(crashed))[0] == {1, 2, 3, 4, 5, 6}


async def test_open__current_generation_missing__the_previous_one_is_loaded(crashed):
    (crashed / CURRENT).unlink()
    found, recovered = await chats(crashed)
    assert found == {1, 2, 3, 4, 5, 6} and "missing" in recovered


async def test_open__previous_generation_damaged__does_not_matter(crashed):
    flip(crashed / PREVIOUS, 0.5)
    assert await chats(crashed) == ({1, 2, 3, 4, 5, 6}, "")


async def test_open__both_damaged__refuses_and_touches_nothing(crashed):
    flip(crashed / CURRENT, 0.5)
    flip(crashed / PREVIOUS, 0.5)
    before = contents(crashed)
    with pytest.raises(StoreDamaged):
        await opened(crashed)
    assert contents(crashed) == before


async def test_open__nothing_was_kept_there__says_that_it_is_new_and_only_then(folder):
    for expected in (True, False):
        store = await opened(folder)
        assert store.is_new is expected
        await store.close()


async def test_open__only_journals_left__refuses_to_begin_anew(crashed):
    (crashed / CURRENT).unlink()
    (crashed / PREVIOUS).unlink()
    with pytest.raises(StoreDamaged):
        await opened(crashed)


def last_journal(folder: Path) -> Path:
    return max(folder.glob("journal.*"))


@pytest.mark.parametrize("cut", [1, 2, 50, 200])
async def test_open__last_line_of_the_journal_torn__only_that_is_passed_over(crashed, cut):
    path = last_journal(crashed)
    path.write_bytes(path.read_bytes()[:-cut])
    expected = {1, 2, 3, 4, 5, 6} if cut == 1 else {1, 2, 3, 4, 5}
    assert await chats(crashed) == (expected, "")


async def test_open__torn_line_then_further_acts__they_are_kept(crashed):
    path = last_journal(crashed)
    path.write_bytes(path.read_bytes() + b"0123 half a li")
    store = await opened(crashed)
    await subscribe(store, 7)
    shutil.copytree(crashed, crashed.with_name("again"))
    await store.close()
    assert await chats(crashed.with_name("again")) == ({1, 2, 3, 4, 5, 6, 7}, "")


async def test_open__line_in_the_middle_of_the_journal_damaged__the_rest_is_kept_and_it_says_so(crashed):
    path = last_journal(crashed)
    lines = path.read_bytes().splitlines(keepends=True)
    lines[1] = lines[1].replace(b"put", b"pup")
    path.write_bytes(b"".join(lines))
    found, recovered = await chats(crashed)
    assert found == {1, 2, 3, 4, 6} and recovered == "1 acts in the journal are damaged and were left out"


@pytest.mark.parametrize("line", [-1, -2, -3])
@pytest.mark.parametrize("at", [0.0, 0.03, 0.5, 0.98])
async def test_open__bit_flipped_in_one_of_the_last_acts__only_that_is_lost_and_it_says_so(crashed, line, at):
    """That an act was undone by the disk must not look like an act that never was: it may have been a person's leaving."""
    path = last_journal(crashed)
    lines = path.read_bytes().splitlines(keepends=True)
    raw = bytearray(lines[line])
    raw[int((len(raw) - 1) * at)] ^= 4
    lines[line] = bytes(raw)
    path.write_bytes(b"".join(lines))
    found, recovered = await chats(crashed)
    assert found == {1, 2, 3, 4, 5, 6} - {7 + line}
    assert recovered == "1 acts in the journal are damaged and were left out"
    assert await chats(crashed) == (found, "")


async def test_open__an_old_generation_was_put_in_the_place_of_the_current_one__what_is_newer_is_loaded(
    folder, tmp_path
):
    store = await opened(folder)
    await subscribe(store, 1, 2)
    await store.close()
    old = (folder / CURRENT).read_bytes()
    store = await opened(folder)
    await subscribe(store, 3)
    await store.forget(1)
    await store.close()
    store = await opened(folder)
    await subscribe(store, 4)
    shutil.copytree(folder, tmp_path / "crashed")
    await store.close()
    (tmp_path / "crashed" / CURRENT).write_bytes(old)
    found, recovered = await chats(tmp_path / "crashed")
    assert found == {2, 3, 4} and "older than the generation before it" in recovered
    assert await chats(tmp_path / "crashed") == ({2, 3, 4}, "")


async def test_open__wrong_key__refuses_and_touches_nothing(crashed):
    before = contents(crashed)
    with pytest.raises(VaultError) as caught:
        await opened(crashed, OTHER_KEY)
    assert contents(crashed) == before and "SECRET_KEY" in str(caught.value)
    assert (await chats(crashed))[0] == {1, 2, 3, 4, 5, 6}


async def test_open__new_first_key__old_key_is_useless_afterwards(crashed):
    store = await opened(crashed, OTHER_KEY, KEY)
    key = (await store.subscriber(1)).key
    await store.close()
    with pytest.raises(VaultError):
        await opened(crashed, KEY)
    store = await opened(crashed, OTHER_KEY)
    assert (await store.subscriber(1)).key == key
    await store.close()
    (crashed / CURRENT).unlink()
    with pytest.raises(VaultError):
        await opened(crashed, KEY)


async def test_open__refused_for_its_key__lets_go_of_the_lease(crashed):
    with pytest.raises(VaultError):
        await opened(crashed, OTHER_KEY)
    await (await opened(crashed)).close()


async def test_open__written_by_a_later_version__is_refused(folder, disk_store):
    await disk_store.close()
    storage = GenerationStorage(folder / CURRENT)
    tables = storage.read()
    tables["meta"]["1"]["format"] = 99
    storage.write_twice(tables)
    with pytest.raises(StoreError, match="later version"):
        await opened(folder)


async def test_close__everything__stands_in_a_file_that_plain_tinydb_reads(folder, disk_store):
    await subscribe(disk_store, 1, 2)
    await disk_store.save_alert(an_alert("a9"))
    await published(disk_store, "a1")
    await settle_all(disk_store, Sent(5))
    await disk_store.close()
    with TinyDB(folder / CURRENT, access_mode="r") as database:
        assert {row["key"] for row in database.table("alerts")} == {"a1", "a9"}
        assert len(database.table("subscribers")) == 2
        assert {row["state"] for row in database.table("deliveries")} == {"sent"}


async def test_compaction__journal_grown__is_written_beside_and_loses_nothing(folder, disk_store, monkeypatch):
    monkeypatch.setattr("bot.storage.disk.JOURNAL_LIMIT", 2000)
    disk_store._disk._compact_at = 2000
    for number in range(60):
        await subscribe(disk_store, number)
    await disk_store._commits.erase()
    assert sum(path.stat().st_size for path in folder.glob("journal.*")) < 60 * 300
    assert disk_store._disk._generation > 2
    shutil.copytree(folder, folder.with_name("copy"))
    assert (await chats(folder.with_name("copy")))[0] == set(range(60))
    flip(folder / CURRENT, 0.5)
    shutil.copytree(folder, folder.with_name("damaged"))
    assert (await chats(folder.with_name("damaged")))[0] == set(range(60))
