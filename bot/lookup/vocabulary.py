"""Mend a word that no list knows: typos, long-drawn letters, spellings in other letters."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.lookup.normal import script
from bot.lookup.sounds import arabic_key, chat_key, cyrillic_key, latin_key
from bot.lookup.stems import stem

_DRAWN = re.compile(r"(.)\1{2,}")
_UMLAUTS = (("ae", "a"), ("oe", "o"), ("ue", "u"))
_SHORTEST_CHAT = 3
_CASE_VOWELS = "aeiu"
SHORTEST = 5
"""Letters that a word needs for a typo in it to be mended."""

_EQUALS = 4
"""Words of one first letter and length that are kept of those equally near."""

_MANY = 24
"""Words that are rather compared one by one than asked for more letters."""

_Shelf = tuple[list[str], list[int], dict[str, int]]


def plainer(word: str) -> tuple[str, ...]:
    """Return simpler spellings of a folded word: `heeelp`: `help`, `heelp`; `fluechtling`: `fluchtling`."""
    found = []
    if _DRAWN.search(word):
        found += [_DRAWN.sub(r"\1", word), _DRAWN.sub(r"\1\1", word)]
    if word.isascii():
        for pair, letter in _UMLAUTS:
            if pair in word:
                found.append(word.replace(pair, letter))
    return tuple(found)


def allowed_typos(word: str) -> int:
    """Return how many letters of a word may be wrong: none below five, one below seven, else two."""
    return 0 if len(word) < SHORTEST else 1 if len(word) < 7 else 2


def is_other_form(word: str, near: str) -> bool:
    """Say whether two Cyrillic words differ in their endings alone: rather another form than a typo."""
    return word[0] > "\u0400" and word[: len(word) - 2] == near[: len(word) - 2] and word[-1] != near[-1]


class Vocabulary:
    """Words that can be meant by a misspelt one; looked through only where length, first and most letters agree.

    `begun` holds beginnings of words (of `stem*`), which are mended as well.
    """

    def __init__(self, words: Iterable[str], begun: Iterable[str] = (), *, has_sounds: bool = True) -> None:
        listed, beginnings = tuple(words), tuple(begun)
        sounds: defaultdict[str, list[str]] = defaultdict(list)
        chats: defaultdict[str, list[str]] = defaultdict(list)
        sounds_begun: dict[str, str] = {}
        chats_begun: dict[str, str] = {}
        for word in listed if has_sounds else ():
            letters = script(word) if len(word) >= 3 else ""
            if letters == "cyrillic":
                sounds[cyrillic_key(word)].append(word)
                sounds_begun.setdefault(cyrillic_key(stem(word, "ru")), word)
            elif letters == "arabic" and len(arabic_key(word)) >= _SHORTEST_CHAT:
                chats[arabic_key(word)].append(word)
                chats_begun.setdefault(arabic_key(stem(word, "fa")), word)
        for word in beginnings if has_sounds else ():
            if script(word) == "cyrillic":
                sounds_begun[cyrillic_key(word)] = word
            elif script(word) == "arabic":
                chats_begun[arabic_key(word)] = word
        self._keep(
            _shelved(listed),
            _shelved(beginnings),
            dict(sounds),
            dict(chats),
            {key: word for key, word in sounds_begun.items() if len(key) >= SHORTEST - 1},
            _shelved(sounds),
            {key: word for key, word in chats_begun.items() if len(key) >= _SHORTEST_CHAT},
        )

    def _keep(self, *tables: dict[Any, Any]) -> None:
        self.tables = tables
        (
            self._whole,
            self._beginnings,
            self._sounds,
            self._chats,
            self._sounds_begun,
            self._sound_keys,
            self._chats_begun,
        ) = tables

    @classmethod
    def of(cls, tables: Iterable[dict[Any, Any]]) -> Vocabulary:
        """Return the vocabulary with the `tables` of one that was built."""
        made = cls(())
        made._keep(*tables)
        return made

    def near(self, word: str) -> tuple[tuple[str, int], ...]:
        """Return the words that differ from a folded word by few letters, and by how many; nearest only."""
        whole = _near(word, self._whole)
        if whole and whole[0][1] == 1:
            return whole
        begun: dict[str, int] = {}
        for length in range(SHORTEST, min(len(word), 12) + 1) if self._beginnings else ():
            for near, typos in _near(word[:length], self._beginnings):
                begun[near] = min(typos, begun.get(near, 9))
        if not begun:
            return whole
        least = min(begun.values())
        return whole + tuple((near, typos) for near, typos in begun.items() if typos == least)

    def sounding(self, word: str) -> tuple[tuple[str, int], ...]:
        """Return Cyrillic words that a Latin word may be, and by how many sounds they differ; nearest only."""
        key = latin_key(word)
        alike = self._alike(key)
        if alike:
            return tuple((known, 0) for known in alike)
        return tuple((known, typos) for near, typos in _near(key, self._sound_keys) for known in self._sounds[near])

    def alike(self, word: str) -> Sequence[str]:
        """Return Cyrillic words that a Latin word may be, sound by sound."""
        return self._alike(latin_key(word))

    def _alike(self, key: str) -> Sequence[str]:
        alike: Sequence[str] = self._sounds.get(key, ())
        for length in range(len(key), max(SHORTEST - 2, len(key) - 6), -1):
            if not alike and key[:length] in self._sounds_begun:
                alike = (self._sounds_begun[key[:length]],)
        return alike

    def sounding_in_a_case(self, word: str) -> tuple[str, ...]:
        """Return the Cyrillic words of which a Latin word may be another case (`parizhe`: `париж`)."""
        key = latin_key(word)
        if len(key) < SHORTEST or key[-1] not in _CASE_VOWELS:
            return ()
        return next((tuple(self._sounds[begun]) for begun in (key[:-1], key[:-1] + "a") if begun in self._sounds), ())

    def spelt(self, word: str) -> tuple[str, ...]:
        """Return the Arabic and Persian words all of whose consonants a Latin word has."""
        key = chat_key(word)
        return tuple(self._chats.get(key, ())) if len(key) >= _SHORTEST_CHAT else ()

    def chatted(self, word: str) -> tuple[str, ...]:
        """Return Arabic and Persian words that a Latin word may be in chat spelling."""
        key = chat_key(word)
        if len(key) < _SHORTEST_CHAT:
            return ()
        if key in self._chats:
            return tuple(self._chats[key])
        begun = (self._chats_begun.get(key[:length]) for length in range(len(key), max(len(key) - 3, 2), -1))
        return tuple(word for word in begun if word)[:1]


def _shelved(words: Iterable[str]) -> dict[str, _Shelf]:
    """Return words by their first letter: in the order of their length, from where on each length stands, and which
    of them (as bits of a number) hold a letter.
    """
    shelves: defaultdict[str, list[str]] = defaultdict(list)
    for word in words:
        if len(word) >= SHORTEST - 1:
            shelves[word[0]].append(word)
    found: dict[str, _Shelf] = {}
    for first, listed in shelves.items():
        listed.sort(key=len)
        holding: defaultdict[str, int] = defaultdict(int)
        for number, word in enumerate(listed):
            for letter in set(word):
                holding[letter] |= 1 << number
        starts = [bisect_left(listed, length, key=len) for length in range(len(listed[-1]) + 2)]
        found[first] = (listed, starts, dict(holding))
    return found


def _near(word: str, shelves: Mapping[str, _Shelf]) -> tuple[tuple[str, int], ...]:
    """Return the words nearest to a folded one, at most `_EQUALS` of each first letter and length, and how near."""
    allowed = allowed_typos(word)
    if not allowed:
        return ()
    likely = [known for first in dict.fromkeys(word[:2]) for known in _likely(word, shelves.get(first), allowed)]
    found = process.extract(word, likely, scorer=OSA.distance, score_cutoff=allowed, limit=None)
    least = found[0][1] if found else 0
    equals: defaultdict[tuple[str, int], int] = defaultdict(int)
    best: list[tuple[str, int]] = []
    for known, distance, _ in found:  # by distance, and as they stand among equals
        equals[known[0], len(known)] += 1
        if distance == least and equals[known[0], len(known)] <= _EQUALS:
            best.append((known, int(distance)))
    return tuple(best)


def _likely(word: str, shelf: _Shelf | None, allowed: int) -> list[str]:
    """Return the words of a shelf that lack at most `allowed` letters of a word and, where these tell little, hold at
    most as many others: a typo takes no more than one away, and brings no more than one.
    """
    if shelf is None:
        return []
    words, starts, holding = shelf
    first = starts[min(max(SHORTEST - 1, len(word) - allowed), len(starts) - 1)]
    last = starts[min(len(word) + allowed + 1, len(starts) - 1)]
    letters = set(word)
    left = _kept((1 << last) - (1 << first), (holding.get(letter, 0) for letter in letters), allowed)
    if left.bit_count() > _MANY:
        left = _kept(left, (left & ~hold for letter, hold in holding.items() if letter not in letters), allowed)
    found = []
    while left:
        lowest = left & -left
        left ^= lowest
        found.append(words[lowest.bit_length() - 1])
    return found


def _kept(asked: int, answers: Iterable[int], allowed: int) -> int:
    """Return those bits of a number that all answers have but one, or but two where two are allowed.

    All bits are asked at once: which have had each answer so far, which lacked one, which two.
    """
    none, one, two = asked, 0, 0
    for answer in answers:
        none_left, one_left = none & answer, one & answer
        if allowed > 1:
            two = (two & answer) | (one ^ one_left)
        one = one_left | (none ^ none_left)
        none = none_left
        if not (none or one or two):
            break
    return none | one | two
