"""All that look-up knows of languages and places, built once and only read afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.lookup.normal import script, words
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

    def is_everyday(self, text: str) -> bool:
        """Say whether a text is a single word that many people write, or nothing but the name of a place."""
        said = words(text)
        if self.gazetteer.named(" ".join(said)) or not said:
            return True
        if len(said) > 1:
            return False
        return self.usual.holds(said[0]) or bool(self.gazetteer.stemmed(said, script(said[0])))


def compile_lexicons(
    needs: Mapping[str, Mapping[str, object]],
    tables: Mapping[str, str] | None = None,
    aliases: Mapping[str, object] | None = None,
) -> Lexicons:
    """Return the lexicons for parsed `needs/*.yaml` (by language), the place tables and `places/names.yaml`."""
    languages = {language: compile_lists(language, needs[language]) for language in LANGUAGES if language in needs}
    known = dict.fromkeys(word for phrases in languages.values() for word in phrases.exact)
    begun = dict.fromkeys(word for phrases in languages.values() for word in phrases.prefixes)
    empty = {"countries": "", "regions": "", "cities": ""}
    return Lexicons(languages, Vocabulary(known, begun), build_gazetteer(tables or empty, aliases or {}))
