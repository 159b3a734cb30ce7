"""Compares feed parsers on our own corpus in one run, and sends mutants or a folder of files through the pipeline.

./run bench feeds                      # the comparison: speed and how many fields are right
./run bench feeds --mutants 1000000    # damaged feeds through both parsing processes
./run bench feeds --folder DIR         # every file of a folder, for instance feedparser's tests
"""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

# Run as a file, only the folder of this file is on the path, and the rooms are imported from its parent.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import feedparser

from bot.core.feed import Entry, Feed
from bot.errors import FeedError
from bot.feeds.encoding import decoded
from bot.feeds.parse import as_entries, parse_feed, parse_strictly
from bot.feeds.parsers import Parsers
from bot.feeds.raw import NotWellFormed, RawEntry
from bot.feeds.wellformed import read_xml
from tests.feeds.corpus import CORPUS, DAMAGED, DIALECTS, ENCODINGS, Document, Found, large
from tests.feeds.mutants import mutants

try:
    import fastfeedparser
except ImportError:
    fastfeedparser = None  # only the comparison needs it; it is no dependency of the bot

Parse = Callable[[bytes, str], Any]
Judge = Callable[[Document], Sequence[Entry]]
FIELDS = ("title", "summary", "link", "guid", "date")
ALIVE_EVERY = 50_000
LANES = 4
OUR_FAULT = "made its"  # the worker caught what our own readers raised, or died: no escape from the bot, but a fault


def by_feedparser(body: bytes, content_type: str) -> Any:
    headers = {"content-type": content_type}
    parse = feedparser.parse
    return parse(io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False)


def by_fastfeedparser(body: bytes, _: str) -> Any:
    return fastfeedparser.parse(body, include_media=False, include_enclosures=False, include_tags=False)


def by_ours(body: bytes, content_type: str) -> Any:
    return read_xml(decoded(body, content_type, "en"), "en")


def entries_by(parse: Parse, document: Document) -> Sequence[Entry]:
    """What a library found, cleaned as we clean our own: only the reading of the document is compared."""
    found = [
        RawEntry(
            title=str(entry.get("title") or ""),
            summary=str(entry.get("summary") or entry.get("description") or _content(entry)),
            link=str(entry.get("link") or ""),
            guid=str(entry.get("id") or ""),
            published=str(entry.get("published") or entry.get("updated") or ""),
        )
        for entry in parse(document.body, document.content_type)["entries"]
    ]
    return as_entries(found, feed_of(document))


def _content(entry: Any) -> str:
    contents = entry.get("content") or [{}]
    return str(contents[0].get("value") or "")


def feed_of(document: Document) -> Feed:
    return Feed("bench", "Bench", "https://news.example.org/rss", document.language)


def ours(document: Document) -> Sequence[Entry]:
    try:
        return parse_strictly(document.body, feed_of(document), document.content_type)
    except NotWellFormed:
        return ()


def whole_pipeline(document: Document) -> Sequence[Entry]:
    return parse_feed(document.body, feed_of(document), document.content_type)


def right_fields(document: Document, judge: Judge) -> tuple[int, int]:
    """How many of the wanted fields a parser gets right, and of how many."""
    wanted = sum(getattr(found, field) is not None for found in document.found for field in FIELDS)
    try:
        entries = judge(document)
    except Exception:  # noqa: BLE001 - a library may raise anything on a document; then nothing of it was right
        return 0, wanted
    if len(entries) != len(document.found):
        return 0, wanted
    pairs = zip(entries, document.found, strict=True)
    return sum(_right(entry, found) for entry, found in pairs), wanted


def _right(entry: Entry, found: Found) -> int:
    date = entry.published_at.isoformat() if entry.published_at else ""
    got = dict(zip(FIELDS, (entry.title, entry.summary, entry.link, entry.guid, date), strict=True))
    return sum(getattr(found, field) in (value,) for field, value in got.items())


