"""Look up hits by where they stand, so that long texts cost no more than their length."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from bot.lookup.phrases import Hit


class Spans:
    """Hits in the order of the text."""

    def __init__(self, hits: Iterable[Hit]) -> None:
        self.hits = sorted(hits, key=lambda hit: (hit.start, hit.end))
        self._starts = [hit.start for hit in self.hits]

    def between(self, first: int, last: int) -> Sequence[Hit]:
        """Return the hits whose first word is one from `first` to `last` (exclusive)."""
        return self.hits[bisect_left(self._starts, first) : bisect_left(self._starts, last)]


class Cover:
    """What a set of hits covers."""

    def __init__(self, hits: Iterable[Hit]) -> None:
        self._ends: list[tuple[int, int]] = []  # (start, furthest end of the hits that begin there or before)
        for hit in sorted(hits, key=lambda hit: hit.start):
            end = max(hit.end, self._ends[-1][1]) if self._ends else hit.end
            self._ends.append((hit.start, end))

    def holds(self, hit: Hit) -> bool:
        """Say whether one of the hits covers this one."""
        at = bisect_left(self._ends, (hit.start + 1, 0)) - 1
        return at >= 0 and self._ends[at][1] >= hit.end
