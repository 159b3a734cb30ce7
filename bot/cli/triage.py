"""What the newsroom makes of news entries."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from bot import clock
from bot.cli.speak import FINE, json_lines, settle_memory, write_line
from bot.core.alert import Alert
from bot.core.feed import Entry, Feed, read_time
from bot.flows.collect import as_draft
from bot.resources.lexicons import load_lexicons
from bot.resources.newsroom import load_newsroom
from bot.settings import Settings


def on_triage(chosen: argparse.Namespace, _: Settings) -> int:
    """Print a judgement for each entry; entries of one story share `story`."""
    for line in judged(json_lines(sys.stdin)):
        write_line(line)
    return FINE


def judged(entries: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the judgement of each entry, with the story that it tells."""
    newsroom = load_newsroom(load_lexicons())
    settle_memory()
    told: list[Alert] = []
    for number, raw in enumerate(entries):
        language = str(raw.get("language") or "")
        feed = Feed(id=str(raw.get("source") or "stdin"), title="", url="", language=language)
        entry = Entry(
            feed=feed.id,
            guid=str(number),
            title=str(raw.get("title") or ""),
            summary=str(raw.get("summary") or ""),
            language=language,
            published_at=read_time(raw.get("published")),
        )
        start = time.perf_counter()
        judgement = newsroom.judge(entry, feed)
        draft = as_draft(entry, feed, judgement, entry.published_at or clock.now())
        story = newsroom.story_of(entry, told)
        told.append(replace(draft, story=story or f"s{number + 1}"))
        taken = (time.perf_counter() - start) * 1000
        yield {
            "relevant": judgement.relevant,
            "topics": list(judgement.topics),
            "countries": list(judgement.area),
            "severity": judgement.severity,
            "story": told[-1].story,
            "ms": round(taken, 3),
        }
