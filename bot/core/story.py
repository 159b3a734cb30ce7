"""Do two reports tell one event? Names, numbers, places and concepts decide, in whatever language they were told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt

from bot.core.triage import Reading, StoryRules

LASTS = timedelta(days=10)
"""Reports further apart are never one story."""

FORGETS = 2.0
"""Days in which reports of one event get rarer; afterwards each further day tells nothing more."""


@dataclass(frozen=True, slots=True)
class Told:
    """A report that was told already, and the story it belongs to."""

    story: str
    at: datetime
    reading: Reading


def find_story(reading: Reading, at: datetime, told: Iterable[Told], rules: StoryRules) -> str:
    """Return the story of the report most like this one, told at most ten days before or after; '' for a new event."""
    best, story = 0.0, ""
    for other in told:
        apart = abs(other.at - at)
        if apart <= LASTS:
            likeness = alike(reading, other.reading, rules) - rules.a_day * min(apart / timedelta(days=1), FORGETS)
            if likeness > best:
                best, story = likeness, other.story
    return story


def alike(one: Reading, other: Reading, rules: StoryRules) -> float:
    """Return how surely two reports tell one event: above 0 when they do.

    The sum of what they share, less what sets them apart, less what is needed; two reports that name countries but
    none in common are never alike, and what has nothing of its own in common hardly ever: an alert that is taken for an
    old story reaches nobody. Cost: linear in what was read of both.
    """
    here, there = countries(one), countries(other)
    if here and there and not here & there:
        return -rules.needed
    score = rules.concepts * cosine(one.concepts, other.concepts, rules)
    score += rules.title * cosine(one.in_title, other.in_title, rules)
    score += rules.countries * (len(here & there) / len(here | there) if here | there else 0.3)
    score += rules.name * min(3, len(one.names & other.names))
    if one.names and other.names and not one.names & other.names:
        score -= rules.other_names
    score += rules.place * min(2, len(one.places & other.places))
    gist = same_gist(one.wording, other.wording, rules.middle)
    if one.language == other.language:
        score += rules.words * shared(one.words, other.words) + rules.gist * gist
    else:
        score += rules.across_languages + rules.gist_across * gist
    numbers = one.numbers & other.numbers
    score += rules.digit * any(len(number) == 1 for number in numbers)
    score += rules.number * min(2, sum(len(number) == 2 for number in numbers))
    score += rules.long_number * min(2, sum(len(number) > 2 and not is_year(number) for number in numbers))
    if one.numbers and other.numbers and not numbers:
        score -= rules.other_numbers
    if is_elsewhere(one, other):
        score -= rules.other_city
    elif is_in_another_region(one, other):
        score -= rules.other_region
    if not here & there and not has_own_in_common(one, other):
        score -= rules.nothing_own
    return score - rules.needed


def has_own_in_common(one: Reading, other: Reading) -> bool:
    """Say whether two reports share a place, a name, or a number that is more than a digit and no year."""
    counted = any(len(number) > 1 and not is_year(number) for number in one.numbers & other.numbers)
    return counted or bool(one.places & other.places or one.names & other.names)


def same_gist(one: Sequence[float], other: Sequence[float], middle: Sequence[float]) -> float:
    """Return how alike the points of two wordings are, -1 to 1; 0 where nothing was learned."""
    if not len(one) == len(other) == len(middle):
        return 0.0
    here, there = ([point - mean for point, mean in zip(each, middle, strict=True)] for each in (one, other))
    lengths = sqrt(sum(x * x for x in here) * sum(x * x for x in there))
    return sum(x * y for x, y in zip(here, there, strict=True)) / lengths if lengths else 0.0


def is_year(number: str) -> bool:
    """Say whether it is more likely a year than a count."""
    return len(number) == 4 and number.startswith("20")


def countries(reading: Reading) -> frozenset[str]:
    """Return the countries that a report names, without those that only speak."""
    return frozenset(mention.code for mention in reading.mentions if not mention.is_speaker)


def is_elsewhere(one: Reading, other: Reading) -> bool:
    """Say whether both name cities, and none in common."""
    here, there = ({place for place in each.places if " " in place} for each in (one, other))
    return bool(here and there and not here & there)


def is_in_another_region(one: Reading, other: Reading) -> bool:
    """Say whether both name regions, or cities in them, and no region in common."""
    here, there = ({place.partition(" ")[0] for place in each.places} for each in (one, other))
    return bool(here and there and not here & there)


def shared(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the part of the shorter report's words that the other holds too, 0 to 1."""
    least = min(len(one), len(other))
    return len(one & other) / least if least else 0.0


def cosine(one: Iterable[str], other: Iterable[str], rules: StoryRules) -> float:
    """Return how alike two sets of concepts are, 0 to 1; rare concepts weigh more."""
    here, there = set(one), set(other)
    both = _length(here & there, rules.weights, rules.usual)
    lengths = _length(here, rules.weights, rules.usual) * _length(there, rules.weights, rules.usual)
    return both / sqrt(lengths) if lengths else 0.0


def _length(concepts: Iterable[str], weights: Mapping[str, float], usual: float) -> float:
    return sum(weights.get(concept, usual) ** 2 for concept in concepts)
