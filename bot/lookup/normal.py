"""Bring text into one spelling: letters folded, marks and invisible characters gone, words with their clauses."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

MAX_LENGTH = 4096
"""Characters of a text that are read; the rest counts for nothing (a Telegram message holds no more)."""

_APOSTROPHES = "’‘ʼʻ`´ʹ＇‛′"
# Arabic, Persian and Urdu ways to write one letter; Turkish dotless i; letters that NFD leaves whole.
_LETTERS = {
    "ى": "ي", "ی": "ي", "ې": "ي", "ک": "ك", "ڪ": "ك", "ة": "ه", "ۀ": "ه", "ہ": "ه", "ھ": "ه", "ە": "ه",
    "ٱ": "ا", "ء": "", "ـ": "", "ı": "i", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D",
    "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ә": "а", "Ә": "А",
}  # fmt: skip
_FOLD = {ord(key): value for key, value in _LETTERS.items()}
_FOLD.update({ord(mark): "'" for mark in _APOSTROPHES})
for _zero in (0x0660, 0x06F0, 0x0966):
    _FOLD.update({_zero + digit: str(digit) for digit in range(10)})

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*'?|[.!?…؟\n]+|[,;:،؛()«»\"“”—–|/]+")
_ENGLISH = {"s": "is", "m": "am", "re": "are", "ve": "have", "ll": "will", "d": "would"}
_ELIDED = frozenset("l d j n s c m t qu jusqu lorsqu puisqu quelqu presqu".split())
_JOINED = {"im": ("i", "am"), "ive": ("i", "have"), "hes": ("he", "is"), "shes": ("she", "is")}
_PERSIAN_STEM = frozenset(("مي", "نمي"))
_PERSIAN_ENDINGS = frozenset(("ها", "هاي", "هايي", "هايم"))
_LAUGHTER = re.compile(
    r"a?(?:ha|ah|he|eh|ja|aj|xa|kh){2,}[haxj]?|а?(?:ха|ах|хи){2,}х?|ه{3,}|خ{3,}|lo+l|lmao|rofl|mdr+|ptdr+|xd+|лол|кек"
)


class Token(NamedTuple):
    """One word: its folded text, the number of its clause and sentence, and how large its letters were."""

    text: str
    clause: int
    sentence: int
    is_capital: bool = False
    is_upper: bool = False

    def __repr__(self) -> str:
        return "Token(of what somebody wrote)"


def _fold(text: str) -> str:
    """Fold letters but keep case."""
    if text.isascii():
        return text.replace("`", "'")
    text = unicodedata.normalize("NFKC", text).translate(_FOLD)
    text = unicodedata.normalize("NFD", text)
    kept = [char for char in text if unicodedata.category(char) not in ("Mn", "Me", "Cf")]
    return unicodedata.normalize("NFC", "".join(kept)).translate(_FOLD)


_PLAIN = re.compile(
    "[а-икл-яєіґ" + "".join(letter for letter in map(chr, range(0x620, 0x660)) if _fold(letter) == letter) + "]+"
)
"""A word of such letters alone is in its one spelling already."""


def normalise(text: str) -> str:
    """Return the text in one spelling: NFKC, folded case, no marks, one kind of apostrophe, digit and space.

    Idempotent; never raises; reads at most `MAX_LENGTH` characters.
    """
    text = text[:MAX_LENGTH]
    if _PLAIN.fullmatch(lower := text.lower()):
        return lower
    if text.isascii():
        return " ".join(text.replace("`", "'").lower().split())
    for _ in range(4):  # folding case can bring letters that fold again
        folded = " ".join(_fold(text).casefold().split())[:MAX_LENGTH]
        if folded == text:
            break
        text = folded
    return text


def _split(word: str) -> tuple[str, ...]:
    """Split one folded word at its apostrophes as its language does."""
    if "'" not in word:
        return _JOINED.get(word, (word,))
    word = word.strip("'")
    left, _, right = word.partition("'")
    right = right.replace("'", "")
    if not right:
        return (left,) if left else ()
    if left[-1] > "Ѐ" or right == "t":  # Cyrillic, Arabic: a sign within the word; English: don't
        return (left + right,)
    if left in _ELIDED and not (left in "smtd" and right in _ENGLISH):
        return (left, right)
    if right in _ENGLISH:
        return (left, _ENGLISH[right])
    return (left, right)


def tokens(text: str) -> tuple[Token, ...]:
    """Return the words of a text, folded, with the clause and the sentence in which each stands."""
    found: list[Token] = []
    clause = sentence = 0
    for match in _WORD.finditer(_fold(text[:MAX_LENGTH])):
        raw = match.group()
        if not raw[0].isalnum():
            clause += 1
            sentence += raw[0] in ".!?…؟\n"
            continue
        is_capital, is_upper = raw[0].isupper(), raw.isupper()
        for part in _split(normalise(raw)):
            last = found[-1] if found else None
            if last and last.clause == clause and _is_persian_pair(last.text, part):
                found[-1] = last._replace(text=last.text + part)
            elif part:
                found.append(Token(part, clause, sentence, is_capital, is_upper))
    return tuple(found)


def _is_persian_pair(left: str, right: str) -> bool:
    """Say whether two words are one in Persian, which some type with a space in between."""
    return (left in _PERSIAN_STEM and right[0] > "Ѐ") or (right in _PERSIAN_ENDINGS and left[0] > "Ѐ")


def words(text: str) -> tuple[str, ...]:
    """Return the folded words of a text alone."""
    return tuple(token.text for token in tokens(text))


def is_laughter(word: str) -> bool:
    """Say whether a folded word is laughter in letters."""
    return bool(_LAUGHTER.fullmatch(word))


def script(word: str) -> str:
    """Return `latin`, `cyrillic`, `arabic` or `other` for the first letter of a folded word."""
    char = word[:1]
    if "a" <= char <= "ɏ":
        return "latin"
    if "Ѐ" <= char <= "ӿ":
        return "cyrillic"
    return "arabic" if "؀" <= char <= "ۿ" else "other"
