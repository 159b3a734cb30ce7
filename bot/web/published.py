"""What was published, for others to carry: an RSS feed, and CAP 1.2 alerts with an Atom index of them."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET  # it writes, and parses nothing  # nosec B405
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from types import MappingProxyType
from urllib.parse import urlsplit

from bot.core.alert import CANCELLED, PUBLISHED, Alert
from bot.core.directory import Organization, said_in
from bot.flows.ports import Store
from bot.texts.catalogues import Words, words
from bot.texts.names import alert_topic_name, place_name, place_names

LISTED = 50
ATOM, CAP = "http://www.w3.org/2005/Atom", "urn:oasis:names:tc:emergency:cap:1.2"
CAP_TYPE = "application/cap+xml"
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

CATEGORIES = {
    "persecution": "Security",
    "violence": "Security",
    "asylum": "Rescue",
    "border": "Transport",
    "safety-warning": "Safety",
    "health": "Health",
}
"""The category of CAP for each topic; all others are `Other`."""


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes: a name for people, a domain for machines (the `sender` of CAP), and where this is served."""

    name: str
    sender: str
    base: str


def identifier(alert: Alert, version: int) -> str:
    """Return what CAP calls one version of an alert."""
    return f"waypost-{alert.id}-{version}"


def sent_at(alert: Alert, version: int) -> datetime:
    """Return when one version was published; the nearest that is known for one of long ago."""
    moments = (alert.published_at or alert.created_at, *alert.corrected_at)
    return moments[min(version, len(moments)) - 1]


