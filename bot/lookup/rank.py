"""Grade services against a question: what they offer, where, for whom, and how fresh their card is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from bot.core.directory import EU_MEMBERS, EUROPEAN_UNION, WORLDWIDE, Directory, Service, reaches
from bot.lookup.groups import groups_of, loss_for_others
from bot.lookup.normal import normalise, words
from bot.lookup.places import Gazetteer, Place
from bot.lookup.question import Question

CRISIS_NEEDS: Mapping[str, Mapping[str, float]] = {
    "suicide": {"mental-health": 1.0, "hotline": 0.75, "emergency": 0.55},
    "violence": {"emergency": 1.0, "evacuation": 0.98, "violence": 0.97, "shelter": 0.67, "hotline": 0.4, "legal": 0.3},
    "held": {
        "emergency": 1.0,
        "evacuation": 0.98,
        "detention": 0.85,
        "violence": 0.67,
        "trafficking": 0.5,
        "legal": 0.5,
    },
    "captors": {
        "emergency": 1.0,
        "evacuation": 0.99,
        "violence": 0.9,
        "shelter": 0.6,
        "trafficking": 0.6,
        "detention": 0.6,
        "hotline": 0.3,
        "legal": 0.3,
    },
    "family": {"emergency": 1.0, "violence": 0.99, "evacuation": 0.95, "shelter": 0.65, "hotline": 0.4, "legal": 0.3},
    "police": {"detention": 1.0, "evacuation": 0.9, "emergency": 0.88, "legal": 0.75, "missing-persons": 0.5},
    "traffickers": {"trafficking": 1.0, "emergency": 0.99, "evacuation": 0.9, "violence": 0.8, "detention": 0.5},
}
"""The topics that can act at once in each kind of danger, and what they are where one knows from whom it comes."""

_ACTS = {
    "suicide": frozenset(("mental-health",)),
    "violence": frozenset(("emergency", "evacuation", "violence", "shelter")),
    "held": frozenset(("emergency", "evacuation", "detention", "trafficking", "violence")),
}

_RELATED: Mapping[str, Mapping[str, float]] = {
    "asylum": {"legal": 0.72},
    "community": {"mental-health": 0.3, "hotline": 0.1},
    "detention": {"legal": 0.85, "asylum": 0.22, "monitoring": 0.1},
    "digital-security": {"legal": 0.4},
    "documents": {"legal": 0.5, "asylum": 0.2, "employment": 0.1},
    "emergency": {"evacuation": 0.5, "hotline": 0.4},
    "employment": {"documents": 0.35, "legal": 0.3, "trafficking": 0.1, "language-class": 0.1},
    "evacuation": {"emergency": 0.5, "asylum": 0.22, "legal": 0.1},
    "family": {"legal": 0.5, "asylum": 0.15},
    "financial": {"shelter": 0.2, "community": 0.1},
    "hiv": {"medical": 0.66},
    "hotline": {"mental-health": 0.85, "community": 0.2, "emergency": 0.2},
    "language-class": {"community": 0.2, "employment": 0.1},
    "legal": {"asylum": 0.42, "detention": 0.14},
    "mental-health": {"hotline": 0.52},
    "missing-persons": {"family": 0.3, "detention": 0.2},
    "monitoring": {"detention": 0.4, "legal": 0.35},
    "shelter": {"emergency": 0.25, "violence": 0.1},
    "trafficking": {
        "employment": 0.4,
        "documents": 0.35,
        "emergency": 0.33,
        "legal": 0.3,
        "hotline": 0.3,
        "shelter": 0.25,
    },
    "trans-health": {"medical": 0.37, "legal": 0.13, "documents": 0.12},
    "violence": {"shelter": 0.6, "legal": 0.4, "hotline": 0.35},
}
_FITS = 1.8
"""The grade from which on a service that can act at once stands before all others in a crisis."""

_FAR = 0.15
"""What a service that works everywhere loses besides in a crisis: of two that fit alike, who is near can come."""


_NEWCOMERS = frozenset(("refugees", "migrants"))
_FOR_NEWCOMERS = 0.05
"""What a service for people on the way loses in a crisis in which nobody told of one: enough to change places with one
for everyone that fits as well."""


class Scored(NamedTuple):
    """A service's number, its score and why."""

    number: int
    score: float
    reasons: tuple[str, ...]


