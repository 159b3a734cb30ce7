"""The directory as one page that works offline: no outside resources, readable without a script."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from datetime import date
from functools import cache
from html import escape
from itertools import groupby
from pathlib import Path
from urllib.parse import quote, urlsplit

from bot.core.directory import EUROPEAN_UNION, WORLDWIDE, Directory, Phone, Service, Text, said_in
from bot.texts import directory_page as page
from bot.texts.catalogues import Words, languages, words
from bot.texts.markup import HIDDEN_CONTROLS
from bot.texts.names import own_name, place_name

STATIC = Path(__file__).parent / "static"
SEVERAL = "several"
Say = Callable[[Words], str]


def render_offline_page(directory: Directory, today: date, speakers: tuple[Words, ...] = ()) -> bytes:
    """Return the page (HTML, UTF-8) of all services that people may see on that day, emergencies first.

    `speakers`: the languages of the page, the first one shown without a script; by default those
    that Waypost speaks and in which most services are named.
    """
    services = directory.visible(today)
    speakers = speakers or tuple(words(tag) for tag in page_languages(services))
    return _Page(directory, today, speakers).render(services).encode()


def page_languages(services: tuple[Service, ...]) -> tuple[str, ...]:
    """Return English and every spoken language in which at least half of the services have a name."""
    named = {tag: sum(tag in service.name for service in services) for tag in languages()}
    return ("en", *(tag for tag in languages() if tag != "en" and named[tag] * 2 >= max(len(services), 1)))


def policy_in(page: bytes) -> str:
    """Return the Content-Security-Policy that a page carries in itself, for the header of its answer."""
    found = re.search(rb'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', page)
    return found[1].decode() if found else "default-src 'none'"


@cache
def _static(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8").strip()


def _digest(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def content_policy(style: str, script: str) -> str:
    """Return the Content-Security-Policy: nothing is loaded, only this style and this script count."""
    return (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _clean(text: str) -> str:
    return escape(HIDDEN_CONTROLS.sub("", text))


class _Page:
    """Renders one page for a fixed set of languages."""

    def __init__(self, directory: Directory, today: date, speakers: tuple[Words, ...]) -> None:
        self.directory, self.today, self.speakers = directory, today, speakers
        self.danger = {code.partition("-")[0] for code in directory.police_danger_areas}

    def render(self, services: tuple[Service, ...]) -> str:
        """Return the whole document."""
        urgent = [service for service in services if service.crisis]
        others = [service for service in services if not service.crisis]
        style, script = self._style(), _static("offline.js")
        title = _clean(page.page_title(self.speakers[0]))
        return "".join(
            (
                f'<!doctype html>\n<html lang="{self.speakers[0].language}"><head><meta charset="utf-8">'
                f'<meta http-equiv="Content-Security-Policy" content="{content_policy(style, script)}">'
                '<meta name="viewport" content="width=device-width,initial-scale=1">'
                '<meta name="referrer" content="no-referrer"><link rel="icon" href="data:,">'
                f"<title>{title}</title><style>{style}</style></head>\n<body>",
                self._switch(),
                f"<header><h1>{self._each(page.page_title)}</h1><p>",
                self._each(lambda _: page.made_on(self.today, _)),
                f'</p></header><div id="s" hidden role="search"><label for="q">{self._each(page.search_label)}</label>'
                '<input id="q" type="search" autocomplete="off" spellcheck="false"></div>\n<main>'
                f'<p id="none" role="status" hidden>{self._each(page.nothing_found)}</p>',
                self._part("urgent", page.emergency_title, urgent),
                self._part("others", page.others_title, others),
                f"</main>{self._footer()}<script>{script}</script></body></html>\n",
            )
        )

    def _style(self) -> str:
        """Return the style: a radio button per language hides the other languages, without a script."""
        rules = [_static("offline.css")]
        for _ in self.speakers:
            shown = f"#l-{_.language}:checked~*"
            rules.append(f"{shown} [lang]:not([lang={_.language}]){{display:none}}")
            if _.is_right_to_left:
                rules.append(f"{shown}{{direction:rtl}}")
        return "\n".join(rules)

    def _switch(self) -> str:
        parts = []
        for number, _ in enumerate(self.speakers):
            direction = "rtl" if _.is_right_to_left else "ltr"
            parts.append(
                f'<input class="r" type="radio" name="l" id="l-{_.language}" value="{_.language}" '
                f'data-dir="{direction}"{"" if number else " checked"}>'
                f'<label for="l-{_.language}" lang="{_.language}">{_clean(own_name(_.language))}</label>'
            )
        return "".join(parts) if len(parts) > 1 else parts[0].partition("<label")[0].replace("<input", "<input hidden")

    def _each(self, say: Say) -> str:
        """Return what is said in each language, once where all say the same."""
        said = [(_, say(_)) for _ in self.speakers]
        if len({text for _, text in said}) == 1:
            return _clean(said[0][1])
        return "".join(
            f"<span lang={_.language}{' dir=rtl' if _.is_right_to_left else ''}>{_clean(text)}</span>"
            for _, text in said
            if text
        )

    def _part(self, name: str, title: Say, services: list[Service]) -> str:
        if not services:
            return ""
        english = words("en")
        ranked = sorted(services, key=lambda service: self._order(service, english))
        sections, links = [], []
        for place, group in groupby(ranked, key=place_of):
            anchor, label = f"{name}-{place}", self._each(lambda _, place=place: _heading(place, _))  # type: ignore[misc]
            links.append(f'<a href="#{anchor}">{label}</a> ')
            cards = "".join(self._card(service) for service in group)
            sections.append(f'<section id="{anchor}"><h3>{label}</h3>{cards}</section>\n')
        nav = f'<nav aria-label="{_clean(title(self.speakers[0]))}">{"".join(links)}</nav>'
        return f"<div class=p><h2>{self._each(title)}</h2>{nav}\n{''.join(sections)}</div>"

    def _order(self, service: Service, english: Words) -> tuple[int, str, str, bool]:
        """Places by name, what is wider last; where the police are part of the danger, state numbers come last."""
        place = place_of(service)
        wider = (EUROPEAN_UNION, SEVERAL, WORLDWIDE)
        state_last = place in self.danger and self.directory.is_state_emergency(service)
        return (wider.index(place) + 1 if place in wider else 0, _heading(place, english), place, state_last)

    def _card(self, service: Service) -> str:
        organization = self.directory.organization_of(service)
        words_to_find = [*service.topics, *(word for listed in service.keywords.values() for word in listed)]
        parts = [f"<h4>{self._each(lambda _: said_in(service.name, _.language))}</h4>"]
        names = self._each(lambda _: _other_name(organization.name, service, _))
        parts += [f"<p class=o>{names}</p>"] if names else []
        for line in (page.alert_line, page.caution_line):
            said = self._each(lambda _, line=line: line(service, _))  # type: ignore[misc]
            parts += [f"<p class=w>{said}</p>"] if said else []
        if organization.run_by == "state":
            parts.append(f"<p class=o>{self._each(page.run_by_state)}</p>")
        described = self._each(lambda _: said_in(service.description, _.language))
        parts += [f"<p>{described}</p>"] if described else []
        parts += [f"<ul>{self._channels(service)}</ul>", self._conditions(service)]
        parts.append(f"<p class=a>{self._each(lambda _: page.assured_line(service, self.today, _))}</p>")
        attributes = f' data-k="{_clean(" ".join(words_to_find))}"' + (" class=u" if service.crisis else "")
        return f'<article id="{service.id}"{attributes}>{"".join(parts)}</article>\n'

    def _conditions(self, service: Service) -> str:
        parts = [f"<p class=m>{self._each(lambda _: page.topic_line(service, _))}</p>"]
        for _ in self.speakers:
            lines = "<br>".join(_clean(line) for line in page.condition_lines(service, _))
            parts.append(f"<p class=m lang={_.language}{' dir=rtl' if _.is_right_to_left else ''}>{lines}</p>")
        return "".join(parts)

    def _channels(self, service: Service) -> str:
        items = [item for phone in service.phones for item in self._phone(phone)]
        if service.email:
            items.append(
                f"{self._each(page.mail_label)} " + _link("mailto:" + quote(service.email, safe="@+"), service.email)
            )
        if service.url:
            items.append(f"{self._each(page.web_label)} {_link(service.url, _short(service.url))}")
        for link in service.links:
            label = self._each(lambda _, link=link: said_in(link.label, _.language))  # type: ignore[misc]
            items.append(f"{label}: {_link(link.url, _short(link.url))}")
        if service.address:
            parts = (service.address.address_1, f"{service.address.postal_code} {service.address.city}".strip())
            written = _clean(", ".join(part for part in parts if part))
            items.append(f"{self._each(page.address_label)} <bdi>{written}</bdi>")
        return "".join(f"<li>{item}</li>" for item in items)

    def _phone(self, phone: Phone) -> list[str]:
        notes = self._each(lambda _: page.phone_notes(phone, _))
        notes = f" ({notes})" if notes else ""
        items = []
        for kind in phone.types or ("voice",):
            label = self._each(lambda _, kind=kind: page.phone_kind(kind, _))  # type: ignore[misc]
            items.append(f"{label}: {_link(number_url(phone.number, kind), phone.number)}{notes}")
        return items

    def _footer(self) -> str:
        operator = self.directory.operator
        if operator is None:
            return ""
        name = self._each(lambda _: page.run_by_operator(said_in(operator.name, _.language), _))
        website = _link(operator.website, _short(operator.website)) if operator.website else ""
        return f"<footer><p>{name} {website}</p></footer>"


def place_of(service: Service) -> str:
    """Return under which place a service stands: its one country, EU, WW, or `several`."""
    countries = {code.partition("-")[0] for code in service.service_area}
    if WORLDWIDE in countries:
        return WORLDWIDE
    return countries.pop() if len(countries) == 1 else SEVERAL


def _heading(place: str, _: Words) -> str:
    return page.several_countries(_) if place == SEVERAL else place_name(place, _)


def _other_name(name: Text, service: Service, _: Words) -> str:
    """Return the name of the organization unless the service's own name says it already."""
    said = said_in(name, _.language)
    return "" if said.casefold() in said_in(service.name, _.language).casefold() else said


