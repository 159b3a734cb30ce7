"""How much one chat, and all new chats together, may ask of the bot: buckets that refill with time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

ANSWER, WARN, SILENCE = "answer", "warn", "silence"


@dataclass(frozen=True, slots=True)
class Pace:
    """`burst` answers at once, and `rate` a second for ever."""

    burst: float
    rate: float


ONE_CHAT = Pace(burst=10, rate=0.8)
"""More than anybody types or taps. Telegram takes one answer a second for a chat; a little less lets a queue of answers
shrink while somebody floods, so that nobody else waits for it."""

AT_WORK = Pace(burst=60, rate=0.8)
"""Taps of an admin: enough to look at thirty drafts and to decide on each without a pause. For ever it is no more than
anybody has."""

NEW_CHATS = Pace(burst=2000, rate=25)
"""Of people without a record, who wrote nothing lately: about what Telegram takes of us for all chats together."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """What is left at a moment; `is_warned` until half of it is back."""

    left: float
    at: datetime
    is_warned: bool = False


def full(pace: Pace, now: datetime) -> Bucket:
    """Return the bucket of somebody who comes for the first time."""
    return Bucket(pace.burst, now)


def refilled(bucket: Bucket, pace: Pace, now: datetime) -> Bucket:
    """Return the bucket as it is now; a clock that was set back gives nothing and takes nothing."""
    seconds = max(0.0, (now - bucket.at).total_seconds())
    left = min(pace.burst, bucket.left + seconds * pace.rate)
    return Bucket(left, now, bucket.is_warned and left < pace.burst / 2)


def take(bucket: Bucket, pace: Pace, now: datetime) -> tuple[Bucket, str]:
    """Take one answer; return the bucket after it and the verdict: ANSWER, the first time WARN, then SILENCE."""
    bucket = refilled(bucket, pace, now)
    if bucket.left >= 1:
        return replace(bucket, left=bucket.left - 1), ANSWER
    return replace(bucket, is_warned=True), SILENCE if bucket.is_warned else WARN
