"""A database that is away, full, read-only, slow, or whose answer is lost: nothing is lost, and nothing is half done."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import AsyncIterator, Iterator

import psycopg
import pytest

from bot.errors import SettingsError, StoreAway, StoreDamaged, StoreError, VaultError
from bot.storage import database, session
from bot.storage.postgres_store import PostgresStore
from bot.storage.vault import Vault
from tests.storage.conftest import OTHER_KEY, people_in, published, subscribe, subscribed
from tests.storage.postgres import Server, schema_of
from tests.storage.wire import Wire

SECRETS = ("bot", "secret-of-the-bot", "127.0.0.1", "waypost?", "/tmp/", "t1_")


@pytest.fixture
def wire(server: Server) -> Iterator[Wire]:
    made = Wire(server.port)
    yield made
    made.close()


@pytest.fixture
async def far_store(
    wire: Wire, server: Server, address: str, vault: Vault, monkeypatch
) -> AsyncIterator[PostgresStore]:
    """A store whose road to the database is the wire."""
    monkeypatch.setattr(database, "PAUSE", 0.02)
    store = PostgresStore(server.url(schema_of(address), host="127.0.0.1", port=str(wire.port)), vault)
    await store.open()
    yield store
    wire.mend()
    await store.close()


async def ready(store: PostgresStore) -> None:
    """Wait until the store takes writes again."""
    async with asyncio.timeout(10):
        while True:
            try:
                return await store.ping()
            except StoreError:
                await asyncio.sleep(0.02)


def rows_of(store: PostgresStore) -> dict[tuple[str, str], object]:
    return {(row.table, row.key): row.value for row in store._tables.rows()}


async def same_after_reopening(store: PostgresStore, address: str, vault: Vault) -> bool:
    before = rows_of(store)
    await store.close()
    again = PostgresStore(address, vault)
    await again.open()
    after = rows_of(again)
    await again.close()
    return before == after


# answers that are lost


async def test_write__its_answer_is_lost__it_is_found_to_have_taken_effect(far_store, wire, address, vault):
    await subscribe(far_store, 1)
    before = far_store._database._seq
    wire.lose_next_answer()
    await subscribe(far_store, 2)
    assert (wire.lost, far_store._database._seq) == (1, before + 1)
    await far_store.forget(1)
    assert await same_after_reopening(far_store, address, vault) and await people_in(address, vault) == {2}


@pytest.mark.parametrize("times", [1, 2, 3])
async def test_write__its_answer_is_lost_and_the_database_stays_away__told_as_failed_and_taken_back(
    far_store, wire, address, vault, times
):
    await subscribe(far_store, 1, 2)
    wire.lose_next_answer(then_break=True)
    with pytest.raises(StoreError):
        await subscribe(far_store, 3)
    for lost in range(2, times + 1):
        # the very write that takes it back is in doubt as well
        wire.lose_next_answer(then_break=True)
        wire.mend()
        while wire.lost < lost:
            with pytest.raises(StoreError):
                await far_store.ping()
    wire.mend()
    await ready(far_store)
    assert wire.lost == times
    assert {each.chat_id async for each in far_store.subscribers()} == {1, 2}
    assert await same_after_reopening(far_store, address, vault)


async def test_forget__its_answer_is_lost_and_the_database_stays_away__raises_and_can_be_done_again(
    far_store, wire, address, vault
):
    await subscribe(far_store, 1, 2)
    wire.lose_next_answer(then_break=True)
    with pytest.raises(StoreError):
        await far_store.forget(1)
    wire.mend()
    await ready(far_store)
    await far_store.forget(1)
    assert await same_after_reopening(far_store, address, vault) and await people_in(address, vault) == {2}


async def test_died_in_doubt__opened_again__all_of_the_act_is_there_or_nothing(far_store, wire, address, vault):
    await subscribe(far_store, 1, 2, 3)
    wire.lose_next_answer(then_break=True)
    with pytest.raises(StoreError):
        await published(far_store)
    again = PostgresStore(address, vault)
    await again.open()
    assert len(again._tables.deliveries) == 3 and await again.alert("a1") is not None
    await again.close()


# sessions and servers that end at any moment


async def act(
    store: PostgresStore, start: int, chance: random.Random, until: asyncio.Event
) -> tuple[set[int], set[int]]:
    """Subscribe and forget until it is over; return who was reported to be kept, and who to be gone."""
    there: set[int] = set()
    gone: set[int] = set()
    number = start
    while not until.is_set():
        number += 1
        try:
            await store.change_subscriber(number, subscribed)
            there.add(number)
            if chance.random() < 0.3:
                leaving = chance.choice(sorted(there))
                # what fails may have erased her all the same, and only not every trace
                there.discard(leaving)
                await store.forget(leaving)
                gone.add(leaving)
        except StoreError:
            await asyncio.sleep(0.005)
    return there, gone


@pytest.mark.parametrize("seed", [2017])
async def test_sessions_ended_at_random__whatever_was_reported_holds_and_memory_is_what_is_kept(
    database_store, server, address, vault, seed
):
    chance, over = random.Random(seed), asyncio.Event()
    working = [asyncio.create_task(act(database_store, worker * 10_000, chance, over)) for worker in range(4)]
    for _ in range(12):
        await asyncio.sleep(chance.uniform(0.0, 0.06))
        await asyncio.to_thread(server.end_sessions)
    over.set()
    results = await asyncio.gather(*working)
    await ready(database_store)
    assert not database_store.is_taken
    assert await same_after_reopening(database_store, address, vault)
    kept = await people_in(address, vault)
    assert set().union(*(there for there, _ in results)) <= kept
    assert not kept & set().union(*(gone for _, gone in results))
    assert len(kept) > 20


async def test_server_killed_and_started_again__whatever_was_reported_holds(database_store, server, address, vault):
    chance, over = random.Random(3), asyncio.Event()
    working = [asyncio.create_task(act(database_store, worker * 10_000, chance, over)) for worker in range(4)]
    for _ in range(3):
        await asyncio.sleep(chance.uniform(0.02, 0.1))
        server.kill()
        server.start()
        await ready(database_store)
    over.set()
    results = await asyncio.gather(*working)
    await ready(database_store)
    assert await same_after_reopening(database_store, address, vault)
    kept = await people_in(address, vault)
    assert set().union(*(there for there, _ in results)) <= kept
    assert not kept & set().union(*(gone for _, gone in results))


# troubles, each with its sentence


def refusing(state: str) -> str:
    return f"""
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'bot at 127.0.0.1' USING ERRCODE = '{state}'; END $$;
        CREATE TRIGGER refuse BEFORE INSERT OR UPDATE OR DELETE ON waypost_rows EXECUTE FUNCTION refuse()"""


MENDED = "DROP FUNCTION refuse CASCADE"


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ("53100", "the disk of the database is full"),
        ("25006", "the database takes no writes now"),
        ("53200", "out of memory"),
        ("58030", "the disk of the database fails"),
        ("XX001", "its own files are damaged"),
        ("42501", "does not let this user"),
        ("99999", "the database refused"),
    ],
)
async def test_write__the_database_refuses__says_why_keeps_nothing_and_goes_on_by_itself(
    database_store, server, address, vault, state, says
):
    await subscribe(database_store, 1)
    path = f"SET search_path = {schema_of(address)}"
    server.do(path, refusing(state), database="waypost")
    with pytest.raises(StoreError, match=says) as caught:
        await subscribe(database_store, 2)
    assert not any(secret in str(caught.value) for secret in SECRETS)
    assert await database_store.subscriber(2) is None
    server.do(path, MENDED, database="waypost")
    await ready(database_store)
    await subscribe(database_store, 3)
    assert await same_after_reopening(database_store, address, vault) and await people_in(address, vault) == {1, 3}


async def test_write__the_database_hangs__given_up_and_gone_on_in_another_session(
    database_store, server, address, vault, monkeypatch
):
    await subscribe(database_store, 1)
    monkeypatch.setattr(database, "LONGEST", 0.2)
    held = asyncio.to_thread(
        server.do,
        f"SELECT pg_sleep(60) FROM (SELECT FROM {schema_of(address)}.waypost_meta FOR UPDATE) AS m",
        database="waypost",
    )
    holding = asyncio.ensure_future(held)
    await asyncio.sleep(0.2)
    with pytest.raises(StoreError):
        await subscribe(database_store, 2)
    server.do("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(60)%'")
    with pytest.raises(Exception, match="terminat"):
        await holding
    monkeypatch.undo()
    await ready(database_store)
    await subscribe(database_store, 3)
    assert await same_after_reopening(database_store, address, vault)


async def test_write__nothing_comes_back__given_up_in_time(far_store, wire, address, vault, monkeypatch):
    await subscribe(far_store, 1)
    monkeypatch.setattr(database, "LONGEST", 0.1)
    monkeypatch.setattr(session, "CONNECT_WITHIN", 1)
    far_store._database._session._parameters["connect_timeout"] = 1
    wire.fall_silent()
    async with asyncio.timeout(10):
        with pytest.raises(StoreError, match="in time|too long|reached"):
            await subscribe(far_store, 2)
    wire.mend()
    await ready(far_store)
    await subscribe(far_store, 3)
    assert await same_after_reopening(far_store, address, vault)


async def test_forget__while_a_dump_reads_the_tables__owed_and_nothing_else_waits(
    database_store, server, address, vault, monkeypatch
):
    await subscribe(database_store, 1, 2)
    with server.boss(database="waypost") as dump:
        dump.execute("BEGIN")
        dump.execute(f"LOCK TABLE {schema_of(address)}.waypost_rows IN ACCESS SHARE MODE")
        await database_store.forget(1)
        assert database_store._database._owes, "its bytes may still lie in the table's file"
        await asyncio.wait_for(database_store.ping(), 1)
        await subscribe(database_store, 3)
        dump.execute("ROLLBACK")
    database_store._database._held_until = 0.0
    await database_store.ping()
    assert not database_store._database._owes
    assert await same_after_reopening(database_store, address, vault) and await people_in(address, vault) == {2, 3}


async def test_open__an_erasure_was_owed_when_the_process_died__done_before_anything_else(
    database_store, server, address, vault
):
    await subscribe(database_store, 1, 2)
    with server.boss(database="waypost") as dump:
        dump.execute("BEGIN")
        dump.execute(f"LOCK TABLE {schema_of(address)}.waypost_rows IN ACCESS SHARE MODE")
        await database_store.forget(1)
        dump.execute("ROLLBACK")
    file = f"SELECT pg_relation_filenode('{schema_of(address)}.waypost_rows')"
    before = server.do(file, database="waypost")
    server.end_sessions()
    assert await people_in(address, vault) == {2}
    assert server.do(file, database="waypost") != before


@pytest.mark.parametrize(
    ("role", "says"),
    [("NOLOGIN", "does not exist there"), ("LOGIN CONNECTION LIMIT 0", "too many connections")],
)
async def test_write__the_user_is_not_let_in__says_so_and_goes_on_when_it_is(
    database_store, server, address, vault, role, says
):
    await subscribe(database_store, 1)
    server.do(f"ALTER ROLE bot {role}")
    try:
        server.end_sessions()
        with pytest.raises(StoreError, match=says) as caught:
            await subscribe(database_store, 2)
        assert not any(secret in str(caught.value) for secret in SECRETS)
    finally:
        server.do("ALTER ROLE bot LOGIN CONNECTION LIMIT -1")
    await ready(database_store)
    assert await same_after_reopening(database_store, address, vault)


OPENINGS = {
    "a wrong password": (
        "host all bot 127.0.0.1/32 scram-sha-256",
        {"password": "no"},
        StoreError,
        "user or the password",
    ),
    "no password": ("host all bot 127.0.0.1/32 scram-sha-256", {}, StoreError, "user or the password"),
    "only with TLS": ("hostssl all bot 127.0.0.1/32 trust", {}, StoreError, "or only with sslmode=require"),
    "TLS that is not there": ("host all bot 127.0.0.1/32 trust", {"sslmode": "require"}, StoreError, "speaks no TLS"),
    "nobody is let in": ("", {}, StoreError, "or only with sslmode=require"),
    "no such database": ("host all bot 127.0.0.1/32 trust", {"dbname": "other"}, StoreError, "does not exist there"),
    "nothing answers": ("", {"port": "1"}, StoreAway, "nothing answers"),
    "no such host": ("", {"host": "nowhere.invalid"}, StoreAway, "not known here|cannot be reached"),
}


@pytest.mark.parametrize("name", OPENINGS)
async def test_open__cannot__says_why_and_nothing_of_the_address(server, address, vault, name):
    lets_in, more, kind, says = OPENINGS[name]
    hba = server.data / "pg_hba.conf"
    before = hba.read_text()
    hba.write_text("local all all trust\n" + lets_in + "\n")
    server.do("SELECT pg_reload_conf()")
    try:
        url = server.url(schema_of(address), host="127.0.0.1") if "host" not in more else server.url(schema_of(address))
        store = PostgresStore(url + "".join(f"&{key}={value}" for key, value in more.items()), vault)
        await asyncio.sleep(0.05)
        with pytest.raises(StoreError, match=says) as caught:
            await store.open()
        assert isinstance(caught.value, kind) and isinstance(caught.value, StoreAway) is (kind is StoreAway)
        assert not any(secret in str(caught.value) for secret in SECRETS)
    finally:
        hba.write_text(before)
        server.do("SELECT pg_reload_conf()")


async def test_open__read_only__is_away_and_not_begun(server, address, vault):
    url = server.url(
        schema_of(address), options=f"-csearch_path={schema_of(address)} -cdefault_transaction_read_only=on"
    )
    with pytest.raises(StoreAway, match="takes no writes now"):
        await PostgresStore(url, vault).open()


@pytest.mark.parametrize(
    "address", ["postgresql://[", "postgresql://h/d?nonsense=1", "postgresql://h/d?connect_timeout"]
)
def test_address__is_none__says_so_and_not_what_it_is(vault, address):
    with pytest.raises(SettingsError, match="STORE: this is no address of a database") as caught:
        PostgresStore(address, vault)
    assert "nonsense" not in str(caught.value)


# what is not ours, or not whole


async def dumped(server: Server, address: str) -> list[tuple[object, ...]]:
    schema = schema_of(address)
    rows = server.do(f"SELECT * FROM {schema}.waypost_rows ORDER BY kind, key", database="waypost")
    return rows + server.do(f"SELECT * FROM {schema}.waypost_meta", database="waypost")


async def test_open__another_key__refused_and_nothing_is_touched(database_store, server, address):
    await subscribe(database_store, 1)
    await database_store.close()
    before = await dumped(server, address)
    with pytest.raises(VaultError, match="does not hold the key"):
        await PostgresStore(address, Vault([OTHER_KEY])).open()
    assert await dumped(server, address) == before


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        ("DROP TABLE waypost_meta", "tables of the store"),
        ("DROP TABLE waypost_rows", "tables of the store"),
        ("DELETE FROM waypost_meta", "the row is missing"),
        ("UPDATE waypost_rows SET document = left(document, 20)", "a row of subscribers"),
        ("UPDATE waypost_rows SET document = '[]'", "a row of subscribers"),
        ("UPDATE waypost_rows SET document = '{}'", "a row of subscribers"),
        ("ALTER TABLE waypost_meta DROP COLUMN seq", "not those of Waypost"),
        ("DROP TABLE waypost_meta; CREATE TABLE waypost_meta (x int)", "not those of Waypost"),
        ("UPDATE waypost_meta SET format = 2", "a later version"),
    ],
)
async def test_open__damaged_or_of_others__refused_and_left_as_it_is(
    database_store, server, address, vault, harm, says
):
    await subscribe(database_store, 1)
    await database_store.close()
    server.do(f"SET search_path = {schema_of(address)}", harm, database="waypost")
    with pytest.raises((StoreDamaged, StoreError), match=says):
        await PostgresStore(address, vault).open()
    assert server.do(
        f"SELECT count(*) FROM pg_tables WHERE schemaname = '{schema_of(address)}'", database="waypost"
    ) == [(1 if harm in ("DROP TABLE waypost_meta", "DROP TABLE waypost_rows") else 2,)]


async def test_open__two_rows_exchanged__refused(database_store, server, address, vault):
    await subscribe(database_store, 1, 2)
    await database_store.close()
    schema = schema_of(address)
    one, other = [row[0] for row in server.do(f"SELECT key FROM {schema}.waypost_rows", database="waypost")]
    server.do(
        f"UPDATE {schema}.waypost_rows r SET document = (SELECT document FROM {schema}.waypost_rows o "
        f"WHERE o.key = CASE r.key WHEN '{one}' THEN '{other}' ELSE '{one}' END)",
        database="waypost",
    )
    with pytest.raises(VaultError, match="belongs to another record"):
        await PostgresStore(address, vault).open()


@pytest.mark.parametrize(
    ("said", "kind", "says"),
    [
        ('connection to server at "refused.example" (10.0.0.1), port 5432 failed: FATAL:  password authentication failed for user "amina"', StoreError, "user or the password"),
        ('FATAL:  no pg_hba.conf entry for host "10.0.0.1", user "amina", database "d", SSL encryption\nconnection to server at "h", port 1 failed: FATAL:  no pg_hba.conf entry for host "10.0.0.1", user "amina", database "d", no encryption', StoreError, "by that name$"),
        ('FATAL:  pg_hba.conf rejects connection for host "10.0.0.1", user "amina", database "d", no encryption', StoreError, "or only with sslmode=require"),
        ('SSL error: certificate verify failed', StoreError, "certificate"),
        ('server certificate for "other" does not match host name "amina.example"', StoreError, "certificate"),
        ('root certificate file "/home/amina/.postgresql/root.crt" does not exist', StoreError, "does not exist|certificate"),
        ('FATAL:  the database system is starting up', StoreAway, "starting or stopping"),
        ('FATAL:  the database system is in recovery mode', StoreAway, "starting or stopping"),
        ('FATAL:  the database system is not yet accepting connections', StoreAway, "starting or stopping"),
        ('FATAL:  sorry, too many clients already', StoreAway, "too many connections"),
        ('FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute', StoreAway, "too many"),
        ('session is read-only', StoreAway, "takes no writes"),
        ('connection timeout expired', StoreAway, "in time"),
        ('ФАТАЛЬНЫЙ ОШИБКА amina', StoreAway, "cannot be reached"),
    ],
)  # fmt: skip
def test_connecting__whatever_libpq_says__is_told_in_our_words_alone(said, kind, says):
    error = session._of_connecting(psycopg.OperationalError(said))
    assert type(error) is kind and re.search(says, str(error))
    assert "amina" not in str(error) and "10.0" not in str(error)
