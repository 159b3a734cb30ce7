"""Recognise organizations and services that a text names, and words that their cards hold."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from rapidfuzz.distance import OSA

from bot.core.directory import Directory, Service
from bot.lookup.normal import script, words
from bot.lookup.stems import BY_SCRIPT, stem
from bot.lookup.vocabulary import Vocabulary, allowed_typos

_LONGEST = 6
_TELLING = 5
_SHARED_AT_MOST = 40
"""Names that hold a word; more of them, and the word tells none of them apart."""
SURELY_NAMED, NAMED, KEYWORD, WORD = 9.0, 6.0, 2.0, 0.5
"""Points for a name of several words, which nobody writes by chance: neither distance nor group outweighs them; for a
name of one word (it may be meant as that word) or badly misspelt, for a keyword, and at most for words that a name
holds."""
_NAMING = 6
"""Words of a message that may be about some organization: in these a name is looked for behind each strange word."""
_SHORTEST_MENDED = 6
_WILD = 3
"""Of so many letters of a word one may be wrong where the rest of the name is written as it is."""


class Names:
    """Names, keywords and words of services, folded, and the numbers of those services."""

    def __init__(
        self, directory: Directory, services: Sequence[Service], is_usual: Callable[[str], bool] = lambda _: False
    ) -> None:
        """Take the services in the order of their numbers; what `is_usual` says many people write is no typo."""
        self._is_usual = is_usual
        by_organization: defaultdict[str, list[int]] = defaultdict(list)
        keywords: defaultdict[str, array[int]] = defaultdict(lambda: array("L"))
        names: defaultdict[str, set[int]] = defaultdict(set)
        for number, service in enumerate(services):
            by_organization[service.organization].append(number)
            for listed in service.keywords.values():
                for keyword in listed:
                    keywords[" ".join(words(keyword))].append(number)
            for text in service.name.values():
                names[" ".join(words(text))].add(number)
        for organization in directory.organizations.values():
            for text in organization.name.values():
                names[" ".join(words(text))].update(by_organization.get(organization.id, ()))
            names[" ".join(words(organization.id))].update(by_organization.get(organization.id, ()))
        self._worded: dict[str, tuple[int, ...]] = _worded(services)
        self._names = {name: tuple(found) for name, found in names.items() if len(name) > 2}
        self._keywords = {word: tuple(found) for word, found in keywords.items() if word}
        self._stemmed, self._holding = _inflected(self._names)
        self._single = Vocabulary((name for name in self._names if " " not in name), has_sounds=False)
        self._begun = frozenset(phrase.partition(" ")[0] for phrase in (*self._names, *self._keywords))
        self._stems_begun = frozenset(" ".join(key.split(" ", 2)[:2]) for key in self._stemmed)

    def find(self, asked: Sequence[str]) -> dict[int, float]:
        """Return the numbers of the services that folded words name, and what that is worth."""
        found: dict[int, float] = {}
        for start, word in enumerate(asked):
            is_begun = word in self._begun
            keys = [key for key in _stem_keys((word,)) if key in self._stems_begun]
            for end in range(start + 1, min(start + _LONGEST, len(asked)) + 1) if is_begun or keys else ():
                phrase = " ".join(asked[start:end])
                _add(found, self._names.get(phrase, ()), NAMED if end - start == 1 else SURELY_NAMED)
                _add(found, self._keywords.get(phrase, ()), KEYWORD)
                for key in _stem_keys(asked[start:end]) if keys and end - start > 1 else ():
                    _add(found, self._names.get(self._stemmed.get(key, ""), ()), SURELY_NAMED)
        for name, worth in self._misspelt(asked):
            _add(found, self._names[name], worth)
        return found

    def _misspelt(self, asked: Sequence[str]) -> Iterator[tuple[str, float]]:
        """Yield names of several words of which one was written as it is and the others nearly so, and of one word."""
        for at, word in enumerate(asked):
            for name in self._holding.get(word, ()):
                parts = name.split()
                start = at - parts.index(word)
                window = asked[start : start + len(parts)] if start >= 0 else ()
                if len(window) < len(parts):
                    continue
                if all(map(_is_near, window, parts)):
                    yield name, SURELY_NAMED
                elif len(word) > _WILD and all(map(self._may_be, window, parts)):
                    yield name, NAMED
            if len(asked) <= _NAMING and len(word) >= _SHORTEST_MENDED and not self._is_usual(word):
                yield from ((name, NAMED) for name, _ in self._single.near(word))

    def _may_be(self, asked: str, named: str) -> bool:
        """Say whether a word that hardly anybody writes may be one of a name."""
        most = len(named) // _WILD
        return asked == named or (not self._is_usual(asked) and OSA.distance(asked, named, score_cutoff=most) <= most)

    def worded(self, asked: Sequence[str]) -> dict[int, float]:
        """Return services whose names share half of the longer words that were asked: for want of better."""
        telling = [word for word in dict.fromkeys(asked) if len(word) >= _TELLING]
        shared: defaultdict[int, int] = defaultdict(int)
        for word in telling:
            for number in self._worded.get(word, ()):
                shared[number] += 1
        return {number: WORD * count / len(telling) for number, count in shared.items() if count * 2 >= len(telling)}


def _inflected(names: Iterable[str]) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """Return names of several words by their stems, and by each word that only few of them hold."""
    stemmed: dict[str, str] = {}
    holding: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        parts = name.split()
        if 1 < len(parts) <= _LONGEST:
            for key in _stem_keys(parts):
                stemmed.setdefault(key, name)
            for word in dict.fromkeys(parts):
                holding[word].append(name)
    return stemmed, {word: tuple(held) for word, held in holding.items() if len(held) <= _SHARED_AT_MOST}


def _stem_keys(parts: Sequence[str]) -> list[str]:
    """Return folded words as stems, for each language of their script; none for Latin letters, which inflect little."""
    languages = BY_SCRIPT.get(script(parts[0]), ())
    if script(parts[0]) == "latin":
        return []
    return [f"{language} " + " ".join(stem(part, language) for part in parts) for language in languages]


def _is_near(asked: str, named: str) -> bool:
    return asked == named or OSA.distance(asked, named, score_cutoff=allowed_typos(named)) <= allowed_typos(named)


def _worded(services: Sequence[Service]) -> dict[str, tuple[int, ...]]:
    """Return the longer words of names and the numbers of their services; words that many share tell nothing."""
    found: defaultdict[str, dict[int, None]] = defaultdict(dict)
    for number, service in enumerate(services):
        for text in service.name.values():
            for word in words(text):
                if len(word) >= _TELLING:
                    found[word][number] = None
    most = max(5, len(services) // 20)
    return {word: tuple(numbers) for word, numbers in found.items() if len(numbers) <= most}


def _add(found: dict[int, float], numbers: Iterable[int], worth: float) -> None:
    for number in numbers:
        found[number] = max(worth, found.get(number, 0.0))
