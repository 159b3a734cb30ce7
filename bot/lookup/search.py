"""Find the services that answer a question, the right one first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from bot.core.directory import EU_MEMBERS, EUROPEAN_UNION, WORLDWIDE, Directory, Service
from bot.lookup.excerpt import excerpt
from bot.lookup.lexicon import Lexicons
from bot.lookup.names import Names
from bot.lookup.places import Place, coded
from bot.lookup.question import Question, understand
from bot.lookup.rank import CRISIS_NEEDS, Ranker, Scored

MOST = 50
"""Matches given at most."""
_NAMING = 4
"""Words of a message that may be nothing but the name of an organization."""
_PER_LIST_ASIDE = 20


@dataclass(frozen=True, slots=True)
class Match:
    """One service that answers, its score (3.0 is a full answer), and why in short sentences."""

    service: Service
    score: float
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """What a question was understood as, and the services that answer it, best first."""

    question: Question
    matches: tuple[Match, ...]
    is_crisis: bool


class Index:
    """A directory made ready for questions; built once for each version of it and each day."""

    def __init__(self, directory: Directory, lexicons: Lexicons, today: date) -> None:
        self.directory = directory
        self.lexicons = lexicons
        self._ranker = Ranker(directory, today, lexicons.gazetteer)
        services = sorted(directory.visible(today), key=self._ranker.standing)
        self._services: tuple[Service, ...] = tuple(services)
        self._names = Names(directory, self._services, lexicons.usual.holds)
        lists: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for number, service in enumerate(self._services):
            areas = {code.partition("-")[0] for code in service.service_area} | set(service.service_area)
            for topic in service.topics:
                for area in ("", *areas):
                    lists[topic, area].append(number)
        self._lists = {
            key: sorted(numbers, key=lambda number: self._ranker.rank_in_list(self._services[number], *key))
            for key, numbers in lists.items()
        }

    def answer(self, text: str, *, country: str = "", language: str = "", limit: int | None = 5) -> Answer:
        """Return what a text asks and the services that answer, at most `limit` (None: at most `MOST`).

        `country` and `language` are what the person has saved; the text wins over both. Of an endless text only the
        beginning and the end are read.
        """
        question = understand(excerpt(text), self.lexicons, country=country, language=language)
        named = self._names.find(question.words)
        if question.is_chatter and not (named and len(question.words) <= _NAMING):
            return Answer(question, (), is_crisis=False)
        if question.is_bare and not named:
            matches = self.crisis(question.place.subdivision or question.place.country)
            return Answer(question, matches[:limit], is_crisis=False)
        needs = dict(question.needs)
        candidates = self._candidates(needs, question.place)
        if not needs and not named and not question.danger:
            named = self._names.worded(question.words)
        if question.danger:
            needs = _with_danger(needs, question)
            candidates |= self._candidates(needs, question.place)
        candidates.update(named)
        scored = self._ranker.rank([(number, self._services[number]) for number in candidates], question, needs, named)
        return Answer(question, self._matches(scored, limit), is_crisis=bool(question.danger))

    def crisis(self, area: str = "") -> tuple[Match, ...]:
        """Return the emergency help that reaches an area (`DE`, `RU-CE`, '' for everywhere), for `/sos` and `/help`."""
        question = Question(place=coded(area), danger="violence")
        needs = dict(CRISIS_NEEDS[question.danger])
        candidates = self._candidates(dict.fromkeys(needs, 1.0), question.place)
        scored = self._ranker.rank([(number, self._services[number]) for number in candidates], question, needs, {})
        return self._matches(scored, None)

    def by_topic(self, topic: str, area: str = "") -> tuple[Match, ...]:
        """Return the services of a topic that reach an area (`DE`, `RU-CE`; any, if none is given)."""
        question = Question(place=coded(area), needs={topic: 1.0})
        candidates = self._lists.get((topic, ""), ())
        scored = self._ranker.rank(
            [(number, self._services[number]) for number in candidates], question, {topic: 1.0}, {}
        )
        return self._matches(scored, None)

    def _candidates(self, needs: Mapping[str, float], place: Place) -> set[int]:
        """Return the numbers of services that can answer: those of a needed topic that reach the place."""
        found: set[int] = set()
        for topic in self._ranker.related(needs):
            most = MOST if needs.get(topic, 0.0) >= 0.5 else _PER_LIST_ASIDE
            for area in _areas(place):
                found.update(self._lists.get((topic, area), ())[:most])
        return found

    def _matches(self, scored: Iterable[Scored], limit: int | None) -> tuple[Match, ...]:
        most = MOST if limit is None else min(limit, MOST)
        best = list(scored)[:most]
        return tuple(Match(self._services[entry.number], entry.score, entry.reasons) for entry in best)


def _areas(place: Place) -> tuple[str, ...]:
    """Return the keys under which services that reach a place are listed."""
    if not place:
        return ("", WORLDWIDE)
    union = (EUROPEAN_UNION,) if place.country in EU_MEMBERS else ()
    return tuple(filter(None, (place.subdivision, place.country, *union, WORLDWIDE)))


def _with_danger(needs: Mapping[str, float], question: Question) -> dict[str, float]:
    """Return the needs with those of a danger first."""
    joined = dict(CRISIS_NEEDS[question.source or question.danger])
    for topic, weight in needs.items():
        joined[topic] = max(joined.get(topic, 0.0), 0.6 * weight)
    return joined
