"""What a whole directory must keep to beyond the shape of its fields; each rule yields faults for the editor."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from opening_hours import OpeningHours

from bot.core.directory import Phone, Service
from bot.errors import Fault
from bot.resources.lines import Path

LONGEST_TEXT = 600
FREEPHONE = re.compile(r"^(\(?0\)?[\s-]?)?(00)?[18]?[\s-]?\(?80\d")
"""National freephone ranges (0800, 800, 8 800, 1-800): they have no form that works from abroad."""

Report = Callable[..., Fault]
"""(path, what, fix, is_warning=False) -> Fault with the line of that path."""


@lru_cache(maxsize=4096)
def is_schedule(text: str) -> bool:
    """Say whether it is in the syntax of OpenStreetMap's opening_hours."""
    try:
        OpeningHours(text)
    except Exception:  # noqa: BLE001 - its ParserError is not in the library's types; any error means: no schedule
        return False
    return True


@lru_cache(maxsize=512)
def is_timezone(name: str) -> bool:
    """Say whether it is a name of the IANA time zone database."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def check_service(service: Service, path: Path, report: Report, today: date) -> Iterator[Fault]:
    """Yield what is wrong with one service whose fields are well formed."""
    yield from _channels(service, path, report)
    yield from _hours(service, path, report)
    yield from _lengths(service, path, report)
    yield from _assurance(service, path, report, today)
    low, high = service.eligibility.minimum_age, service.eligibility.maximum_age
    if low is not None and high is not None and low > high:
        yield report((*path, "eligibility"), "the minimum age is above the maximum age", "swap them")


def _channels(service: Service, path: Path, report: Report) -> Iterator[Fault]:
    links = [service.url, *(link.url for link in service.links)]
    urls = [url for url in links if url]
    if urls and not (service.phones or service.email or service.address) and all(is_telegram(url) for url in urls):
        yield report(
            path,
            f"`{service.id}` can be reached in Telegram only, which is blocked in places",
            "add a phone, an e-mail address or a web page",
            is_warning=True,
        )
    for number, phone in enumerate(service.phones):
        yield from _phone(phone, (*path, "phones", number), report)
    for place, url in [((*path, "url"), service.url)] + [
        ((*path, "links", number, "url"), link.url) for number, link in enumerate(service.links)
    ]:
        yield from check_https(url, place, report)


def is_telegram(url: str) -> bool:
    """Say whether a link leads into Telegram."""
    return (urlsplit(url).hostname or "").removeprefix("www.") in ("t.me", "telegram.me", "telegram.dog")


def check_https(url: str, path: Path, report: Report) -> Iterator[Fault]:
    """Yield a fault for a link that others on the network can read; onion addresses protect themselves."""
    parts = urlsplit(url)
    if parts.scheme == "http" and not (parts.hostname or "").endswith(".onion"):
        yield report(path, f"`{url}` is not https", f"write https{url.removeprefix('http')} if that page opens")


def _phone(phone: Phone, path: Path, report: Report) -> Iterator[Fault]:
    digits = re.sub(r"\D", "", phone.number)
    if not phone.number.startswith("+") and len(digits) > 6 and not FREEPHONE.match(phone.number):
        yield report(
            (*path, "number"),
            f"`{phone.number}` has no country code",
            "write it as one calls it from abroad, as in +49 30 23125 001",
        )
    elif phone.number.startswith("+") and not 8 <= len(digits) <= 15:
        yield report((*path, "number"), f"`{phone.number}` has {len(digits)} digits", "write the full number")


def _hours(service: Service, path: Path, report: Report) -> Iterator[Fault]:
    schedules = [((*path, "schedule"), service.schedule)] + [
        ((*path, "phones", number, "schedule"), phone.schedule) for number, phone in enumerate(service.phones)
    ]
    for place, schedule in schedules:
        if schedule and not is_schedule(schedule):
            fix = "write it as OpenStreetMap does: Mo-Fr 09:00-17:00; PH off"
            yield report(place, f"`{schedule}` is no opening hours", fix)
    needs_zone = any(schedule not in ("", "24/7") and is_schedule(schedule) for _, schedule in schedules)
    if service.timezone and not is_timezone(service.timezone):
        yield report((*path, "timezone"), f"`{service.timezone}` is no time zone", "write one such as Europe/Berlin")
    elif needs_zone and not service.timezone:
        yield report(
            path,
            f"`{service.id}` has hours but no time zone",
            "add timezone: Europe/Berlin or the like",
            is_warning=True,
        )


def texts_of(service: Service) -> Iterator[tuple[Path, dict[str, str]]]:
    """Yield every text of a service with its path below the service."""
    fields: list[tuple[Path, Any]] = [
        ((name,), getattr(service, name))
        for name in ("name", "description", "fees", "application_process", "alert", "caution")
    ]
    fields.append((("eligibility", "description"), service.eligibility.description))
    fields += [(("phones", number, "description"), phone.description) for number, phone in enumerate(service.phones)]
    fields += [(("required_documents", number), text) for number, text in enumerate(service.required_documents)]
    yield from ((place, dict(text)) for place, text in fields)


def _lengths(service: Service, path: Path, report: Report) -> Iterator[Fault]:
    for place, text in texts_of(service):
        for language, words in text.items():
            if len(words) > LONGEST_TEXT:
                yield report(
                    (*path, *place, language),
                    f"the text has {len(words)} characters, which is too long for a small screen",
                    f"shorten it to {LONGEST_TEXT} or fewer",
                )


def _assurance(service: Service, path: Path, report: Report, today: date) -> Iterator[Fault]:
    assured = service.assured
    if assured is None or service.status != "active":
        return
    place = (*path, "assured", "date")
    if (assured.date - today).days > 1:
        yield report(place, f"{assured.date} lies in the future", "write the day on which somebody made sure")
    elif not assured.by:
        yield report(
            (*path, "assured"), "nobody is named in `by`", "write who made sure, as in `by: Editor of the list`"
        )
    elif service.is_hidden(today):
        what = f"`{service.id}` was last assured on {assured.date} and is hidden from people"
        yield report(place, what, "make sure that it is still right, then write the new date", is_warning=True)
    elif service.is_due(today):
        what = f"`{service.id}` was last assured on {assured.date} and is due again"
        yield report(place, what, "make sure that it is still right, then write the new date", is_warning=True)
