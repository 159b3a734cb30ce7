"""What the newsroom makes of news entries."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bot import clock
from bot.cli.speak import JsonLines, settle_memory, write_line
from bot.core.alert import Alert
from bot.core.feed import Entry, Feed, read_time
from bot.errors import ResourcesError
from bot.flows.collect import as_draft, passes_words
from bot.resources.lexicons import load_lexicons
from bot.resources.load import read_resources
from bot.resources.newsroom import load_newsroom
from bot.settings import Settings


def on_triage(chosen: argparse.Namespace, settings: Settings) -> int:
    """Print a judgement for each entry; entries of one story share `story`."""
    lines = JsonLines(sys.stdin, ("title", "summary"), ("language", "source"))
    for line in judged(lines, feeds_of(chosen.resources, settings.resources)):
        write_line(line)
    return lines.status


def feeds_of(named: Path | None, usual: Path) -> dict[str, Feed]:
    """Return the feeds of the file by id. One that was named must be readable; without the usual one there are none.

    Raises ResourcesError.
    """
    try:
        resources = read_resources(named or usual, clock.today())
        if resources.errors and not resources.directory.services and not resources.feeds:
            raise ResourcesError(resources.errors)
        return {feed.id: feed for feed in resources.feeds}
    except ResourcesError:
        if named is not None:
            raise
        return {}


def judged(
    entries: Iterable[dict[str, Any]], feeds: Mapping[str, Feed] = MappingProxyType({})
) -> Iterator[dict[str, Any]]:
    """Yield the judgement of each entry, with the story that it tells; its `source` may be one of the feeds."""
    newsroom = load_newsroom(load_lexicons())
    settle_memory()
    told: list[Alert] = []
    for number, raw in enumerate(entries):
        source = str(raw.get("source") or "stdin")
        feed = feeds.get(source) or Feed(id=source, title="", url="", language=str(raw.get("language") or ""))
        entry = Entry(
            feed=feed.id,
            guid=str(number),
            title=str(raw.get("title") or ""),
            summary=str(raw.get("summary") or ""),
            language=str(raw.get("language") or ""),
            published_at=read_time(raw.get("published")),
        )
        start = time.perf_counter()
        judgement = newsroom.judge(entry, feed)
        draft = as_draft(entry, feed, judgement, entry.published_at or clock.now())
        story = newsroom.story_of(entry, told)
        told.append(replace(draft, story=story or f"s{number + 1}"))
        taken = (time.perf_counter() - start) * 1000
        yield {
            "relevant": judgement.relevant and passes_words(feed, entry),
            "topics": list(judgement.topics),
            "countries": list(judgement.area),
            "severity": judgement.severity,
            "story": told[-1].story,
            "ms": round(taken, 3),
        }
