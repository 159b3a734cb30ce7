"""Keys by sound, so that Russian or Ukrainian in Latin letters and Arabic chat spelling meet their words."""

from __future__ import annotations

import re

_CYRILLIC = dict(
    zip(
        "абвгґдеєжзиіїйклмнопрстуфхцчшщъыьэюяё'",
        "a b v h h d e e z z i i i i k l m n o p r s t u f h c c s s _ i _ e u a e _".replace("_", "\0").split(),
        strict=True,
    )
)
_CYRILLIC_TABLE = {ord(key): value.replace("\0", "") for key, value in _CYRILLIC.items()}
# Longest first: the ways to write one Russian or Ukrainian sound with Latin letters.
_LATIN = (
    ("shch", "s"), ("sch", "s"), ("tsch", "c"), ("tch", "c"), ("zh", "z"), ("kh", "h"), ("sh", "s"), ("ch", "c"),
    ("ts", "c"), ("tz", "c"), ("yu", "u"), ("ju", "u"), ("ya", "a"), ("ja", "a"), ("ye", "e"), ("je", "e"),
    ("yo", "e"), ("jo", "e"), ("yi", "i"), ("ij", "i"), ("iy", "i"), ("yy", "i"), ("ck", "k"), ("ph", "f"),
    ("x", "h"), ("w", "v"), ("y", "i"), ("j", "i"), ("g", "h"), ("q", "k"), ("'", ""), ("4", "c"), ("6", "s"),
)  # fmt: skip
_LATIN_PATTERN = re.compile("|".join(re.escape(key) for key, _ in _LATIN))
_LATIN_MAP = dict(_LATIN)
_TWINS = re.compile(r"(.)\1+")
_GLIDES = re.compile(r"i([aeou])")

# Arabic and Persian consonants by the sounds that chat spelling writes; vowels and glides are dropped.
_ARABIC = {
    "ب": "b", "پ": "b", "ت": "t", "ط": "t", "ث": "t", "ج": "j", "چ": "j", "ح": "h", "ه": "h", "خ": "x", "د": "d",
    "ض": "d", "ذ": "d", "ر": "r", "ز": "z", "ظ": "z", "ژ": "j", "س": "s", "ص": "s", "ش": "S", "ع": "3", "غ": "g",
    "ف": "f", "ق": "k", "ك": "k", "گ": "g", "ل": "l", "م": "m", "ن": "n",
}  # fmt: skip
_ARABIC_TABLE = {ord(key): value for key, value in _ARABIC.items()}
_CHAT = (
    ("kh", "x"), ("sh", "S"), ("ch", "j"), ("gh", "g"), ("th", "t"), ("dh", "d"), ("zh", "j"), ("ph", "f"),
    ("3'", "g"), ("7'", "x"), ("3", "3"), ("7", "h"), ("5", "x"), ("6", "t"), ("9", "s"), ("8", "k"), ("2", ""),
    ("p", "b"), ("q", "k"), ("c", "k"), ("v", "f"),
)  # fmt: skip
_CHAT_PATTERN = re.compile("|".join(re.escape(key) for key, _ in _CHAT))
_CHAT_MAP = dict(_CHAT)
_SOUNDS = frozenset("bdfghjklmnrstxzS3")
_DIGIT_IN_WORD = re.compile(r"[a-z][2356789]|[2356789][a-z]")


def _join(key: str) -> str:
    return _GLIDES.sub(r"\1", _TWINS.sub(r"\1", key))


def cyrillic_key(word: str) -> str:
    """Return the sound of a folded Cyrillic word (`убежище`: `ubezise`)."""
    return _join(word.translate(_CYRILLIC_TABLE))


def latin_key(word: str) -> str:
    """Return the sound of a folded Latin word read as Russian or Ukrainian (`ubezhishche`: `ubezise`)."""
    return _join(_LATIN_PATTERN.sub(lambda found: _LATIN_MAP[found.group()], word))


def arabic_key(word: str) -> str:
    """Return the consonants of a folded Arabic or Persian word, a last `ه` left out (`مساعده`: `ms3d`)."""
    word = word[:-1] if word.endswith("ه") and len(word) > 3 else word
    return _TWINS.sub(r"\1", "".join(char for char in word.translate(_ARABIC_TABLE) if char in _SOUNDS))


def chat_key(word: str) -> str:
    """Return the consonants of a folded Latin word read as Arabic or Persian chat spelling (`mosa3ada`: `ms3d`)."""
    key = _CHAT_PATTERN.sub(lambda found: _CHAT_MAP[found.group()], word)
    key = "".join(char for char in key if char in _SOUNDS)
    key = key[:-1] if key.endswith("h") and word.endswith("h") and len(key) > 2 else key
    return _TWINS.sub(r"\1", key)


def has_chat_digits(word: str) -> bool:
    """Say whether a folded Latin word has a digit that stands for an Arabic letter (`7`, `3` ...)."""
    return bool(_DIGIT_IN_WORD.search(word)) and any(char.isalpha() for char in word)
