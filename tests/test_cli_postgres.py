"""Every command that works on a folder works on a database, and none of them tells its address."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.app import House
from bot.settings import read_settings
from bot.storage.keyring import vault_of
from bot.storage.places import place_of
from tests.commands import bot, run
from tests.storage.conftest import subscribe
from tests.storage.postgres import Server, schema_of
from tests.test_cli_keys import NEW, OLD, WRONG


@pytest.fixture
def address(server: Server) -> str:
    return server.place()


@pytest.fixture
def place(address: str, tmp_path: Path) -> dict[str, str]:
    """An installation on a database with one person in it, under the old key."""
    (tmp_path / "list.yaml").write_text("version: 1\n")
    asyncio.run(_fill(address))
    return {"SECRET_KEY": OLD, "DATABASE_URL": address, "RESOURCES": str(tmp_path / "list.yaml")}


def told(capsys: pytest.CaptureFixture[str]) -> str:
    """Return what was said, and make sure that nothing of the address was."""
    shown = "".join(capsys.readouterr())
    assert not any(each in shown for each in ("waypost-pg-", "search_path", "bot@", "127.0.0.1"))
    return shown


async def _fill(address: str) -> None:
    store = place_of(read_settings({"STORE": address}).store_place).store(vault_of(OLD))
    await store.open()
    await subscribe(store, 5)
    await store.keep_paper("versions/000001.yaml", b"version: 1 # before")
    await store.close()


def is_there(address: str, key: str) -> bool:
    async def look() -> bool:
        store = place_of(read_settings({"STORE": address}).store_place).store(vault_of(key))
        await store.open()
        found = await store.subscriber(5)
        await store.close()
        return found is not None

    return asyncio.run(look())


def tables(server: Server, address: str) -> list[tuple[object, ...]]:
    return server.do(f"SELECT tablename FROM pg_tables WHERE schemaname = '{schema_of(address)}'", database="waypost")


def test_migrate__nothing_there__makes_the_tables_and_can_be_called_again(server, address, capsys) -> None:
    for _ in range(2):
        assert run("migrate", SECRET_KEY=NEW, DATABASE_URL=address) == 0
        assert "no store in the database yet: the bot makes it at its first start" in told(capsys)
        assert len(tables(server, address)) == 2


def test_migrate__before_any_key_is_set__touches_nothing(server, address, capsys) -> None:
    assert run("migrate", DATABASE_URL=address) == 0
    assert "only the sandbox can start" in told(capsys)
    assert tables(server, address) == []


def test_migrate__a_store_and_its_key__ready_also_while_the_bot_runs(place, address, capsys) -> None:
    async def beside() -> int:
        store = place_of(read_settings(place).store_place).store(vault_of(OLD))
        await store.open()
        try:
            return await asyncio.to_thread(run, "migrate", **place)
        finally:
            await store.close()

    assert run("migrate", **place) == 0
    assert asyncio.run(beside()) == 0
    assert told(capsys).count("The store in the database is ready, and SECRET_KEY opens it.") == 2


@pytest.mark.parametrize(
    ("key", "status", "says"), [(WRONG, 1, "does not hold the key"), ("", 2, "SECRET_KEY: it is needed")]
)
def test_migrate__a_wrong_key_or_none__refused(place, address, capsys, key, status, says) -> None:
    assert run("migrate", **place | {"SECRET_KEY": key}) == status
    assert says in told(capsys)
    assert is_there(address, OLD)


def test_doctor__of_a_database__finds_what_is_wrong(place, server, capsys) -> None:
    assert run("doctor", **place | {"SECRET_KEY": WRONG}) == 1
    assert "SECRET_KEY does not hold the key that this store was written with." in told(capsys)
    assert run("doctor", **place | {"DATABASE_URL": "postgresql://bot@127.0.0.1:1/waypost"}) == 1
    assert "nothing answers where the database should be." in told(capsys)


def test_doctor__what_makes_a_database_less_safe__is_found(place, address, server, capsys, monkeypatch) -> None:
    run("doctor", **place)
    # the server of the tests need not survive a power cut
    assert "fsync of the database is off" in told(capsys)
    far = server.url(schema_of(address), host="127.0.0.1")
    run("doctor", **place | {"DATABASE_URL": far})
    assert "goes unencrypted" not in told(capsys), "it does not leave this machine"
    monkeypatch.setattr("bot.storage.session.HERE", ())
    run("doctor", **place | {"DATABASE_URL": far})
    assert "What goes to the database and back goes unencrypted" in told(capsys)


def test_rotate__new_before_old__only_the_new_one_opens_the_store(place, address, capsys) -> None:
    assert run("keys", "rotate", **place | {"SECRET_KEY": f"{NEW},{OLD}"}) == 0
    assert "no other key opens it" in told(capsys)
    assert is_there(address, NEW)
    assert run("keys", "rotate", **place | {"SECRET_KEY": f"{OLD},{WRONG}"}) == 1


def test_rotate__no_store__makes_none(server, address, capsys) -> None:
    assert run("keys", "rotate", SECRET_KEY=f"{NEW},{OLD}", DATABASE_URL=address) == 1
    assert "there is no store in the database" in told(capsys)
    assert tables(server, address) == []


def test_export_and_import__from_a_database_into_a_folder_and_into_another_database(
    place, server, tmp_path, capsys
) -> None:
    file, other = tmp_path / "monday.waypost", server.place()
    assert run("export", "backup", str(file), **place) == 0
    moved = {"SECRET_KEY": OLD, "RESOURCES": str(tmp_path / "new.yaml")}
    assert run("import", "backup", str(file), STORE=f"tinydb:{tmp_path / 'data'}", **moved) == 0
    assert (tmp_path / "data" / "versions" / "000001.yaml").read_text() == "version: 1 # before"
    assert (tmp_path / "new.yaml").read_text() == "version: 1\n"
    assert run("import", "backup", str(file), DATABASE_URL=other, **moved) == 0
    assert "the database: fewer than ten readers' records, 2 files" in told(capsys)
    assert is_there(other, OLD)
    assert run("import", "backup", str(file), DATABASE_URL=other, **moved) == 1
    assert "there is a store in the database already; --replace" in told(capsys)
    assert run("import", "backup", str(file), "--replace", DATABASE_URL=other, **moved) == 0
    assert is_there(other, OLD)


def test_import__while_the_bot_runs__refused(place, address, tmp_path, capsys) -> None:
    file = tmp_path / "monday.waypost"
    assert run("export", "backup", str(file), **place) == 0

    async def beside() -> int:
        store = place_of(read_settings(place).store_place).store(vault_of(OLD))
        await store.open()
        try:
            return await asyncio.to_thread(run, "import", "backup", str(file), "--replace", **place)
        finally:
            await store.close()

    assert asyncio.run(beside()) == 1
    assert "another process holds the store" in told(capsys)


def test_release__as_a_host_calls_it__makes_the_tables(server, address) -> None:
    done = bot("migrate", SECRET_KEY=NEW, DATABASE_URL=address)
    assert (done.returncode, done.stderr) == (0, "") and len(tables(server, address)) == 2


def test_settings__the_address_and_the_password_in_it__are_secrets() -> None:
    settings = read_settings({"STORE": "postgresql://amina:p%40ss-word@db.example/waypost"})
    assert "amina" not in repr(settings) and settings.store_folder is None
    assert {"p%40ss-word", "p@ss-word", settings.store_url} <= set(settings.secrets())


def test_serve__another_process_took_over__ends_with_a_sentence_and_a_status_that_hosts_start_again(
    address, capsys, monkeypatch
) -> None:
    async def runs(house: House) -> None:
        house.store._database.is_taken = True

    monkeypatch.setattr(House, "run", runs)
    assert run(BOT_TOKEN="1:x", SECRET_KEY=OLD, DATABASE_URL=address, PORT="0") == 1
    assert "another process has taken over the store, so this one has ended" in told(capsys)
