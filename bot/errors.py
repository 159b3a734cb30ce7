"""The errors of Waypost, one class for each reader.

WaypostError
├── SettingsError        for the operator: names the variable and what to write in it
├── ResourcesError       for the editor: carries every Fault (file, line, what, fix)
├── StoreError           for the operator: the store cannot be read or written
│   ├── StoreDamaged     what is on disk is not what was written
│   ├── StoreLocked      another process holds the store
│   └── StoreAway        a database or disk cannot be used just now; it is tried again
├── VaultError           for the operator: a key is missing, malformed or wrong for what it must open
├── FeedError            for the admin: why a feed gave nothing this time
├── NotAllowed           for the admin: what was asked is not possible in this state
│   ├── Expired          the time until which an alert holds is over
│   └── Overtaken        somebody else changed what it was made from
└── ExportError          for the operator: a folder cannot take an export (`web/export.py`)

What happens to one message on its way to Telegram is no error but an Outcome (`core/delivery.py`).
No message of an error holds a person's words, an id, a name or a token.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class WaypostError(Exception):
    """The root of what Waypost raises on purpose; its text is meant to be shown to its reader."""


class SettingsError(WaypostError):
    """A setting is missing or unreadable; the text names the variable."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in an editor's file: `FILE:LINE: what; fix`."""

    file: str
    line: int
    what: str
    fix: str
    is_warning: bool = False

    def __str__(self) -> str:
        kind = "warning: " if self.is_warning else ""
        return f"{self.file}:{self.line}: {kind}{self.what}; {self.fix}"


class ResourcesError(WaypostError):
    """A resources file that cannot be used; `faults` holds all that is wrong with it at once."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


class StoreError(WaypostError):
    """The store cannot be read or written."""


class StoreDamaged(StoreError):
    """What lies on disk is not what was written, and no earlier generation could be read."""


class StoreLocked(StoreError):
    """Another process holds the store's lease."""


class StoreAway(StoreError):
    """The database or the disk cannot be used just now, for a reason that passes."""


class VaultError(WaypostError):
    """A key is missing, malformed, or not the one that the store, a backup or a field was written with."""


class FeedError(WaypostError):
    """Why a feed gave nothing this time, in a few words for `/feeds`."""

    def __init__(self, reason: str, *, retry_in_seconds: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_in_seconds = retry_in_seconds


class NotAllowed(WaypostError):
    """The asked change is not possible in this state, for instance approving a rejected draft."""


class Overtaken(NotAllowed):
    """Somebody else changed meanwhile what the asked change was made from."""


class Expired(NotAllowed):
    """An alert cannot be published any more: the time until which it holds is over."""