class Ranker:
    """Grades the services of one directory on one day."""

    def __init__(self, directory: Directory, today: date, gazetteer: Gazetteer) -> None:
        self._directory = directory
        self._wider = gazetteer.wider
        self._cities = {s.id: _city_names(s, gazetteer) for s in directory.services if s.address and s.address.city}
        self._overdue = frozenset(s.id for s in directory.services if s.is_overdue(today))
        self._groups = {s.id: groups for s in directory.services if (groups := groups_of(s)) is not None}
        self._police = tuple(directory.police_danger_areas)
        self._state = frozenset(s.id for s in directory.services if directory.is_state_emergency(s))

    def standing(self, service: Service) -> tuple[bool, bool, int, str]:
        """Return the key by which services stand where nothing else tells: fresh, worldwide, focused first."""
        return (service.id in self._overdue, WORLDWIDE not in service.service_area, len(service.topics), service.id)

    def rank_in_list(self, service: Service, topic: str, area: str) -> tuple[bool, bool, bool]:
        """Return the key that puts first in a list for a topic and an area what most likely answers."""
        return (
            service.topics.index(topic) >= 2,
            service.id in self._overdue,
            bool(area) and area not in service.service_area,
        )

    def related(self, needs: Mapping[str, float]) -> tuple[str, ...]:
        """Return the needed topics and those that help with them too."""
        found = dict.fromkeys(needs)
        for topic in needs:
            found.update(dict.fromkeys(_RELATED.get(topic, ())))
        return tuple(found)

    def rank(
        self,
        services: Sequence[tuple[int, Service]],
        question: Question,
        needs: Mapping[str, float],
        named: Mapping[int, float],
    ) -> list[Scored]:
        """Return the services that answer, best first."""
        wanted = _spread(needs)
        scored = []
        for number, service in services:
            entry = self._grade(number, service, question, wanted, named.get(number, 0.0))
            if entry is not None:
                scored.append(entry)
        if question.place:
            return sorted(scored, key=lambda entry: (-entry.score, entry.number))
        # Nobody knows where they are: what works everywhere comes before what works in some country.
        bound = {number for number, service in services if number not in named and not _is_wide(service)}
        return sorted(scored, key=lambda entry: (entry.number in bound, -entry.score, entry.number))

    def _grade(
        self, number: int, service: Service, question: Question, wanted: Mapping[str, float], named: float
    ) -> Scored | None:
        reasons: list[str] = []
        grade = _topic_grade(service, wanted, reasons)
        if named:
            grade += named
            reasons.append("the text names it")
        if grade <= 0:
            return None
        less = self._distance(service, question.place, reasons)
        if less is None:
            return None
        grade -= less * (grade / 3 if grade < 3 else 1)
        groups = self._groups.get(service.id)
        if groups is not None:
            grade -= loss_for_others(groups, question.audience, reasons)
        if service.id in self._overdue:
            grade -= 0.6
            reasons.append("it was assured too long ago")
        if question.danger:
            grade = self._in_danger(service, question, grade, reasons)
        else:
            grade -= 0.05 * service.crisis
        if grade <= 0.05 and not named:
            return None if question.place else Scored(number, round(max(grade, 0.01), 4), tuple(reasons))
        return Scored(number, round(grade, 4), tuple(reasons))

    def _distance(self, service: Service, place: Place, reasons: list[str]) -> float | None:
        """Return what a service loses because of where it works, or None where it does not reach at all."""
        areas = service.service_area
        is_worldwide = WORLDWIDE in areas
        if not place:
            if is_worldwide:
                return 0.0
            reasons.append("it is bound to a country and the place is not known")
            return 1.0 if EUROPEAN_UNION in areas else 2.0
        if (
            place.city
            and service.id in self._cities
            and any(code[:2] == place.country for code in areas if code not in (WORLDWIDE, EUROPEAN_UNION))
        ):
            is_here = normalise(place.city) in self._cities[service.id]
            reasons.append(f"it works in {place.city}" if is_here else "it works in another city")
            return 0.0 if is_here else 2.0
        if place.subdivision and self._covers(areas, place.subdivision):
            reasons.append(f"it works in {place.subdivision}")
            return 0.0
        if place.country in areas:
            reasons.append(f"it works in {place.country}")
            return 0.05 if place.subdivision else 0.0
        if place.country == EUROPEAN_UNION and EUROPEAN_UNION in areas:
            return 0.0
        if reaches(areas, place.country) and not is_worldwide and EUROPEAN_UNION not in areas:
            if place.subdivision:
                reasons.append("it works in another region")
                return 2.0
            reasons.append(f"it works in a part of {place.country}")
            return 0.1
        if EUROPEAN_UNION in areas and place.country in EU_MEMBERS:
            reasons.append("it works all over the Union")
            return 1.0
        if is_worldwide:
            reasons.append("it works everywhere")
            return 1.0
        return None

    def _covers(self, areas: Collection[str], subdivision: str) -> bool:
        if subdivision in areas or self._wider.get(subdivision) in areas:
            return True
        return any(self._wider.get(code) == subdivision for code in areas)

    def _in_danger(self, service: Service, question: Question, grade: float, reasons: list[str]) -> float:
        """Return the grade in a crisis: who can act now first, the police last where they are the danger."""
        if question.place and WORLDWIDE in service.service_area:
            grade -= _FAR
        if service.crisis:
            # A line of some country is of no use to somebody whose place is not known.
            is_near = bool(question.place) or WORLDWIDE in service.service_area
            is_able = is_near and any(topic in _ACTS[question.danger] for topic in service.topics)
            # One that hardly fits (for another group, of another city) must not hide what does, however fast it acts.
            grade += (3.0 if grade >= _FITS else 0.6) if is_able else 0.3
            if is_able:
                reasons.append("it can act now")
        if service.audience and set(service.audience) <= _NEWCOMERS and not _NEWCOMERS & question.audience:
            # Of two that fit alike, the one for everyone: a line for boats at sea is no line for some house.
            grade -= _FOR_NEWCOMERS
            reasons.append("it is for people on the way, and nobody told of one")
        if service.id in self._state and (question.danger == "held" or self._is_police_danger(question.place)):
            grade -= 4.0
            reasons.append("the police can be the danger there")
        return grade if grade > 0 else 0.06

    def _is_police_danger(self, place: Place) -> bool:
        codes = (place.subdivision, place.country) if place.subdivision else (place.country,)
        if any(code in self._police for code in codes if code):
            return True
        return not place.subdivision and any(
            code.partition("-")[0] == place.country for code in self._police if place.country
        )


