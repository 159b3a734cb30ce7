"""Sixty ways to misbehave, next to one healthy feed: nothing escapes, nothing waits, nothing grows."""

import asyncio
import time
from datetime import timedelta

import psutil
import pytest

from bot.core.feed import FeedState, Fetched
from bot.errors import FeedError
from bot.feeds.fetch import HttpFeedReader
from bot.feeds.parsers import ParserProcess, Parsers
from bot.feeds.worker import LENIENT, STRICT
from tests.builders import NOW, a_feed, a_feed_state
from tests.feeds.hostile import BEHAVIOURS, ENTRIES, HEALTHY_LINKS, Everywhere, hostile_server

NEW = FeedState("x")


@pytest.fixture
async def server():
    async with hostile_server() as address:
        yield address


@pytest.fixture
def deadline() -> float:
    return 2.0


@pytest.fixture
async def reader(deadline: float):
    parsers = Parsers(ParserProcess(STRICT, within=5), ParserProcess(LENIENT, within=1))
    made = HttpFeedReader(lambda: NOW, allow_private=True, deadline=deadline, resolver=Everywhere(), parsers=parsers)
    yield made
    start = time.perf_counter()
    await made.close()
    assert time.perf_counter() - start < 2


async def read(reader: HttpFeedReader, address: str, name: str) -> Fetched | BaseException:
    (result,) = await asyncio.gather(reader.read(a_feed(name, url=address), NEW), return_exceptions=True)
    return result


def memory() -> int:
    """The memory of this process and its children, in bytes."""
    me = psutil.Process()
    return sum(process.memory_info().rss for process in (me, *me.children(recursive=True)))


# Sixty at once keep a busy machine longer than one would: each has the time that all of them need together.
@pytest.mark.parametrize("deadline", [6.0])
async def test_read__every_hostile_behaviour_at_once__no_escape_healthy_on_time_memory_flat(server, reader) -> None:
    assert len(BEHAVIOURS) >= 60
    times, peaks, stop = [], [], asyncio.Event()

    async def healthy() -> None:
        while not stop.is_set():
            start = time.perf_counter()
            fetched = await reader.read(a_feed("healthy", url=server("healthy")), NEW)
            times.append(time.perf_counter() - start)
            peaks.append(memory())
            assert tuple(entry.link for entry in fetched.entries) == HEALTHY_LINKS
            await asyncio.sleep(0.02)

    await reader.read(a_feed("healthy", url=server("healthy")), NEW)
    before = memory()
    watching = asyncio.ensure_future(healthy())
    results = await asyncio.gather(*(read(reader, server(behaviour.name), behaviour.name) for behaviour in BEHAVIOURS))
    stop.set()
    await watching
    wrong = [
        (behaviour.name, result)
        for behaviour, result in zip(BEHAVIOURS, results, strict=True)
        if not isinstance(result, Fetched | FeedError) or not is_expected(result, behaviour.expected)
    ]
    assert wrong == []
    assert max(times) < 3, f"{len(times)} healthy reads"
    # This process, which is also the server with its bombs, and the two that parse.
    assert max(peaks) - before < 400_000_000
    assert memory() - before < 150_000_000


def is_expected(result: Fetched | FeedError, expected: str) -> bool:
    """Without a stated expectation, any of both outcomes is fine."""
    if not expected:
        return True
    return bool(result.entries) if isinstance(result, Fetched) else expected in result.reason


async def test_read__the_same_bombs_again_and_again__memory_stays_flat(server, reader) -> None:
    bombs = (
        "gzip-bomb",
        "endless",
        "endless-gzip",
        "ten-thousand-entries",
        "entity-bomb",
        "deep-nesting",
        "six-megabytes",
    )
    sizes = []
    for _ in range(4):
        for name in bombs:
            await read(reader, server(name), name)
        sizes.append(psutil.Process().memory_info().rss)
    assert sizes[-1] - sizes[0] < 20_000_000


async def test_read__future_dates_bad_links_and_new_guids__are_put_right(server, reader) -> None:
    async def entries(name: str):
        return (await reader.read(a_feed(name, url=server(name)), NEW)).entries

    assert [entry.published_at for entry in await entries("from-the-future")] == [NOW]
    assert [entry.link for entry in await entries("bad-links")] == [
        "",
        "",
        "https://evil.example/",
        "https://xn--pple-43d.com/",
        "",
    ]
    assert [entry.identity for entry in await entries("new-guids-each-time")] == [
        entry.identity for entry in await entries("new-guids-each-time")
    ]
    assert [entry.title for entry in await entries("bidi-controls")] == ["safecod.exe 1"]
    assert [entry.summary for entry in await entries("scripts")] == ["Text"]


async def test_read__foreign_marks__are_not_kept(server, reader) -> None:
    fetched = await reader.read(a_feed(url=server("foreign-etag")), NEW)
    assert (fetched.etag, fetched.last_modified) == ("", "")


async def test_read__told_to_stay_away__says_for_how_long(server, reader) -> None:
    with pytest.raises(FeedError) as refused:
        await reader.read(a_feed(url=server("too-many-requests")), NEW)
    assert refused.value.retry_in_seconds == 3600
    with pytest.raises(FeedError) as refused:
        await reader.read(a_feed(url=server("busy-until-date")), NEW)
    assert refused.value.retry_in_seconds == timedelta(days=1).total_seconds()


async def test_read__closed_in_the_middle__ends_with_a_feed_error(server, reader) -> None:
    waiting = [
        asyncio.ensure_future(read(reader, server(name), name))
        for name in ("silent", "dripping", "junk-that-takes-long")
    ]
    await asyncio.sleep(0.2)
    start = time.perf_counter()
    await reader.close()
    results = await asyncio.gather(*waiting)
    assert time.perf_counter() - start < 2
    assert all(isinstance(result, FeedError) for result in results)
    assert isinstance(await read(reader, server("healthy"), "healthy"), FeedError)


async def test_read__mark_of_last_time__is_sent(server, reader) -> None:
    fetched = await reader.read(a_feed(url=server("healthy")), a_feed_state(etag='"1"'))
    assert fetched.etag == '"1"'
    assert ENTRIES == "entries"
