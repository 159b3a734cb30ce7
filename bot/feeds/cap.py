"""Reads alerts of the Common Alerting Protocol, alone, in an envelope, or inside an entry of a feed.

https://docs.oasis-open.org/emergency/cap/v1.2/CAP-v1.2.html
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from xml.etree.ElementTree import Element  # the type alone; defusedxml parses  # nosec B405

from bot.feeds.raw import RawEntry

CAP = "urn:oasis:names:tc:emergency:cap:1.2"
NAMESPACES = (CAP, "urn:oasis:names:tc:emergency:cap:1.1", "http://www.incident.com/cap/1.0")
STATED = ("severity", "urgency", "certainty")
MOST_AREAS = MOST_REFERENCES = 20


def alerts_in(root: Element) -> Iterator[Element]:
    """Yield every alert at or below an element, in the order of the document."""
    for space in NAMESPACES:
        yield from root.iter(f"{{{space}}}alert")


def read_alert(alert: Element, language: str) -> RawEntry | None:
    """Return an alert as an entry in the language asked for (else its first), or None for what is no news.

    No news are tests, exercises and drafts, and the messages that only acknowledge or report an error.
    """
    space = alert.tag.rpartition("}")[0] + "}"
    status, kind = _text(alert, space, "status"), _text(alert, space, "msgType")
    if status not in ("", "Actual") or kind in ("Ack", "Error"):
        return None
    taken_back = _references(alert, space) if kind == "Cancel" else ()
    info = _in_language(alert.findall(f"{space}info"), space, language)
    if info is None:
        # That something was taken back is news also without a word about it.
        return RawEntry(title="Cancel", guid=_guid(alert, space), cancels=taken_back) if taken_back else None
    headline = _text(info, space, "headline") or _text(info, space, "event")
    parts = [_text(info, space, "description"), _text(info, space, "instruction")]
    if not any(parts):
        parts = [_text(alert, space, "note")]
    return RawEntry(
        # A reader of the headline alone must see that a warning was taken back.
        title=html.escape(f"{kind}: {headline}" if kind == "Cancel" else headline, quote=False),
        summary=html.escape(" ".join(part for part in parts if part), quote=False),
        link=_text(info, space, "web"),
        guid=_guid(alert, space),
        published=_text(alert, space, "sent") or _text(info, space, "effective"),
        plain_note=_note(info, space, [_text(area, space, "areaDesc") for area in info.findall(f"{space}area")]),
        expires=_text(info, space, "expires"),
        cancels=taken_back,
    )


def _guid(alert: Element, space: str) -> str:
    identifier, sender = _text(alert, space, "identifier"), _text(alert, space, "sender")
    return f"{sender},{identifier}" if identifier else ""


def _references(alert: Element, space: str) -> tuple[str, ...]:
    """Return the guids of the alerts that one refers to: each is sender, identifier and time, with commas between."""
    named = _text(alert, space, "references").split()[:MOST_REFERENCES]
    return tuple(",".join(each.split(",")[:2]) for each in named)


def stated_in(entry: Element) -> str:
    """Return the note for an entry that carries single CAP elements beside its own, as weather services do."""
    for space in (f"{{{name}}}" for name in NAMESPACES):
        if entry.find(f"{space}severity") is not None:
            return _note(entry, space, [_text(entry, space, "areaDesc")])
    return ""


def _in_language(infos: list[Element], space: str, language: str) -> Element | None:
    wanted = language.partition("-")[0].lower()
    for info in infos:
        # A block without a language is in English, says the standard.
        if (_text(info, space, "language") or "en-US").partition("-")[0].lower() == wanted:
            return info
    return infos[0] if infos else None


def _note(info: Element, space: str, areas: list[str]) -> str:
    """Return severity, urgency, certainty and areas in the words of the source."""
    stated = [f"{name.capitalize()}: {text}" for name in STATED if (text := _text(info, space, name))]
    named = [area for area in areas if area][:MOST_AREAS]
    return "; ".join([*stated, *([f"Area: {', '.join(named)}"] if named else [])])


def _text(element: Element, space: str, name: str) -> str:
    found = element.find(f"{space}{name}")
    return " ".join("".join(found.itertext()).split())[:20_000] if found is not None else ""
