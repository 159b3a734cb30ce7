"""A rival: another program that reads the updates of a bot, told from a poll that a process before us left behind."""

from __future__ import annotations

from dataclasses import dataclass, replace

TIMES = 3
"""Conflicts from which on it is a rival; one or two are the end of a poll that a process before us left."""

WITHIN = 3600.0
"""Seconds. Who asks for updates now and then breaks off one poll of ours each time, and all others go well: the
conflicts of an hour count together, whatever went well between them."""


@dataclass(frozen=True, slots=True)
class Rival:
    """When its last conflicts were, in seconds of a clock that only runs forward, and whether admins know of it."""

    met_at: tuple[float, ...] = ()
    is_told: bool = False

    @property
    def must_be_told(self) -> bool:
        """Say whether admins must hear of it now."""
        return len(self.met_at) >= TIMES and not self.is_told


def met(rival: Rival, now: float) -> Rival:
    """Return what is known after one more conflict; who stayed away for an hour is told of anew."""
    lately = tuple(at for at in rival.met_at if now - at < WITHIN)
    return Rival((*lately, now)[-TIMES:], rival.is_told and bool(lately))


def told(rival: Rival) -> Rival:
    """Return the same, now that admins heard of it."""
    return replace(rival, is_told=True)
