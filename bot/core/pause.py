"""A pause: until when Telegram asked a bot to be silent, as it is remembered over a restart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST = timedelta(hours=1)
"""As much of a pause as a new process obeys unseen: a wrong clock or number must not silence the bot for days."""

ROUGHLY = timedelta(seconds=1)
"""Added to what is written down, so that refusals which name nearly the same end need no write of their own."""

KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pause:
    """Since when it is known, and when it ends. Whose it is, is the key under which it is kept."""

    noted_at: datetime
    until: datetime


def noted(known: Pause | None, wait: timedelta, now: datetime) -> Pause | None:
    """Return what to remember when Telegram asks to wait, None where what is known says as much."""
    if known is not None and known.noted_at <= now and known.until >= now + wait:
        return None
    return Pause(now, now + max(wait, left(known, now)) + ROUGHLY)


def left(pause: Pause | None, now: datetime) -> timedelta:
    """Return how much is left, at most `LONGEST`; when the clock was set back, no more than there was at first."""
    if pause is None:
        return timedelta()
    return min(max(pause.until - max(now, pause.noted_at), timedelta()), LONGEST)


def is_forgettable(pause: Pause, now: datetime) -> bool:
    """Say whether it has been over for so long that it need not be kept."""
    return pause.until + KEPT <= now
