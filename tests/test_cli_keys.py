"""Keys on the command line: a new one, rotation, and refusals that touch nothing."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.errors import SettingsError
from bot.settings import read_settings
from bot.storage.choose import choose_store
from bot.storage.tinydb_store import TinyDBStore
from bot.storage.vault import Vault
from tests.commands import run
from tests.storage.conftest import subscribe

OLD, NEW, WRONG = (base64.b64encode(bytes([each]) * 32).decode() for each in (1, 2, 3))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store under the old key with one person in it."""

    async def fill() -> None:
        store = choose_store(tmp_path / "store", OLD)
        await store.open()
        await subscribe(store, 5)
        await store.close()

    asyncio.run(fill())
    return tmp_path / "store"


def is_there(folder: Path, key: str) -> bool:
    async def look() -> bool:
        store = choose_store(folder, key)
        await store.open()
        found = await store.subscriber(5)
        await store.close()
        return found is not None

    return asyncio.run(look())


def test_rotate__new_before_old__only_the_new_one_opens_the_store(folder, capsys) -> None:
    assert run("keys", "rotate", SECRET_KEY=f"{NEW},{OLD}", STORE=f"tinydb:{folder}") == 0
    assert "no other key opens it" in capsys.readouterr().out
    assert is_there(folder, NEW)
    assert run("keys", "rotate", SECRET_KEY=f"{OLD},{WRONG}", STORE=f"tinydb:{folder}") == 1


def test_rotate__twice__says_the_same_and_harms_nothing(folder, capsys) -> None:
    for _ in range(2):
        assert run("keys", "rotate", SECRET_KEY=f"{NEW},{OLD}", STORE=f"tinydb:{folder}") == 0
    assert is_there(folder, NEW)


@pytest.mark.parametrize("keys", ["", OLD, f"{OLD},{OLD}"])
def test_rotate__no_second_key__says_what_to_write_and_touches_nothing(folder, capsys, keys) -> None:
    before = contents(folder)
    assert run("keys", "rotate", SECRET_KEY=keys, STORE=f"tinydb:{folder}") == 2
    error = capsys.readouterr().err
    assert error.startswith("SECRET_KEY: ") and "keys new" in error and OLD not in error
    assert contents(folder) == before


def test_rotate__none_of_the_keys_fits__says_so_and_touches_nothing(folder, capsys) -> None:
    before = contents(folder)
    assert run("keys", "rotate", SECRET_KEY=f"{NEW},{WRONG}", STORE=f"tinydb:{folder}") == 1
    assert "SECRET_KEY does not hold the key" in capsys.readouterr().err
    assert contents(folder) == before


def test_rotate__the_bot_is_running__says_what_to_do_instead(folder, capsys) -> None:
    async def while_running() -> int:
        store = choose_store(folder, OLD)
        await store.open()
        try:
            return await asyncio.to_thread(run, "keys", "rotate", SECRET_KEY=f"{NEW},{OLD}", STORE=f"tinydb:{folder}")
        finally:
            await store.close()

    assert asyncio.run(while_running()) == 1
    assert "the bot is running on this store" in capsys.readouterr().err
    assert is_there(folder, OLD)


def test_rotate__no_store__makes_none(tmp_path, capsys) -> None:
    assert run("keys", "rotate", SECRET_KEY=f"{NEW},{OLD}", STORE=f"tinydb:{tmp_path / 'none'}") == 1
    assert "there is no store in" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


def test_keys_new__in_an_environment_that_is_wrong__works_all_the_same(monkeypatch, capsys) -> None:
    monkeypatch.setenv("BOT_TOKEN", "1:x")
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setattr("sys.argv", ["bot", "keys", "new"])
    assert main() == 0
    assert len(base64.b64decode(capsys.readouterr().out)) == 32


@pytest.mark.parametrize("name", [".env", "key.txt", "notes/old/key.txt"])
def test_store__a_file_beside_it_holds_the_key__refused_and_named(folder, name) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"BOT_TOKEN=x\nSECRET_KEY={OLD}\n")
    with pytest.raises(SettingsError, match=f"SECRET_KEY: the file {name} in the store's folder holds it") as caught:
        choose_store(folder, OLD)
    assert OLD not in str(caught.value)


