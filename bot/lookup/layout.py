"""Undo a wrong keyboard layout: what was typed as `e,t;bot` meant `убежище`."""

from __future__ import annotations

_LATIN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,./"
_LAYOUTS = {
    "ru": "ёйцукенгшщзхъфывапролджэячсмитьбю.",
    "uk": "'йцукенгшщзхїфівапролджєячсмитьбю.",
    "ar": "ذضصثقفغعهخحجدشسيبلاتنمكطئءؤر\0ىةوزظ",
    "fa": "\u200dضصثقفغعهخحجچشسیبلاتنمکگظطزرذدپو./",
}
_UPPER_LATIN, _SHIFTED = '~{}:"<>?', "`[];',./"


def _pairs(layout: str) -> list[tuple[str, str]]:
    return [(latin, own) for latin, own in zip(_LATIN, layout, strict=False) if own != "\0"]


def _both_cases(pairs: list[tuple[str, str]]) -> dict[int, str]:
    table: dict[int, str] = {}
    for key, value in pairs:
        table.setdefault(ord(key), value)
        if key.upper() != key:
            table.setdefault(ord(key.upper()), value.upper())
    return table


_UNSHIFT = str.maketrans(_UPPER_LATIN, _SHIFTED)
_FROM_LATIN = {name: _both_cases(_pairs(layout)) for name, layout in _LAYOUTS.items()}
_TO_LATIN = {name: _both_cases([(own, latin) for latin, own in _pairs(layout)]) for name, layout in _LAYOUTS.items()}


def retyped(text: str) -> tuple[tuple[str, str], ...]:
    """Return what the same keys give on other layouts, as (script it gives, text); empty for a mixed text.

    Latin letters give Russian, Ukrainian, Arabic and Persian; those give English (and one another: nothing).
    """
    letters = [char for char in text if char.isalpha()]
    if not letters:
        return ()
    if all(char.isascii() for char in letters):
        plain = text.translate(_UNSHIFT)
        return tuple((name, plain.translate(table)) for name, table in _FROM_LATIN.items())
    if all("Ѐ" <= char <= "ӿ" for char in letters):
        names: tuple[str, ...] = ("ru", "uk")
    elif all("؀" <= char <= "ۿ" for char in letters):
        names = ("ar", "fa")
    else:
        return ()
    given = dict.fromkeys(text.translate(_TO_LATIN[name]) for name in names)
    return tuple(("en", other) for other in given)
