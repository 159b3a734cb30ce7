"""How good answers to questions are: grades, nDCG@5 and the other numbers, as pure functions over plain values."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

TOP = 5
FIRST = 3  # cards that a reader sees without scrolling
EU = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())
WIDE = frozenset({"WW", "EU"})
# Groups that most people belong to or that say why one asks; a service for them turns away hardly anyone who asks it.
OPEN_GROUPS = frozenset({"lgbt", "refugees", "hiv", "migrants", "families"})
# There the police and the family can be the danger, so a line of the state is never the right first contact.
STATE_IS_DANGER = frozenset({"RU-CE", "RU-DA", "RU-IN", "RU-KB", "RU-KC", "RU-SE"})
# What a service must do, as one of its topics, to act at once in a crisis of that kind.
ACTS = {
    "suicide": frozenset({"mental-health"}),
    "violence": frozenset({"emergency", "evacuation", "violence", "shelter"}),
    "held": frozenset({"emergency", "evacuation", "detention", "trafficking", "violence"}),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where help is wanted: ISO 3166-1, perhaps ISO 3166-2, perhaps a city as the directory spells it."""

    country: str
    subdivision: str | None = None
    city: str | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """What grading needs of one service; `area` holds ISO codes, EU or WW, `state` that the state runs it."""

    id: str
    organization: str
    topics: tuple[str, ...]
    area: frozenset[str]
    audience: frozenset[str] = frozenset()
    city: str | None = None
    crisis: bool = False
    state: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One question with what a careful human would have understood; `need` maps topic to grade 1..3."""

    id: str
    q: str
    language: str
    kind: str
    need: Mapping[str, int]
    place: Place | None = None
    country: str | None = None
    audience: frozenset[str] = frozenset()
    organization: str | None = None
    crisis: str | None = None
    split: str = "tune"
    reply_language: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a searcher said: service ids, best first; whether it saw a crisis; its own time in milliseconds."""

    ids: tuple[str, ...]
    crisis: bool = False
    ms: float = 0.0


def service_of(raw: Mapping[str, Any], state_run: frozenset[str] = frozenset()) -> Service:
    """A Service from an entry of resources.yaml, all scalars text; `state_run`: organizations that the state runs."""
    return Service(
        id=raw["id"],
        organization=raw["organization"],
        topics=tuple(raw["topics"]),
        area=frozenset(raw["service_area"]),
        audience=frozenset(raw.get("audience", ())),
        city=raw.get("address", {}).get("city"),
        crisis=raw.get("crisis", "false") == "true",
        state=raw["organization"] in state_run,
    )


def question_of(raw: Mapping[str, Any]) -> Question:
    """A Question from a line of questions.jsonl; raises KeyError or TypeError where a field is missing or unknown."""
    fields = dict(raw)
    fields["place"] = Place(**raw["place"]) if raw["place"] else None
    fields["audience"] = frozenset(raw.get("audience", ()))
    return Question(**fields)


def reaches_country(service: Service, country: str) -> bool:
    """Whether the service works in that country at all: all of it, a part, or as one of a wider area."""
    return (
        "WW" in service.area
        or ("EU" in service.area and country in EU)
        or any(code[:2] == country for code in service.area - WIDE)
    )


def distance(service: Service, place: Place | None) -> int | None:
    """What the place costs in grades (0 to 2); None where the service does not reach the place.

    A service that names the country or a part of it is local even when it names other countries as well;
    "regional" is what reaches the place only through EU. Unknown place: EU is bound to no one country, loses one.
    """
    if place is None:
        return 0 if "WW" in service.area else 1 if "EU" in service.area else 2
    if not reaches_country(service, place.country):
        return None
    codes = {code for code in service.area - WIDE if code[:2] == place.country}
    if not codes:
        return 1
    return 2 if _works_elsewhere(service, place, codes) else 0


def _works_elsewhere(service: Service, place: Place, codes: set[str]) -> bool:
    """Whether a local service is bound to another city or region; a service with an address is bound to its city."""
    if place.city and service.city:
        return place.city.casefold() != service.city.casefold()
    if place.country in codes or place.subdivision is None:
        return False
    return place.subdivision not in codes


def group_cost(service: Service, asker: frozenset[str]) -> int:
    """Two less when the asker told another group, one less when the asker told none that decides it."""
    if not service.audience or service.audience & asker or service.audience & OPEN_GROUPS:
        return 0
    return 2 if asker - OPEN_GROUPS else 1


def grade(service: Service, question: Question) -> int:
    """0 (not relevant) to 3 (best) for one service; a service of the organization that was asked for by name is a 3."""
    if question.organization == service.organization:
        return 3
    met = [
        question.need[topic] - (1 if rank >= 2 else 0)
        for rank, topic in enumerate(service.topics)
        if topic in question.need
    ]
    cost = distance(service, question.place)
    if not met or cost is None:
        return 0
    return max(0, max(met) - cost - group_cost(service, question.audience))


