"""A service becomes a card: what it does, every way to reach it, for whom, what to beware of, who made sure when."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date, datetime
from urllib.parse import urlsplit

from babel.dates import format_date

from bot.core.directory import Directory, Eligibility, Phone, Service, said_in
from bot.texts.catalogues import Words, mark
from bot.texts.hours import render_hours
from bot.texts.markup import isolated, shortened, units, within
from bot.texts.names import audience_names, language_name, place_names, team_name

# Note: kinds of phone contact, before a number
PHONE_KINDS = {
    "voice": mark("Phone"),
    "sms": mark("SMS"),
    "whatsapp": mark("WhatsApp"),
    "signal": mark("Signal"),
    "viber": mark("Viber"),
    "telegram": mark("Telegram"),
    "fax": mark("Fax"),
    "textphone": mark("Textphone"),
}


LONGEST_CARD = 2500
"""UTF-16 units: with all that can stand around it, a card fits into one message. Good ones have a quarter of that."""

LONGEST_NAME = 100


def render_card(directory: Directory, service: Service, now: datetime, _: Words) -> str:
    """Return the card as Telegram HTML; every channel is tappable text. Of an endless one the lesser lines are left out."""
    lines = [(0, _title(directory, service, _))]
    if said := _said(service.alert, _):
        lines.append((2, _("<b>Notice:</b> {text}", text=said)))
    if said := _said(service.caution, _):
        lines.append((0, _("<b>Careful:</b> {text}", text=said)))
    if directory.organization_of(service).run_by == "state":
        lines.append((0, _("Run by the state.")))
    lines.append((2, _said(service.description, _)))
    lines += [(1, line) for line in _channels(service, now, _)]
    hours = render_hours(service, service.schedule, now, _)
    lines += [(3, line) for line in condition_lines(service, hours, lambda text: within(text, _), _)]
    lines.append((0, render_assured(service, now, _)))
    return _fitting([(rank, line) for rank, line in lines if line])


def _fitting(lines: list[tuple[int, str]]) -> str:
    """Return the lines as one text, without those of the highest ranks that do not fit; dots stand for these."""
    whole = "\n".join(line for _, line in lines)
    if units(whole) <= LONGEST_CARD:
        return whole
    kept: set[int] = set()
    room = LONGEST_CARD
    for number in sorted(range(len(lines)), key=lambda number: lines[number][0]):
        if (size := units(lines[number][1]) + 3) <= room:
            kept.add(number)
            room -= size
    shown = [line if number in kept else "…" for number, (_, line) in enumerate(lines)]
    return "\n".join(line for number, line in enumerate(shown) if line != "…" or shown[number - 1] != "…")


def render_line(service: Service, _: Words) -> str:
    """Return one service in one line with its quickest channel, for lists and for danger."""
    name = within(shortened(said_in(service.name, _.language), LONGEST_NAME), _)
    return f"<b>{name}</b>: {quickest(service, _)}"


def quickest(service: Service, _: Words) -> str:
    """Return the channel that answers soonest: a voice line, any number, a page, an e-mail address."""
    voice = next((phone for phone in service.phones if not phone.types or "voice" in phone.types), None)
    phone = voice or next(iter(service.phones), None)
    if phone:
        return _number(phone, _) if voice else f"{_kinds(phone, _)} {_number(phone, _)}"
    links = [service.url, *(link.url for link in service.links)]
    # Telegram can be blocked just where it is needed: any other page comes first.
    pages = sorted((url for url in links if url), key=is_telegram)
    return isolated((pages or [service.email])[0], _) if pages or service.email else _address(service, _)


def is_telegram(url: str) -> bool:
    """Say whether a link leads into Telegram."""
    return (urlsplit(url).hostname or "") in ("t.me", "telegram.me")


def _title(directory: Directory, service: Service, _: Words) -> str:
    name = shortened(said_in(service.name, _.language), 2 * LONGEST_NAME)
    organization = shortened(said_in(directory.organization_of(service).name, _.language), 2 * LONGEST_NAME)
    if name.casefold() in organization.casefold():
        return f"<b>{within(organization, _)}</b>"
    if organization and organization.casefold() not in name.casefold():
        return f"<b>{within(name, _)}</b>\n<i>{within(organization, _)}</i>"
    return f"<b>{within(name, _)}</b>"


def _said(text: object, _: Words) -> str:
    return within(said_in(text, _.language), _) if isinstance(text, dict) and text else ""


def _channels(service: Service, now: datetime, _: Words) -> list[str]:
    lines = [_phone_line(service, phone, now, _) for phone in service.phones]
    if service.email:
        lines.append(_("E-mail: {address}", address=isolated(service.email, _)))
    if service.url:
        lines.append(_("Web: {address}", address=isolated(service.url, _)))
    lines += [
        f"🔗 {within(said_in(link.label, _.language), _)}: {isolated(link.url, _)}"
        for link in service.links
        if link.url
    ]
    if address := _address(service, _):
        lines.append(_("Address: {address}", address=address))
    return lines


def _phone_line(service: Service, phone: Phone, now: datetime, _: Words) -> str:
    line = f"{_kinds(phone, _)}: {_number(phone, _)}"
    notes = [language_name(tag, _) for tag in phone.languages]
    notes += [note for note in (_said(phone.description, _), render_hours(service, phone.schedule, now, _)) if note]
    return f"{line} ({'; '.join(notes)})" if notes else line


def _kinds(phone: Phone, _: Words) -> str:
    return ", ".join(_(PHONE_KINDS[kind]) for kind in phone.types or ("voice",))


def _number(phone: Phone, _: Words) -> str:
    """Return the number; phones make international ones tappable by themselves, short ones can be copied by a tap."""
    written = isolated(phone.number, _)
    return written if phone.number.startswith("+") else f"<code>{written}</code>"


def _address(service: Service, _: Words) -> str:
    if service.address is None:
        return ""
    parts = (service.address.address_1, f"{service.address.postal_code} {service.address.city}".strip())
    return within(", ".join(part for part in parts if part), _)


def condition_lines(service: Service, hours: str, shown: Callable[[str], str], _: Words) -> list[str]:
    """Return languages, hours, area, who may come, cost, papers and the way in; `shown` makes foreign text fit to stand
    there.
    """
    lines = []
    if service.languages:
        lines.append(_("Languages: {names}", names=", ".join(language_name(tag, _) for tag in service.languages)))
    if hours:
        lines.append(_("Hours: {hours}", hours=shown(hours)))
    lines.append(_("Where: {places}", places=place_names(service.service_area, _)))
    lines += _who(service, shown, _)
    if said := said_in(service.fees, _.language):
        lines.append(_("Cost: {text}", text=shown(said)))
    documents = [said for text in service.required_documents if (said := said_in(text, _.language))]
    if documents:
        lines.append(_("Bring: {documents}", documents="; ".join(map(shown, documents))))
    if said := said_in(service.application_process, _.language):
        lines.append(_("How: {text}", text=shown(said)))
    return lines


def _who(service: Service, shown: Callable[[str], str], _: Words) -> list[str]:
    people = audience_names(service.audience, _)
    lines = [_("For: {people}", people=shown(people))] if people else []
    eligibility = service.eligibility
    if said := said_in(eligibility.description, _.language):
        lines.append(_("Who may come: {text}", text=shown(said)))
    return [*lines, *_age_lines(eligibility, _)]


def _age_lines(eligibility: Eligibility, _: Words) -> list[str]:
    """Return for which ages it is, in no line or one."""
    low, high = eligibility.minimum_age, eligibility.maximum_age
    if low is not None and high is not None:
        return [_("Age: {low} to {high}", low=low, high=high)]
    if low is not None:
        return [_("Age: {low} or older", low=low)]
    return [] if high is None else [_("Age: up to {high}", high=high)]


def render_assured(service: Service, now: datetime, _: Words) -> str:
    """Return who made sure of it on which day, or plainly that nobody did (escaped)."""
    return assured_line(service, now.date(), within(team_name(service.assured.by, _), _) if service.assured else "", _)


def assured_line(service: Service, today: date, by: str, _: Words) -> str:
    """Return the same with the name as it shall stand there."""
    if service.assured is None:
        return _("Not yet checked by us")
    day = format_date(service.assured.date, "medium", locale=_.language)
    if service.is_overdue(today):
        return _("Last checked on {day} by {by}: too long ago, it may be out of date", day=day, by=by)
    return _("Checked on {day} by {by}", day=day, by=by)


def as_text(card_html: str) -> str:
    """Return a card as plain text for a terminal."""
    return (
        html.unescape(re.sub(r"<[^>]+>", "", card_html))
        .replace("\u2066", "")
        .replace("\u2068", "")
        .replace("\u2069", "")
    )
