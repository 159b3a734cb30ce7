"""Subscribing, leaving, and changing settings: each is one durable change of one record."""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.alert import ALERT_TOPICS, SEVERITIES, Alert
from bot.core.delivery import Delivery, planned_anew
from bot.core.subscriber import FREQUENCIES, READ_CHOICES, TIDY_CHOICES, Subscriber, month_of
from bot.flows.ports import Clock, Store

LONGEST_PAUSE = 90
"""Days."""

OFFSET = re.compile(r"^(-?)(\d{1,2})(?:\.(30|45))?$", re.ASCII)
QUIET = re.compile(r"^(\d{1,2})(?::00)?\s*[-–—]\s*(\d{1,2})(?::00)?$")


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a reader has who set nothing: the operator's clock and digest hour."""

    utc_offset: timedelta = timedelta()
    digest_hour: int = 18


async def subscribe(
    store: Store, clock: Clock, defaults: Defaults, chat_id: int, frequency: str, language: str
) -> Subscriber:
    """Opt a chat in (again) at that frequency; settings made before are kept. Durable when it returns."""
    assert frequency in FREQUENCIES

    def change(subscriber: Subscriber) -> Subscriber:
        known = replace(subscriber, language=subscriber.language or language)
        return replace(known, is_subscribed=True, frequency=frequency, paused_until=None)

    return await set_up(store, clock, defaults, chat_id, change)


async def stop(store: Store, clock: Clock, defaults: Defaults, chat_id: int) -> bool:
    """Opt a chat out; say whether it was subscribed. A chat without a record gets none."""
    subscriber = await store.subscriber(chat_id)
    if subscriber is None or not subscriber.is_subscribed:
        return False
    await set_up(store, clock, defaults, chat_id, lambda known: replace(known, is_subscribed=False))
    return True


async def set_up(
    store: Store, clock: Clock, defaults: Defaults, chat_id: int, change: Callable[[Subscriber], Subscriber]
) -> Subscriber:
    """Change settings by a pure function of the record; what is planned follows her new hours, clock or pause.

    Of a chat that was wiped meanwhile nothing is kept. Durable when it returns; raises StoreError.
    """

    def changed(subscriber: Subscriber) -> Subscriber:
        if not subscriber.seen_month:
            subscriber = replace(subscriber, utc_offset=defaults.utc_offset, digest_hour=defaults.digest_hour)
        return replace(change(subscriber), seen_month=month_of(clock()))

    trace = await store.trace(chat_id)
    if trace is not None and trace.is_covered:
        # A friend wiped this chat while her message or tap was under way: nothing of it may be kept any more.
        return changed(Subscriber(chat_id))
    before = await store.subscriber(chat_id)
    after = await store.change_subscriber(chat_id, changed)
    if before is not None and rhythm(before) != rhythm(after):
        now = clock()

        def decide(subscriber: Subscriber, alert: Alert, delivery: Delivery) -> Delivery | None:
            return planned_anew(subscriber, alert, delivery, now)

        await store.replan(chat_id, decide)
    return after


def rhythm(subscriber: Subscriber) -> tuple[object, ...]:
    """Return what decides when something is due: what waits already follows when it changes."""
    known = subscriber
    digest = known.frequency, known.utc_offset, known.digest_hour, known.digest_weekday
    return (*digest, known.quiet_from, known.quiet_to, known.quiet_passes, known.paused_until)


def setting(key: str, value: str, now: datetime | None = None) -> Callable[[Subscriber], Subscriber] | None:
    """Return the change that a settings button asks for, or None when it makes no sense; a pause begins `now`."""
    makers: dict[str, Callable[[str], Callable[[Subscriber], Subscriber] | None]] = {
        "frequency": _frequency,
        "hour": lambda text: _choice(text, range(24), lambda known, hour: replace(known, digest_hour=hour)),
        "language": lambda tag: lambda known: replace(known, language=tag),
        "area": lambda code: lambda known: replace(known, country="" if code == "none" else code),
        "newsarea": _news_area,
        "newslanguage": _news_language,
        "topic": _topic,
        "silent": lambda flag: lambda known: replace(known, is_silent=flag == "1"),
        "discreet": lambda flag: lambda known: replace(known, is_discreet=flag == "1"),
        "quiet": _quiet,
        "passes": _passes,
        "severity": _severity,
        "pause": lambda days: _pause(days, now),
        "tidy": lambda hours: _choice(hours, TIDY_CHOICES, lambda known, chosen: replace(known, tidy_hours=chosen)),
        "reading": lambda seconds: _choice(seconds, READ_CHOICES, _with_reading_time),
        "offset": _offset,
    }
    return makers[key](value) if key in makers else None


