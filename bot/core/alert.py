"""An alert in the words of CAP 1.2, and its life: draft, published, updated, cancelled, expired."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.core.directory import Text
from bot.errors import Expired, NotAllowed

ALERT_TOPICS = (
    "persecution",
    "violence",
    "law",
    "asylum",
    "border",
    "court",
    "safety-warning",
    "health",
    "community",
    "policy",
)
SEVERITIES = ("Extreme", "Severe", "Moderate", "Minor", "Unknown")
URGENCIES = ("Immediate", "Expected", "Future", "Past", "Unknown")
CERTAINTIES = ("Observed", "Likely", "Possible", "Unlikely", "Unknown")
STATUSES = ("Actual", "Test")
MSG_TYPES = ("Alert", "Update", "Cancel")

ALL_CLEAR = "AllClear"
"""The response type of CAP for: the danger is over."""

DRAFT, PUBLISHED, REJECTED, CANCELLED = "draft", "published", "rejected", "cancelled"
APPLIED = "applied"
"""What a draft of a correction becomes when the alert that it corrects has taken it over."""

EXPIRES_IN = {
    "Extreme": timedelta(days=3),
    "Severe": timedelta(days=5),
    "Moderate": timedelta(days=10),
    "Minor": timedelta(days=14),
    "Unknown": timedelta(days=10),
}
"""After how long an undelivered alert is old news; a weekly digest still reaches Moderate and Minor ones."""


@dataclass(frozen=True, slots=True)
class Approval:
    """One admin's consent; `by` is the admin's label, never an id."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Alert:
    """An entry judged worth telling, or something an admin composed; texts are plain, without markup.

    `references` are the ids of alerts that this one follows up. A draft with `corrects` is the next version of that
    alert. `corrected_at` tells when each version after the first was published.
    """

    id: str
    headline: Text
    description: Text
    created_at: datetime
    instruction: Text = field(default_factory=dict)
    topics: tuple[str, ...] = ()
    area: tuple[str, ...] = ()
    severity: str = "Moderate"
    urgency: str = "Unknown"
    certainty: str = "Unknown"
    status: str = "Actual"
    msg_type: str = "Alert"
    state: str = DRAFT
    version: int = 1
    story: str = ""
    source: str = ""
    source_title: str = ""
    link: str = ""
    reasons: tuple[str, ...] = ()
    approvals: tuple[Approval, ...] = ()
    entry_at: datetime | None = None
    published_at: datetime | None = None
    expires_at: datetime | None = None
    response_type: str = ""
    references: tuple[str, ...] = ()
    corrects: str = ""
    corrected_at: tuple[datetime, ...] = ()
    is_edited: bool = False

    @property
    def is_urgent(self) -> bool:
        """Say whether it is told at once and needs two people: Extreme or Severe."""
        return self.severity in ("Extreme", "Severe")

    @property
    def rank(self) -> int:
        """0 for Extreme, 1 for Severe ...: the order in which deliveries are claimed."""
        return severity_rank(self.severity)

    def is_expired(self, now: datetime) -> bool:
        """Say whether it is too late to tell it."""
        return self.expires_at is not None and now >= self.expires_at

    def can_be_read(self) -> bool:
        """Say whether a reader who opens it may see its text."""
        return self.state == PUBLISHED

    @property
    def is_all_clear(self) -> bool:
        """Say whether it tells that a danger is over."""
        return self.response_type == ALL_CLEAR

    @property
    def is_test(self) -> bool:
        """Say whether only admins get it."""
        return self.status == "Test"


def severity_rank(severity: str) -> int:
    """Return 0 for Extreme up to 4 for Unknown."""
    return SEVERITIES.index(severity)


def may_publish_itself(alert: Alert, trust: str) -> bool:
    """Say whether it goes out without an admin: from a trusted feed, Minor or Moderate only, as the feed had it."""
    if alert.is_edited or alert.corrects or alert.approvals:
        return False
    return trust == "publish" and alert.severity in ("Moderate", "Minor") and alert.status == "Actual"


def approvals_needed(alert: Alert, approvals: int) -> int:
    """Return how many different admins must agree before it is published."""
    return approvals if alert.is_urgent and not alert.is_test else 1


def approve(alert: Alert, by: str, now: datetime) -> Alert:
    """Return the draft with this admin's consent added; the same admin counts once.

    Raises NotAllowed when it is no longer a draft.
    """
    if alert.state != DRAFT:
        raise NotAllowed(f"this alert is {alert.state} already")
    if any(approval.by == by for approval in alert.approvals):
        return alert
    return replace(alert, approvals=(*alert.approvals, Approval(by, now)))


def is_approved(alert: Alert, needed: int) -> bool:
    """Say whether so many different admins agreed."""
    return len({approval.by for approval in alert.approvals}) >= needed


def heeding(alert: Alert, deciders: Collection[str]) -> Alert:
    """Return the draft with the consent of those alone who may decide: who left the team counts no more."""
    kept = tuple(approval for approval in alert.approvals if approval.by in deciders)
    return alert if kept == alert.approvals else replace(alert, approvals=kept)


