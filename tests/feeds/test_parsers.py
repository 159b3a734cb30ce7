"""Parsing happens in processes that may hang, die or lie without harm to anything but the feed of that turn."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from pathlib import Path

import psutil
import pytest

from bot.errors import FeedError
from bot.feeds.parsers import ParserProcess, Parsers
from bot.feeds.worker import LENIENT, STRICT
from tests.builders import a_feed
from tests.feeds.corpus import cap, item, rss

GOOD = rss(item()).encode()
BROKEN = rss(item(text="Bread & salt")).encode()
READ_JOB = (
    "import struct, sys, time, os; read = sys.stdin.buffer.read; write = sys.stdout.buffer.write\n"
    "a, b = struct.unpack('>II', read(8)); read(a + b)\n"
    "def say(data): write(struct.pack('>I', len(data)) + data); sys.stdout.flush()\n"
)


HANGS = ("time.sleep(60)", "while True: pass")


def acting(script: str, within: float = 20) -> ParserProcess:
    """A process that takes a job and then does as the script says."""
    return ParserProcess("x", within=within, command=(sys.executable, "-c", READ_JOB + script))


@pytest.fixture
async def parsers():
    both = Parsers()
    yield both
    await both.close()


async def test_parsers__well_formed_and_damaged__both_are_read(parsers) -> None:
    (entry,) = await parsers.parse(GOOD, a_feed(), "")
    assert (entry.title, entry.feed, entry.language) == ("Report 1", "example-news", "en")
    (entry,) = await parsers.parse(BROKEN, a_feed(), "")
    assert entry.summary == "Bread & salt"


async def test_parsers__a_warning_taken_back__comes_through_the_process(parsers) -> None:
    references = "<references>warn@example.org,w1,2026-11-23T10:00:00+03:00</references></alert>"
    document = cap(" ", kind="Cancel", identifier="w2").replace("</alert>", references)
    (entry,) = await parsers.parse(document.encode(), a_feed(), "")
    assert entry.cancels == ("warn@example.org,w1",)


async def test_parsers__no_feed__says_why(parsers) -> None:
    with pytest.raises(FeedError, match="web page"):
        await parsers.parse(b"<html>", a_feed(), "")


async def test_parser_process__many_documents__one_process() -> None:
    process = ParserProcess(STRICT, within=5)
    pids = set()
    for _ in range(20):
        await process.ask(GOOD, a_feed(), "")
        pids.add(process.pid)
    await process.close()
    assert len(pids) == 1
    assert process.pid is None


@pytest.mark.parametrize(
    "script",
    [
        "os._exit(1)",
        "os.kill(os.getpid(), 11)",
        "write(b'x'); sys.stdout.flush(); os._exit(0)",
        "write(struct.pack('>I', 4_000_000_000)); sys.stdout.flush(); time.sleep(60)",
        "say(b'no json')",
        "say(b'[]')",
        "say(b'\\xff')",
        *HANGS,
    ],
)
async def test_parser_process__dies_hangs_or_lies__one_feed_error_and_no_process_left(script) -> None:
    process = acting(script, within=0.5 if script in HANGS else 20)
    with pytest.raises(FeedError):
        await process.ask(GOOD, a_feed(), "")
    assert process.pid is None


@pytest.mark.parametrize(
    "answer", ["{}", '{"entries": 1}', '{"entries": [[1,2,3,4,5,6]]}', '{"entries": [["","","","","x",null]]}']
)
async def test_parsers__answer_that_is_no_entries__is_a_feed_error(answer) -> None:
    both = Parsers(strict=acting(f"say({answer.encode()!r})"))
    with pytest.raises(FeedError, match="fail"):
        await both.parse(GOOD, a_feed(), "")
    await both.close()


async def test_parsers__the_lenient_one_hangs__well_formed_feeds_are_read_meanwhile() -> None:
    both = Parsers(lenient=acting("time.sleep(60)", within=60))
    hanging = asyncio.ensure_future(both.parse(BROKEN, a_feed(), ""))
    for _ in range(3):
        assert await both.parse(GOOD, a_feed(), "")
    assert not hanging.done()
    await both.close()
    with pytest.raises(FeedError):
        await hanging


async def test_parser_process__after_a_hang__the_next_feed_is_read(tmp_path) -> None:
    first = tmp_path / "was-here"
    script = (
        f"import pathlib; was = pathlib.Path({str(first)!r})\n"
        "if not was.exists(): was.touch(); time.sleep(60)\n"
        "say(b'{\"entries\": []}')"
    )
    process = acting(script, within=2)
    with pytest.raises(FeedError, match="too long"):
        await process.ask(GOOD, a_feed(), "")
    assert await process.ask(GOOD, a_feed(), "") == {"entries": []}
    await process.close()


async def test_parser_process__killed_between_two_feeds__is_replaced() -> None:
    process = ParserProcess(STRICT, within=5)
    await process.ask(GOOD, a_feed(), "")
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    with pytest.raises(FeedError):
        await process.ask(GOOD, a_feed(), "")
    assert "entries" in await process.ask(GOOD, a_feed(), "")
    await process.close()


async def test_parser_process__reader_gives_up__the_next_feed_gets_its_own_answer() -> None:
    process = ParserProcess(STRICT, within=5)
    await process.ask(GOOD, a_feed(), "")
    asked = asyncio.ensure_future(process.ask(rss(item(7)).encode(), a_feed(), ""))
    await asyncio.sleep(0)
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    found = await process.ask(GOOD, a_feed(), "")
    assert found["entries"][0][0] == "g1"
    await process.close()


async def test_parsers__closed_while_they_work_and_others_wait__all_end_within_two_seconds() -> None:
    both = Parsers(strict=acting("time.sleep(60)"))
    waiting = [asyncio.ensure_future(both.parse(GOOD, a_feed(), "")) for _ in range(5)]
    await asyncio.sleep(0.1)
    start = time.perf_counter()
    await both.close()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert time.perf_counter() - start < 2
    assert all(isinstance(result, FeedError) for result in results)
    assert not [
        child for child in psutil.Process().children(recursive=True) if "time.sleep(60)" in " ".join(child.cmdline())
    ]


async def test_worker__knows_no_secret_and_cannot_write_or_grow(monkeypatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", "123:secret")
    process = ParserProcess(STRICT, within=5)
    await process.ask(GOOD, a_feed(), "")
    assert process.pid is not None
    seen = psutil.Process(process.pid)
    limits = {what: seen.rlimit(what)[0] for what in (psutil.RLIMIT_AS, psutil.RLIMIT_FSIZE, psutil.RLIMIT_NOFILE)}
    environment, files = seen.environ(), {Path(file.path).name for file in seen.open_files()}
    threads = seen.num_threads()
    await process.close()
    assert set(environment) <= {"PYTHONPATH", "PYTHONUTF8", "PYTHONMALLOC", "LC_CTYPE"}
    assert limits == {psutil.RLIMIT_AS: 512 * 1024 * 1024, psutil.RLIMIT_FSIZE: 0, psutil.RLIMIT_NOFILE: 32}
    assert files == set()
    assert threads == 1


async def test_worker__document_that_fills_the_memory__costs_one_turn() -> None:
    small = (
        "import sys; from bot.feeds import worker; worker.MEMORY = 150_000_000\n"
        "worker.main('strict', sys.stdin.buffer, sys.stdout.buffer)"
    )
    process = ParserProcess(STRICT, within=20, command=(sys.executable, "-c", small))
    hungry = b"<rss><channel>" + b"<a b='c'/>" * 490_000 + b"</channel></rss>"
    # Some versions of the parser notice that there is no more memory, some die of it.
    with contextlib.suppress(FeedError):
        assert "entries" not in await process.ask(hungry, a_feed(), "")
    assert "entries" in await process.ask(GOOD, a_feed(), "")
    await process.close()


async def test_worker__junk_that_feedparser_chews_for_long__is_given_up_in_time() -> None:
    process = ParserProcess(LENIENT, within=1)
    with pytest.raises(FeedError, match="too long"):
        await process.ask(b"<rss><channel><item><title>" + b"<a b='c'/>&" * 450_000, a_feed(), "")
    await process.close()


async def test_worker__its_owner_is_gone__it_ends() -> None:
    script = (
        "import asyncio, sys; sys.path.insert(0, '.')\n"
        "from bot.feeds.parsers import ParserProcess; from bot.core.feed import Feed\n"
        "async def main():\n"
        "    p = ParserProcess('strict', within=5); await p.ask(b'<rss/>', Feed('a', 'A', 'https://a.example.org'), '')\n"
        "    print(p.pid, flush=True); import os; os.kill(os.getpid(), 9)\n"
        "asyncio.run(main())"
    )
    root = Path(__file__).resolve().parents[2]
    owner = await asyncio.create_subprocess_exec(sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE, cwd=root)
    out, _ = await owner.communicate()
    orphan = int(out)
    for _ in range(200):
        if not psutil.pid_exists(orphan) or psutil.Process(orphan).status() == psutil.STATUS_ZOMBIE:
            return
        await asyncio.sleep(0.01)
    pytest.fail("the worker outlived its owner by two seconds")
