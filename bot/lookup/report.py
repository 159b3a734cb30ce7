"""Read a news report: which concepts, countries, places, numbers and names its title and summary hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.core.triage import Mention, Reading
from bot.lookup.entities import content_of, names_in, numbers_in
from bot.lookup.lexicon import Lexicons
from bot.lookup.normal import Token, normalise, script, tokens
from bot.lookup.normal import words as words_of
from bot.lookup.phrases import Hit, Phrases, compile_lists
from bot.lookup.places.gazetteer import Known
from bot.lookup.places.mentions import find_places
from bot.lookup.stems import BY_SCRIPT
from bot.lookup.wordings import Wordings

IN_TITLE, IN_SUMMARY = 2.0, 1.0
SMALLEST_CITY = 40
"""Thousands of people of the smallest city that a report may mean where its name stands alone."""
SMALL_CITIES = range(1, 400)
"""Thousands of people of a city whose name before another capital is rather a first name."""
LONGEST_READ = 3000
"""Characters of a title or summary that are read: what matters stands at the beginning."""


@dataclass(frozen=True)
class NewsLexicons:
    """The lists of `news/*.yaml`, ready to be found, and what look-up knows of places."""

    languages: Mapping[str, Phrases]
    places: Lexicons
    numbers: Mapping[str, int]
    wordings: Wordings = field(default_factory=Wordings)


def compile_news(
    lists: Mapping[str, Mapping[str, object]], places: Lexicons, wordings: Wordings | None = None
) -> NewsLexicons:
    """Return the lexicons for parsed `news/<language>.yaml`; plain words match in every form, `=word` as written."""
    languages: dict[str, Phrases] = {}
    numbers: dict[str, int] = {}
    for language, parts in lists.items():
        languages[language] = compile_lists(language, {name: _inflected(part) for name, part in parts.items()})
        words = parts.get("numbers")
        if isinstance(words, Mapping):
            for number, forms in words.items():
                numbers.update({_folded(form): int(number) for form in forms})
    return NewsLexicons(languages, places, numbers, wordings or Wordings())


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


@dataclass(frozen=True, slots=True)
class _Part:
    """What the title or the summary alone holds; `named` are countries with the place within, once for each clause."""

    concepts: Counter[str]
    speakers: Counter[str]
    named: list[tuple[str, str]]
    numbers: frozenset[str]
    names: frozenset[str]
    words: frozenset[str]


def read_report(title: str, summary: str, language: str, lexicons: NewsLexicons) -> Reading:
    """Return what was understood; `language` is only a hint, the letters decide which lists are asked."""
    head, body = _read(title[:LONGEST_READ], lexicons), _read(summary[:LONGEST_READ], lexicons)
    countries = _weighed(Counter(code for code, _ in head.named), Counter(code for code, _ in body.named))
    speakers = _weighed(head.speakers, body.speakers)
    mentions = [Mention(code, weight) for code, weight in countries.items()]
    mentions += [Mention(code, weight, True) for code, weight in speakers.items() if code not in countries]
    return Reading(
        language=language or ("ru" if script(f"{title} {summary}".lstrip("«\"' ").lower()) == "cyrillic" else "en"),
        concepts=_weighed(head.concepts, body.concepts),
        in_title=frozenset(head.concepts),
        mentions=tuple(mentions),
        title_countries=frozenset(code for code, _ in head.named),
        places=frozenset(place for _, place in (*head.named, *body.named) if place),
        numbers=head.numbers | body.numbers,
        names=head.names | body.names,
        words=head.words | body.words,
        wording=_points(title, summary, lexicons.wordings),
    )


def _points(title: str, summary: str, wordings: Wordings) -> tuple[float, ...]:
    """Return what the wording says for each label; the title speaks twice as loudly as the rest."""
    headline = words_of(title[:LONGEST_READ])
    return wordings.points([*headline, *words_of(summary[:LONGEST_READ])], headline=len(headline))


def _weighed(head: Mapping[str, int], body: Mapping[str, int]) -> dict[str, float]:
    return {
        name: IN_TITLE * head.get(name, 0) + IN_SUMMARY * body.get(name, 0) for name in dict.fromkeys((*head, *body))
    }


def _read(text: str, lexicons: NewsLexicons) -> _Part:
    part = tokens(text)
    hits, figures = _hits(part, lexicons)
    named, known = _named(part, hits, figures, lexicons)
    known.update(at for hit in hits if hit.kind.list == "concepts" for at in range(hit.start, hit.end))
    return _Part(
        Counter(hit.kind.name for hit in hits if hit.kind.list == "concepts"),
        Counter(hit.kind.name for hit in hits if hit.kind.list == "speakers"),
        named,
        frozenset(numbers_in(text, part, lexicons.numbers)),
        frozenset(names_in(part, known)),
        frozenset(content_of(part)),
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
) -> tuple[list[tuple[str, str]], set[int]]:
    """Return each country named, with the place within it if any, and the numbers of the words that name them."""
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
        place = f"{known.code} {known.city}" if known.city else known.code if known.kind == "region" else ""
        key = (known.country, part[mention.start].clause)
        if key in found or not taken.intersection(range(mention.start, mention.end)):
            found[key] = found.get(key) or place
            if place and found[key] != place:
                found[known.country, -1 - mention.start] = place
    taken.update(at for mention in mentions for at in range(mention.start, mention.end))
    return [(code, place) for (code, _), place in found.items()], taken


def _is_meant(known: Known, token: Token) -> bool:
    """Say whether a report can mean this place: a city or region needs a capital, a city also some size."""
    if known.city and script(token.text) == "latin" and normalise(known.city)[:1] != token.text[:1]:
        return False  # a spelling of another language, more likely a word
    if known.kind in ("country", "demonym"):
        return token.is_capital or known.kind == "demonym"
    return token.is_capital and (known.kind == "region" or known.people >= SMALLEST_CITY)


def _is_person(part: Sequence[Token], start: int, end: int) -> bool:
    """Say whether a city's name is rather a first name: a second capital follows, in a text that does not shout."""
    if end >= len(part) or not part[end].is_capital or part[end].clause != part[start].clause:
        return False
    return sum(token.is_capital for token in part) * 2 < len(part)
