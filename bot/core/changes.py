"""What differs between two versions of the directory, service by service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from bot.core.directory import Directory, Service
from bot.core.feed import Feed


@dataclass(frozen=True, slots=True)
class Changes:
    """Ids that were added and removed, and for each changed one the names of its changed fields."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[tuple[str, tuple[str, ...]], ...] = ()
    feeds: int = 0

    @property
    def is_empty(self) -> bool:
        """Say whether nothing that people or feeds notice differs."""
        return not (self.added or self.removed or self.changed or self.feeds)


def compare(old: Directory, new: Directory, old_feeds: Sequence[Feed], new_feeds: Sequence[Feed]) -> Changes:
    """Return what differs; a change of an organization counts for each of its services."""
    before, after = old.by_id, new.by_id
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
    feeds = {feed.id: feed for feed in old_feeds}, {feed.id: feed for feed in new_feeds}
    return Changes(
        added=tuple(service_id for service_id in after if service_id not in before),
        removed=tuple(service_id for service_id in before if service_id not in after),
        changed=tuple(changed),
        feeds=sum(feeds[0].get(feed) != feeds[1].get(feed) for feed in feeds[0].keys() | feeds[1].keys()),
    )


def _differing(one: Service, other: Service) -> tuple[str, ...]:
    return tuple(field.name for field in fields(Service) if getattr(one, field.name) != getattr(other, field.name))
