"""How many messages a second Telegram takes: SEND_RATE at most, less after a refusal, and upwards again by probing."""

from __future__ import annotations

from math import floor, inf

USUAL = 30
"""Messages a second that Telegram names for all chats together; a hint, for it says that this moves."""

PATIENCE, LONGEST_PATIENCE = 60.0, 300.0
"""Seconds after a refusal before more is tried; twice as many after every try that was refused."""

STEP_FOR = 2.0
"""Seconds at a new height before the next step up; steps double."""

RELAPSE = 10.0
"""Refused again within so many seconds after a pause: then the height was still too much."""


class Ceiling:
    """A pure state: at most `most` messages in any `window` seconds, of which `proven` have passed before."""

    __slots__ = ("_asked", "_free_at", "_learned", "_patience", "_probe_at", "_step", "proven", "window")

    def __init__(self, rate: float) -> None:
        """Take the most that may ever be sent in a second; 0 for no ceiling of ours."""
        self._asked = rate if rate > 0 else inf
        self.window = max(1.0, 1 / self._asked)
        self._learned = self.proven = inf
        self._patience, self._step = PATIENCE, 1
        self._probe_at = self._free_at = -inf

    @property
    def most(self) -> float:
        """How many pushes and replies may count within one window."""
        rate = min(self._asked, self._learned)
        return rate if rate == inf else max(1, floor(rate))

    @property
    def learned(self) -> float:
        """How many a second Telegram seems to take, whatever SEND_RATE says; infinite while it has not refused."""
        return self._learned

    def refuse(self, taken: int, now: float, free_at: float) -> None:
        """Go down after a refusal that ends at `free_at`, to what was taken in the second before it.

        So little may have been taken that it was not the count that was too much: then only go down by half.
        """
        was_probe = self.proven < inf and taken >= self.proven
        is_relapse = now - self._free_at < RELAPSE and not was_probe
        height = self._learned if is_relapse else min(self.most, USUAL)
        self._patience = min(2 * self._patience, LONGEST_PATIENCE) if was_probe else PATIENCE
        self._learned = self.proven = float(max(1, floor(min(max(taken, height / 2), self._learned))))
        self._free_at, self._probe_at, self._step = free_at, now + self._patience, 1

    def probe(self, now: float, used: int) -> bool:
        """Say whether one more than are used may be tried now; if it is time for that, the ceiling goes up."""
        if self._learned == inf or now < self._probe_at or self._learned >= self._asked:
            return False
        self._learned = min(self._learned + self._step, self._asked)
        self._step *= 2
        self._probe_at = now + STEP_FOR
        return used < self.most

    def prove(self, taken: int, now: float) -> None:
        """Note how many were taken within one second; at the height that was asked for, all is well again.

        A step that went well for its time counts as passed: one by one, a slow road would never fill it.
        """
        if self.proven == inf:
            return
        self.proven = self._learned if now >= self._probe_at else max(self.proven, float(taken))
        if self._learned >= self._asked and self.proven >= floor(self._asked):
            self._learned = self.proven = inf
            self._patience = PATIENCE
