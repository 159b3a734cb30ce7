"""The directory: organizations and the services that people can turn to (names as in HSDS 3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

SERVICE_TOPICS = (
    "emergency",
    "evacuation",
    "shelter",
    "asylum",
    "legal",
    "medical",
    "mental-health",
    "hotline",
    "documents",
    "digital-security",
    "financial",
    "trafficking",
    "violence",
    "family",
    "employment",
    "language-class",
    "community",
    "hiv",
    "trans-health",
    "missing-persons",
    "detention",
    "monitoring",
)
"""The topics a service can have, in the order in which they are offered as buttons."""

RUN_BY = ("ngo", "community", "state", "un", "other")
STATUSES = ("active", "inactive", "temporarily closed", "defunct")
PHONE_TYPES = ("voice", "sms", "whatsapp", "signal", "viber", "telegram", "fax", "textphone")

WORLDWIDE = "WW"
EUROPEAN_UNION = "EU"
EU_MEMBERS = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())

ASSURED_EVERY = timedelta(days=90)
ASSURED_EVERY_CRISIS = timedelta(days=30)
DUE_BEFORE = timedelta(days=7)
"""How long before a contact is overdue admins are asked to make sure of it."""

Text = Mapping[str, str]
"""What is said in one or more languages: BCP 47 tag -> string. A plain string in YAML is `en`."""


def said_in(text: Text, language: str) -> str:
    """Return the text in that language, else in its base language, English, or whatever there is; '' if empty."""
    for tag in (language, language.split("-")[0], "en"):
        if text.get(tag):
            return text[tag]
    return next((value for value in text.values() if value), "")


@dataclass(frozen=True, slots=True)
class Organization:
    """Who runs services."""

    id: str
    name: Text
    description: Text = field(default_factory=dict)
    website: str = ""
    run_by: str = "other"


@dataclass(frozen=True, slots=True)
class Phone:
    """One number, as written by the editor; `types` is empty for a plain voice line."""

    number: str
    types: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    schedule: str = ""
    description: Text = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Link:
    """A further way to reach a service: a chat, a form, a channel."""

    label: Text
    url: str


@dataclass(frozen=True, slots=True)
class Address:
    """Where people can come in person."""

    address_1: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Who may use a service; ages are full years."""

    description: Text = field(default_factory=dict)
    minimum_age: int | None = None
    maximum_age: int | None = None


@dataclass(frozen=True, slots=True)
class Assured:
    """Who made sure on which day that a service is as the file says, from which source, and how often that is due."""

    date: date
    by: str
    source: str = ""
    every: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """One kind of help by one organization: what a person gets as a card."""

    id: str
    organization: str
    name: Text
    description: Text
    topics: tuple[str, ...]
    service_area: tuple[str, ...]
    audience: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    phones: tuple[Phone, ...] = ()
    email: str = ""
    url: str = ""
    links: tuple[Link, ...] = ()
    address: Address | None = None
    schedule: str = ""
    timezone: str = ""
    fees: Text = field(default_factory=dict)
    eligibility: Eligibility = field(default_factory=Eligibility)
    required_documents: tuple[Text, ...] = ()
    application_process: Text = field(default_factory=dict)
    alert: Text = field(default_factory=dict)
    caution: Text = field(default_factory=dict)
    status: str = "active"
    crisis: bool = False
    keywords: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    assured: Assured | None = None

    @property
    def assured_every(self) -> timedelta:
        """How long an assurance holds: as the editor wrote, else 30 days in a crisis and 90 otherwise."""
        if self.assured and self.assured.every:
            return self.assured.every
        return ASSURED_EVERY_CRISIS if self.crisis else ASSURED_EVERY

    def is_due(self, today: date) -> bool:
        """Say whether someone should make sure again: never assured, overdue, or overdue within the next days."""
        if self.assured is None:
            return True
        return today >= self.assured.date + self.assured_every - min(DUE_BEFORE, self.assured_every / 4)

    def is_overdue(self, today: date) -> bool:
        """Say whether the card must tell that it was assured too long ago."""
        return self.assured is not None and today > self.assured.date + self.assured_every

    def is_hidden(self, today: date) -> bool:
        """Say whether people must not see it: not active, or overdue twice over."""
        if self.status != "active":
            return True
        return self.assured is not None and today > self.assured.date + 2 * self.assured_every


@dataclass(frozen=True)
class Directory:
    """All organizations and services of one version of resources.yaml."""

    organizations: Mapping[str, Organization]
    services: tuple[Service, ...]
    police_danger_areas: tuple[str, ...] = ()
    operator: Organization | None = None
    version: str = ""

    @cached_property
    def by_id(self) -> Mapping[str, Service]:
        """Services by their id."""
        return {service.id: service for service in self.services}

    def organization_of(self, service: Service) -> Organization:
        """Return who runs the service."""
        return self.organizations[service.organization]

    def visible(self, today: date) -> tuple[Service, ...]:
        """Return the services that people may see on that day."""
        return tuple(service for service in self.services if not service.is_hidden(today))

    @property
    def unassured(self) -> int:
        """How many active services nobody has ever made sure of."""
        return sum(service.assured is None for service in self.services if service.status == "active")

    def topics(self, today: date) -> tuple[str, ...]:
        """Return the topics of the services that people may see on that day, in the order of the buttons."""
        served = {topic for service in self.visible(today) for topic in service.topics}
        return tuple(topic for topic in SERVICE_TOPICS if topic in served)

    def places(self) -> tuple[str, ...]:
        """Return the countries and regions that a reader can choose: what services name, and the members of the EU."""
        named = {code for service in self.services for code in service.service_area}
        members = EU_MEMBERS if EUROPEAN_UNION in named else frozenset()
        return tuple(sorted((named | members) - {WORLDWIDE, EUROPEAN_UNION}))

    def is_state_emergency(self, service: Service) -> bool:
        """Say whether a service is a state-run emergency or police number, which can be the danger itself."""
        return "emergency" in service.topics and self.organization_of(service).run_by == "state"


def reaches(service_area: Iterable[str], country: str, subdivision: str = "") -> bool:
    """Say whether an area of ISO codes, EU and WW covers a country (or one subdivision of it, if given).

    A service bound to a subdivision reaches its country only as far as that subdivision is asked for
    or none is: someone who says only "Germany" may well be in Berlin.
    """
    for code in service_area:
        if code == WORLDWIDE or code == country or (subdivision and code == subdivision):
            return True
        if code == EUROPEAN_UNION and country in EU_MEMBERS:
            return True
        if not subdivision and code.partition("-")[0] == country:
            return True
    return False
