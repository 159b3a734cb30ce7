"""The directory in HSDS 3.1, the exchange format of human services, one language at a time.

The format: https://docs.openreferral.org. It knows no translations, so each language is a data set of its own
with the same ids: UUIDs made from the slugs. What it has no field for (crisis, caution, audience, keywords, who
assured a service) stands in attributes.
"""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any, TypeVar

from bot.core.directory import SERVICE_TOPICS, Address, Directory, Organization, Phone, Service, Text, said_in
from bot.texts.catalogues import words
from bot.texts.names import language_name, place_name, topic_name
from bot.web.hours import schedules_of

SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://github.com/waypost/waypost")
PHONE_TYPES = {"voice": "voice", "sms": "text", "fax": "fax", "textphone": "textphone"}
"""HSDS has the types of RFC 6350; messengers are `text`, and their names stand in attributes."""
EMAIL = re.compile(r"^[^\s@]+@[^\s@]+\.[^\s@]+$")
Record = dict[str, Any]
Thing = TypeVar("Thing")


def hsds_id(*parts: str | int) -> str:
    """Return the UUID of a thing, the same in every export: `hsds_id("service", "de-berlin-advice")`."""
    return str(uuid.uuid5(SPACE, "/".join(str(part) for part in parts)))


def hsds_languages(services: Iterable[Service]) -> tuple[str, ...]:
    """Return English and every language in which a service has a name."""
    return ("en", *sorted({tag for service in services for tag in service.name} - {"en"}))


def hsds_services(directory: Directory, today: date, language: str) -> list[Record]:
    """Return all services that people may see on that day, each whole, with its organization inside."""
    reader = _Reader(directory, today, language)
    return [reader.service(service) for service in directory.visible(today)]


def hsds_organizations(directory: Directory, today: date, language: str) -> list[Record]:
    """Return the organizations of these services."""
    reader = _Reader(directory, today, language)
    used = dict.fromkeys(service.organization for service in directory.visible(today))
    return [reader.organization(directory.organizations[slug]) for slug in used]


def hsds_taxonomy_terms(language: str) -> list[Record]:
    """Return the topics as terms of one taxonomy."""
    return [_term(topic, language) for topic in SERVICE_TOPICS]


def hsds_taxonomies() -> list[Record]:
    """Return the one taxonomy."""
    description = "What kind of help people in danger look for"
    return [{"id": hsds_id("taxonomy", "topics"), "name": "Waypost service topics", "description": description}]


def _term(topic: str, language: str) -> Record:
    name = topic_name(topic, words(language))
    identity = {"id": hsds_id("topic", topic), "code": topic, "taxonomy_id": hsds_id("taxonomy", "topics")}
    return {**identity, "name": name, "description": name, "language": words(language).language}


def _kept(record: Record) -> Record:
    """Return the record without its empty fields; False and 0 say something and stay."""
    return {key: value for key, value in record.items() if value not in ("", None, [], {})}


