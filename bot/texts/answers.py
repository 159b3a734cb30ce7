"""An answer to a question: in danger first who can act now, then cards, page by page; a way on when nothing fits."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime

from bot.core.directory import Directory, Service
from bot.lookup.question import Question
from bot.texts.cards import render_card, render_line
from bot.texts.catalogues import Words, mark
from bot.texts.markup import LONGEST, joined, units
from bot.texts.message import Button, Message, rows_of_two
from bot.texts.names import best_known, place_name, topic_name

CARDS_A_PAGE = 3
ROOM = 1500
"""UTF-16 units of cards on a page: more than a screen or two, and the best card scrolls out of sight."""
URGENT_LINES = 3
TOLD_BACK = 0.5
"""The least weight of a need that is told back as understood, where 1.0 is the most needed one."""
MOST_CARDS = 11
"""As many as fit into the 64 bytes of a button: pages are found again without keeping what was asked."""

# Note: opens the answer to someone in danger; keep it short and calm, one idea a sentence
DANGER_LINES = {
    "violence": mark("You may be in danger now. If you can, get to a safe place first. Then turn to these:"),
    "held": mark("If you or someone you know is held or hunted, turn to these:"),
    "suicide": mark("I am glad that you wrote. You do not have to be alone with this. These people listen:"),
}


def handle(service_id: str) -> str:
    """Return the five letters that stand for a service in a button."""
    digest = hashlib.blake2b(service_id.encode(), digest_size=6).digest()
    return base64.urlsafe_b64encode(digest).decode()[:5]


def find_handles(directory: Directory, handles: str) -> list[Service]:
    """Return the services that a button's letters stand for; those gone meanwhile or ambiguous are skipped."""
    known: dict[str, Service | None] = {}
    for service in directory.services:
        letters = handle(service.id)
        # Two services with the same letters: showing neither is better than showing the wrong number.
        known[letters] = None if letters in known else service
    wanted = [handles[start : start + 5] for start in range(0, len(handles), 5)]
    return [found for letters in wanted if (found := known.get(letters))]


def page_data(kind: str, page: int, services: Sequence[Service]) -> str:
    """Return the callback data of a page: `a:KIND:PAGE:` and five letters for each of at most eleven services."""
    letters = "".join(handle(service.id) for service in services)
    return f"a:{kind}:{page}:{letters}"


def render_answer(
    directory: Directory, services: Sequence[Service], question: Question, now: datetime, _: Words
) -> Message:
    """Return the first page of an answer; `services` are ranked, best first, at least one."""
    kind = question.danger[:1]
    heading = _(DANGER_LINES[question.danger]) if question.danger else understood(question, _)
    hint = "" if question.place.country else near_hint(_) if question.danger else country_hint(_)
    return render_page(directory, services, kind, 0, heading, hint, now, _)


def understood(question: Question, _: Words) -> str:
    """Return what the bot understood, as a heading: `Asylum, Lawyer · Germany`."""
    sure = [topic for topic in question.sure if question.needs.get(topic, 0.0) >= TOLD_BACK]
    best = sorted(sure, key=lambda topic: (-question.needs[topic], topic))[:2]
    place = best_known(question.place.subdivision, question.place.country)
    parts = [", ".join(topic_name(topic, _) for topic in best)] if best else []
    if place:
        parts.append(place_name(place, _))
    return f"<b>{' · '.join(parts)}</b>" if parts else ""


def country_hint(_: Words) -> str:
    """Return the question that makes the next answer better."""
    return _(
        "In which country are you? Write it with your question, or save it with /area, and the answer will be closer."
    )


def near_hint(_: Words) -> str:
    """Return what brings help near, to somebody in danger: one thing to do, in few words."""
    return _("Send your country to see help near you, or choose it with /area.")


def topic_heading(topic: str, place: str, _: Words) -> str:
    """Return a topic and a place as a heading."""
    parts = [topic_name(topic, _), *([place_name(place, _)] if place else [])]
    return f"<b>{' · '.join(parts)}</b>"


