"""Is a later report of a story worth telling again, and what becomes of it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.core.alert import CANCELLED, DRAFT, PUBLISHED, Alert, revise, severity_rank


def graver(told: Sequence[Alert], severity: str) -> bool:
    """Say whether a later report of a story is worth telling again: urgent, and graver than all that is still told."""
    return severity in ("Extreme", "Severe") and all(severity_rank(severity) < alert.rank for alert in _standing(told))


def _standing(told: Sequence[Alert]) -> list[Alert]:
    """Return what of a story still holds: not what was withdrawn, and nothing from before an all-clear.

    Otherwise a danger that comes back, or that was real after all, would be taken for told. What was rejected stays so.
    """
    over = max((alert.published_at for alert in told if alert.is_all_clear and alert.published_at), default=None)
    return [alert for alert in told if alert.state != CANCELLED and (over is None or alert.created_at > over)]


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
