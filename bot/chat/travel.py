"""How long a message is on its way at the very least, there and back: seen from outside, in seconds."""

from __future__ import annotations

from collections import deque
from math import inf

LOOKED_AT = 64
"""The last messages that are looked at: a longer road is noticed after so many, a shorter one at once."""

STEADY, NEAR = 0.25, 1.25
"""A road is steady if such a share of them took hardly longer than the shortest, at most so many times its time. Where
each takes its own time, the shortest that was seen says nothing about the next."""

BELIEVED, MOST = 0.8, 0.1
"""The share of the shortest that is relied upon, and the most: it may itself have waited somewhere."""

STALE = 60.0
"""Seconds after which nothing is known any more: roads change."""


class Travel:
    """A pure state: what the last messages took, and what may be relied upon for the next."""

    __slots__ = ("_at_least", "_took", "_until", "_unweighed")

    def __init__(self) -> None:
        self._took: deque[float] = deque(maxlen=LOOKED_AT)
        self._unweighed = 0
        self._at_least, self._until = 0.0, -inf

    def note(self, seconds: float, now: float) -> None:
        """Take how long one message was on its way, there and back."""
        if now >= self._until:
            self._took.clear()
            self._at_least, self._unweighed = 0.0, 0
        self._took.append(seconds)
        self._until = now + STALE
        self._unweighed += 1
        if BELIEVED * seconds < self._at_least or 4 * self._unweighed >= LOOKED_AT:
            self._weigh()

    def at_least(self, now: float) -> float:
        """Return the seconds that the next message will surely travel; 0 while that is not known."""
        return self._at_least if now < self._until else 0.0

    def _weigh(self) -> None:
        shortest = min(self._took)
        near = sum(seconds <= NEAR * shortest for seconds in self._took)
        self._at_least = min(BELIEVED * shortest, MOST) if near >= STEADY * len(self._took) else 0.0
        self._unweighed = 0
