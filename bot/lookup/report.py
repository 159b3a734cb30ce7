"""Read a news report: which concepts, countries, places, numbers and names its title and summary hold."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from anyascii import anyascii

from bot.core.triage import Mention, Reading
from bot.lookup.lexicon import Lexicons
from bot.lookup.normal import Token, script, tokens
from bot.lookup.phrases import Hit, Phrases, compile_lists
from bot.lookup.places.gazetteer import Known
from bot.lookup.places.mentions import find_places
from bot.lookup.stems import BY_SCRIPT, stem

IN_TITLE, IN_SUMMARY = 2.0, 1.0
SMALLEST_CITY = 40
"""Thousands of people of the smallest city that a report may mean where its name stands alone."""
SMALL_CITIES = range(1, 400)
"""Thousands of people of a city whose name before another capital is rather a first name."""
LONGEST_READ = 3000
"""Characters of a title or summary that are read: what matters stands at the beginning."""

_NUMBER = re.compile(
    r"(?<!\w)(\d{1,3}(?:[ \u00a0,.]\d{3})+|\d{1,9}(?:[.,]\d)?)(?!\w)(?:\s*(million|thousand|млн|тыс|миллион))?"
)
_SCALES = {"million": 6, "thousand": 3, "млн": 6, "тыс": 3, "миллион": 6}


@dataclass(frozen=True)
class NewsLexicons:
    """The lists of `news/*.yaml`, ready to be found, and what look-up knows of places."""

    languages: Mapping[str, Phrases]
    places: Lexicons
    numbers: Mapping[str, int]


def compile_news(lists: Mapping[str, Mapping[str, object]], places: Lexicons) -> NewsLexicons:
    """Return the lexicons for parsed `news/<language>.yaml`; plain words match in every form, `=word` as written."""
    languages: dict[str, Phrases] = {}
    numbers: dict[str, int] = {}
    for language, parts in lists.items():
        languages[language] = compile_lists(language, {name: _inflected(part) for name, part in parts.items()})
        words = parts.get("numbers")
        if isinstance(words, Mapping):
            for number, forms in words.items():
                numbers.update({_folded(form): int(number) for form in forms})
    return NewsLexicons(languages, places, numbers)


def _folded(word: str) -> str:
    return " ".join(token.text for token in tokens(word))


def _inflected(part: object) -> object:
    """Return lists in which a word matches every form, as phrases of `news/` are meant."""
    if isinstance(part, Mapping):
        return {name: _inflected(entries) for name, entries in part.items()}
    if isinstance(part, Sequence) and not isinstance(part, str):
        return [" ".join(_choices(word) for word in str(entry).split()) for entry in part]
    return part


def _choices(written: str) -> str:
    if written.startswith("="):
        return written[1:]
    return "|".join(word if word.endswith("*") else f"~{word}" for word in written.split("|"))


def read_report(title: str, summary: str, language: str, lexicons: NewsLexicons) -> Reading:
    """Return what was understood; `language` is only a hint, the letters decide which lists are asked."""
    concepts: defaultdict[str, float] = defaultdict(float)
    countries: defaultdict[str, float] = defaultdict(float)
    speakers: defaultdict[str, float] = defaultdict(float)
    in_title: set[str] = set()
    title_countries: set[str] = set()
    places: set[str] = set()
    numbers: set[str] = set()
    heads: list[Token] = []
    for text, weight in ((title, IN_TITLE), (summary, IN_SUMMARY)):
        part = tokens(text[:LONGEST_READ])
        heads.extend(part)
        numbers.update(_numbers(text[:LONGEST_READ], part, lexicons))
        hits, figures = _hits(part, lexicons)
        for hit in hits:
            if hit.kind.list == "concepts":
                concepts[hit.kind.name] += weight
            elif hit.kind.list == "speakers":
                speakers[hit.kind.name] += weight
        named = _named(part, hits, figures, lexicons)
        for code, place in named:
            countries[code] += weight
            if place:
                places.add(place)
        if weight == IN_TITLE:
            in_title.update(concepts)
            title_countries.update(code for code, _ in named)
    mentions = [Mention(code, weight) for code, weight in countries.items()]
    mentions += [Mention(code, weight, True) for code, weight in speakers.items() if code not in countries]
    letters = script(next((token.text for token in heads if token.text[:1].isalpha()), ""))
    return Reading(
        language or ("ru" if letters == "cyrillic" else "en"),
        dict(concepts),
        frozenset(in_title),
        tuple(mentions),
        frozenset(title_countries),
        frozenset(places),
        frozenset(numbers),
        frozenset(_names(heads)),
        frozenset(_content(heads)),
    )


def _hits(part: Sequence[Token], lexicons: NewsLexicons) -> tuple[list[Hit], set[int]]:
    """Return what the lists of the scripts at hand find, without what a figure of speech covers."""
    scripts = {script(token.text) for token in part}
    found: list[Hit] = []
    for language, phrases in lexicons.languages.items():
        if any(language in BY_SCRIPT.get(letters, ()) for letters in scripts):
            found += phrases.find([dict.fromkeys(phrases.elements(token.text), 1.0) for token in part])
    figures = {at for hit in found if hit.kind.list == "figures" for at in range(hit.start, hit.end)}
    return [hit for hit in found if hit.start not in figures and hit.end - 1 not in figures], figures


def _named(
    part: Sequence[Token], hits: Sequence[Hit], figures: set[int], lexicons: NewsLexicons
) -> list[tuple[str, str]]:
    """Return each country named (once for each clause that names it), and the place within it if any."""
    taken: set[int] = set()
    found: dict[tuple[str, int], str] = {}
    spoken = {at for hit in hits if hit.kind.list == "languages" for at in range(hit.start, hit.end)}
    for hit in hits:
        if hit.kind.list == "countries" and hit.start not in spoken:
            found.setdefault((hit.kind.name, part[hit.start].clause), "")
        if hit.kind.list in ("countries", "speakers", "languages"):
            taken.update(range(hit.start, hit.end))
    mentions = find_places(part, lexicons.places.gazetteer, range(len(part)))
    for mention in mentions:
        known = next((meaning for meaning in mention.meanings if _is_meant(meaning, part[mention.start])), None)
        if (
            known is None
            or mention.start in figures
            or (known.people in SMALL_CITIES and _is_person(part, mention.start, mention.end))
        ):
            continue
        place = known.city or (known.code if known.kind == "region" else "")
        key = (known.country, part[mention.start].clause)
        if key in found or not taken.intersection(range(mention.start, mention.end)):
            found[key] = found.get(key) or place
            if place and found[key] != place:
                found[known.country, -1 - mention.start] = place
    return [(code, place) for (code, _), place in found.items()]


def _is_meant(known: Known, token: Token) -> bool:
    """Say whether a report can mean this place: a city or region needs a capital, a city also some size."""
    if known.kind in ("country", "demonym"):
        return token.is_capital or known.kind == "demonym"
    return token.is_capital and (known.kind == "region" or known.people >= SMALLEST_CITY)


def _is_person(part: Sequence[Token], start: int, end: int) -> bool:
    """Say whether a city's name is rather a first name: a second capital follows, in a text that does not shout."""
    if end >= len(part) or not part[end].is_capital or part[end].clause != part[start].clause:
        return False
    return sum(token.is_capital for token in part) * 2 < len(part)