def _is_wide(service: Service) -> bool:
    return WORLDWIDE in service.service_area or EUROPEAN_UNION in service.service_area


def _city_names(service: Service, gazetteer: Gazetteer) -> frozenset[str]:
    """Return the folded names of the city in which a service can be visited."""
    city = service.address.city if service.address else ""
    name = " ".join(words(city))
    countries = {code[:2] for code in service.service_area}
    found = {known.city for known in gazetteer.cities_named(name) if known.country in countries}
    return frozenset({name, normalise(city)} | {normalise(city) for city in found})


def _spread(needs: Mapping[str, float]) -> dict[str, float]:
    """Return the needs with the topics that help with them too."""
    wanted = dict(needs)
    for topic, weight in needs.items():
        for other, share in _RELATED.get(topic, {}).items():
            wanted[other] = max(wanted.get(other, 0.0), weight * share)
    return wanted


def _topic_grade(service: Service, wanted: Mapping[str, float], reasons: list[str]) -> float:
    """Return 3 for a service whose first topics are the most needed one; more needs met add a little."""
    grades = []
    for place, topic in enumerate(service.topics):
        weight = wanted.get(topic, 0.0)
        if weight:
            grades.append((weight * (3.0 if place < 2 else 2.0) + (0.05 if place == 0 else 0.0), topic))
    if not grades:
        return 0.0
    grades.sort(reverse=True)
    reasons.append("it offers " + ", ".join(topic for _, topic in grades[:3]))
    return grades[0][0] + sum(0.15 * grade / 3 for grade, _ in grades[1:3])
