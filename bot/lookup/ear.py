"""The languages as one ear for single words: what a word is in each that may be written so."""

from __future__ import annotations

from collections.abc import Mapping

from bot.lookup.normal import script
from bot.lookup.phrases import Phrases
from bot.lookup.stems import BY_SCRIPT


class Ear:
    """Made for one text and forgotten with it: a word that is asked for again is not looked up again."""

    def __init__(self, languages: Mapping[str, Phrases]) -> None:
        self._languages = languages
        self._of_script = {
            letters: [(language, languages[language]) for language in written if language in languages]
            for letters, written in BY_SCRIPT.items()
        }
        self._of_script["latin"] = list(languages.items())  # in chats every language is written so
        self._heard: dict[str, dict[str, tuple[int, ...]]] = {}

    def elements(self, word: str) -> Mapping[str, tuple[int, ...]]:
        """Return what a folded word is in each language that knows it."""
        heard = self._heard.get(word)
        if heard is None:
            heard = self._heard[word] = {}
            for language, phrases in self._of_script.get(script(word)) or self._languages.items():
                if found := phrases.elements(word):
                    heard[language] = found
        return heard

    def knows(self, word: str) -> bool:
        """Say whether a folded word stands in any list."""
        return bool(self.elements(word))
