"""All that look-up knows of languages and places, built once and only read afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.lookup.phrases import Phrases, compile_lists
from bot.lookup.places.gazetteer import Gazetteer, build_gazetteer
from bot.lookup.stems import LANGUAGES
from bot.lookup.vocabulary import Vocabulary
from bot.lookup.wordings import Usual, Wordings


@dataclass(frozen=True)
class Lexicons:
    """The lists of each language, the words of all of them for mending, and the gazetteer."""

    languages: Mapping[str, Phrases]
    vocabulary: Vocabulary
    gazetteer: Gazetteer
    wordings: Wordings = field(default_factory=Wordings)
    usual: Usual = field(default_factory=Usual)


def compile_lexicons(
    needs: Mapping[str, Mapping[str, object]],
    tables: Mapping[str, str] | None = None,
    aliases: Mapping[str, object] | None = None,
) -> Lexicons:
    """Return the lexicons for parsed `needs/*.yaml` (by language), the place tables and `places/names.yaml`."""
    languages = {language: compile_lists(language, needs[language]) for language in LANGUAGES if language in needs}
    words = dict.fromkeys(word for phrases in languages.values() for word in phrases.exact)
    begun = dict.fromkeys(word for phrases in languages.values() for word in phrases.prefixes)
    empty = {"countries": "", "regions": "", "cities": ""}
    return Lexicons(languages, Vocabulary(words, begun), build_gazetteer(tables or empty, aliases or {}))
