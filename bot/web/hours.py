"""Opening hours as HSDS schedules: the common forms become days and times, all others keep their text."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
DAY_LIST = r"(?:Mo|Tu|We|Th|Fr|Sa|Su)(?:-(?:Mo|Tu|We|Th|Fr|Sa|Su))?"
RULE = re.compile(rf"^({DAY_LIST}(?:,\s?{DAY_LIST})*)?\s*(off|closed|\d\d:\d\d-\d\d:\d\d(?:,\s?\d\d:\d\d-\d\d:\d\d)*)$")
HOLIDAYS = re.compile(r"^(?:PH|SH)(?:,(?:PH|SH))* (?:off|closed)$")
Week = tuple[tuple[str, ...], ...]
"""For each day from Monday its spans, as in `09:00-17:00`."""


def read_week(schedule: str) -> Week | None:
    """Return the week that a schedule in OpenStreetMap's syntax says, or None when it says more than a week can.

    A later rule replaces an earlier one for its days, as in that syntax; days off for holidays are left to the text.
    """
    if schedule.strip() == "24/7":
        return (("00:00-24:00",),) * 7
    week: list[tuple[str, ...]] = [()] * 7
    for rule in (part.strip() for part in schedule.split(";")):
        if not rule or HOLIDAYS.match(rule):
            continue
        found = RULE.match(rule)
        if found is None:
            return None
        spans = () if found[2] in ("off", "closed") else tuple(span.strip() for span in found[2].split(","))
        for day in _days(found[1] or "Mo-Su"):
            week[day] = spans
    return tuple(week)


def _days(text: str) -> list[int]:
    days = []
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        start, end = DAYS.index(first), DAYS.index(last or first)
        days += [day % 7 for day in range(start, end + 1 if end >= start else end + 8)]
    return days


def offset_hours(timezone: str, day: date) -> float | None:
    """Return the hours from UTC in a time zone at noon of that day, or None without a zone."""
    if not timezone:
        return None
    offset = datetime.combine(day, time(12), ZoneInfo(timezone)).utcoffset()
    return offset.total_seconds() / 3600 if offset is not None else None


def schedules_of(schedule: str, timezone: str, day: date) -> list[dict[str, Any]]:
    """Return HSDS schedules without ids: one for all days with the same span; the text stands in each description."""
    if not schedule:
        return []
    shared: dict[str, Any] = {"description": schedule}
    if timezone:
        shared["notes"] = f"Times are those of {timezone}"
    offset = offset_hours(timezone, day)
    if offset is not None:
        shared["timezone"] = int(offset) if offset.is_integer() else offset
    week = read_week(schedule)
    if not week or not any(week):
        return [shared]
    spans = sorted((span, number) for number, spans in enumerate(week) for span in spans)
    result = []
    for span, days in groupby(spans, key=lambda pair: pair[0]):
        opens, _, closes = span.partition("-")
        byday = ",".join(DAYS[number].upper() for _, number in days)
        result.append({**shared, "freq": "WEEKLY", "byday": byday, "opens_at": opens, "closes_at": closes})
    return result
