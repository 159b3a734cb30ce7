"""Totals that admins may see: in tens, and a total that changes stands for ten people or more who changed.

Rounding alone does not hide a person: between 19 and 20 one reader turns "about 10" into "about 20". So totals are
counted over a picture that stays until enough people came, went or changed what they want. Two reports on one picture
are equal whoever came or went between them; two reports on two pictures differ by at least ten people's changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.core.alert import Alert
from bot.core.delivery import Progress
from bot.core.subscriber import Subscriber, wants

K = 10
"""Fewer people than these are never told apart."""

CELLS = 10
"""Steps in which it is shown how a push goes."""

Picture = Mapping[Subscriber, int]
"""How many readers want what: nameless records, without chat, key, hours or the language of the chat."""


def in_tens(count: int) -> int:
    """Return a count rounded down to tens; 0 stands for fewer than ten."""
    return max(0, count) // K * K


def in_words(count: int) -> str:
    """Return a count as operators may read it, in a log or on a terminal: `fewer than ten`, `about 20`."""
    return f"about {in_tens(count)}" if count >= K else "fewer than ten"


def faceless(reader: Subscriber) -> Subscriber:
    """Return of a reader only what decides which alerts are for her, alike for all who want the same."""
    return Subscriber(
        0,
        is_subscribed=True,
        topics=tuple(sorted(reader.topics)),
        areas=tuple(sorted(reader.areas)),
        languages=tuple(sorted(reader.languages)),
        min_severity=reader.min_severity,
    )


def picture(readers: Iterable[Subscriber]) -> Counter[Subscriber]:
    """Return the picture of these readers; who is not subscribed is not in it."""
    return Counter(faceless(reader) for reader in readers if reader.is_subscribed)


def people_changed(before: Picture, after: Picture) -> int:
    """Return how many people at least came, went or changed between two pictures."""
    old, new = Counter(before), Counter(after)
    return max((new - old).total(), (old - new).total())


def renewed(before: Picture | None, after: Picture, least: int) -> Picture:
    """Return the picture to count on: the later one when `least` people or more changed, else the one before."""
    return after if before is None or people_changed(before, after) >= max(K, least) else before


def readers_of(seen: Picture) -> int:
    """Count the readers in a picture."""
    return sum(seen.values())


def who_want(seen: Picture, alert: Alert) -> int:
    """Count the readers in a picture whom a published alert is for."""
    return sum(count for reader, count in seen.items() if wants(reader, alert))


def kept(before: int | None, count: int) -> int:
    """Return the count to tell: the one told before until it has moved by ten or more."""
    return count if before is None or abs(count - before) >= K else before


@dataclass(frozen=True, slots=True)
class Shown:
    """How a push goes, as far as admins may see: all numbers in tens; `unreachable` only at the end.

    `is_stopped`: the alert was withdrawn, and `unreachable` holds those to whom it was not sent any more.
    """

    cells: int
    sent: int
    waiting: int
    later: int
    unreachable: int = 0
    is_done: bool = False
    is_stopped: bool = False


def shown(found: Progress, planned: int, total: int, later: int, unreachable: int) -> Shown:
    """Return what may be seen of a push: shares of `total`, which was told before, in tenths.

    `planned` copies were planned; `total`, `later` and `unreachable` are what may be told of such counts.
    """
    at_once = max(0, planned - found.later)
    share = 1 - found.waiting / at_once if at_once else 1.0
    now = max(0, total - later)
    if not found.waiting:
        return Shown(CELLS, in_tens(now - unreachable), 0, later, unreachable, is_done=True)
    # Of few copies each cell would be a person.
    cells = int(share * CELLS) if total >= K else 0
    sent = in_tens(now * cells // CELLS)
    return Shown(cells, sent, in_tens(now - sent), later)
