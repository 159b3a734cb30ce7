"""One language's lists as a machine for finding them: words to elements, elements in order to entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice, product
from typing import NamedTuple

from bot.lookup.normal import words
from bot.lookup.stems import HEAD, PREFIXED, stem

_WAYS_AT_MOST = 48
GAP = 2
"""How many other words may stand between two words of a phrase."""


class Kind(NamedTuple):
    """What an entry tells: the list it stands in (`topic`, `danger` ...), which one, and 1.0 strong or less."""

    list: str
    name: str
    weight: float


class Hit(NamedTuple):
    """An entry found: its kind, the first word and the word after the last, and how surely (1.0: as written)."""

    kind: Kind
    start: int
    end: int
    sureness: float
    size: int


Heard = Sequence[Mapping[int, float]]
"""For each word of a text the elements it may be, and how surely."""


@dataclass
class Phrases:
    """The entries of one language, ready to be found. Built once, then only read."""

    language: str
    exact: dict[str, tuple[int, ...]] = field(default_factory=dict)
    stems: dict[str, tuple[int, ...]] = field(default_factory=dict)
    prefixes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    endings: dict[str, tuple[int, ...]] = field(default_factory=dict)
    pairs: dict[str, tuple[int, ...]] = field(default_factory=dict)
    ended: dict[str, tuple[int, ...]] = field(default_factory=dict)
    heads: dict[str, tuple[int, ...]] = field(default_factory=dict)
    kinds: list[Kind] = field(default_factory=list)
    entries: list[tuple[int, ...]] = field(default_factory=list)
    entry_kinds: list[int] = field(default_factory=list)
    by_anchor: dict[int, list[int]] = field(default_factory=dict)

    def elements(self, word: str) -> tuple[int, ...]:
        """Return the elements that a folded word is, as written, by its stem, its beginning or its ending."""
        found: tuple[int, ...] = ()
        lengths = self.heads.get(word[:HEAD])
        if lengths is not None or (self.language == "ar" and word[:1] in PREFIXED):
            found = self.exact.get(word, ()) + self.stems.get(stem(word, self.language), ())
        if word[:2] in self.pairs:
            found += self.pairs[word[:2]]
        for length in lengths or ():
            found += self.prefixes.get(word[:length], ()) if length <= len(word) else ()
        for length in self.ended.get(word[-2:], ()):
            found += self.endings.get(word[-length:], ()) if length <= len(word) - 2 else ()
        return found

    def begins(self, word: str, least: int) -> bool:
        """Say whether a list knows the beginning of a folded word by at least so many letters."""
        return any(
            least <= length <= len(word) and word[:length] in self.prefixes
            for length in self.heads.get(word[:HEAD], ())
        )

    def knows(self, word: str) -> bool:
        """Say whether a folded word stands in any list of this language."""
        return bool(self.elements(word))

    def find(self, heard: Heard) -> list[Hit]:
        """Return every entry that occurs in the words heard, once for each place where it begins."""
        present: defaultdict[int, list[int]] = defaultdict(list)
        for at, elements in enumerate(heard):
            for element in elements:
                present[element].append(at)
        hits: list[Hit] = []
        for element in present:
            for number in self.by_anchor.get(element, ()):
                entry = self.entries[number]
                for part in entry:
                    if part not in present:
                        break
                else:
                    kind = self.kinds[self.entry_kinds[number]]
                    hits.extend(_align(entry, heard, present[entry[0]], kind))
        return hits


def _align(entry: tuple[int, ...], heard: Heard, starts: Sequence[int], kind: Kind) -> Iterable[Hit]:
    """Yield where the elements of an entry occur in order, each within `GAP` words of the one before."""
    for start in starts:
        sureness, at = heard[start][entry[0]], start
        for part in entry[1:]:
            reach = range(at + 1, min(at + GAP + 2, len(heard)))
            at = next((i for i in reach if part in heard[i]), -1)
            if at < 0:
                break
            sureness = min(sureness, heard[at][part])
        else:
            yield Hit(kind, start, at + 1, sureness, len(entry))


def _choices(written: str) -> tuple[list[str], list[tuple[str, ...]]]:
    """Return the choices of an element (`a|b*|*c|~d`): single folded words with their marks, and words in a row."""
    single: list[str] = []
    rows: list[tuple[str, ...]] = []
    for choice in written.split("|"):
        folded = words(choice.lstrip("~*"))
        if len(folded) == 1:
            mark = next((mark for mark in "~*" if choice.startswith(mark)), "")
            single.append(mark + folded[0] + "*" * choice.endswith("*"))
        elif folded:
            rows.append(folded)
    return single, rows


class _Builder:
    """Collects entries; equal elements and kinds are kept once, since lists repeat them often."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.elements: dict[tuple[bool, tuple[str, ...]], int] = {}
        self.known: dict[tuple[bool, str], tuple[tuple[int, ...], ...]] = {}
        self.exact: defaultdict[str, list[int]] = defaultdict(list)
        self.stems: defaultdict[str, list[int]] = defaultdict(list)
        self.prefixes: defaultdict[str, list[int]] = defaultdict(list)
        self.endings: defaultdict[str, list[int]] = defaultdict(list)
        self.kinds: dict[Kind, int] = {}
        self.entries: dict[tuple[int, tuple[int, ...]], None] = {}
        self.single: defaultdict[tuple[int, bool], dict[str, None]] = defaultdict(dict)

    def add(self, kind: Kind, text: str, *, is_inflected: bool) -> None:
        """Add one entry as an editor wrote it."""
        number = self.kinds.setdefault(kind, len(self.kinds))
        if len(text.split()) == 1:
            single, rows = _choices(text)
            self.single[number, is_inflected].update(dict.fromkeys(single))
            for row in rows:
                self.entries[number, tuple(self.element((part,), is_inflected) for part in row)] = None
            return
        ways = [self.ways(written, is_inflected) for written in text.split()]
        for way in islice(product(*(found for found in ways if found)), _WAYS_AT_MOST):
            entry = tuple(chain.from_iterable(way))
            if entry:
                self.entries[number, entry] = None

    def ways(self, written: str, is_inflected: bool) -> tuple[tuple[int, ...], ...]:
        """Return the ways to meet an element (`a|b*|*c|~d`): one word of several, or words in a row (`I'm`)."""
        key = (is_inflected, written)
        if key not in self.known:
            single, listed = _choices(written)
            rows = [tuple(self.element((part,), is_inflected) for part in row) for row in listed]
            if single:
                rows.insert(0, (self.element(tuple(single), is_inflected),))
            self.known[key] = tuple(dict.fromkeys(rows))
        return self.known[key]

    def element(self, choices: tuple[str, ...], is_inflected: bool) -> int:
        """Return the number of an element that is any of these folded words (`stem*`, `*ending`, `~word`)."""
        key = (is_inflected, choices)
        if key not in self.elements:
            number = self.elements[key] = len(self.elements)
            for choice in choices:
                word = choice.strip("~*")
                if choice.endswith("*") or choice.startswith("*"):
                    (self.prefixes if choice.endswith("*") else self.endings)[word].append(number)
                    continue
                self.exact[word].append(number)
                if is_inflected or choice.startswith("~"):
                    self.stems[stem(word, self.language)].append(number)
        return self.elements[key]

    def build(self) -> Phrases:
        """Return the machine; each entry hangs on the element of it that the fewest entries have."""
        for (number, is_inflected), choices in self.single.items():  # one element for all of a list: that saves room
            self.entries[number, (self.element(tuple(choices), is_inflected),)] = None
        counts: defaultdict[int, int] = defaultdict(int)
        for _, entry in self.entries:
            for part in entry:
                counts[part] += 1
        by_anchor: defaultdict[int, list[int]] = defaultdict(list)
        for number, (_, entry) in enumerate(self.entries):
            by_anchor[min(entry, key=lambda part: counts[part])].append(number)
        shared: dict[tuple[int, ...], tuple[int, ...]] = {}  # equal tuples once

        def table(listed: Mapping[str, list[int]]) -> dict[str, tuple[int, ...]]:
            return {word: shared.setdefault(tuple(found), tuple(found)) for word, found in listed.items()}

        long = [part for part in self.prefixes if len(part) >= HEAD]
        return Phrases(
            self.language,
            table(self.exact),
            table(self.stems),
            table({part: self.prefixes[part] for part in long}),
            table(self.endings),
            table({part: found for part, found in self.prefixes.items() if len(part) == 2}),
            _lengths(self.endings, slice(-2, None)),
            dict.fromkeys((word[:HEAD] for word in (*self.exact, *self.stems)), ()) | _lengths(long, slice(HEAD)),
            list(self.kinds),
            [entry for _, entry in self.entries],
            [kind for kind, _ in self.entries],
            dict(by_anchor),
        )


def _lengths(parts: Iterable[str], telling: slice) -> dict[str, tuple[int, ...]]:
    """Return for some letters of parts of words how long the parts are that have them, shortest first."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    for part in parts:
        if len(part) > 1:
            found[part[telling]].add(len(part))
    return {letters: tuple(sorted(lengths)) for letters, lengths in found.items()}


STRONG, WEAK = 1.0, 0.4


def compile_lists(language: str, lists: Mapping[str, object]) -> Phrases:
    """Return the machine for one language's lists, which are shaped as README.md in `needs/` tells."""
    builder = _Builder(language)
    for name, value in lists.items():
        if name == "topics" and isinstance(value, Mapping):
            for topic, levels in value.items():
                for level, weight in (("strong", STRONG), ("weak", WEAK)):
                    for entry in levels.get(level, ()):
                        builder.add(Kind("topic", topic, weight), entry, is_inflected=True)
        elif isinstance(value, Mapping):
            for group, entries in value.items():
                for entry in entries:
                    builder.add(Kind(name, group, STRONG), entry, is_inflected=name == "audience")
        elif isinstance(value, Sequence) and not isinstance(value, str):
            for entry in value:
                builder.add(Kind(name, "", STRONG), entry, is_inflected=False)
    return builder.build()
