"""What a wording means, learned from examples: topics, small talk and danger of sentences that no list foresees.

Words, pairs of words and pieces of words, hashed into a table of small numbers; what they add up to speaks for the
labels at once (news) or through one layer of hidden units (look-up). `bench/train.py` learns both from
`examples/*.tsv`; here they are only read. It knows no grammar and gives reasons to nobody: the lists in `needs/` come
first, this fills what they leave open.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import mul
from zlib import crc32

BUCKETS = 1 << 17
LONGEST = 160
"""Words that are read; longer messages say it early or say it twice."""

_LAST_BUCKET = BUCKETS - 1
_WORD, _NEXT, _AFTER_NEXT, _PIECE = (crc32(kind) for kind in (b"w", b"n", b"p", b"c"))
"""Sums with which each kind of feature begins, so that the same letters fall into another bucket."""

Known = dict[str, tuple[int, ...]]
"""The buckets of words."""

_ROOM = 256
"""Features whose bytes fit into 16 bits before they could overflow (256 times 255)."""


@dataclass(frozen=True)
class Layer:
    """Hidden units between the table and the labels: what is above nothing (ReLU) speaks for each label."""

    biases: tuple[float, ...]
    weights: tuple[tuple[float, ...], ...] = field(repr=False)
    """A row for each hidden unit, a column for each label."""

    def points(self, units: Sequence[float], biases: Sequence[float]) -> tuple[float, ...]:
        """Return the logit of each label from the sums of the units."""
        values = [max(0.0, unit + bias) for unit, bias in zip(units, self.biases, strict=True)]
        return tuple(sum(map(mul, values, column), bias) for column, bias in zip(self._columns, biases, strict=True))

    @cached_property
    def _columns(self) -> tuple[tuple[float, ...], ...]:
        return tuple(zip(*self.weights, strict=True))


@dataclass(frozen=True)
class Wordings:
    """The learned table: a row of bytes (128 is nothing) for each bucket, a sum being scale·(all rows)/√n.

    Without a layer a row has one byte for each label and logit = sum + bias; with one, a byte for each hidden unit.
    """

    labels: tuple[str, ...] = ()
    biases: tuple[float, ...] = ()
    scale: float = 1.0
    rows: bytes = field(default=b"", repr=False)
    layer: Layer | None = None

    def judge(self, words: Sequence[str], known: Known | None = None) -> Mapping[str, float]:
        """Return a probability for each label; empty when nothing was learned or there are no words.

        `known` as `features` takes it.
        """
        return {label: _sigmoid(points) for label, points in zip(self.labels, self.points(words, known), strict=False)}

    @cached_property
    def dangers(self) -> Wordings:
        """The same for the labels of dangers alone, which costs a part of it."""
        chosen = [number for number, label in enumerate(self.labels) if label[:1] == "!"]
        layer = self.layer and Layer(
            self.layer.biases, tuple(tuple(row[number] for number in chosen) for row in self.layer.weights)
        )
        if layer is None:
            return self
        labels, biases = tuple(self.labels[each] for each in chosen), tuple(self.biases[each] for each in chosen)
        return Wordings(labels, biases, self.scale, self.rows, layer)

    def points(self, words: Sequence[str], known: Known | None = None, headline: int = 0) -> tuple[float, ...]:
        """Return the logit of each label; none when nothing was learned or there are no words.

        The first words, as many as `headline` says, speak twice as loudly as the others.
        """
        found = list(set(features(words, known)))
        if not found or not self.labels:
            return ()
        factor = self.scale / math.sqrt(len(found))
        found += set(features(words[:headline], known))
        width = len(self.layer.biases) if self.layer else len(self.labels)
        sums = [-128.0 * len(found)] * width
        for start in range(0, len(found), _ROOM):
            for number, part in enumerate(self._sum(found[start : start + _ROOM], width)):
                sums[number] += part
        scaled = [factor * total for total in sums]
        if self.layer:
            return self.layer.points(scaled, self.biases)
        return tuple(total + bias for total, bias in zip(scaled, self.biases, strict=True))

    def _sum(self, buckets: Sequence[int], width: int) -> list[int]:
        """Add rows byte by byte, all bytes of a row at once as one large number.

        Every second byte is added once more by itself, in lanes of 16 bits; what remains of the whole are the others.
        """
        rows, mask, whole, even = self.rows, int.from_bytes(b"\xff\x00" * (width // 2 + 1), "little"), 0, 0
        for bucket in buckets:
            row = int.from_bytes(rows[bucket * width : (bucket + 1) * width], "little")
            whole += row
            even += row & mask
        lanes = (even.to_bytes(width + 3, "little"), (whole - even >> 8).to_bytes(width + 3, "little"))
        return [lanes[at & 1][at & -2] | lanes[at & 1][(at & -2) + 1] << 8 for at in range(width)]


@dataclass(frozen=True)
class Usual:
    """The words that people often write, as marks in order: none of them is a typo of another word."""

    marks: array[int] = field(default_factory=lambda: array("I"), repr=False)

    def holds(self, word: str) -> bool:
        """Say whether a folded word is one of them (or, once in thirty thousand times, has the mark of one)."""
        wanted = mark(word)
        at = bisect_left(self.marks, wanted)
        return at < len(self.marks) and self.marks[at] == wanted


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))


def features(words: Sequence[str], known: Known | None = None) -> list[int]:
    """Return the buckets of the words of a text, of neighbours, and of pieces of three to five letters.

    `known` remembers the buckets of words, for a text that is judged more than once.
    """
    read, known = words[:LONGEST], {} if known is None else known
    found: list[int] = []
    for number, word in enumerate(read):
        if word not in known:
            known[word] = _of_word(word)
        found += known[word]
        if number + 1 < len(read):
            found.append(_bucket(_NEXT, f"{word} {read[number + 1]}"))
        if number + 2 < len(read):
            found.append(_bucket(_AFTER_NEXT, f"{word} {read[number + 2]}"))
    return found


def _of_word(word: str) -> tuple[int, ...]:
    marked = f"^{word[:24]}$"
    pieces = [marked[start : start + size] for size in (3, 4, 5) for start in range(len(marked) - size + 1)]
    return _bucket(_WORD, word), *[crc32(piece.encode(), _PIECE) & _LAST_BUCKET for piece in pieces]


def mark(word: str) -> int:
    """Return the number by which a usual word is remembered."""
    return crc32(word.encode())


def _bucket(kind: int, text: str) -> int:
    return crc32(text.encode(), kind) & _LAST_BUCKET
