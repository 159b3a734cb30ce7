"""For when Telegram is blocked: ways that need none of it, and what the file is that comes with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.core.directory import Service, said_in
from bot.texts.cards import LONGEST_NAME, is_telegram, quickest
from bot.texts.catalogues import Words
from bot.texts.markup import isolated, joined, plain, shortened
from bot.texts.message import Button, Message

FILE_NAME = "notes.html"
"""It may lie among the downloads of a phone: its name must tell nothing."""

LINES = 10


def render_offline(services: Sequence[Service], website: str, _: Words) -> Message:
    """Return the ways without Telegram, best first; `services` are ranked, `website` is the operator's."""
    ways = [line for service in services if (line := way_without(service, _))][:LINES]
    lines = [
        _("<b>Without Telegram</b>"),
        "\n".join(f"• {line}" for line in ways),
        _("Our website: {address}", address=isolated(website, _)) if website else "",
        _(
            "The file below holds all contacts. It opens in the browser, also without a network. If you save it, it stays on the phone until you delete it: /panic cannot reach it there."
        ),
    ]
    return Message(joined(lines), ((Button(_("◀ Back"), "go:start"),),))


def way_without(service: Service, _: Words) -> str:
    """Return a service in one line with a way that is not Telegram, or '' when it has none."""
    phones = tuple(phone for phone in service.phones if not phone.types or set(phone.types) - {"telegram"})
    links = tuple(link for link in service.links if link.url and not is_telegram(link.url))
    url = "" if is_telegram(service.url) else service.url
    way = quickest(replace(service, phones=phones, links=links, url=url), _)
    name = plain(shortened(said_in(service.name, _.language), LONGEST_NAME))
    return f"<b>{name}</b>: {way}" if way else ""
