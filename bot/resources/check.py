"""What a whole directory must keep to beyond the shape of its fields; each rule yields faults for the editor."""

from __future__ import annotations

import difflib
import re
import zoneinfo
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlsplit

from opening_hours import OpeningHours

from bot.core.directory import Phone, Service, said_in
from bot.errors import Fault
from bot.resources.hours import as_meant
from bot.resources.lines import Path

LONGEST_TEXT = 600
LONGEST_CARD = 2000
"""Characters of all texts of a service together; numbers and addresses come besides."""

MARKUP = re.compile(
    r"</?(a|b|i|u|s|p|em|br|li|ul|ol|div|span|font|strong|h[1-6])\b[^<>]*>|&(amp|nbsp|lt|gt|quot|#\d+);|\*\*(?=\w)|\]\(https?:",
    re.IGNORECASE,
)
LONGEST_SCHEDULE = 300
LONGEST_SPAN = 366
FREEPHONE = re.compile(r"^(\(?0\)?[\s-]?)?[18]?[\s-]?\(?800")
"""National freephone ranges (0800, 800, 8 800, 1-800): they have no form that works from abroad."""

SERVICE_NUMBER = re.compile(
    r"^\(?0\)?[\s-]?80[58]|^\(?0(80[1-79]|850|870|84[345]|810|82[056]|30[036]|33[03]|344|370|700|90[01]|180[1-7])\)?[\s./-]"
    r"|^(848|199|80[1-9]|90[0-2])[\s./-]|^1[38]00[\s.-]|^13[\s.-]\d\d[\s.-]"
)
"""Numbers of a whole country (0850, 0300, 0180, 1300 ...), mostly closed to calls from abroad; their prefix stands
apart, for the same digits can begin the number of a town, or of any telephone in Nigeria."""
ABBREVIATED = {"msk": "Europe/Moscow", "мск": "Europe/Moscow", "москва": "Europe/Moscow", "bst": "Europe/London"}
SHORTEST_CITY = 5
SHORTEST_NATIONAL = 8
"""Digits: shorter numbers can be those of one city or country only, which a warning is enough for."""

SMALLEST, SHORTEST_ABROAD = ("290", "683", "690"), 7
"""Islands with numbers of four digits."""

CHANNELS = ("phones", "email", "url", "links", "address")

Report = Callable[..., Fault]
"""(path, what, fix, is_warning=False) -> Fault with the line of that path."""


@lru_cache(maxsize=4096)
def is_schedule(text: str) -> bool:
    """Say whether it is in the syntax of OpenStreetMap's opening_hours."""
    if len(text) > LONGEST_SCHEDULE:
        return False
    try:
        OpeningHours(text)
    except Exception:  # noqa: BLE001 - its ParserError is not in the library's types; any error means: no schedule
        return False
    return True


def schedule_fix(wrong: str) -> str:
    """Say what to write instead of hours in words: `Пн-Пт 10-16` -> `write Mo-Fr 10:00-16:00`."""
    meant = as_meant(wrong)
    if meant and is_schedule(meant):
        return f"write {meant}"
    if not re.search(r"\d", wrong):
        return "leave the schedule out, and say it in words in `application_process`"
    return "write it as OpenStreetMap does: Mo-Fr 09:00-17:00; PH off"


