"""Reads well-formed RSS 0.9x to 2.0, RDF, Atom and CAP: one pass over a tree that declares no entities."""

from __future__ import annotations

import html
import re
from base64 import b64decode
from collections.abc import Iterator
from itertools import islice
from xml.etree.ElementTree import Element, ParseError  # types alone; defusedxml parses  # nosec B405

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from bot.errors import FeedError
from bot.feeds.cap import CAP, alerts_in, read_alert, stated_in
from bot.feeds.raw import MOST_LOOKED_AT, NotWellFormed, RawEntry, newest
from bot.feeds.text import HTML_TAG, LONGEST_MARKUP

ATOM = ("http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#")
DUBLIN_CORE = ("http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/")
CONTENT = "http://purl.org/rss/1.0/modules/content/"
MEDIA = "http://search.yahoo.com/mrss/"
XHTML = "http://www.w3.org/1999/xhtml"
ITUNES = ("http://www.itunes.com/dtds/podcast-1.0.dtd", "http://www.itunes.com/DTDs/Podcast-1.0.dtd")
TITLES = ("title", "dc:title", "media:title", "itunes:title")
SUMMARIES = (
    *("description", "summary", "content:encoded", "dc:description", "xhtml:body", "body", "fullitem"),
    *("itunes:summary", "itunes:subtitle", "media:description"),
)
DATES = (
    *("pubDate", "published", "issued", "dc:date", "dc:issued", "atom:published", "date", "updated", "modified"),
    *("atom:updated", "dc:modified", "created", "dc:created"),
)
ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
BASE = "{http://www.w3.org/XML/1998/namespace}base"
WEB_PAGE = re.compile(r"^(\s*<!--.{0,2000}?-->)*\s*<(!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)
MOST_TAGS = 300_000
"""What fits into 5 MB of the densest honest feed; a tree of more takes seconds and hundreds of megabytes."""
ENTITY = re.compile(r"<!ENTITY\b")
INLINE = frozenset("a abbr b bdi bdo cite code em font i mark q s small span strong sub sup u".split())
UNSEEN = frozenset(("script", "style"))


def read_xml(text: str, language: str) -> list[RawEntry]:
    """Return at most 500 entries in the order of the document, decoded by `encoding.decoded`.

    Raises FeedError for what is certainly no feed or must not be read, NotWellFormed where the lenient reader may try.
    """
    if WEB_PAGE.match(text[:5000]):
        raise FeedError("the address serves a web page instead of a feed")
    # Also for the lenient reader: entities of a document's own are a way to fill the memory and serve no feed.
    if ENTITY.search(text):
        raise FeedError("the feed declares entities of its own and is not read")
    tags = text.count("<")
    if not tags:
        raise FeedError("the address serves no feed")
    if tags > MOST_TAGS:
        raise FeedError("the feed is built of too many elements")
    try:
        root = fromstring(text)
    except DefusedXmlException:
        raise FeedError("the feed declares entities of its own and is not read") from None
    except (ParseError, ValueError) as error:
        raise NotWellFormed(type(error).__name__) from None
    return newest(_entries(root, language))


def _entries(root: Element, language: str) -> Iterator[RawEntry]:
    space, name = _split(root.tag)
    base = root.get(BASE, "")
    if name == "rss":
        channel = next((child for child in root if _split(child.tag)[1] == "channel"), root)
        return _rss(channel if _has_items(channel) else root, language, channel.get(BASE, base))
    if name == "RDF":
        return _rss(root, language, base)
    if name == "feed" and (space in ATOM or not space):
        return _atom(root, language, base)
    alerts = list(islice(alerts_in(root), MOST_LOOKED_AT))
    if not alerts:
        raise FeedError("the address serves no feed")
    return (entry for alert in alerts if (entry := read_alert(alert, language)) is not None)


def _has_items(element: Element) -> bool:
    return any(_split(child.tag)[1] == "item" for child in element)


def _rss(parent: Element, language: str, base: str) -> Iterator[RawEntry]:
    for item in parent:
        if _split(item.tag)[1] == "item":
            entry = _item(item, language, base)
            if entry is not None:
                yield entry


def _item(item: Element, language: str, base: str) -> RawEntry | None:
    fields = _fields(item)

    def first(*keys: str) -> str:
        return next((text for key in keys if key in fields and (text := _markup(fields[key]).strip())), "")

    embedded = next(alerts_in(item), None)
    if embedded is not None:
        return read_alert(embedded, language)
    permanent = fields.get("guid")
    guid = first("guid", "id", "atom:id", "dc:identifier") or item.get(ABOUT, "")
    link = first("link") or _atom_link(item) or item.get(ABOUT, "")
    if not link and permanent is not None and permanent.get("isPermaLink", "true") != "false":
        link = guid if guid.startswith(("http://", "https://")) else ""
    return RawEntry(
        title=first(*TITLES),
        summary=first(*SUMMARIES),
        link=html.unescape(link),
        guid=html.unescape(guid),
        published=html.unescape(first(*DATES)),
        base=item.get(BASE, base),
        plain_note=stated_in(item),
    )


def _fields(item: Element) -> dict[str, Element]:
    """Return the first child of each name; names of the item's own namespace, or of none, come without a prefix."""
    prefixes = {CONTENT: "content:", MEDIA: "media:", XHTML: "xhtml:"}
    prefixes |= dict.fromkeys(DUBLIN_CORE, "dc:") | dict.fromkeys(ITUNES, "itunes:") | dict.fromkeys(ATOM, "atom:")
    prefixes |= {"": "", _split(item.tag)[0]: ""}
    fields: dict[str, Element] = {}
    for child in item:
        space, name = _split(child.tag)
        prefix = prefixes.get(space)
        # Atom's links carry their address elsewhere, and there may be several: see `_atom_link`.
        if prefix == "" or (prefix is not None and name != "link"):
            fields.setdefault(f"{prefix}{name}", child)
    return fields


def _atom(root: Element, language: str, base: str) -> Iterator[RawEntry]:
    for entry in root:
        if _split(entry.tag)[1] != "entry":
            continue
        embedded = next(alerts_in(entry), None)
        if embedded is not None:
            alert = read_alert(embedded, language)
            if alert is not None:
                yield alert
            continue
        fields = _fields(entry)
        summary = _construct(fields.get("summary")) or _construct(fields.get("content"))
        dates = (fields[name] for name in DATES if name in fields)
        yield RawEntry(
            title=_construct(fields.get("title")),
            summary=summary or _construct(entry.find(f".//{{{MEDIA}}}description")),
            link=_atom_link(entry),
            guid="".join(fields["id"].itertext()).strip() if "id" in fields else "",
            published=next((text for date in dates if (text := (date.text or "").strip())), ""),
            base=entry.get(BASE, base),
            plain_note=stated_in(entry),
        )


def _atom_link(entry: Element) -> str:
    """Return where the entry can be read: the first alternate link, web pages before other types."""
    best = ""
    for link in entry:
        space, name = _split(link.tag)
        if name != "link" or (space not in ATOM and space) or link.get("rel", "alternate") != "alternate":
            continue
        address = link.get("href", "").strip()
        if address and link.get("type", "text/html") in ("text/html", "application/xhtml+xml"):
            return address
        best = best or address
    return best


def _construct(element: Element | None) -> str:
    """Return an Atom text as markup; plain text is escaped unless its author forgot to say that it is markup."""
    if element is None:
        return ""
    kind, text = element.get("type", "").lower(), element.text or ""
    if len(element):
        return _markup(element)
    is_markup = kind in ("html", "text/html", "xhtml", "application/xhtml+xml") or element.get("mode") == "escaped"
    if element.get("mode") == "base64" or not (is_markup or kind in ("", "plain", "text", "text/plain")):
        return _unpacked(text)
    if is_markup:
        return text
    return text if HTML_TAG.search(text[:5000]) else html.escape(text, quote=False)


def _unpacked(text: str) -> str:
    """Return the text that was packed as Base64, or '' for a picture or anything else that is no text."""
    try:
        return b64decode(text[:LONGEST_MARKUP]).decode()
    except ValueError:
        return ""


def _markup(element: Element) -> str:
    """Return what an element holds as markup: escaped markup as it stands, child elements as escaped text."""
    if not len(element):
        return element.text or ""
    parts: list[str] = []
    todo: list[Element | str] = [element]
    while todo:
        piece = todo.pop()
        if isinstance(piece, str):
            parts.append(piece)
            continue
        name = _split(piece.tag)[1].lower()
        if name in UNSEEN or _split(piece.tag)[0] == CAP:
            continue
        gap = "" if name in INLINE else " "
        parts.append(gap + (piece.text or ""))
        todo.append(gap)
        for child in reversed(piece):
            todo.extend((child.tail or "", child))
    return html.escape("".join(parts), quote=False)


def _split(tag: object) -> tuple[str, str]:
    """Return namespace and name of a tag; a comment's tag is no text."""
    if not isinstance(tag, str):
        return "", ""
    space, brace, name = tag.rpartition("}")
    return (space[1:], name) if brace else ("", tag)
