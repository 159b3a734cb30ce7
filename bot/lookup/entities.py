"""Numbers, names and words of content: what tells one event from another like it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from anyascii import anyascii

from bot.lookup.normal import Token, script
from bot.lookup.stems import stem

_NUMBER = re.compile(
    r"(?<!\w)(\d{1,3}(?:[ \u00a0,.]\d{3})+|\d{1,9}(?:[.,]\d)?)(?!\w)(?:\s*(million|thousand|млн|тыс|миллион))?"
)
_SCALES = {"million": 6, "thousand": 3, "млн": 6, "тыс": 3, "миллион": 6}


def numbers_in(text: str, part: Sequence[Token], in_words: Mapping[str, int]) -> Iterator[str]:
    """Yield numbers from two upwards, also those in words; `1.7 million` is 1700000."""
    for match in _NUMBER.finditer(text):
        digits, scale = match.groups()
        whole = re.sub(r"[ \u00a0,.](?=\d{3})", "", digits).replace(",", ".")
        value = round(float(whole) * 10 ** _SCALES.get(scale or "", 0))
        if value > 1:
            yield str(value)
    for token in part:
        if token.text in in_words:
            yield str(in_words[token.text])


def names_in(part: Sequence[Token], known: Collection[int]) -> Iterator[str]:
    """Yield a key for each word with a capital, without those numbered in `known`, abbreviations and first words."""
    capitals = sum(token.is_capital for token in part)
    if capitals * 2 > len(part) > 3:
        return  # each word has a capital, so that it says nothing
    last = -1
    for at, token in enumerate(part):
        is_first, last = token.sentence != last, token.sentence
        if token.is_capital and not token.is_upper and not is_first and at not in known and len(token.text) > 2:
            yield name_key(token.text)


def name_key(word: str) -> str:
    """Return the consonants of a name in Latin letters, so that it is the same in two scripts and cases."""
    latin = anyascii(stem(word, "ru") if script(word) == "cyrillic" else word).lower()
    for long, short in (("kh", "h"), ("zh", "j"), ("ts", "c"), ("ch", "c"), ("sh", "s"), ("ck", "k"), ("ph", "f")):
        latin = latin.replace(long, short)
    return "".join(char for char in latin if char not in "aeiouy'j")[:8] or latin


def content_of(part: Sequence[Token]) -> Iterator[str]:
    """Yield the stems of longer words."""
    for token in part:
        if len(token.text) > 3 and token.text.isalpha():
            letters = script(token.text)
            yield stem(token.text, "ru" if letters == "cyrillic" else "en")