@lru_cache(maxsize=512)
def is_timezone(name: str) -> bool:
    """Say whether it is a name of the IANA time zone database."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


@cache
def _zones() -> dict[str, str]:
    """Return every time zone by its lower-case name and by its city."""
    zones = sorted(zoneinfo.available_timezones())
    by_city = {zone.rpartition("/")[2].lower(): zone for zone in zones if zone.count("/") == 1}
    return by_city | {zone.lower(): zone for zone in zones} | ABBREVIATED


def timezone_fix(wrong: str) -> str:
    """Say which time zone may be meant: `Berlin` -> `write Europe/Berlin`."""
    plain = wrong.strip().lower().replace(" ", "_")
    known = _zones()
    # Few letters are an abbreviation, and like any other one: `MSK` is not `Omsk`.
    far = len(plain) < SHORTEST_CITY
    near = [plain] if plain in known else [] if far else difflib.get_close_matches(plain, known, n=1, cutoff=0.8)
    return f"write {known[near[0]]}" if near else "write one such as Europe/Berlin"


def check_service(service: Service, path: Path, report: Report, today: date, is_whole: bool = True) -> Iterator[Fault]:
    """Yield what is wrong with one service; `is_whole` is False when fields that could not be read were left out."""
    yield from _channels(service, path, report, is_whole)
    yield from _hours(service, path, report, is_whole)
    for place, text in texts_of(service):
        yield from check_length(text, (*path, *place), report)
    yield from _card(service, path, report)
    yield from _assurance(service, path, report, today)
    low, high = service.eligibility.minimum_age, service.eligibility.maximum_age
    if low is not None and high is not None and low > high:
        yield report((*path, "eligibility"), "the minimum age is above the maximum age", "swap them")


def check_filled(service: Service, value: Mapping[str, Any], path: Path, report: Report) -> Iterator[Fault]:
    """Yield what the editor left out; a field that stands there but is wrong has its own fault already."""
    if "topics" in value and not value["topics"]:
        fix = "write at least one, the main one first"
        yield report((*path, "topics"), f"`{service.id}` has no topic", fix)
    if "service_area" in value and not value["service_area"]:
        fix = "write a country code, EU or WW"
        yield report((*path, "service_area"), f"`{service.id}` reaches nobody", fix)
    address = value.get("address")
    is_nowhere = isinstance(address, Mapping) and not (address.get("address_1") or address.get("city"))
    if not any(value.get(channel) for channel in CHANNELS if channel != "address" or not is_nowhere):
        yield report(path, f"`{service.id}` cannot be reached", "add phones, email, url, links or address")


def _channels(service: Service, path: Path, report: Report, is_whole: bool) -> Iterator[Fault]:
    if is_whole and _is_telegram_only(service):
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


def _is_telegram_only(service: Service) -> bool:
    urls = [url for url in (service.url, *(link.url for link in service.links)) if url]
    numbers = [phone.types == ("telegram",) for phone in service.phones]
    found = [is_telegram(url) for url in urls] + numbers
    return bool(found) and all(found) and not (service.email or service.address)


def is_telegram(url: str) -> bool:
    """Say whether a link leads into Telegram."""
    return (urlsplit(url).hostname or "").removeprefix("www.") in ("t.me", "telegram.me", "telegram.dog")


def check_https(url: str, path: Path, report: Report, is_warning: bool = False) -> Iterator[Fault]:
    """Yield a fault for a link that others on the network can read; onion addresses protect themselves."""
    parts = urlsplit(url)
    if parts.scheme == "http" and not (parts.hostname or "").endswith(".onion"):
        fix = f"write https{url[len('http') :]} if that page opens"
        yield report(path, f"`{url}` is not https", fix, is_warning)


def _phone(phone: Phone, path: Path, report: Report) -> Iterator[Fault]:
    written, path = phone.number, (*path, "number")
    digits = re.sub(r"\D", "", written)
    if written.startswith("+"):
        if re.search(r"\(0\)", written):
            yield report(path, f"`{written}` holds (0), which is not dialled from abroad", "write it without (0)")
        elif not (SHORTEST_ABROAD if digits.startswith(SMALLEST) else SHORTEST_NATIONAL) <= len(digits) <= 15:
            yield report(path, f"`{written}` has {len(digits)} digits", "write the full number")
    elif written.startswith("00") and len(digits) >= SHORTEST_NATIONAL:
        fix = "write + instead of 00, as in +49 30 23125 001"
        yield report(path, f"`{written}` begins with 00, which is not the way abroad everywhere", fix)
    elif len(digits) > 6 and not FREEPHONE.match(written):
        yield report(
            path,
            f"`{written}` has no country code",
            "write it as one calls it from abroad, as in +49 30 23125 001",
            is_warning=len(digits) < SHORTEST_NATIONAL or bool(SERVICE_NUMBER.match(written)),
        )


def _hours(service: Service, path: Path, report: Report, is_whole: bool) -> Iterator[Fault]:
    schedules = [((*path, "schedule"), service.schedule)] + [
        ((*path, "phones", number, "schedule"), phone.schedule) for number, phone in enumerate(service.phones)
    ]
    for place, schedule in schedules:
        if schedule and not is_schedule(schedule):
            yield report(place, f"`{schedule}` is no opening hours", schedule_fix(schedule))
    needs_zone = any(schedule not in ("", "24/7") and is_schedule(schedule) for _, schedule in schedules)
    if service.timezone and not is_timezone(service.timezone):
        yield report((*path, "timezone"), f"`{service.timezone}` is no time zone", timezone_fix(service.timezone))
    elif needs_zone and is_whole and not service.timezone:
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
    fields += [(("links", number, "label"), link.label) for number, link in enumerate(service.links)]
    fields += [(("required_documents", number), text) for number, text in enumerate(service.required_documents)]
    yield from ((place, dict(text)) for place, text in fields)


def _card(service: Service, path: Path, report: Report) -> Iterator[Fault]:
    """Yield a warning when all texts together are more than a card takes, in the language in which they are longest."""
    texts = [text for _, text in texts_of(service)]
    languages = dict.fromkeys(language for text in texts for language in text)
    length, language = max(
        ((sum(len(said_in(text, tag)) for text in texts), tag) for tag in languages), default=(0, "")
    )
    if length > LONGEST_CARD:
        what = f"`{service.id}` says {length} characters in `{language}`, and its card leaves out what is too much"
        yield report(path, what, f"shorten its texts to {LONGEST_CARD} in all", is_warning=True)


def check_length(text: Mapping[str, str], path: Path, report: Report) -> Iterator[Fault]:
    """Yield what is wrong with the words for a card on a small screen: too many of them, or signs of a web page."""
    for language, words in text.items():
        if found := MARKUP.search(words):
            what = f"`{found[0][:40]}` is formatting, which people would see as it stands here"
            yield report((*path, language), what, "write plain text", is_warning=True)
        if len(words) > LONGEST_TEXT:
            yield report(
                (*path, language),
                f"the text has {len(words)} characters, which is too long for a small screen",
                f"shorten it to {LONGEST_TEXT} or fewer",
            )


def _assurance(service: Service, path: Path, report: Report, today: date) -> Iterator[Fault]:
    assured = service.assured
    if assured is None or service.status != "active":
        return
    place = (*path, "assured", "date")
    if assured.every and assured.every.days > LONGEST_SPAN and assured.date <= today:
        what = f"nobody would be asked about `{service.id}` for longer than a year"
        yield report((*path, "assured", "every"), what, "write a shorter span, as in 90d", is_warning=True)
    if (assured.date - today).days > 1:
        yield report(place, f"{assured.date} lies in the future", "write the day on which somebody made sure")
    elif not assured.by:
        yield report(
            (*path, "assured"), "nobody is named in `by`", "write who made sure, as in `by: Editor of the list`"
        )
    elif service.is_hidden(today):
        what = f"`{service.id}` was last assured on {assured.date} and is hidden from people"
        yield report(place, what, "make sure that it is still right, then write the new date", is_warning=True)
    elif service.is_overdue(today):
        what = f"`{service.id}` was last assured on {assured.date}, too long ago: its card says so"
        yield report(place, what, "make sure that it is still right, then write the new date", is_warning=True)
    elif service.is_due(today):
        what = f"`{service.id}` was last assured on {assured.date} and is due again"
        yield report(place, what, "make sure that it is still right, then write the new date", is_warning=True)
