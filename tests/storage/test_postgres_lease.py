"""One process writes in a database, whoever else has it open and whatever becomes of the sessions."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.errors import StoreAway, StoreError, StoreLocked
from bot.storage.postgres_store import PostgresStore
from tests.storage.conftest import people_in, subscribe
from tests.storage.postgres import schema_of
from tests.storage.wire import Wire


async def test_open__another_one_holds_it__refused_and_nothing_is_changed(database_store, address, vault):
    await subscribe(database_store, 1)
    second = PostgresStore(address, vault)
    for _ in range(3):
        with pytest.raises(StoreLocked, match="another process holds the store"):
            await second.open()
    await subscribe(database_store, 2)
    await database_store.close()
    assert await people_in(address, vault) == {1, 2}


async def test_open__the_holder_is_gone_without_a_word__free_at_once(database_store, server, address, vault):
    await subscribe(database_store, 1)
    server.end_sessions()
    began = time.monotonic()
    assert await people_in(address, vault) == {1}
    assert time.monotonic() - began < 2


async def test_write__the_session_was_ended__goes_on_in_a_new_one_and_nobody_notices(database_store, server, address):
    for chat_id in range(1, 5):
        assert server.end_sessions() == 1
        await subscribe(database_store, chat_id)
    second = PostgresStore(address, database_store._database.vault)
    with pytest.raises(StoreLocked):
        await second.open()
    assert not database_store.is_taken


async def test_write__another_one_took_over_meanwhile__refused_for_good_and_changes_nothing(
    database_store, server, address, vault
):
    await subscribe(database_store, 1)
    server.end_sessions()
    second = PostgresStore(address, vault)
    await second.open()
    await subscribe(second, 2)
    for _ in range(3):
        with pytest.raises(StoreError, match="another process has taken over"):
            await subscribe(database_store, 3)
        assert database_store.is_taken
    await second.close()
    with pytest.raises(StoreError, match="another process has taken over"):
        await subscribe(database_store, 3)
    assert await people_in(address, vault) == {1, 2}


async def test_write__another_one_came_and_went_in_the_same_number_of_writes__still_refused(
    database_store, server, address, vault
):
    await subscribe(database_store, 1)
    server.end_sessions()
    second = PostgresStore(address, vault)
    await second.open()
    await second.close()
    with pytest.raises(StoreError, match="another process has taken over"):
        await subscribe(database_store, 3)
    assert database_store.is_taken and await people_in(address, vault) == {1}


async def test_write__the_server_has_not_noticed_that_the_road_broke__its_session_is_ended(server, address, vault):
    wire = Wire(server.port)
    store = PostgresStore(server.url(schema_of(address), host="127.0.0.1", port=str(wire.port)), vault)
    await store.open()
    await subscribe(store, 1)
    # our end is closed, and the server's end hears nothing of it
    wire.fall_silent()
    near = store._database._session._connection
    store._database._session._connection = None
    wire2 = Wire(server.port)
    store._database._session._parameters["port"] = str(wire2.port)
    began = time.monotonic()
    await subscribe(store, 2)
    assert time.monotonic() - began < 2
    wire.close()
    near.close()
    await store.close()
    wire2.close()
    assert await people_in(address, vault) == {1, 2}


async def test_write__an_earlier_state_was_put_in_place__refused_and_left_as_it_is(
    database_store, server, address, vault
):
    await subscribe(database_store, 1)
    server.do(f"UPDATE {schema_of(address)}.waypost_meta SET seq = seq - 1", database="waypost")
    with pytest.raises(StoreError, match="another state than this process left it in"):
        await subscribe(database_store, 2)
    assert database_store.is_taken and await people_in(address, vault) == {1}


async def test_write__the_row_names_another_one_though_our_session_lives__refused(
    database_store, server, address, vault
):
    await subscribe(database_store, 1)
    server.do(f"UPDATE {schema_of(address)}.waypost_meta SET holder = 'other'", database="waypost")
    with pytest.raises(StoreError, match="another process has taken over"):
        await subscribe(database_store, 2)
    assert database_store.is_taken and await people_in(address, vault) == {1}


async def test_close__the_next_one_opens_at_once__is_never_told_to_wait(address, vault):
    for _ in range(15):
        store = PostgresStore(address, vault)
        await store.open()
        await store.close()


async def test_open__through_a_pooler__refused(server, address, vault):
    wire = Wire(server.port)
    wire.forges_pid = True
    store = PostgresStore(server.url(schema_of(address), host="127.0.0.1", port=str(wire.port)), vault)
    with pytest.raises(StoreError, match="a pooler .* stands before the database"):
        await store.open()
    wire.close()


async def test_two_at_once__many_times__exactly_one_gets_it(address, vault):
    for _ in range(5):
        stores = [PostgresStore(address, vault) for _ in range(3)]
        results = await asyncio.gather(*(store.open() for store in stores), return_exceptions=True)
        assert [type(each) for each in results if each] == [StoreLocked] * 2, results
        await asyncio.gather(*(store.close() for store in stores))


async def test_standby__asks_again_and_again__costs_the_holder_nothing(database_store, address, vault):
    second = PostgresStore(address, vault)
    for chat_id in range(1, 6):
        with pytest.raises(StoreLocked):
            await second.open()
        await subscribe(database_store, chat_id)
    await database_store.close()
    await second.open()
    assert {each.chat_id async for each in second.subscribers()} == {1, 2, 3, 4, 5}
    await second.close()


def test_away__is_a_trouble_of_the_store() -> None:
    assert issubclass(StoreAway, StoreError) and not issubclass(StoreAway, StoreLocked)