def _numbers(text: str, part: Sequence[Token], lexicons: NewsLexicons) -> Iterator[str]:
    """Yield numbers from two upwards, also those in words; `1.7 million` is 1700000."""
    for match in _NUMBER.finditer(text):
        digits, scale = match.groups()
        whole = re.sub(r"[ \u00a0,.](?=\d{3})", "", digits).replace(",", ".")
        value = round(float(whole) * 10 ** _SCALES.get(scale or "", 0))
        if value > 1:
            yield str(value)
    for token in part:
        if token.text in lexicons.numbers:
            yield str(lexicons.numbers[token.text])


def _names(part: Sequence[Token]) -> Iterator[str]:
    """Yield words with a capital that do not begin a sentence, as rough Latin letters without their endings."""
    last = -1
    for token in part:
        if token.is_capital and token.sentence == last and len(token.text) > 2:
            yield name_key(token.text)
        last = token.sentence


def name_key(word: str) -> str:
    """Return the consonants of a name in Latin letters, so that it is the same in two scripts and cases."""
    latin = anyascii(stem(word, "ru") if script(word) == "cyrillic" else word).lower()
    for long, short in (("kh", "h"), ("zh", "j"), ("ts", "c"), ("ch", "c"), ("sh", "s"), ("ck", "k"), ("ph", "f")):
        latin = latin.replace(long, short)
    return "".join(char for char in latin if char not in "aeiouy'j")[:8] or latin


def _content(part: Sequence[Token]) -> Iterator[str]:
    """Yield the stems of longer words."""
    for token in part:
        if len(token.text) > 3 and token.text.isalpha():
            letters = script(token.text)
            yield stem(token.text, "ru" if letters == "cyrillic" else "en")