def _choice(
    text: str, choices: Container[int], change: Callable[[Subscriber, int], Subscriber]
) -> Callable[[Subscriber], Subscriber] | None:
    if not text.isdecimal() or int(text) not in choices:
        return None
    return lambda known: change(known, int(text))


def _with_reading_time(subscriber: Subscriber, seconds: int) -> Subscriber:
    return replace(subscriber, read_for=timedelta(seconds=seconds))


def _offset(text: str) -> Callable[[Subscriber], Subscriber] | None:
    """Read hours from UTC as a button holds them: `3`, `-4`, `4.30`."""
    found = OFFSET.match(text)
    if found is None:
        return None
    sign = -1 if found[1] else 1
    offset = sign * timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    if not timedelta(hours=-12) <= offset <= timedelta(hours=14):
        return None
    return lambda known: replace(known, utc_offset=offset)


def _frequency(name: str) -> Callable[[Subscriber], Subscriber] | None:
    if name == "none":
        return lambda known: replace(known, is_subscribed=False)
    if name not in FREQUENCIES:
        return None
    return lambda known: replace(known, is_subscribed=True, frequency=name)


def _toggled(chosen: tuple[str, ...], one: str) -> tuple[str, ...]:
    return tuple(other for other in chosen if other != one) if one in chosen else (*chosen, one)


def _topic(topic: str) -> Callable[[Subscriber], Subscriber] | None:
    if topic == "all":
        return lambda known: replace(known, topics=())
    if topic not in ALERT_TOPICS:
        return None
    return lambda known: replace(known, topics=_toggled(known.topics, topic))


def _news_area(code: str) -> Callable[[Subscriber], Subscriber]:
    if code == "all":
        return lambda known: replace(known, areas=())
    return lambda known: replace(known, areas=_toggled(known.areas, code))


def _news_language(tag: str) -> Callable[[Subscriber], Subscriber]:
    if tag == "all":
        return lambda known: replace(known, languages=())
    return lambda known: replace(known, languages=_toggled(known.languages, tag))


def _quiet(span: str) -> Callable[[Subscriber], Subscriber] | None:
    if span == "none":
        return lambda known: replace(known, quiet_from=None, quiet_to=None)
    start, _, end = span.partition("-")
    if not (start.isdecimal() and end.isdecimal() and int(start) < 24 and int(end) < 24 and start != end):
        return None
    return lambda known: replace(known, quiet_from=int(start), quiet_to=int(end))


def parse_quiet(text: str) -> str:
    """Read quiet hours as people write them (`23-8`, `22:00 - 07:00`, `off`); return `23-8`, `none` or '' (unclear)."""
    if text.strip().lower() in ("off", "none", "no", "нет", "выкл"):
        return "none"
    found = QUIET.match(text.strip())
    return f"{int(found[1])}-{int(found[2])}" if found and _quiet(f"{int(found[1])}-{int(found[2])}") else ""


def _passes(severity: str) -> Callable[[Subscriber], Subscriber] | None:
    if severity not in ("Extreme", "Severe", "never"):
        return None
    return lambda known: replace(known, quiet_passes=severity)


def _severity(severity: str) -> Callable[[Subscriber], Subscriber] | None:
    if severity not in SEVERITIES[:4]:
        return None
    return lambda known: replace(known, min_severity=severity)


def _pause(days: str, now: datetime | None) -> Callable[[Subscriber], Subscriber] | None:
    if days == "none":
        return lambda known: replace(known, paused_until=None)
    if now is None or not days.isdecimal() or not 1 <= int(days) <= LONGEST_PAUSE:
        return None
    return lambda known: replace(known, paused_until=now + timedelta(days=int(days)))
