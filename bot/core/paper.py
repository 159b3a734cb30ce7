"""A paper: a text that lies beside the records under a name, such as an earlier version of the list of contacts."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Paper:
    """One text; of two papers the one with the greater number was written later."""

    name: str
    text: str = field(default="", repr=False)
    number: int = 0
