"""The shape of resources.yaml, field by field; `to_core` turns each part into the nouns of the house."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, ConfigDict, WithJsonSchema

from bot.core import directory as core
from bot.core.feed import Feed
from bot.resources import shapes
from bot.resources.types import (
    Age,
    AlertTopic,
    AsList,
    AsMapping,
    AtLeastADay,
    AtLeastOne,
    Country,
    Day,
    Duration,
    Email,
    Entry,
    FeedUrl,
    Language,
    Line,
    Name,
    NeededUrl,
    NeededWords,
    Number,
    OrNothing,
    PhoneType,
    Place,
    RunBy,
    Slug,
    Status,
    Topic,
    Trust,
    Truth,
    Url,
    Words,
)


class Part(BaseModel):
    """A part of the file: unknown fields are refused, so that a typo cannot hide a caution."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def known_at(cls, location: Sequence[int | str]) -> list[str]:
        """Return the fields that are known beside the one at that location: `("phones", 0, "nummer")`."""
        part: type[Part] = cls
        for step in location[:-1]:
            if isinstance(step, str) and step in part.model_fields:
                part = next(_parts_in(part.model_fields[step].annotation), part)
        return list(part.model_fields)


def _parts_in(annotation: Any) -> Iterator[type[Part]]:
    """Yield the parts of which a type is made: `list[PhonePart] | None` -> PhonePart."""
    if get_origin(annotation) is None and isinstance(annotation, type) and issubclass(annotation, Part):
        yield annotation
    for argument in get_args(annotation):
        yield from _parts_in(argument)


class OrganizationPart(Part):
    """Who runs services."""

    name: NeededWords
    description: Words = {}
    website: Url = ""
    run_by: RunBy = "other"

    def to_core(self, slug: str) -> core.Organization:
        """Return the noun."""
        return core.Organization(slug, self.name, self.description, self.website, self.run_by)


class PhonePart(Part):
    """One number."""

    number: Number
    type: Annotated[list[PhoneType], AsList] = []
    languages: Annotated[list[Language], AsList] = []
    schedule: Line = ""
    description: Words = {}

    def to_core(self) -> core.Phone:
        """Return the noun."""
        return core.Phone(self.number, tuple(self.type), tuple(self.languages), self.schedule, self.description)


class LinkPart(Part):
    """A further way to reach a service."""

    label: NeededWords
    url: NeededUrl

    def to_core(self) -> core.Link:
        """Return the noun."""
        return core.Link(self.label, self.url)


class AddressPart(Part):
    """Where people can come in person."""

    address_1: Line = ""
    city: Line = ""
    region: Line = ""
    postal_code: Line = ""
    country: Country = ""


class EligibilityPart(Part):
    """Who may use a service."""

    description: Words = {}
    minimum_age: Age = None
    maximum_age: Age = None


class AssuredPart(Part):
    """Who made sure of it, when and how."""

    date: Day
    by: Name
    source: Line = ""
    every: Annotated[Duration | None, OrNothing, AtLeastADay, WithJsonSchema(shapes.or_nothing(shapes.DAYS))] = None


class ServicePart(Part):
    """One kind of help: what becomes a card."""

    id: Slug
    organization: Slug
    name: NeededWords
    description: Words = {}
    topics: Annotated[list[Topic], AsList, AtLeastOne]
    service_area: Annotated[list[Place], AsList, AtLeastOne]
    audience: Annotated[list[Entry], AsList] = []
    languages: Annotated[list[Language], AsList] = []
    phones: Annotated[list[PhonePart], AsList] = []
    email: Email = ""
    url: Url = ""
    links: Annotated[list[LinkPart], AsList] = []
    address: Annotated[AddressPart | None, OrNothing] = None
    schedule: Line = ""
    timezone: Line = ""
    fees: Words = {}
    eligibility: Annotated[EligibilityPart, AsMapping] = EligibilityPart()
    required_documents: Annotated[list[Words], AsList] = []
    application_process: Words = {}
    alert: Words = {}
    caution: Words = {}
    status: Status = "active"
    crisis: Truth = False
    keywords: Annotated[dict[Language, Annotated[list[Entry], AsList]], AsMapping, WithJsonSchema(shapes.KEYWORDS)] = {}
    assured: Annotated[AssuredPart | None, OrNothing] = None

    def to_core(self) -> core.Service:
        """Return the noun."""
        address = core.Address(**self.address.model_dump()) if self.address else None
        assured = core.Assured(**self.assured.model_dump()) if self.assured else None
        return core.Service(
            id=self.id,
            organization=self.organization,
            name=self.name,
            description=self.description,
            topics=tuple(dict.fromkeys(self.topics)),
            service_area=tuple(dict.fromkeys(self.service_area)),
            audience=tuple(word.strip().lower() for word in self.audience if word.strip()),
            languages=tuple(self.languages),
            phones=tuple(phone.to_core() for phone in self.phones),
            email=self.email,
            url=self.url,
            links=tuple(link.to_core() for link in self.links),
            address=address,
            schedule=self.schedule,
            timezone=self.timezone,
            fees=self.fees,
            eligibility=core.Eligibility(**self.eligibility.model_dump()),
            required_documents=tuple(self.required_documents),
            application_process=self.application_process,
            alert=self.alert,
            caution=self.caution,
            status=self.status,
            crisis=self.crisis,
            keywords={language: tuple(words) for language, words in self.keywords.items()},
            assured=assured,
        )


class FeedPart(Part):
    """One source of news."""

    id: Slug
    title: Line = ""
    url: FeedUrl
    language: Language = "en"
    trust: Trust = "review"
    topics: Annotated[list[AlertTopic], AsList] = []
    area: Annotated[list[Place], AsList] = []
    only: Annotated[list[Entry], AsList] = []
    never: Annotated[list[Entry], AsList] = []
    poll_every: Duration = timedelta(minutes=15)

    def to_core(self) -> Feed:
        """Return the noun."""
        return Feed(
            id=self.id,
            title=self.title or self.id,
            url=self.url,
            language=self.language,
            trust=self.trust,
            topics=tuple(self.topics),
            area=tuple(self.area),
            only=tuple(self.only),
            never=tuple(self.never),
            poll_every=self.poll_every,
        )


class ResourcesFile(Part):
    """The whole file; it is checked part by part, this class gives the JSON Schema for editors."""

    version: str = "1"
    operator: Annotated[OrganizationPart | None, OrNothing] = None
    police_danger_areas: Annotated[list[Place], AsList] = []
    organizations: Mapping[Slug, OrganizationPart] = {}
    services: list[ServicePart] = []
    feeds: list[FeedPart] = []