def gain(grades: Sequence[int]) -> float:
    """Discounted cumulative gain of the first five grades: (2^grade - 1) / log2(position + 1)."""
    return sum(float(2**value - 1) / math.log2(rank + 2) for rank, value in enumerate(grades[:TOP]))


def ndcg(answer: Answer, question: Question, directory: Mapping[str, Service]) -> float | None:
    """nDCG@5 against the best order of the whole directory; None where nothing fits. Unknown and repeated ids are 0."""
    ideal = gain(sorted((grade(service, question) for service in directory.values()), reverse=True))
    if not ideal:
        return None
    found: list[int] = []
    for rank, id_ in enumerate(answer.ids):
        known = id_ in directory and id_ not in answer.ids[:rank]
        found.append(grade(directory[id_], question) if known else 0)
    return gain(found) / ideal


def first_right(answer: Answer, question: Question, directory: Mapping[str, Service]) -> bool | None:
    """Whether the first card has the best grade there is, or at least 2; None where nothing fits."""
    best = max((grade(service, question) for service in directory.values()), default=0)
    if not best:
        return None
    first = directory.get(answer.ids[0]) if answer.ids else None
    return first is not None and grade(first, question) >= min(best, 2)


def wrong_country(answer: Answer, question: Question, directory: Mapping[str, Service]) -> bool | None:
    """Whether one of the first three cards does not reach the asker's country; None without a place or a card.

    A card of the organization that was asked for by name is what was wanted, wherever it works.
    """
    shown = [directory[id_] for id_ in answer.ids[:FIRST] if id_ in directory]
    if question.place is None or not shown or question.kind == "chatter":
        return None
    country = question.place.country
    return any(s.organization != question.organization and not reaches_country(s, country) for s in shown)


def chatter_answered(answer: Answer, question: Question) -> bool | None:
    """Whether small talk got a card; None of what is no small talk."""
    return bool(answer.ids) if question.kind == "chatter" else None


def can_act(service: Service, question: Question) -> bool:
    """Whether this service may stand first in this crisis: made for it, reaching the place, no part of the danger."""
    if question.crisis is None or not service.crisis or not ACTS[question.crisis] & set(service.topics):
        return False
    region = question.place.subdivision if question.place else None
    endangers = service.state and (question.crisis == "held" or region in STATE_IS_DANGER)
    return not endangers and distance(service, question.place) is not None


def right_contact(answer: Answer, question: Question, directory: Mapping[str, Service]) -> bool | None:
    """Whether the first card can act and is graded as the best that can; None outside crises or where none can."""
    best = max((grade(s, question) for s in directory.values() if can_act(s, question)), default=0)
    if not best:
        return None
    first = directory.get(answer.ids[0]) if answer.ids else None
    return first is not None and can_act(first, question) and grade(first, question) == best


def quantile(values: Iterable[float], share: float) -> float | None:
    """The value that `share` (0..1) of the values do not exceed (nearest rank); None of nothing."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else None


def mean(values: Iterable[float | None]) -> float | None:
    """The mean of what is not None; None of nothing."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of one set of questions, shares as 0..1, times in ms; None where no question of the set tells."""

    questions: int
    ndcg: float | None
    first_right: float | None
    wrong_country: float | None
    crisis_recall: float | None
    crisis_precision: float | None
    right_contact: float | None
    chatter: float | None
    p50: float | None
    p99: float | None


def measure(pairs: Sequence[tuple[Question, Answer]], directory: Mapping[str, Service]) -> Numbers:
    """All numbers of these questions and answers."""
    called = [question for question, answer in pairs if answer.crisis]

    def over(score: Callable[[Answer, Question, Mapping[str, Service]], float | None]) -> float | None:
        return mean(score(answer, question, directory) for question, answer in pairs)

    return Numbers(
        questions=len(pairs),
        ndcg=over(ndcg),
        first_right=over(first_right),
        wrong_country=over(wrong_country),
        crisis_recall=mean(answer.crisis for question, answer in pairs if question.crisis),
        crisis_precision=mean(question.crisis is not None for question in called),
        right_contact=over(right_contact),
        chatter=mean(chatter_answered(answer, question) for question, answer in pairs),
        p50=quantile((answer.ms for _, answer in pairs), 0.50),
        p99=quantile((answer.ms for _, answer in pairs), 0.99),
    )


def grouped(
    pairs: Sequence[tuple[Question, Answer]], directory: Mapping[str, Service], field: str
) -> dict[str, Numbers]:
    """The numbers for each value of a field of Question (`language`, `kind`, `split`), in order of appearance."""
    groups: dict[str, list[tuple[Question, Answer]]] = {}
    for question, answer in pairs:
        groups.setdefault(getattr(question, field), []).append((question, answer))
    return {name: measure(group, directory) for name, group in groups.items()}
