"""Mend a word that no list knows: typos, long-drawn letters, spellings in other letters."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
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
    """Words that can be meant by a misspelt one; looked through only where length and first letters agree.

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
            _bucketed(listed),
            _bucketed(beginnings),
            dict(sounds),
            dict(chats),
            {key: word for key, word in sounds_begun.items() if len(key) >= SHORTEST - 1},
            _bucketed(sounds),
            {key: word for key, word in chats_begun.items() if len(key) >= _SHORTEST_CHAT},
        )

    def _keep(self, *tables: dict[Any, Any]) -> None:
        self.tables = tables
        (
            self._buckets,
            self._beginnings,
            self._sounds,
            self._chats,
            self._sounds_begun,
            self._sound_buckets,
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
        whole = _near(word, self._buckets)
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
        if key in self._sounds:
            return tuple((known, 0) for known in self._sounds[key])
        for length in range(len(key), max(SHORTEST - 2, len(key) - 6), -1):
            if key[:length] in self._sounds_begun:
                return ((self._sounds_begun[key[:length]], 0),)
        return tuple((known, typos) for near, typos in _near(key, self._sound_buckets) for known in self._sounds[near])

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


def _bucketed(words: Iterable[str]) -> dict[tuple[str, int], list[str]]:
    """Return words by their first letter and length."""
    buckets: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
    for word in words:
        if len(word) >= SHORTEST - 1:
            buckets[word[0], len(word)].append(word)
    return dict(buckets)


def _near(word: str, buckets: dict[tuple[str, int], list[str]]) -> tuple[tuple[str, int], ...]:
    allowed = allowed_typos(word)
    if not allowed:
        return ()
    best: list[tuple[str, int]] = []
    for first in dict.fromkeys(word[:2]):
        for length in range(max(SHORTEST - 1, len(word) - allowed), len(word) + allowed + 1):
            bucket = buckets.get((first, length))
            if bucket:
                found = process.extract(word, bucket, scorer=OSA.distance, score_cutoff=allowed, limit=4)
                best.extend((known, int(distance)) for known, distance, _ in found)
    if not best:
        return ()
    least = min(distance for _, distance in best)
    return tuple((known, distance) for known, distance in best if distance == least)
