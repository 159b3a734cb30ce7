"""An alert in the words of CAP 1.2, and its life: draft, published, updated, cancelled, expired."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.core.directory import Text
from bot.errors import NotAllowed

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

DRAFT, PUBLISHED, REJECTED, CANCELLED = "draft", "published", "rejected", "cancelled"

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
    """An entry judged worth telling, or something an admin composed; texts are plain, without markup."""

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


def severity_rank(severity: str) -> int:
    """Return 0 for Extreme up to 4 for Unknown."""
    return SEVERITIES.index(severity)


def may_publish_itself(alert: Alert, trust: str) -> bool:
    """Say whether it goes out without an admin: from a trusted feed, Minor or Moderate only."""
    return trust == "publish" and alert.severity in ("Moderate", "Minor") and alert.status == "Actual"


def approvals_needed(alert: Alert, approvals: int) -> int:
    """Return how many different admins must agree before it is published."""
    return approvals if alert.is_urgent else 1


def approve(alert: Alert, by: str, now: datetime) -> Alert:
    """Return the draft with this admin's consent added; the same admin counts once.

    Raises NotAllowed when it is no longer a draft.
    """
    if alert.state != DRAFT:
        raise NotAllowed(f"this alert is {alert.state} already")
    if any(approval.by == by for approval in alert.approvals):
        return alert
    return replace(alert, approvals=(*alert.approvals, Approval(by, now)))


def is_approved(alert: Alert, approvals: int) -> bool:
    """Say whether enough different admins agreed."""
    return len({approval.by for approval in alert.approvals}) >= approvals_needed(alert, approvals)


def publish(alert: Alert, now: datetime) -> Alert:
    """Return it as published now, with its expiry. Raises NotAllowed when it is no longer a draft."""
    if alert.state != DRAFT:
        raise NotAllowed(f"this alert is {alert.state} already")
    expires_at = alert.expires_at or now + EXPIRES_IN[alert.severity]
    return replace(alert, state=PUBLISHED, published_at=now, expires_at=expires_at)


def reject(alert: Alert) -> Alert:
    """Return it as rejected. Raises NotAllowed when it is no longer a draft."""
    if alert.state != DRAFT:
        raise NotAllowed(f"this alert is {alert.state} already")
    return replace(alert, state=REJECTED)


def cancel(alert: Alert) -> Alert:
    """Return the next version of a published alert, withdrawn. Raises NotAllowed when it was never published."""
    if alert.state != PUBLISHED:
        raise NotAllowed(f"this alert is {alert.state}")
    return replace(alert, state=CANCELLED, msg_type="Cancel", version=alert.version + 1)
