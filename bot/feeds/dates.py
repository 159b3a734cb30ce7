"""The date of an entry, as RFC 822, RFC 3339 or nearly so; a wrong date is no date rather than a guess."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST = 64
OLDEST = datetime(1995, 1, 1, tzinfo=UTC)
"""Before there were feeds: such a date is a default of somebody's software (1970, 0001)."""
ISO = re.compile(
    r"(\d{4})-?(\d\d)(?:-?(\d\d))?(?:[T ]+(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?)?\s*(Z|[+-]\d\d(?::?\d\d)?|UTC|GMT)?",
    re.IGNORECASE,
)
ZONES = {
    "MSK": "+0300", "MSD": "+0400", "EET": "+0200", "EEST": "+0300", "CET": "+0100", "CEST": "+0200", "MEZ": "+0100",
    "MESZ": "+0200", "WET": "+0000", "WEST": "+0100", "BST": "+0100", "TRT": "+0300", "UTC": "+0000", "Z": "+0000",
    "SAMT": "+0400", "YEKT": "+0500", "IST": "+0530", "JST": "+0900", "KST": "+0900",
}  # fmt: skip
ZONE = re.compile(r"(?<=[\d:] )([A-Za-z]{1,4})$")


def read_date(text: str) -> datetime | None:
    """Return an aware UTC datetime (without a zone it is taken as UTC), or None for what is no date since 1995."""
    candidate = " ".join(text[:LONGEST].split())
    if not candidate or len(text) > 4 * LONGEST:
        return None
    try:
        found = ISO.fullmatch(candidate)
        moment = _iso(found) if found else _rfc822(candidate)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None
    return moment if moment >= OLDEST else None


def _iso(found: re.Match[str]) -> datetime:
    year, month, day, hour, minute, second, zone = found.groups()
    hours, seconds = int(hour or 0), int(second or 0)
    zone = "+00:00" if not zone or zone[0] not in "+-" else zone
    digits = zone[1:].replace(":", "").ljust(4, "0")
    # 24:00 and the leap second 60 are written by some; a minute earlier is near enough.
    if hours == 24 or seconds == 60:
        hours, minute, seconds = (23, "59", 59) if hours == 24 else (hours, minute, 59)
    return datetime.fromisoformat(
        f"{year}-{month}-{day or '01'}T{hours:02d}:{minute or '00'}:{seconds:02d}{zone[0]}{digits[:2]}:{digits[2:]}"
    )


def _rfc822(text: str) -> datetime:
    named = ZONE.sub(lambda zone: ZONES.get(zone[1].upper(), zone[1]), text)
    return parsedate_to_datetime(named)
