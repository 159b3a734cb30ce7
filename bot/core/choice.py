"""A choice: what an editor's button changes in a draft, without anything typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.alert import ALERT_TOPICS, SEVERITIES, STATUSES, Alert

DAYS = (1, 3, 7, 14)
"""For how long an alert may be told, as buttons offer it."""

AS_USUAL = "none"
"""What the button says that leaves the time to the rule for all alerts."""


@dataclass(frozen=True)
class Choice:
    """Which field of the draft changes, and into what, given the draft as it stands by then."""

    field: str
    value: Callable[[Alert], object]


def chosen(shown: Alert, field: str, value: str, now: datetime) -> Choice | None:
    """Return what a button below the draft that was `shown` changes; None where it makes no sense.

    A topic is added or taken away as its button promised, whatever another admin did to it meanwhile.
    """
    if field == "severity" and value in SEVERITIES:
        return Choice("severity", lambda _draft: value)
    if field == "topics" and value in ALERT_TOPICS:
        is_wanted = value not in shown.topics
        return Choice("topics", lambda draft: _with_topic(draft.topics, value, is_wanted=is_wanted))
    if field == "status" and value in STATUSES and not shown.source and not shown.corrects:
        return Choice("status", lambda _draft: value)
    if field == "until" and value == AS_USUAL:
        return Choice("expires_at", lambda _draft: None)
    if field == "until" and value in map(str, DAYS):
        return Choice("expires_at", lambda _draft: now + timedelta(days=int(value)))
    return None


def _with_topic(topics: tuple[str, ...], topic: str, *, is_wanted: bool) -> tuple[str, ...]:
    others = tuple(each for each in topics if each != topic)
    return (*others, topic) if is_wanted else others