def render_page(
    directory: Directory,
    services: Sequence[Service],
    kind: str,
    page: int,
    heading: str,
    hint: str,
    now: datetime,
    _: Words,
) -> Message:
    """Return one page of cards with the buttons to the others; in danger it opens with one line each."""
    services = services[:MOST_CARDS]
    pages = _pages(directory, services, now, _)
    page = min(max(page, 0), len(pages) - 1)
    parts = [heading]
    if kind and page == 0:
        parts.append("\n".join(f"• {render_line(service, _)}" for service in services[:URGENT_LINES]))
    parts += [render_card(directory, service, now, _) for service in pages[page]]
    text = joined([*parts, hint])
    while units(text) > LONGEST and len(parts) > 2:
        parts.pop()
        text = joined([*parts, hint])
    return Message(text, _page_buttons(kind, page, len(pages), services, _))


def _pages(directory: Directory, services: Sequence[Service], now: datetime, _: Words) -> list[list[Service]]:
    """Deal the services onto pages of at most three cards that fit into one message."""
    pages: list[list[Service]] = [[]]
    room = ROOM
    for service in services:
        size = units(render_card(directory, service, now, _)) + 2
        if pages[-1] and (len(pages[-1]) == CARDS_A_PAGE or size > room):
            pages.append([])
            room = ROOM
        pages[-1].append(service)
        room -= size
    return pages


def _page_buttons(
    kind: str, page: int, count: int, services: Sequence[Service], _: Words
) -> tuple[tuple[Button, ...], ...]:
    rows: list[tuple[Button, ...]] = []
    turn = []
    if page > 0:
        turn.append(Button(_("◀ Back"), page_data(kind, page - 1, services)))
    if page + 1 < count:
        turn.append(Button(_("More ▶"), page_data(kind, page + 1, services)))
    if turn:
        rows.append(tuple(turn))
    rows.append((Button(_("Topics"), "go:topics"), Button(_("My area"), "go:area")))
    return tuple(rows)


def nothing_found(_: Words) -> str:
    """Return that nothing fits."""
    return _("I found nothing for that. It is not your fault: I only know what our editors wrote down.")


def render_nothing(topics: Sequence[str], _: Words) -> Message:
    """Return a way on when nothing fits: the topics and countries that exist, as buttons, and the emergency command."""
    lines = [
        nothing_found(_),
        _("Choose a topic or a country, or write it in other words. In danger: /sos"),
    ]
    *rows, back = topic_buttons(topics, _)
    return Message(joined(lines), (*rows, (*back, Button(_("Countries"), "go:area"))))


def render_chatter(_: Words) -> Message:
    """Return a friendly line without cards for small talk."""
    text = _("I am here. I can look up who helps, and where. Write what you need, for instance “lawyer Georgia”.")
    return Message(text, ((Button(_("Topics"), "go:topics"), Button(_("Emergency"), "go:sos")),))


def render_topics(topics: Sequence[str], _: Words) -> Message:
    """Return the choice of topics for which there are contacts."""
    return Message(_("What do you need?"), topic_buttons(topics, _))


def topic_buttons(topics: Sequence[str], _: Words) -> tuple[tuple[Button, ...], ...]:
    """Return the topics as buttons, two a row, with a way back."""
    buttons = [Button(topic_name(topic, _), f"t:{topic}") for topic in topics]
    return (*rows_of_two(buttons), (Button(_("◀ Back"), "go:start"),))


def render_sos(directory: Directory, services: Sequence[Service], place: str, now: datetime, _: Words) -> Message:
    """Return emergency help for an area, one line each first; without an area what reaches everyone."""
    if not services:
        text = _("No emergency contact is listed for this area yet. Choose another area or write what you need.")
        return Message(text, ((Button(_("My area"), "go:area"), Button(_("Topics"), "go:topics")),))
    # Note: place is a country or region
    heading = _("<b>Emergency help: {place}</b>", place=place_name(place, _)) if place else _("<b>Emergency help</b>")
    hint = "" if place else near_hint(_)
    return render_page(directory, services, "e", 0, heading, hint, now, _)
