"""The process that parses: it knows no secret, opens nothing, may take little time and memory, and can be killed.

Run as `python -m bot.feeds.worker strict|lenient`, it answers jobs from its standard input until that is closed.
A job is two lengths (4 bytes each, big-endian), JSON about the feed, and the bytes of the document. An answer is one
length and JSON: `{"entries": [...]}`, `{"error": "reason"}` or `{"damaged": true}`, each with `"last": true` when the
process ends after it. It is JSON because what parsed hostile input must not be able to make its reader run code.
"""

from __future__ import annotations

import gc
import json
import signal
import struct
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from bot.core.feed import Entry, Feed
from bot.errors import FeedError
from bot.feeds.parse import parse_leniently, parse_strictly
from bot.feeds.raw import NotWellFormed

JOB = struct.Struct(">II")
ANSWER = struct.Struct(">I")
MEMORY = 512 * 1024 * 1024
PROCESSOR_SECONDS = 20
FRESH_AFTER_JOBS = 5000
FRESH_ABOVE = 200 * 1024 * 1024
STRICT, LENIENT = "strict", "lenient"


def main(kind: str, jobs: BinaryIO, answers: BinaryIO) -> None:
    """Answer jobs until there are no more, or until the process has grown and a fresh one is the better choice."""
    # Ctrl+C and a platform's SIGTERM reach all processes of a group; this one ends when its owner closes the pipe.
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)
    if kind == LENIENT:
        import bot.feeds.lenient  # noqa: F401 - loaded before the limits, so that a job's time is its own
    limit_itself()
    # What was loaded so far stays for good: the collections between two jobs need not look at it.
    gc.freeze()
    for done in range(1, FRESH_AFTER_JOBS + 1):
        lengths = jobs.read(JOB.size)
        if len(lengths) < JOB.size:
            return
        about, body = (jobs.read(length) for length in JOB.unpack(lengths))
        limit_time()
        found = answer(kind, json.loads(about), body)
        is_last = done == FRESH_AFTER_JOBS or found.pop("full", False) or held_memory() > FRESH_ABOVE
        data = json.dumps(found | {"last": is_last}, ensure_ascii=False).encode()
        answers.write(ANSWER.pack(len(data)) + data)
        answers.flush()
        if is_last:
            return
        del body, found, data
        gc.collect()


def answer(kind: str, about: dict[str, Any], body: bytes) -> dict[str, Any]:
    """Return what came of one job, as JSON."""
    feed = Feed(id=about["id"], title="", url=about["url"], language=about["language"])
    try:
        parse = parse_strictly if kind == STRICT else parse_leniently
        return {"entries": [record(entry) for entry in parse(body, feed, about["content_type"])]}
    except FeedError as error:
        return {"error": error.reason}
    except NotWellFormed:
        return {"damaged": True}
    except MemoryError:
        return {"error": "the feed needs too much memory to be read", "full": True}
    except Exception as error:  # noqa: BLE001 - whatever a hostile feed raises costs this feed this turn
        return {"error": f"the feed made its reader fail ({type(error).__name__})"}


def record(entry: Entry) -> list[str | list[str] | None]:
    """Return an entry as JSON; what the feed itself gives to each of its entries is left out."""
    dates = (entry.published_at, entry.expires_at)
    texts = (entry.guid, entry.title, entry.summary, entry.link)
    return [*texts, *(moment.isoformat() if moment else None for moment in dates), list(entry.cancels)]


def limit_itself() -> None:
    """Take away what parsing does not need: memory, files and core dumps."""
    try:
        import resource
    except ImportError:  # Windows: the owner's clock is the only limit
        return
    for what, limit in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 32),
    ):
        # Some systems know a limit by name only; the owner's clock still holds.
        with suppress(OSError, ValueError):
            resource.setrlimit(what, (limit, limit))


def limit_time() -> None:
    """Let the system end this process when one job takes too long, even when nobody is left to do so."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + PROCESSOR_SECONDS, hard))


def held_memory() -> int:
    """Return the memory that this process holds now, in bytes; 0 where the system does not say.

    The peak that `getrusage` knows is of no use: after a start by vfork it is that of the owner.
    """
    with suppress(OSError, ValueError, IndexError):
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
    return 0


if __name__ == "__main__":
    main(sys.argv[1], sys.stdin.buffer, sys.stdout.buffer)
