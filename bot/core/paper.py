"""A paper: a small file that lies beside the records, such as an earlier version of the list of contacts."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Paper:
    """Its content is in base64, for it may be no text; of two papers the one with the greater number is the later."""

    name: str
    content: str = field(default="", repr=False)
    number: int = 0
