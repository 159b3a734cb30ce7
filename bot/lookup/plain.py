"""Lexicons as values of plain types and back, so that what was built once can be kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from bot.lookup.lexicon import Lexicons
from bot.lookup.phrases import Kind, Phrases
from bot.lookup.places.gazetteer import Gazetteer, Known
from bot.lookup.vocabulary import Vocabulary

Plain = dict[str, Any]
"""Dicts, lists, tuples, texts and numbers alone."""


def to_plain(lexicons: Lexicons) -> Plain:
    """Return the lexicons as plain values."""
    gazetteer = {part.name: getattr(lexicons.gazetteer, part.name) for part in fields(Gazetteer)}
    number_of: dict[Known, int] = {}
    for name in ("names", "stems"):
        gazetteer[name] = {
            key: tuple(number_of.setdefault(known, len(number_of)) for known in found)
            for key, found in gazetteer[name].items()
        }
    gazetteer["prefixes"] = {
        key: number_of.setdefault(known, len(number_of)) for key, known in gazetteer["prefixes"].items()
    }
    gazetteer["vocabulary"] = lexicons.gazetteer.vocabulary.tables
    languages = {}
    for language, phrases in lexicons.languages.items():
        languages[language] = {part.name: getattr(phrases, part.name) for part in fields(Phrases)}
        languages[language]["kinds"] = [tuple(kind) for kind in phrases.kinds]
    return {
        "languages": languages,
        "vocabulary": lexicons.vocabulary.tables,
        "gazetteer": gazetteer,
        "known": [tuple(known) for known in number_of],
    }


def from_plain(plain: Mapping[str, Any]) -> Lexicons:
    """Return the lexicons that `to_plain` gave."""
    known = [Known(*values) for values in plain["known"]]
    gazetteer = dict(plain["gazetteer"])
    for name in ("names", "stems"):
        gazetteer[name] = {key: tuple(known[number] for number in found) for key, found in gazetteer[name].items()}
    gazetteer["prefixes"] = {key: known[number] for key, number in gazetteer["prefixes"].items()}
    gazetteer["vocabulary"] = Vocabulary.of(gazetteer["vocabulary"])
    languages = {}
    for language, parts in plain["languages"].items():
        languages[language] = Phrases(**{**parts, "kinds": [Kind(*kind) for kind in parts["kinds"]]})
    return Lexicons(languages, Vocabulary.of(plain["vocabulary"]), Gazetteer(**gazetteer))