def cap_time(at: datetime) -> str:
    """Return a moment as CAP wants it: seconds, and `-00:00` for UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}-00:00"


def render_rss(alerts: Sequence[Alert], publisher: Publisher, now: datetime, _: Words) -> bytes:
    """Return an RSS 2.0 feed of published alerts in one language, newest first."""
    ET.register_namespace("atom", ATOM)
    root = ET.Element("rss", version="2.0")
    channel = ET.SubElement(root, "channel")
    _put(channel, "title", publisher.name)
    _put(channel, "link", f"{publisher.base}/alerts.rss")
    _put(channel, "description", _("Latest news"))
    _put(channel, "language", _.language)
    _put(channel, "lastBuildDate", format_datetime(latest(alerts, now)))
    here = {"href": f"{publisher.base}/alerts.rss", "rel": "self", "type": "application/rss+xml"}
    ET.SubElement(channel, f"{{{ATOM}}}link", here)
    for alert in alerts:
        item = ET.SubElement(channel, "item")
        _put(item, "title", said_in(alert.headline, _.language))
        if alert.link:
            _put(item, "link", alert.link)
        parts = [said_in(alert.description, _.language), said_in(alert.instruction, _.language)]
        _put(item, "description", "\n\n".join(part for part in parts if part))
        for topic in alert.topics:
            _put(item, "category", alert_topic_name(topic, _))
        _put(item, "guid", identifier(alert, alert.version), isPermaLink="false")
        _put(item, "pubDate", format_datetime(sent_at(alert, alert.version)))
    return _bytes(root)


def render_cap_index(
    alerts: Sequence[Alert], publisher: Publisher, now: datetime, others: Mapping[str, Alert] = MappingProxyType({})
) -> bytes:
    """Return an Atom feed of the alerts, also of those that were withdrawn: each in CAP, with a link to the document.

    `others` are those that they refer to.
    """
    ET.register_namespace("", ATOM)
    ET.register_namespace("cap", CAP)
    root = ET.Element(f"{{{ATOM}}}feed")
    address = f"{publisher.base}/alerts.cap"
    _put(root, f"{{{ATOM}}}id", address)
    _put(root, f"{{{ATOM}}}title", publisher.name)
    _put(root, f"{{{ATOM}}}updated", latest(alerts, now).isoformat(timespec="seconds"))
    author = ET.SubElement(root, f"{{{ATOM}}}author")
    _put(author, f"{{{ATOM}}}name", publisher.name)
    ET.SubElement(root, f"{{{ATOM}}}link", rel="self", type="application/atom+xml", href=address)
    for alert in alerts:
        entry = ET.SubElement(root, f"{{{ATOM}}}entry")
        name = identifier(alert, alert.version)
        _put(entry, f"{{{ATOM}}}id", f"tag:{publisher.sender},2026:{name}")
        _put(entry, f"{{{ATOM}}}title", "Cancel" if alert.state == CANCELLED else said_in(alert.headline, "en"))
        _put(entry, f"{{{ATOM}}}updated", sent_at(alert, alert.version).isoformat(timespec="seconds"))
        where = f"{publisher.base}/alerts/{alert.id}.cap?version={alert.version}"
        ET.SubElement(entry, f"{{{ATOM}}}link", rel="alternate", type=CAP_TYPE, href=where)
        ET.SubElement(entry, f"{{{ATOM}}}content", type=CAP_TYPE).append(_cap(alert, others, publisher))
    return _bytes(root)


def render_cap(alert: Alert, others: Mapping[str, Alert], publisher: Publisher) -> bytes:
    """Return one alert as CAP 1.2; `others` are those that it refers to. A withdrawn one tells nothing but that."""
    ET.register_namespace("", CAP)
    return _bytes(_cap(alert, others, publisher))


def _cap(alert: Alert, others: Mapping[str, Alert], publisher: Publisher) -> ET.Element:
    root = ET.Element(f"{{{CAP}}}alert")
    _put(root, f"{{{CAP}}}identifier", identifier(alert, alert.version))
    _put(root, f"{{{CAP}}}sender", publisher.sender)
    _put(root, f"{{{CAP}}}sent", cap_time(sent_at(alert, alert.version)))
    _put(root, f"{{{CAP}}}status", alert.status)
    _put(root, f"{{{CAP}}}msgType", alert.msg_type)
    _put(root, f"{{{CAP}}}scope", "Public")
    if alert.state == CANCELLED:
        _put(root, f"{{{CAP}}}note", "Withdrawn by the publisher.")
    if references := _references(alert, others, publisher.sender):
        _put(root, f"{{{CAP}}}references", references)
    if alert.state != CANCELLED:
        for language in alert.headline or {"en": ""}:
            _put_info(root, alert, publisher, words(language), language)
    return root


def _references(alert: Alert, others: Mapping[str, Alert], sender: str) -> str:
    """Return all that a version replaces or follows up: `sender,identifier,sent` of each, with spaces between."""
    earlier = [(alert, version) for version in range(1, alert.version)]
    for other in (others[name] for name in alert.references if name in others):
        earlier += [(other, version) for version in range(1, other.version + 1)]
    return " ".join(
        f"{sender},{identifier(one, version)},{cap_time(sent_at(one, version))}" for one, version in earlier
    )


def _put_info(root: ET.Element, alert: Alert, publisher: Publisher, _: Words, language: str) -> None:
    """Add one language of an alert; the order of the elements is that of the schema."""
    info = ET.SubElement(root, f"{{{CAP}}}info")

    def put(name: str, text: str) -> None:
        if text:
            _put(info, f"{{{CAP}}}{name}", text)

    put("language", language)
    for category in dict.fromkeys(CATEGORIES.get(topic, "Other") for topic in alert.topics or ("",)):
        put("category", category)
    put("event", ", ".join(alert_topic_name(topic, _) for topic in alert.topics) or _("Latest news"))
    put("responseType", alert.response_type)
    put("urgency", alert.urgency)
    put("severity", alert.severity)
    put("certainty", alert.certainty)
    put("effective", cap_time(sent_at(alert, alert.version)))
    put("expires", cap_time(alert.expires_at) if alert.expires_at else "")
    put("senderName", publisher.name)
    put("headline", alert.headline.get(language, ""))
    put("description", said_in(alert.description, language))
    put("instruction", said_in(alert.instruction, language))
    put("web", alert.link)
    if alert.area:
        area = ET.SubElement(info, f"{{{CAP}}}area")
        _put(area, f"{{{CAP}}}areaDesc", place_names(alert.area, _) or place_name(alert.area[0], _))
        for code in alert.area:
            geocode = ET.SubElement(area, f"{{{CAP}}}geocode")
            _put(geocode, f"{{{CAP}}}valueName", "ISO 3166-2" if "-" in code else "ISO 3166-1")
            _put(geocode, f"{{{CAP}}}value", code)


def latest(alerts: Sequence[Alert], now: datetime) -> datetime:
    """Return when the newest of them was published, or now where there is none."""
    return max((sent_at(alert, alert.version) for alert in alerts), default=now)


def _put(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, name, attributes).text = NOT_IN_XML.sub("", text)


def _bytes(root: ET.Element) -> bytes:
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def is_public(alert: Alert) -> bool:
    """Say whether it was published for all: no draft, no test."""
    return alert.state in (PUBLISHED, CANCELLED) and not alert.is_test and alert.published_at is not None


class AlertFeeds:
    """Makes the documents from what the store holds; test alerts are in none of them.

    `public_url` begins with the address under which the world sees us; without one, that of the request counts.
    """

    def __init__(
        self,
        store: Store,
        operator: Callable[[], Organization | None],
        clock: Callable[[], datetime],
        public_url: str = "",
    ) -> None:
        self._store, self._operator, self._clock = store, operator, clock
        parts = urlsplit(public_url)
        self._origin = f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""

    async def rss(self, base: str, language: str) -> bytes:
        """Return the RSS feed in the language nearest to that tag."""
        speak = words(language)
        return render_rss(await self._alerts(PUBLISHED), self._publisher(base), self._clock(), speak)

    async def cap_index(self, base: str) -> bytes:
        """Return the index of the CAP documents."""
        found = {alert.id: alert for alert in await self._store.alerts()}
        listed = await self._alerts(PUBLISHED, CANCELLED)
        return render_cap_index(listed, self._publisher(base), self._clock(), found)

    async def cap(self, base: str, alert_id: str) -> bytes | None:
        """Return one CAP document, or None when nothing of that id was published."""
        alert = await self._store.alert(alert_id)
        if alert is None or not is_public(alert):
            return None
        found = [await self._store.alert(each) for each in alert.references]
        return render_cap(alert, {each.id: each for each in found if each is not None}, self._publisher(base))

    async def _alerts(self, *states: str) -> list[Alert]:
        told = [alert for alert in await self._store.alerts() if alert.state in states and is_public(alert)]
        return sorted(told, key=lambda alert: sent_at(alert, alert.version), reverse=True)[:LISTED]

    def _publisher(self, base: str) -> Publisher:
        base = self._origin or base
        operator = self._operator()
        website = operator.website if operator else ""
        sender = urlsplit(website).hostname or urlsplit(base).hostname or "waypost"
        return Publisher(said_in(operator.name, "en") if operator else "Waypost", sender, base)
