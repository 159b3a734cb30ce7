"""Values that are valid by default: a test names only what it is about (`an_alert(severity="Extreme")`)."""

# ruff: noqa: A002 (the field is called id)

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.core.alert import Alert
from bot.core.delivery import Delivery
from bot.core.directory import Directory, Organization, Phone, Service
from bot.core.feed import Entry, Feed, FeedState
from bot.core.subscriber import Subscriber

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
"""A Monday at noon, at which builders and tests that do not care live."""


def a_subscriber(chat_id: int = 1001, **changes: Any) -> Subscriber:
    """A reader who wants everything at once."""
    return Subscriber(**{"chat_id": chat_id, "key": "k1", "is_subscribed": True} | changes)


def an_alert(id: str = "a1", **changes: Any) -> Alert:
    """A Moderate draft about a law in Russia."""
    defaults: dict[str, Any] = {
        "id": id,
        "headline": {"en": "Parliament passes a law"},
        "description": {"en": "It takes effect in January."},
        "created_at": NOW,
        "topics": ("law",),
        "area": ("RU",),
        "severity": "Moderate",
        "source": "example-news",
        "source_title": "Example News",
        "link": "https://news.example.org/law",
    }
    return Alert(**defaults | changes)


def a_delivery(id: str = "a1.k1", **changes: Any) -> Delivery:
    """A planned delivery that is due now, of the alert and to the subscriber that its id names."""
    alert, _, subscriber = id.partition(".")
    defaults: dict[str, Any] = {"id": id, "alert": alert, "subscriber": subscriber, "due_at": NOW}
    return Delivery(**defaults | changes)


def a_feed(id: str = "example-news", **changes: Any) -> Feed:
    """A feed that an admin reviews."""
    defaults: dict[str, Any] = {"id": id, "title": "Example News", "url": "https://news.example.org/rss"}
    return Feed(**defaults | changes)


def a_feed_state(feed: str = "example-news", **changes: Any) -> FeedState:
    """A feed that was read well just now."""
    return FeedState(**{"feed": feed, "last_good_at": NOW, "seen": ("e1",)} | changes)


def an_entry(guid: str = "e1", **changes: Any) -> Entry:
    """A report of the example feed."""
    defaults: dict[str, Any] = {
        "feed": "example-news",
        "guid": guid,
        "title": "Parliament passes a law",
        "summary": "It takes effect in January.",
        "link": "https://news.example.org/law",
        "language": "en",
        "published_at": NOW - timedelta(hours=1),
    }
    return Entry(**defaults | changes)


def an_organization(id: str = "example-refuge", **changes: Any) -> Organization:
    """A charity."""
    return Organization(**{"id": id, "name": {"en": "Example Refuge"}, "run_by": "ngo"} | changes)


def a_service(id: str = "de-berlin-asylum-advice", **changes: Any) -> Service:
    """Asylum advice in Berlin, by telephone."""
    defaults: dict[str, Any] = {
        "id": id,
        "organization": "example-refuge",
        "name": {"en": "Asylum advice Berlin"},
        "description": {"en": "Free first advice before the interview."},
        "topics": ("asylum", "legal"),
        "service_area": ("DE-BE",),
        "languages": ("de", "en"),
        "phones": (Phone("+49 30 23125 001"),),
    }
    return Service(**defaults | changes)


def a_directory(*services: Service, **changes: Any) -> Directory:
    """A directory of these services (or of one), each run by an organization that exists."""
    services = services or (a_service(),)
    organizations = {each.organization: an_organization(each.organization) for each in services}
    return Directory(**{"organizations": organizations, "services": services} | changes)
