"""What a reader of one dialect found: fields as the source wrote them, not yet to be trusted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from bot.feeds.dates import read_date

MOST_ENTRIES, MOST_LOOKED_AT = 500, 20_000
"""Entries that are read of one document, and those among which they are chosen."""


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
    cancels: tuple[str, ...] = ()


def newest(entries: Iterable[RawEntry]) -> list[RawEntry]:
    """Return at most 500 entries in their order: the first ones, or the last of a document that begins with its oldest.

    Otherwise what is added to a long one of that kind would never be seen.
    """
    found = list(islice(entries, MOST_LOOKED_AT))
    if len(found) <= MOST_ENTRIES:
        return found
    first, last = read_date(found[0].published), read_date(found[-1].published)
    return found[-MOST_ENTRIES:] if first and last and first < last else found[:MOST_ENTRIES]