def _link(url: str, label: str) -> str:
    """Return a link with its text isolated from the direction of the sentence; only known schemes are links."""
    text = f"<bdi dir=ltr>{_clean(label)}</bdi>"
    if urlsplit(url).scheme not in ("https", "http", "tel", "sms", "mailto", "viber"):
        return text
    return f'<a href="{escape(url)}" rel="noreferrer noopener">{text}</a>'


def _short(url: str) -> str:
    return re.sub(r"^https?://(www\.)?", "", url).rstrip("/")


def number_url(number: str, kind: str) -> str:
    """Return what a tap on a number opens: a call, a text message, or the messenger that the kind names."""
    digits = re.sub(r"\D", "", number)
    whole = f"+{digits}" if number.startswith("+") else digits
    match kind:
        case "sms":
            return f"sms:{whole}"
        case "whatsapp":
            return f"https://wa.me/{digits}"
        case "signal":
            return f"https://signal.me/#p/{whole}"
        case "telegram":
            return f"https://t.me/{whole}"
        case "viber":
            return f"viber://chat?number=%2B{digits}"
        case _:
            # What stars and sharps mean is for the network to say: a call to the digits alone is another call.
            dialled = re.sub(r"[^0-9*#]", "", number).replace("#", "%23")
            return f"tel:+{dialled}" if number.startswith("+") else f"tel:{dialled}"