def milliseconds(parse: Parse, body: bytes, rounds: int = 15) -> float:
    """The median time of one parse."""
    parse(body, "application/xml")
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        parse(body, "application/xml")
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def compare() -> int:
    parsers: list[tuple[str, Parse | None, Judge]] = [
        ("feedparser", by_feedparser, lambda document: entries_by(by_feedparser, document)),
        ("ours, strict", by_ours, ours),
        ("ours, whole", None, whole_pipeline),
    ]
    if fastfeedparser is not None:
        judge: Judge = lambda document: entries_by(by_fastfeedparser, document)  # noqa: E731
        parsers.insert(1, ("fastfeedparser", by_fastfeedparser, judge))
    groups = (("dialects", DIALECTS), ("encodings", ENCODINGS), ("damaged", DAMAGED), ("all", CORPUS))
    print(f"{'fields right':16}" + "".join(f"{name:>12}" for name, _ in groups))
    for name, _, judge in parsers:
        scores = [[right_fields(document, judge) for document in documents] for _, documents in groups]
        sums = [(sum(right for right, _ in score), sum(wanted for _, wanted in score)) for score in scores]
        print(f"{name:16}" + "".join(f"{f'{right}/{wanted}':>12}" for right, wanted in sums))
    sizes = [("20 entries", large(20)), ("100 entries", large(100)), ("500 entries", large(500))]
    print(f"\n{'ms a document':16}" + "".join(f"{f'{name}, {len(body) // 1024} K':>22}" for name, body in sizes))
    for name, parse, _ in parsers:
        if parse is not None:
            print(f"{name:16}" + "".join(f"{milliseconds(parse, body):22.2f}" for _, body in sizes))
    whole = [milliseconds(lambda body, kind: parse_feed(body, feed_of(DIALECTS[0]), kind), body) for _, body in sizes]
    print(f"{'ours, to Entry':16}" + "".join(f"{value:22.2f}" for value in whole))
    return 0


class Tally:
    """What came of documents sent through the parsing processes; neither entries nor a FeedError is an escape."""

    def __init__(self) -> None:
        self.parsers, self.results = Parsers(), Counter[str]()
        self.done, self.escapes, self.slowest, self.start = 0, 0, 0.0, time.perf_counter()

    async def take(self, document: Document, body: bytes) -> None:
        began = time.perf_counter()
        try:
            entries = await self.parsers.parse(body, feed_of(document), document.content_type)
            self.results["entries" if entries else "no entries"] += 1
        except FeedError as error:
            self.results[error.reason] += 1
            if OUR_FAULT in error.reason:
                self.escapes += 1
                print(f"CONTAINED {document.name}: {error.reason}: {body!r}", flush=True)
        except Exception as error:  # noqa: BLE001 - this is what the bench looks for
            self.escapes += 1
            print(f"ESCAPE {document.name}: {error!r}", flush=True)
        self.slowest = max(self.slowest, time.perf_counter() - began)
        self.done += 1
        if self.done % ALIVE_EVERY == 0:
            print(self, flush=True)

    def __str__(self) -> str:
        seconds = time.perf_counter() - self.start
        rate = self.done / seconds
        return f"{self.done} in {seconds:.0f} s ({rate:.0f}/s), {self.escapes} escapes, slowest {self.slowest:.2f} s"


async def through_pipeline(jobs: Iterable[tuple[Document, bytes]]) -> int:
    """Send documents through the parsing processes, a few at once so that both are busy."""
    tally, waiting = Tally(), iter(jobs)

    async def lane() -> None:
        for document, body in waiting:
            await tally.take(document, body)

    try:
        await asyncio.gather(*(lane() for _ in range(LANES)))
    finally:
        await tally.parsers.close()
    print(f"\n{tally}")
    for reason, count in tally.results.most_common():
        print(f"{count:9}  {reason}")
    return 1 if tally.escapes else 0


def files(folder: Path) -> Iterable[tuple[Document, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            body = path.read_bytes()
            yield Document(os.fspath(path.relative_to(folder)), body, ()), body


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--mutants", type=int, metavar="N", help="send N damaged feeds through the pipeline")
    options.add_argument("--seed", type=int, default=1, help="another seed gives other mutants (1)")
    options.add_argument("--folder", type=Path, help="send every file below a folder through the pipeline")
    given = options.parse_args()
    if given.folder:
        return asyncio.run(through_pipeline(files(given.folder)))
    if given.mutants:
        return asyncio.run(through_pipeline(mutants(CORPUS, given.mutants, given.seed)))
    return compare()


if __name__ == "__main__":
    raise SystemExit(main())
