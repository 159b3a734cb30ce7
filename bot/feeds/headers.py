"""What is said beside a document: when to come back, and the marks by which a server knows what we have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST_WAIT = timedelta(days=1)
LONGEST_FRESHNESS = timedelta(hours=1)
MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?([0-9]{1,9})", re.IGNORECASE)
NOT_KEPT = re.compile(r"(?:^|[\s,])(no-store|no-cache)\b", re.IGNORECASE)
NUMBER = re.compile(r"[0-9]{1,9}")
MARK = re.compile(r"[\x20-\x7e]{1,500}")


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return how long the server asks us to stay away, at most a day; None when it does not or not readably."""
    text = headers.get("Retry-After", "").strip()[:100]
    if NUMBER.fullmatch(text):
        return min(timedelta(seconds=int(text)), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return min(max(moment - now, timedelta()), LONGEST_WAIT)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def fresh_for(headers: Mapping[str, str]) -> timedelta | None:
    """Return how long the answer stays fresh by Cache-Control, less the age it already has; at most an hour."""
    cache = headers.get("Cache-Control", "")[:1000]
    found = MAX_AGE.search(cache)
    if found is None or NOT_KEPT.search(cache):
        return None
    age = headers.get("Age", "").strip()
    seconds = int(found[1]) - (int(age) if NUMBER.fullmatch(age) else 0)
    return min(timedelta(seconds=max(seconds, 0)), LONGEST_FRESHNESS)


def mark(headers: Mapping[str, str], name: str) -> str:
    """Return an ETag or a Last-Modified to send back later, or '' for one that is not plain ASCII of modest length."""
    text = headers.get(name, "").strip()
    return text if MARK.fullmatch(text) else ""
