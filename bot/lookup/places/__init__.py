"""Places: names in nine languages, and which one a question means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError

from bot.lookup.excerpt import ends
from bot.lookup.normal import tokens
from bot.lookup.places.gazetteer import Gazetteer
from bot.lookup.places.meaning import NOWHERE, Asked, Place, choose_place, coded, place_of
from bot.lookup.places.mentions import Mention, find_places
from bot.lookup.places.ways import Roles, roles_of

if TYPE_CHECKING:
    from bot.lookup.lexicon import Lexicons

__all__ = [
    "NOWHERE",
    "Asked",
    "Gazetteer",
    "Mention",
    "Place",
    "choose_place",
    "coded",
    "country_name",
    "find_places",
    "place_of",
    "resolve_place",
    "roles_of",
]

_READ, _MENDED = (24, 8), 16
"""Words of the beginning and of the end that are read of an endless answer to "where?", and those mended in it."""


def resolve_place(text: str, lexicons: Lexicons) -> Place | None:
    """Return the place that a text of few words means (`DE`, `Германия`, `берлин`, `DE-BE`), or None."""
    gazetteer = lexicons.gazetteer
    code = text.strip().upper()
    country, _, subdivision = code.partition("-")
    if country in gazetteer.codes and len(code) <= 6 and (not subdivision or code in gazetteer.subdivisions):
        return Place(country, code if subdivision else "", is_from_text=True)
    found = ends(tokens(text), *_READ)
    named = [each for each in find_places(found, gazetteer, mends=_MENDED) if each.known.kind != "demonym"]
    if not named:
        return None
    place, _ = choose_place(found, named, Roles(), gazetteer)
    return place or place_of(named[0].known)


def country_name(code: str, language: str) -> str:
    """Return the name of a country in a language as Unicode CLDR has it, else the code."""
    try:
        locale = Locale.parse(language.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        locale = Locale.parse("en")
    return str(locale.territories.get(code, code))
