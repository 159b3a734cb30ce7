"""What is deleted by age: a message id when Telegram no longer lets it be deleted, an alert after thirty days ..."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core.alert import Alert
from bot.core.audit import AUDIT_KEPT, AuditEntry
from bot.core.delivery import DEAD, MESSAGES_KEPT, PLANNED, Delivery

ALERTS_KEPT = timedelta(days=30)
"""How long alerts, and the reasons of deliveries that failed for good, are kept."""


LONGEST_UNDER_WAY = 2 * MESSAGES_KEPT
"""How long after it was sent a copy is known at most, when it was corrected or withdrawn just before its time was over
and Telegram could not be reached: it can no longer be deleted, but still be edited."""


def is_spent(delivery: Delivery, now: datetime) -> bool:
    """Say whether a delivery is of no more use: not to send, edit or delete it, nor to explain a failure."""
    if delivery.message_id:
        known = LONGEST_UNDER_WAY if delivery.state == PLANNED else MESSAGES_KEPT
        return (delivery.sent_at or delivery.due_at) + known <= now
    if delivery.state == PLANNED:
        return False
    kept = ALERTS_KEPT if delivery.state == DEAD else MESSAGES_KEPT
    return delivery.due_at + kept <= now


def is_old(alert: Alert, now: datetime) -> bool:
    """Say whether an alert can go, if nobody still waits for it."""
    return alert.created_at + ALERTS_KEPT <= now


def is_past(entry: AuditEntry, now: datetime) -> bool:
    """Say whether nobody needs to know any more who did that."""
    return entry.at + AUDIT_KEPT <= now
