"""What whoever copies a database gets to see: no known number in any shape, and of who was forgotten no row in any table."""

from __future__ import annotations

import pytest

from bot.core.delivery import Sent
from tests.builders import a_subscriber
from tests.canary import shapes
from tests.storage.conftest import published, settle_all, subscribe
from tests.storage.postgres import Server, schema_of

KNOWN = (7_312_345_678, 6_987_654_321)
"""Too large for four bytes, which are found in many a file by chance."""


def data_of(server: Server, *folders: str) -> bytes:
    """Return what the server has on the disk, once it has written what it holds in memory."""
    ((number,),) = server.do("CHECKPOINT", "SELECT oid::text FROM pg_database WHERE datname = 'waypost'")
    found = [path for folder in folders for path in (server.data / folder.format(number)).rglob("*") if path.is_file()]
    return b"".join(path.read_bytes() for path in found)


async def live(store) -> None:
    for number in KNOWN:
        await store.change_subscriber(number, lambda one: a_subscriber(country="RU", topics=("law",)))
    await subscribe(store, 5)
    await published(store)
    await settle_all(store, Sent(987_654_321))
    for number in KNOWN:
        await store.change_trace(number, lambda trace: trace)


async def test_everything_on_the_servers_disk__known_numbers_in_every_shape__stand_nowhere(database_store, server):
    await live(database_store)
    raw = data_of(server, "base/{}", "pg_wal", "global")
    key = (await database_store.subscriber(KNOWN[0])).key
    assert key.encode() in raw, "this is where they would stand"
    assert [number for number in KNOWN for shape in shapes(number) if shape in raw] == []
    assert b"987654321" not in raw


async def test_forget__somebody__no_table_and_no_index_holds_her_row(database_store, server):
    await live(database_store)
    # the server may have looked through the table meanwhile, and keeps samples
    server.do("VACUUM ANALYZE", database="waypost")
    key = (await database_store.subscriber(KNOWN[0])).key.encode()
    assert key in data_of(server, "base/{}")
    await database_store.forget(KNOWN[0])
    assert key not in data_of(server, "base/{}")
    server.do("VACUUM ANALYZE", database="waypost")
    other = (await database_store.subscriber(KNOWN[1])).key.encode()
    assert other in data_of(server, "base/{}")
    await database_store.forget(KNOWN[1])
    assert other not in data_of(server, "base/{}")


async def test_rows__people_who_came_one_after_the_other__lie_in_the_order_of_their_names_after_a_forget(
    database_store, server, address
):
    await subscribe(database_store, *range(1, 40))
    await database_store.forget(7)
    rows = server.do(f"SELECT xmin::text, key FROM {schema_of(address)}.waypost_rows ORDER BY ctid", database="waypost")
    assert len({xmin for xmin, _ in rows}) == 1 and [key for _, key in rows] == sorted(key for _, key in rows)


@pytest.mark.parametrize("kind", ["subscribers", "traces", "papers"])
async def test_rows__whole_records__are_of_few_lengths(database_store, server, address, kind):
    await subscribe(database_store, 1)
    await database_store.change_subscriber(
        2, lambda one: a_subscriber(country="RU", topics=("law", "asylum"), utc_offset=None)
    )
    await database_store.keep_paper("a", b"x")
    await database_store.keep_paper("b", b"x" * 100)
    lengths = server.do(
        f"SELECT DISTINCT length(document) FROM {schema_of(address)}.waypost_rows WHERE kind = '{kind}'",
        database="waypost",
    )
    assert len(lengths) <= 1
