"""Bytes of a feed become Entries: plain text, checked links, aware dates; nothing of the source's markup survives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from bot.core.feed import Entry, Feed
from bot.errors import FeedError
from bot.feeds.dates import read_date
from bot.feeds.encoding import decoded
from bot.feeds.jsonfeed import read_json
from bot.feeds.raw import NotWellFormed, RawEntry
from bot.feeds.text import clean, plain_text, safe_link, shortened
from bot.feeds.wellformed import read_xml

LONGEST_TITLE = 300
LONGEST_SUMMARY = 4000
LONGEST_GUID = 1000


def parse_feed(body: bytes, feed: Feed, content_type: str = "") -> tuple[Entry, ...]:
    """Read RSS, RDF, Atom, JSON Feed or CAP; at most 500 entries, in the order of the feed.

    Raises FeedError when the bytes are no feed. Time and memory are not limited here: see `worker.py`.
    """
    try:
        return parse_strictly(body, feed, content_type)
    except NotWellFormed:
        return parse_leniently(body, feed, content_type)


def parse_strictly(body: bytes, feed: Feed, content_type: str = "") -> tuple[Entry, ...]:
    """Read a well-formed document in time linear to its size. Raises FeedError, or NotWellFormed for a second try."""
    text = decoded(body, content_type, feed.language)
    if not text:
        raise FeedError("the answer is empty")
    raw = read_json(text) if text[0] in "{[" else read_xml(text, feed.language)
    return as_entries(raw, feed)


def parse_leniently(body: bytes, feed: Feed, content_type: str = "") -> tuple[Entry, ...]:
    """Read a document that `parse_strictly` found damaged, which can take long. Raises FeedError."""
    from bot.feeds.lenient import read_leniently  # a worker that never meets a damaged feed never loads feedparser

    return as_entries(read_leniently(decoded(body, content_type, feed.language)), feed)


def as_entries(raw: Sequence[RawEntry], feed: Feed) -> tuple[Entry, ...]:
    """Return what is fit to be shown; an entry without any text is dropped."""
    entries = [entry for item in raw if (entry := _entry(item, feed)) is not None]
    return tuple(_told_apart(entries))


def _entry(item: RawEntry, feed: Feed) -> Entry | None:
    title = plain_text(item.title, LONGEST_TITLE)
    summary = plain_text(item.summary, LONGEST_SUMMARY)
    if not title and not summary:
        return None
    title = title or shortened(summary, LONGEST_TITLE)
    summary = "" if summary == title else summary
    note = shortened(clean(item.plain_note), LONGEST_TITLE)
    if note:
        summary = f"{shortened(summary, LONGEST_SUMMARY - LONGEST_TITLE - 3)} ({note})".lstrip()
    return Entry(
        feed=feed.id,
        guid=_guid(item.guid),
        title=title,
        summary=summary,
        link=safe_link(item.link, _base(item, feed)) if item.link.strip() else "",
        language=feed.language,
        published_at=read_date(item.published),
        expires_at=read_date(item.expires),
        cancels=tuple(_guid(each) for each in item.cancels),
    )


def _base(item: RawEntry, feed: Feed) -> str:
    """Return the address that completes a relative link."""
    return (safe_link(item.base, feed.url) if item.base else "") or feed.url


def _guid(guid: str) -> str:
    """Return a guid without what changes between two visits: an address loses its tracking parameters."""
    kept = clean(guid[:LONGEST_GUID])
    return (safe_link(kept) or kept) if kept.startswith(("http://", "https://")) else kept


def _told_apart(entries: list[Entry]) -> list[Entry]:
    """Return the entries with keys that differ: a guid or link that several reports share identifies none of them."""
    guids = Counter(guid for guid, _ in {(entry.guid, entry.title) for entry in entries} if guid)
    entries = [replace(entry, guid="") if guids[entry.guid] > 1 else entry for entry in entries]
    links = Counter(link for link, _ in {(entry.link, entry.title) for entry in entries if not entry.guid} if link)
    return [
        replace(entry, guid=entry.title) if not entry.guid and links[entry.link] > 1 else entry for entry in entries
    ]
