"""The owner of the parsing processes: starts them, hands them jobs, ends them when they take too long."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import struct
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.core.feed import Entry, Feed
from bot.errors import FeedError
from bot.feeds.worker import ANSWER, JOB, LENIENT, STRICT

STRICT_WITHIN = 5.0
LENIENT_WITHIN = 8.0
END_WITHIN = 1.5
LARGEST_ANSWER = 32_000_000
ROOT = Path(__file__).resolve().parents[2]


class Parsers:
    """Two processes: one for well-formed feeds, which are never slow, one for damaged ones, which may be.

    A feed that hangs the lenient parser makes only other damaged feeds wait. Both start when first needed.
    """

    def __init__(self, strict: ParserProcess | None = None, lenient: ParserProcess | None = None) -> None:
        self._strict = strict or ParserProcess(STRICT, within=STRICT_WITHIN)
        self._lenient = lenient or ParserProcess(LENIENT, within=LENIENT_WITHIN)

    async def parse(self, body: bytes, feed: Feed, content_type: str) -> tuple[Entry, ...]:
        """Return the entries of a document. Raises FeedError."""
        for process in (self._strict, self._lenient):
            found = await process.ask(body, feed, content_type)
            if not found.get("damaged"):
                return _entries(found, feed)
        raise FeedError("the feed cannot be read")

    async def close(self) -> None:
        """End both processes, whatever they are doing; safe to call twice."""
        await asyncio.gather(self._strict.close(), self._lenient.close())


class ParserProcess:
    """One parsing process, used for one document after the other and replaced when it hangs, dies or grows."""

    def __init__(self, kind: str, *, within: float, command: Sequence[str] = ()) -> None:
        self._command = tuple(command) or (sys.executable, "-s", "-B", "-P", "-m", "bot.feeds.worker", kind)
        self._within = within
        self._process: Process | None = None
        self._one_at_a_time = asyncio.Lock()
        self._lives = 0

    @property
    def pid(self) -> int | None:
        """The process that would take the next job, None while there is none."""
        return self._process.pid if self._process is not None else None

    async def ask(self, body: bytes, feed: Feed, content_type: str) -> dict[str, Any]:
        """Return the answer to one job as `worker.py` describes it. Raises FeedError when there is none in time."""
        about = {"id": feed.id, "url": feed.url, "language": feed.language, "content_type": content_type[:200]}
        header = json.dumps(about).encode()
        asked_in = self._lives
        async with self._one_at_a_time:
            if asked_in != self._lives:
                raise FeedError("reading was stopped")
            found: dict[str, Any] = {"last": True}
            try:
                process = await self._running()
                async with asyncio.timeout(self._within):
                    found = await _exchange(process, JOB.pack(len(header), len(body)) + header, body)
            except TimeoutError:
                raise FeedError("the feed takes too long to read") from None
            except (OSError, EOFError, ValueError, struct.error):
                raise FeedError("the feed made its parser fail") from None
            finally:
                # Also when the reader was cancelled: an answer that nobody took must not become the next one's.
                if found.get("last", False):
                    await self._end()
            return found

    async def close(self) -> None:
        """End the process, whatever it is doing, and refuse the jobs that wait for it; safe to call twice."""
        self._lives += 1
        self._kill()
        async with self._one_at_a_time:
            await self._end()

    async def _running(self) -> Process:
        if self._process is not None and self._process.returncode is None:
            return self._process
        await self._end()
        # The environment holds the token and the keys: the process gets one of its own. Its errors could quote a
        # feed, so nobody listens to them.
        environment = {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PYTHONMALLOC": "malloc"}
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=environment, start_new_session=True
        )
        return self._process

    def _kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                # Not Process.kill(): it looks for the end of the process as well, and then asyncio misses that end.
                os.kill(self._process.pid, signal.SIGKILL)

    async def _end(self) -> None:
        """Kill the process and let go of its pipes."""
        self._kill()
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None and process.stdout is not None
        with suppress(TimeoutError, OSError):
            async with asyncio.timeout(END_WITHIN):
                process.stdin.close()
                # Read to its end, an output closes by itself; what is still in the pipe belongs to nobody.
                while await process.stdout.read(65536):
                    pass
                await process.wait()
                await process.stdin.wait_closed()


async def _exchange(process: Process, header: bytes, body: bytes) -> dict[str, Any]:
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(header)
    process.stdin.write(body)
    await process.stdin.drain()
    (length,) = ANSWER.unpack(await process.stdout.readexactly(ANSWER.size))
    if length > LARGEST_ANSWER:
        raise ValueError("an answer of that length was not written by the worker")
    found = json.loads(await process.stdout.readexactly(length))
    if not isinstance(found, dict):
        raise ValueError("the answer is no object")
    return found


def _entries(found: dict[str, Any], feed: Feed) -> tuple[Entry, ...]:
    """Return an answer's entries. Raises FeedError for its error, or when the answer is not of the form agreed on."""
    if "error" in found:
        raise FeedError(str(found["error"])[:200])
    try:
        return tuple(_entry(*fields, feed=feed) for fields in found["entries"])
    except (KeyError, TypeError, ValueError):
        raise FeedError("the feed made its parser fail") from None


def _entry(
    guid: str,
    title: str,
    summary: str,
    link: str,
    published: str | None,
    expires: str | None,
    cancels: list[str],
    *,
    feed: Feed,
) -> Entry:
    if not all(isinstance(text, str) for text in (guid, title, summary, link, *cancels)):
        raise TypeError("a text of an entry is no text")
    published_at, expires_at = (datetime.fromisoformat(date) if date else None for date in (published, expires))
    return Entry(feed.id, guid, title, summary, link, feed.language, published_at, expires_at, tuple(cancels))
