"""Codes that editors write (places, languages, topics), checked, and the right one offered for a wrong one."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from functools import cache

import pycountry
from babel import Locale

from bot.core.directory import EUROPEAN_UNION, WORLDWIDE

TAG = re.compile(r"^[a-z]{2,3}(-[A-Za-z]{4})?(-([A-Z]{2}|\d{3}))?$")

OFTEN_MEANT = {
    "uk": "GB", "england": "GB", "great britain": "GB", "usa": "US", "america": "US", "russia": "RU",
    "turkey": "TR", "türkiye": "TR", "iran": "IR", "syria": "SY", "moldova": "MD", "chechnya": "RU-CE", "czechia": "CZ",
    "dagestan": "RU-DA", "ingushetia": "RU-IN", "world": "WW", "worldwide": "WW", "everywhere": "WW", "*": "WW",
    "europe": "EU", "european union": "EU", "kosovo": "XK", "palestine": "PS",
}  # fmt: skip
LANGUAGES_OFTEN_MEANT = {"ua": "uk", "cz": "cs", "gr": "el", "dk": "da", "se": "sv", "jp": "ja", "cn": "zh", "ge": "ka",
                         "am": "hy", "by": "be", "kz": "kk", "ir": "fa", "farsi": "fa", "dari": "fa-AF", "iw": "he",
                         "chechen": "ce", "ukranian": "uk"}  # fmt: skip


@cache
def country_codes() -> frozenset[str]:
    """Return every ISO 3166-1 alpha-2 code, and XK."""
    return frozenset(country.alpha_2 for country in pycountry.countries) | {"XK"}


@cache
def subdivision_codes() -> frozenset[str]:
    """Return every ISO 3166-2 code."""
    return frozenset(subdivision.code for subdivision in pycountry.subdivisions)


@cache
def _places_by_name() -> dict[str, str]:
    names = {_plain(subdivision.name): subdivision.code for subdivision in pycountry.subdivisions}
    names |= {without_marks(name): code for name, code in names.items()}
    for country in pycountry.countries:
        for label in ("name", "common_name", "official_name"):
            if name := getattr(country, label, ""):
                names[_plain(name)] = country.alpha_2
    return {**names, **OFTEN_MEANT}


@cache
def _language_names() -> dict[str, str]:
    english = Locale("en").languages
    return {_plain(name): tag.replace("_", "-") for tag, name in english.items()} | LANGUAGES_OFTEN_MEANT


def without_marks(text: str) -> str:
    """Return the text without accents and dots: `İstanbul` -> `istanbul`."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("-", " ").split())


def is_place(code: str) -> bool:
    """Say whether it is an ISO 3166-1 or 3166-2 code, EU or WW."""
    return code in (WORLDWIDE, EUROPEAN_UNION) or code in country_codes() or code in subdivision_codes()


def place_fix(wrong: str) -> str:
    """Say what to write instead of something that is no place code: `Istanbul` -> `write TR-34`."""
    if is_place(wrong.upper()) and wrong.upper() not in ("UK",):
        return f"write {wrong.upper()}"
    names = _places_by_name()
    plain = _plain(wrong)
    if plain in names:
        return f"write {names[plain]}"
    near = difflib.get_close_matches(plain, names, n=1, cutoff=0.8)
    if near:
        return f"write {names[near[0]]} if you mean {near[0].title()}"
    return "write an ISO code such as DE or DE-BE, EU for the European Union, WW for worldwide"


def is_language(tag: str) -> bool:
    """Say whether it is a BCP 47 tag of a language that the CLDR knows."""
    if not TAG.match(tag):
        return False
    return tag.split("-")[0] in Locale("en").languages


def language_fix(wrong: str) -> str:
    """Say what to write instead of something that is no language tag: `German` -> `write de`."""
    plain = _plain(wrong)
    names = _language_names()
    if plain in names:
        return f"write {names[plain]}"
    if is_language(wrong.lower()):
        return f"write {wrong.lower()}"
    near = difflib.get_close_matches(plain, names, n=1, cutoff=0.8)
    if near:
        return f"write {names[near[0]]} if you mean {near[0].title()}"
    return "write a language tag such as en, ru or pt-BR"


def word_fix(wrong: str, words: Iterable[str]) -> str:
    """Say which of the known words are nearest: `shleter` -> `write shelter`."""
    known = list(words)
    near = difflib.get_close_matches(wrong.casefold(), known, n=1, cutoff=0.8)
    near = near or difflib.get_close_matches(wrong.casefold(), known, n=3, cutoff=0.5)
    if near:
        return "write " + " or ".join(near)
    return "write one of: " + ", ".join(known)
