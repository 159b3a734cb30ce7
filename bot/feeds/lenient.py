"""Reads what is not well-formed with feedparser, which makes something of almost anything, slowly."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import feedparser

from bot.errors import FeedError
from bot.feeds.raw import RawEntry, newest

HEADERS = {"content-type": "application/xml; charset=utf-8"}


def read_leniently(text: str) -> list[RawEntry]:
    """Return at most 500 entries of a damaged feed. Raises FeedError when even feedparser finds no feed.

    The text never reaches feedparser as a string: it would take it for a name to open or an address to fetch.
    """
    body = io.BytesIO(text.encode("utf-8", "replace"))
    try:
        parsed = feedparser.parse(body, response_headers=HEADERS, sanitize_html=False, resolve_relative_uris=False)
        if not parsed.entries and not parsed.get("version"):
            raise FeedError("the address serves no feed")
        return newest(_entry(item) for item in parsed.entries)
    except (FeedError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - feedparser raises many things on damaged feeds
        raise FeedError(f"the feed cannot be read ({type(error).__name__})") from None


def _entry(item: Mapping[str, Any]) -> RawEntry:
    contents = item.get("content") or [{}]
    return RawEntry(
        title=str(item.get("title") or ""),
        summary=str(item.get("summary") or contents[0].get("value") or ""),
        link=str(item.get("link") or ""),
        guid=str(item.get("id") or ""),
        published=str(item.get("published") or item.get("updated") or ""),
    )
