"""A subscriber: what she wants to hear, and when it is due to her."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.core.alert import PUBLISHED, Alert, severity_rank
from bot.core.directory import EU_MEMBERS, EUROPEAN_UNION, WORLDWIDE

FREQUENCIES = ("now", "daily", "weekly")
NEVER = "never"

TIDY_USUALLY = 24
"""Hours after which question and answer delete themselves for a discreet reader who chose nothing."""

TIDY_CHOICES = (0, 1, 24)
"""Hours; 0: never."""

READ_USUALLY = timedelta(minutes=1)
READ_CHOICES = (60, 300, 900)
"""Seconds for which news stands open: long ones for who reads slowly or listens."""
ASKED_AFTER, PARTED_AFTER, ANSWERED_WITHIN = 11, 13, 2
"""Steps of the calendar from month to month: asked when ten full months have passed unseen, removed after twelve, and
not before a full month has passed since the question."""


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A chat that opted in, or one that only saved settings (`is_subscribed` False).

    `chat_id` is never shown, logged or stored in the clear. Empty `topics`, `areas` or `languages` mean all. She reads
    news in `languages`; `language` is the one in which the bot speaks with her.
    `quiet_from` and `quiet_to` are hours of the reader's day; `quiet_passes` is the least severity that passes them.
    `label` is what an admin wants to be called on cards that she assured. `tidy_hours`: after how many hours question
    and answer delete themselves (0: never, None: nothing chosen); `read_for`: how long news stands open.
    `passphrase` is an argon2 hash, `panic_word` the word that wipes, `wipe_code` the hash of a friend's code.
    `seen_month` is the month in which the chat was last heard of, `asked_month` the one in which it was asked whether
    anybody is still there ('' if not since).
    """

    chat_id: int = field(repr=False)
    key: str = field(default="", repr=False)
    is_subscribed: bool = False
    frequency: str = "now"
    topics: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    country: str = ""
    language: str = ""
    utc_offset: timedelta = timedelta()
    digest_hour: int = 18
    digest_weekday: int = 0
    quiet_from: int | None = None
    quiet_to: int | None = None
    quiet_passes: str = "Extreme"
    min_severity: str = "Minor"
    is_silent: bool = False
    is_discreet: bool = True
    paused_until: datetime | None = None
    seen_month: str = ""
    asked_month: str = ""
    label: str = field(default="", repr=False)
    tidy_hours: int | None = None
    read_for: timedelta = READ_USUALLY
    passphrase: str = field(default="", repr=False)
    panic_word: str = field(default="", repr=False)
    wipe_code: str = field(default="", repr=False)

    @property
    def tidy_in(self) -> timedelta | None:
        """After how long question and answer delete themselves; None: never."""
        hours = self.tidy_hours if self.tidy_hours is not None else TIDY_USUALLY * self.is_discreet
        return timedelta(hours=hours) if hours else None


def concerns(area: tuple[str, ...], places: tuple[str, ...]) -> bool:
    """Say whether an alert's area concerns a reader of those places (both empty: everywhere).

    A region implies the alerts of its country and not the reverse; EU implies its members both ways.
    """
    if not area or not places or WORLDWIDE in area or WORLDWIDE in places:
        return True
    wanted = set(places) | {place.partition("-")[0] for place in places}
    if wanted & set(area):
        return True
    if EUROPEAN_UNION in area and wanted & EU_MEMBERS:
        return True
    return EUROPEAN_UNION in wanted and any(code.partition("-")[0] in EU_MEMBERS for code in area)


def is_readable(alert: Alert, languages: tuple[str, ...]) -> bool:
    """Say whether an alert can be told to a reader of these languages (none: of any).

    Danger is told in whatever language there is: she may find somebody who reads it to her.
    """
    if not languages or alert.is_urgent:
        return True
    known = {tag.partition("-")[0].lower() for tag in alert.headline if alert.headline[tag].strip()}
    return not known or not known.isdisjoint(languages)


def wants(subscriber: Subscriber, alert: Alert) -> bool:
    """Say whether this alert is for this reader: opted in; topic, area, severity and language fit."""
    if not subscriber.is_subscribed or alert.state != PUBLISHED or alert.status != "Actual":
        return False
    if subscriber.topics and alert.topics and not set(subscriber.topics) & set(alert.topics):
        return False
    if severity_rank(alert.severity) > severity_rank(subscriber.min_severity) and alert.severity != "Unknown":
        return False
    return is_readable(alert, subscriber.languages) and concerns(alert.area, subscriber.areas)