def seal_of(alert: Alert) -> str:
    """Return some letters that change with whatever an admin agrees to: all of a draft but who agreed so far."""
    return hashlib.blake2b(repr(replace(alert, approvals=())).encode(), digest_size=9).hexdigest()


def publish(alert: Alert, now: datetime) -> Alert:
    """Return it as published now, with its expiry.

    Raises NotAllowed when it is no longer a draft, Expired when its time is over: nobody would get it.
    """
    if alert.state != DRAFT:
        raise NotAllowed(f"this alert is {alert.state} already")
    if alert.is_expired(now):
        raise Expired("the time until which this alert holds is over")
    expires_at = alert.expires_at or now + EXPIRES_IN[alert.severity]
    return replace(alert, state=PUBLISHED, published_at=now, expires_at=expires_at)


def reject(alert: Alert) -> Alert:
    """Return it as rejected. Raises NotAllowed when it is no longer a draft."""
    if alert.state != DRAFT:
        raise NotAllowed(f"this alert is {alert.state} already")
    return replace(alert, state=REJECTED)


def cancel(alert: Alert, now: datetime | None = None) -> Alert:
    """Return the next version of a published alert, withdrawn. Raises NotAllowed when it was never published."""
    if alert.state != PUBLISHED:
        raise NotAllowed(f"this alert is {alert.state}")
    corrected_at = (*alert.corrected_at, now) if now else alert.corrected_at
    version = alert.version + 1
    return replace(alert, state=CANCELLED, msg_type="Cancel", version=version, corrected_at=corrected_at)


def revise(alert: Alert, **changes: object) -> Alert:
    """Return a draft with these fields changed; consent to what it was is void.

    Raises NotAllowed when it is no longer a draft.
    """
    if alert.state != DRAFT:
        raise NotAllowed(f"this alert is {alert.state} already")
    changed: Alert = replace(alert, **changes, approvals=(), is_edited=True)  # type: ignore[arg-type]
    return changed


def correction_of(alert: Alert, now: datetime) -> Alert:
    """Return a draft of the next version of a published alert. Raises NotAllowed when it is not published."""
    if alert.state != PUBLISHED:
        raise NotAllowed(f"this alert is {alert.state}")
    return replace(
        alert,
        id=f"{alert.id}-{alert.version + 1}",
        state=DRAFT,
        msg_type="Update",
        corrects=alert.id,
        approvals=(),
        created_at=now,
    )


def corrected(alert: Alert, draft: Alert, now: datetime) -> Alert:
    """Return the next version of a published alert, as its draft has it; it keeps its id and its first date.

    Raises NotAllowed when it was withdrawn meanwhile.
    """
    if alert.state != PUBLISHED or draft.corrects != alert.id:
        raise NotAllowed(f"this alert is {alert.state}")
    return replace(
        draft,
        id=alert.id,
        state=PUBLISHED,
        corrects="",
        version=alert.version + 1,
        created_at=alert.created_at,
        published_at=alert.published_at,
        corrected_at=(*alert.corrected_at, now),
    )


def all_clear_of(alert: Alert, alert_id: str, headline: Text, description: Text, now: datetime) -> Alert:
    """Return the draft that tells those who got an alert that the danger is over.

    Raises NotAllowed when it was never published.
    """
    if alert.state not in (PUBLISHED, CANCELLED):
        raise NotAllowed(f"this alert is {alert.state}")
    return Alert(
        id=alert_id,
        headline=headline,
        description=description,
        created_at=now,
        topics=alert.topics,
        area=alert.area,
        severity=alert.severity,
        urgency="Past",
        certainty="Observed",
        status=alert.status,
        msg_type="Update",
        story=alert.story,
        response_type=ALL_CLEAR,
        references=(alert.id,),
    )


def graver(told: Sequence[Alert], severity: str) -> bool:
    """Say whether a later report of a story is worth telling again: urgent, and graver than all that was told."""
    return severity in ("Extreme", "Severe") and all(severity_rank(severity) < alert.rank for alert in told)


def raised(told: Sequence[Alert], report: Alert, why: str) -> Alert:
    """Return the draft that a graver report of a story makes.

    A draft that still waits is raised itself, keeping its texts; else the report becomes an update of what was
    published last, or an alert of its own where nothing stands.
    """
    waiting = [alert for alert in told if alert.state == DRAFT and not alert.corrects]
    if waiting:
        first = waiting[0]
        return revise(
            first,
            severity=report.severity,
            urgency=report.urgency,
            certainty=report.certainty,
            reasons=(why, *report.reasons),
        )
    standing = [alert for alert in told if alert.state == PUBLISHED]
    report = replace(report, story=told[0].story, reasons=(why, *report.reasons))
    if not standing:
        return report
    last = max(standing, key=lambda alert: alert.published_at or alert.created_at)
    return replace(report, msg_type="Update", references=(last.id,))
