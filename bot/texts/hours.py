"""When a service can be reached: the editor's schedule in words, and whether it is open now."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_time, get_day_names
from opening_hours import OpeningHours

from bot.core.directory import Service
from bot.texts.catalogues import Words

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
OPEN, CLOSED, UNKNOWN = "open", "closed", "unknown"


@lru_cache(maxsize=2048)
def _parsed(schedule: str, timezone: str, country: str) -> OpeningHours | None:
    try:
        zone = ZoneInfo(timezone) if timezone else None
        return OpeningHours(schedule, timezone=zone, country=country or None)
    except (ZoneInfoNotFoundError, ValueError):
        return None
    except Exception:  # noqa: BLE001 - a schedule or country that the library does not know: say nothing
        return OpeningHours(schedule, timezone=zone) if country else None


def state_at(schedule: str, timezone: str, country: str, now: datetime) -> str:
    """Return open, closed or unknown for a moment; without a time zone only `24/7` is known."""
    if not schedule:
        return UNKNOWN
    if schedule.strip() == "24/7":
        return OPEN
    if not timezone:
        return UNKNOWN
    parsed = _parsed(schedule, timezone, country)
    if parsed is None:
        return UNKNOWN
    at = now.astimezone(ZoneInfo(timezone))
    return OPEN if parsed.is_open(at) else CLOSED if parsed.is_closed(at) else UNKNOWN


def opens_at(schedule: str, timezone: str, country: str, now: datetime) -> datetime | None:
    """Return when a closed service opens next, in its own time zone."""
    parsed = _parsed(schedule, timezone, country) if timezone else None
    if parsed is None:
        return None
    change = parsed.next_change(now.astimezone(ZoneInfo(timezone)))
    return change if isinstance(change, datetime) else None


def render_schedule(schedule: str, _: Words) -> str:
    """Return the schedule with the names of days in the reader's language: `Mon-Fri 09:00-17:00`."""
    if schedule.strip() == "24/7":
        return _("day and night")
    names = get_day_names("abbreviated", locale=_.language)
    text = re.sub(r"\b(Mo|Tu|We|Th|Fr|Sa|Su)\b", lambda day: names[DAYS.index(day[1])], schedule)
    text = re.sub(r"\b(PH|SH)\b", lambda day: _("public holidays") if day[1] == "PH" else _("school holidays"), text)
    return re.sub(r"\boff\b", _("closed"), text)


def render_hours(service: Service, schedule: str, now: datetime, _: Words) -> str:
    """Return the hours of a service or of one of its phones, with whether it is open now; '' if unknown."""
    if not schedule:
        return ""
    country = service.address.country if service.address else ""
    country = country or next((code[:2] for code in service.service_area if code not in ("EU", "WW")), "")
    written = render_schedule(schedule, _)
    if schedule.strip() == "24/7":
        return written
    match state_at(schedule, service.timezone, country, now):
        case "open":
            return _("open now ({hours})", hours=written)
        case "closed":
            change = opens_at(schedule, service.timezone, country, now)
            if change is None:
                return _("closed now ({hours})", hours=written)
            day = get_day_names("abbreviated", locale=_.language)[change.weekday()]
            at = format_time(change, "HH:mm", locale=_.language)
            # Note: hours are those of the service's own country
            return _("closed now, opens {day} {time} local time ({hours})", day=day, time=at, hours=written)
        case _other:
            return written
