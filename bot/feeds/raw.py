"""What a reader of one dialect found: fields as the source wrote them, not yet to be trusted."""

from __future__ import annotations

from dataclasses import dataclass

MOST_ENTRIES = 500


class NotWellFormed(Exception):
    """The document breaks the rules of its format; the lenient reader may still make something of it."""


@dataclass(frozen=True, slots=True)
class RawEntry:
    """One entry as found. `title` and `summary` are markup; plain text is escaped by who finds it.

    `base` completes a relative link. `plain_note` is put behind the summary as it is: what a CAP alert states in
    its own words beside the text.
    """

    title: str = ""
    summary: str = ""
    link: str = ""
    guid: str = ""
    published: str = ""
    base: str = ""
    plain_note: str = ""
    expires: str = ""