@pytest.mark.parametrize("spelling", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("given", [base64.b64encode, base64.urlsafe_b64encode])
def test_store__the_key_lies_beside_it_in_another_spelling__refused(tmp_path, given, spelling) -> None:
    key = bytes([0xFB, 0xFF, 0xBE] * 10 + [0xFB, 0xEF])
    (tmp_path / "note").write_bytes(b"the key: " + spelling(key).rstrip(b"="))
    with pytest.raises(SettingsError, match="the file note in the store's folder"):
        choose_store(tmp_path, given(key).decode())


def test_start__wrong_key__exits_with_a_sentence_and_touches_nothing(folder, capsys) -> None:
    before = contents(folder)
    token = "1:" + "x" * 30
    assert run(BOT_TOKEN=token, SECRET_KEY=WRONG, STORE=f"tinydb:{folder}", BOT_API_URL="http://127.0.0.1:9") == 1
    error = capsys.readouterr().err
    assert "SECRET_KEY does not hold the key that this store was written with" in error and "Traceback" not in error
    assert contents(folder) == before


def test_start__no_key__refused_and_touches_nothing(folder, monkeypatch, capsys) -> None:
    before = contents(folder)
    monkeypatch.setenv("BOT_TOKEN", "1:x")
    monkeypatch.setenv("STORE", f"tinydb:{folder}")
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setattr("sys.argv", ["bot"])
    assert main() == 2
    assert capsys.readouterr().err.startswith("SECRET_KEY: ")
    assert contents(folder) == before


def test_key_file__a_link_into_the_stores_folder__refused(folder, tmp_path) -> None:
    (folder / "key").write_text(OLD)
    (tmp_path / "key").symlink_to(folder / "key")
    with pytest.raises(SettingsError, match="SECRET_KEY_FILE: it lies inside the store's folder"):
        read_settings({"SECRET_KEY_FILE": str(tmp_path / "key"), "STORE": f"tinydb:{folder}"})


async def test_running_bot__restarted_with_new_and_old__rotates_at_its_opening(folder) -> None:
    store = choose_store(folder, f"{NEW},{OLD}")
    await store.open()
    assert await store.subscriber(5) is not None
    await store.close()
    only_new = TinyDBStore(folder, Vault([base64.b64decode(NEW)]))
    await only_new.open()
    assert await only_new.subscriber(5) is not None
    await only_new.close()


def test_migrate__no_store_yet__says_that_the_first_start_makes_it(tmp_path, capsys) -> None:
    assert run("migrate", SECRET_KEY=NEW, STORE=f"tinydb:{tmp_path / 'store'}") == 0
    assert "the bot makes it at its first start" in capsys.readouterr().out
    assert (tmp_path / "store").stat().st_mode & 0o777 == 0o700
    assert contents(tmp_path / "store") == {}


def test_migrate__a_store_and_its_key__ready_and_nothing_is_touched(folder, capsys) -> None:
    before = contents(folder)
    assert run("migrate", SECRET_KEY=OLD, STORE=f"tinydb:{folder}") == 0
    assert "is ready" in capsys.readouterr().out
    assert contents(folder) == before


@pytest.mark.parametrize(("environment", "status"), [({"SECRET_KEY": WRONG}, 1), ({"SECRET_KEY": "short"}, 2), ({}, 2)])
def test_migrate__a_wrong_key_or_none__refused_and_nothing_is_touched(folder, capsys, environment, status) -> None:
    before = contents(folder)
    assert run("migrate", STORE=f"tinydb:{folder}", **environment) == status
    shown = capsys.readouterr()
    assert shown.out == ""
    assert len(shown.err.splitlines()) == 1
    assert contents(folder) == before


def test_migrate__while_the_bot_runs__ready(folder, capsys) -> None:
    async def beside() -> int:
        store = choose_store(folder, OLD)
        await store.open()
        try:
            return await asyncio.to_thread(run, "migrate", SECRET_KEY=OLD, STORE=f"tinydb:{folder}")
        finally:
            await store.close()

    assert asyncio.run(beside()) == 0


def test_migrate__the_key_in_the_stores_folder_or_an_address__refused(tmp_path, capsys) -> None:
    (tmp_path / "note.txt").write_text(NEW)
    assert run("migrate", SECRET_KEY=NEW, STORE=f"tinydb:{tmp_path}") == 2
    assert run("migrate", SECRET_KEY=NEW, STORE=f"postgresql://host/name?password={NEW}") == 2
    assert "the address of the database holds it" in capsys.readouterr().err


def test_migrate__without_key_and_store__says_that_only_the_sandbox_can_start(tmp_path, capsys) -> None:
    assert run("migrate", STORE=f"tinydb:{tmp_path / 'store'}") == 0
    assert "sandbox" in capsys.readouterr().out
    assert not (tmp_path / "store").exists()


def test_doctor__a_key_that_does_not_open_the_store__is_found(folder, capsys) -> None:
    assert run("doctor", SECRET_KEY=WRONG, STORE=f"tinydb:{folder}") == 1
    assert "SECRET_KEY does not hold the key that this store was written with." in capsys.readouterr().out
    assert run("doctor", SECRET_KEY=OLD, STORE=f"tinydb:{folder}") == 1
    assert "SECRET_KEY" not in capsys.readouterr().out


def test_doctor__a_damaged_store__is_found_and_left_as_it_is(folder, capsys) -> None:
    for path in folder.glob("*.json*"):
        path.write_bytes(path.read_bytes()[:40])
    before = contents(folder)
    assert run("doctor", SECRET_KEY=OLD, STORE=f"tinydb:{folder}") == 1
    assert "waypost.json is damaged, and there is no whole generation before it." in capsys.readouterr().out
    assert contents(folder) == before
