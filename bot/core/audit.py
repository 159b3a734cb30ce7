"""The audit trail: which admin did what, and when; names are labels, never ids."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

AUDIT_KEPT = timedelta(days=90)

ACTS = (
    "approved",
    "published",
    "published alone",
    "rejected",
    "edited",
    "composed",
    "corrected",
    "withdrew",
    "proposed to invite",
    "invited",
    "joined",
    "proposed to remove",
    "removed",
    "refused",
)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One act of one admin; `about` is the beginning of the headline, `detail` names the fields that were edited."""

    at: datetime
    by: str
    act: str
    alert: str = ""
    about: str = ""
    detail: str = ""

    @property
    def id(self) -> str:
        """What tells it from every other entry."""
        return f"{self.at:%Y%m%dT%H%M%S.%f} {self.by} {self.act} {self.alert} {self.detail}".rstrip()
