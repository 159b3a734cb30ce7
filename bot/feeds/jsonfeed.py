"""Reads JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import html
import json
from typing import Any

from bot.errors import FeedError
from bot.feeds.raw import RawEntry, newest


def read_json(text: str) -> list[RawEntry]:
    """Return at most 500 entries in the order of the document. Raises FeedError when it is no JSON Feed."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise FeedError("the feed is no valid JSON") from None
    items = found.get("items") if isinstance(found, dict) else None
    if not isinstance(items, list) or "jsonfeed.org/version/" not in _text(found, "version"):
        raise FeedError("the address serves JSON that is no feed")
    return newest(_entry(item) for item in items if isinstance(item, dict))


def _entry(item: dict[str, Any]) -> RawEntry:
    plain = _text(item, "summary") or _text(item, "content_text")
    return RawEntry(
        title=html.escape(_text(item, "title"), quote=False),
        summary=html.escape(plain, quote=False) if plain else _text(item, "content_html"),
        link=_text(item, "url") or _text(item, "external_url"),
        guid=_text(item, "id"),
        published=_text(item, "date_published") or _text(item, "date_modified"),
    )


def _text(item: dict[str, Any], key: str) -> str:
    """Return a field as text; an id may be a number, whatever else is no text is none."""
    value = item.get(key)
    if isinstance(value, str):
        return value.strip()
    is_number = key == "id" and isinstance(value, int | float) and not isinstance(value, bool)
    return repr(value)[:100] if is_number else ""