class _Reader:
    """Maps the nouns of the directory to records in one language."""

    def __init__(self, directory: Directory, today: date, language: str) -> None:
        self.directory, self.today, self.language, self.words = directory, today, language, words(language)

    def said(self, text: Text) -> str:
        return said_in(text, self.language)

    def organization(self, organization: Organization) -> Record:
        """Return an organization; HSDS wants a description, the name stands in where there is none."""
        key = ("organization", organization.id)
        return _kept(
            {
                "id": hsds_id(*key),
                "name": self.said(organization.name),
                "description": self.said(organization.description) or self.said(organization.name),
                "website": organization.website,
                "attributes": [_attribute(key, "run_by", organization.run_by)],
            }
        )

    def service(self, service: Service) -> Record:
        """Return one service with everything that is known of it."""
        organization = self.directory.organization_of(service)
        key = ("service", service.id)
        return _kept(
            {
                "id": hsds_id(*key),
                "organization_id": hsds_id("organization", organization.id),
                "name": self.said(service.name),
                "description": self.said(service.description),
                "url": service.url,
                "additional_urls": [
                    {"id": hsds_id(*key, "link", *place), "label": self.said(link.label), "url": link.url}
                    for place, link in _placed(service.links, lambda link: link.url)
                    if link.url
                ],
                "email": service.email,
                "status": service.status,
                "application_process": self.said(service.application_process),
                "fees_description": self.said(service.fees),
                "eligibility_description": self.said(service.eligibility.description),
                "minimum_age": service.eligibility.minimum_age,
                "maximum_age": service.eligibility.maximum_age,
                **self._assured(service),
                "alert": self.said(service.alert),
                "phones": [
                    self._phone(phone, ("service", service.id, "phone", *place))
                    for place, phone in _placed(service.phones, lambda phone: phone.number)
                ],
                "schedules": self._schedules(service.schedule, service, key),
                "service_areas": [self._area(service, code) for code in service.service_area],
                "service_at_locations": self._locations(service),
                "languages": self._languages(service.languages, key),
                "organization": self.organization(organization),
                "required_documents": [
                    {"id": hsds_id(*key, "document", number), "document": self.said(text)}
                    for number, text in enumerate(service.required_documents)
                    if self.said(text)
                ],
                "attributes": list(self._attributes(service)),
            }
        )

    def _assured(self, service: Service) -> Record:
        if service.assured is None:
            return {}
        by = service.assured.by
        return {"assured_date": service.assured.date.isoformat(), "assurer_email": by if EMAIL.match(by) else ""}

    def _phone(self, phone: Phone, key: tuple[str | int, ...]) -> Record:
        attributes = [_attribute(key, "type", kind) for kind in phone.types if kind not in PHONE_TYPES]
        if phone.schedule:
            attributes.append(_attribute(key, "schedule", phone.schedule))
        return _kept(
            {
                "id": hsds_id(*key),
                "number": phone.number,
                "type": _phone_type(phone),
                "description": self.said(phone.description),
                "languages": self._languages(phone.languages, key),
                "attributes": attributes,
            }
        )

    def _languages(self, tags: tuple[str, ...], key: tuple[str | int, ...]) -> list[Record]:
        return [
            {
                "id": hsds_id(*key, "language", tag),
                "name": language_name(tag, self.words),
                "code": tag.partition("-")[0],
                **({"note": tag} if "-" in tag else {}),
            }
            for tag in dict.fromkeys(tags)
        ]

    def _schedules(self, schedule: str, service: Service, key: tuple[str | int, ...]) -> list[Record]:
        found = schedules_of(schedule, service.timezone, self.today)
        return [{"id": hsds_id(*key, "schedule", number), **record} for number, record in enumerate(found)]

    def _area(self, service: Service, code: str) -> Record:
        identity = {"id": hsds_id("service", service.id, "area", code)}
        return {**identity, "name": place_name(code, self.words), "extent": code, "extent_type": "text"}

    def _locations(self, service: Service) -> list[Record]:
        if service.address is None:
            return []
        key = ("service", service.id, "location")
        location = {
            "id": hsds_id(*key),
            "location_type": "physical",
            "name": self.said(service.name),
            "addresses": [_address(service.address, key)],
        }
        return [{"id": hsds_id(*key, "at"), "location": location}]

    def _attributes(self, service: Service) -> Iterator[Record]:
        key = ("service", service.id)
        for topic in service.topics:
            yield {**_attribute(key, "topic", topic), "taxonomy_term": _term(topic, self.language)}
        for word in service.audience:
            yield _attribute(key, "audience", word)
        yield _attribute(key, "crisis", "true" if service.crisis else "false")
        if caution := self.said(service.caution):
            # A text has one id in all languages, and keeps it when it is written anew.
            yield {**_attribute(key, "caution", caution), "id": hsds_id(*key, "attribute", "caution")}
        if service.timezone:
            yield _attribute(key, "timezone", service.timezone)
        for word in service.keywords.get(self.language, ()):
            yield _attribute(key, "keyword", word)
        if service.assured:
            yield _attribute(key, "assured_by", service.assured.by)
            if service.assured.source:
                yield _attribute(key, "assured_source", service.assured.source)
        yield _attribute(key, "assured_every", f"{service.assured_every.days}d")


def _placed(things: Iterable[Thing], name: Callable[[Thing], str]) -> Iterator[tuple[tuple[str, int], Thing]]:
    """Yield each thing after what its id is made of: its name, so that it stays the same whatever comes before it."""
    seen: Counter[str] = Counter()
    for thing in things:
        yield (name(thing), seen[name(thing)]), thing
        seen[name(thing)] += 1


def _attribute(key: tuple[str | int, ...], label: str, value: str) -> Record:
    identity = {"id": hsds_id(*key, "attribute", label, value), "link_id": hsds_id(*key)}
    entity = str(key[2] if len(key) > 2 else key[0])
    return {**identity, "link_type": label, "link_entity": entity, "label": label, "value": value}


def _phone_type(phone: Phone) -> str:
    """Return one type for a number: a voice line first, else what HSDS knows, else text for messengers."""
    if not phone.types or "voice" in phone.types:
        return "voice"
    return next((PHONE_TYPES[kind] for kind in phone.types if kind in PHONE_TYPES), "text")


def _address(address: Address, key: tuple[str | int, ...]) -> Record:
    """Return an address; HSDS wants every one of these fields, so what is unknown is empty."""
    return {
        "id": hsds_id(*key, "address"),
        "address_1": address.address_1,
        "city": address.city,
        "state_province": address.region,
        "postal_code": address.postal_code,
        "country": address.country,
        "address_type": "physical",
    }
