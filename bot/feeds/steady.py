"""What only the reader can know: entries do not come from the future, and a report keeps the key it had last time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.core.feed import Entry

Keys = Mapping[tuple[str, str], str]
"""(link, title) -> the guid under which this report is known."""


def steadied(entries: Iterable[Entry], known: Keys, now: datetime) -> tuple[Entry, ...]:
    """Return the entries that still hold, none dated later than now, each under the guid that it had before.

    Some feeds make up new guids at each visit; without this, all of them would be news each time.
    """
    return tuple(
        replace(
            entry,
            guid=known.get((entry.link, entry.title), entry.guid) if entry.link else entry.guid,
            published_at=min(entry.published_at, now) if entry.published_at else None,
        )
        for entry in entries
        if entry.expires_at is None or entry.expires_at > now
    )


def keys_of(entries: Iterable[Entry]) -> Keys:
    """Return the keys to know these reports by at the next visit."""
    return {(entry.link, entry.title): entry.guid for entry in entries if entry.link}