def due_at(subscriber: Subscriber, alert: Alert, now: datetime) -> datetime:
    """Return when to tell it: urgent ones at once, others at the reader's hour, none in her quiet hours or pause.

    All times are aware UTC. Extreme (or what the reader chose) passes the quiet hours; nothing passes a pause.
    """
    start = max(now, subscriber.paused_until) if subscriber.paused_until else now
    if subscriber.frequency != "now" and not alert.is_urgent:
        start = next_digest_at(subscriber, start)
    if passes_quiet(subscriber, alert):
        return start
    return after_quiet(subscriber, start)


def in_digest(subscriber: Subscriber, alert: Alert, now: datetime) -> bool:
    """Say whether it is told together with whatever else is due then: all that is not told at once."""
    return due_at(subscriber, alert, now) > now


def is_paused(subscriber: Subscriber, now: datetime) -> bool:
    """Say whether the reader paused: nothing passes that."""
    return subscriber.paused_until is not None and subscriber.paused_until > now


def passes_quiet(subscriber: Subscriber, alert: Alert) -> bool:
    """Say whether it may arrive in quiet hours."""
    if subscriber.quiet_passes == NEVER:
        return False
    return severity_rank(alert.severity) <= severity_rank(subscriber.quiet_passes)


def next_digest_at(subscriber: Subscriber, now: datetime) -> datetime:
    """Return the next moment, strictly after now, at which the reader's clock shows her digest hour (and weekday)."""
    local = now + subscriber.utc_offset
    slot = local.replace(hour=subscriber.digest_hour, minute=0, second=0, microsecond=0)
    if slot <= local:
        slot += timedelta(days=1)
    if subscriber.frequency == "weekly":
        slot += timedelta(days=(subscriber.digest_weekday - slot.weekday()) % 7)
    return slot - subscriber.utc_offset


def after_quiet(subscriber: Subscriber, at: datetime) -> datetime:
    """Return `at`, or the end of the quiet hours in which it falls."""
    start, end = subscriber.quiet_from, subscriber.quiet_to
    if start is None or end is None or start == end:
        return at
    local = at + subscriber.utc_offset
    is_quiet = start <= local.hour < end if start < end else local.hour >= start or local.hour < end
    if not is_quiet:
        return at
    morning = local.replace(hour=end, minute=0, second=0, microsecond=0)
    if morning <= local:
        morning += timedelta(days=1)
    return morning - subscriber.utc_offset


def month_of(now: datetime) -> str:
    """Return the month as `2026-11`: the only time that is kept of a person."""
    return f"{now:%Y-%m}"


def months_since(month: str, now: datetime) -> int | None:
    """Return how often the month has changed since `2026-11` (negative: it lies ahead); None for what is no month."""
    year, _, number = month.partition("-")
    if not (len(month) == 7 and year.isdecimal() and number.isdecimal()):
        return None
    return (now.year - int(year)) * 12 + now.month - int(number)


def heard(subscriber: Subscriber, now: datetime) -> Subscriber:
    """Return the record of a chat that was heard of just now."""
    return replace(subscriber, seen_month=month_of(now), asked_month="")


def is_to_ask(subscriber: Subscriber, now: datetime) -> bool:
    """Say whether a reader is to be asked now if she is still there: once, not in her quiet hours, not in a pause."""
    unseen = months_since(subscriber.seen_month, now)
    if not subscriber.is_subscribed or subscriber.asked_month or unseen is None or unseen < ASKED_AFTER:
        return False
    return not is_paused(subscriber, now) and after_quiet(subscriber, now) == now


def is_to_part(subscriber: Subscriber, now: datetime) -> bool:
    """Say whether a record is to be removed: unseen for twelve full months, and a reader's question unanswered."""
    unseen = months_since(subscriber.seen_month, now)
    if unseen is None or unseen < PARTED_AFTER:
        return False
    asked = months_since(subscriber.asked_month, now)
    return not subscriber.is_subscribed or (asked is not None and asked >= ANSWERED_WITHIN)
