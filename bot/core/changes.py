"""What differs between two versions of the directory, service by service."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace

from bot.core.directory import Directory, Organization, Service
from bot.core.feed import Feed

NOTES = "notes"
"""Stands for what only editors see: notes, the order, how a thing is written."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Ids that were added and removed, and for each changed one the names of its changed fields.

    `ways`: for those that are reached in another way now, what no longer holds and what holds from now on.
    `around`: what changed that belongs to no service. `before`: how many services there were.
    """

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[tuple[str, tuple[str, ...]], ...] = ()
    feeds: int = 0
    ways: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)
    around: tuple[str, ...] = ()
    before: int = 0

    @property
    def is_empty(self) -> bool:
        """Say whether nothing that people or feeds notice differs."""
        return not (self.added or self.removed or self.changed or self.feeds or self.around)

    @property
    def is_cut_off(self) -> bool:
        """Say whether so many are gone that the file may have lost its end on the way."""
        return len(self.removed) > 2 and len(self.removed) * 4 >= self.before


def compare(old: Directory, new: Directory, old_feeds: Sequence[Feed], new_feeds: Sequence[Feed]) -> Changes:
    """Return what differs; a change of an organization counts for each of its services."""
    before, after = old.by_id, new.by_id
    around = [name for name in ("operator", "police_danger_areas") if getattr(old, name) != getattr(new, name)]
    if _apart(old, new):
        around.append("organizations")
    changed = []
    for service_id in before:
        if service_id in after:
            names = _differing(before[service_id], after[service_id])
            if old.organizations.get(before[service_id].organization) != new.organizations.get(
                after[service_id].organization
            ):
                names = (*names, "organization")
            if names:
                changed.append((service_id, tuple(dict.fromkeys(names))))
    ways = {
        service_id: (_missing(before[service_id], after[service_id]), _missing(after[service_id], before[service_id]))
        for service_id, _ in changed
    }
    feeds = {feed.id: feed for feed in old_feeds}, {feed.id: feed for feed in new_feeds}
    return Changes(
        added=tuple(service_id for service_id in after if service_id not in before),
        removed=tuple(service_id for service_id in before if service_id not in after),
        changed=tuple(changed),
        feeds=sum(feeds[0].get(feed) != feeds[1].get(feed) for feed in feeds[0].keys() | feeds[1].keys()),
        ways={service_id: pair for service_id, pair in ways.items() if any(pair)},
        around=tuple(around),
        before=len(before),
    )


def _apart(old: Directory, new: Directory) -> bool:
    """Say whether an organization differs that has no service, so that no service tells of it."""
    used = {service.organization for service in (*old.services, *new.services)}
    differing = {slug for slug in {**old.organizations, **new.organizations} if slug not in used}
    return any(old.organizations.get(slug) != new.organizations.get(slug) for slug in differing)


def fingerprint(service: Service, organization: Organization) -> str:
    """Return some letters that change with whatever the service and its organization say, but for who assured it."""
    said = repr((replace(service, assured=None), organization))
    return hashlib.blake2b(said.encode(), digest_size=6).hexdigest()


def ways_of(service: Service) -> tuple[str, ...]:
    """Return every number and address under which a service is reached, and whether it is shown at all."""
    found = [*(phone.number for phone in service.phones), service.email, service.url]
    found += [*(link.url for link in service.links), *([service.address.address_1] if service.address else [])]
    return (*(way for way in found if way), service.status, *(["crisis"] if service.crisis else []))


def _missing(one: Service, other: Service) -> tuple[str, ...]:
    """Return the ways of one that the other lacks."""
    return tuple(dict.fromkeys(way for way in ways_of(one) if way not in ways_of(other)))


def _differing(one: Service, other: Service) -> tuple[str, ...]:
    return tuple(field.name for field in fields(Service) if getattr(one, field.name) != getattr(other, field.name))
