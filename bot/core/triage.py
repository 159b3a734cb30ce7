"""Is it worth telling, about what, where, and how bad? A report becomes a Judgement; reports of one event a story."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.core.feed import Feed
from bot.core.learned import Learned, marks_of

URGENT = ("Extreme", "Severe")
MANY = 2
"""Countries that a summary alone can mean; of a longer list only the first counts."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an entry means for the people at risk; `reasons` are short English sentences for admins."""

    relevant: bool
    topics: tuple[str, ...] = ()
    area: tuple[str, ...] = ()
    severity: str = "Unknown"
    urgency: str = "Unknown"
    certainty: str = "Unknown"
    reasons: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Mention:
    """A country that a report names: its code, how loudly, and whether only as the one who speaks."""

    code: str
    weight: float
    is_speaker: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood of one report.

    `concepts` are ids of `lookup/news/*.yaml`, the same in every language, with 1.0 for each time in the summary and
    more in the title. `places` are subdivisions, and cities behind their code (`RU-MOW Moscow`), `names` capitalised
    words in Latin letters, `words` the stems that carry content. `wording` are the points that its words have for each
    label of what was learned.
    """

    language: str = ""
    concepts: Mapping[str, float] = field(default_factory=dict)
    in_title: frozenset[str] = frozenset()
    mentions: tuple[Mention, ...] = ()
    title_countries: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    wording: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of rules.yaml: where each set of `every` has a concept in the report and `none` has none, it holds."""

    every: tuple[frozenset[str], ...]
    none: frozenset[str] = frozenset()
    title: frozenset[str] = frozenset()
    none_title: frozenset[str] = frozenset()
    score: float = 1.0
    why: str = ""

    def holds(self, reading: Reading) -> bool:
        """Say whether it applies; one concept of `title` must stand in the title, none of `none_title` may."""
        found = reading.concepts
        return (
            all(any(concept in found for concept in choice) for choice in self.every)
            and not any(concept in found for concept in self.none)
            and not (self.none_title & reading.in_title)
            and (not self.title or bool(self.title & reading.in_title))
        )


@dataclass(frozen=True, slots=True)
class StoryRules:
    """What makes two reports one story (`stories:` in rules.yaml): points for what is shared and against what differs.

    `weights` tells how rare a concept is, `usual` of those not listed; `needed` is what the points must exceed. `gist`
    is for two wordings of one meaning, seen from the `middle` of all wordings.
    """

    concepts: float = 1.5
    title: float = 1.5
    countries: float = 1.5
    place: float = 1.1
    digit: float = 0.4
    number: float = 0.6
    long_number: float = 0.9
    name: float = 0.6
    words: float = 0.2
    gist: float = 0.0
    across_languages: float = 0.4
    gist_across: float = 0.0
    middle: tuple[float, ...] = ()
    other_numbers: float = 0.6
    other_names: float = 0.3
    other_city: float = 3.0
    other_region: float = 2.0
    nothing_own: float = 0.9
    a_day: float = 2.0
    needed: float = 1.8
    usual: float = 2.5
    weights: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rules:
    """What editors decided: which concepts together mean what (`lookup/news/rules.yaml`).

    `severity`, `urgency` and `certainty` are read from the top, the first rule that holds decides.
    """

    relevant: tuple[Rule, ...] = ()
    noise: tuple[Rule, ...] = ()
    threshold: float = 3.0
    topics: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)
    topic_share: float = 0.5
    topic_enough: float = 99.0
    severity: tuple[tuple[str, Rule], ...] = ()
    urgency: tuple[tuple[str, Rule], ...] = ()
    certainty: tuple[tuple[str, Rule], ...] = ()
    bystander: float = 0.35
    home: Mapping[str, str] = field(default_factory=dict)
    story: StoryRules = field(default_factory=StoryRules)
    learned: Learned = field(default_factory=Learned)


def judge(reading: Reading, rules: Rules, feed: Feed | None = None) -> Judgement:
    """Return what a report means; the feed's own topics and area are added to what the text says."""
    found = _weighed(reading, rules)
    if not found.relevant:
        return replace(found, reasons=found.reasons or ("nothing in it concerns people at risk",))
    topics, area = found.topics, areas_of(reading, rules)
    if feed is not None:
        topics = _joined(topics, feed.topics)[:3]
        area = feed.area if feed.area and not reading.mentions else _joined(area, feed.area)
    urgency = _first(reading, rules.urgency, "Expected" if found.severity in URGENT else "Unknown")
    certainty = _first(reading, rules.certainty, "Likely")
    return replace(found, topics=topics, area=area, urgency=urgency[0], certainty=certainty[0])


def _weighed(reading: Reading, rules: Rules) -> Judgement:
    """Return relevance, topics and severity: what the rules say, weighed with what was learned from examples."""
    ruled = _ruled(reading, rules)
    points = rules.learned.points(reading.wording, marks_for(reading, rules))
    if not points:
        return ruled
    if not rules.learned.is_relevant(points):
        but = ("but reports worded like this one were of no concern",) if ruled.relevant else ()
        return Judgement(False, reasons=ruled.reasons[:-1] + but if ruled.relevant else ruled.reasons)
    severity = rules.learned.severity(points, ruled.severity)
    is_same = severity == ruled.severity
    why = ruled.reasons[-1] if is_same else f"{severity}: reports worded like this one were"
    told = ruled.reasons[:-1] if ruled.relevant else (*ruled.reasons, "reports worded like this one were of concern")
    return Judgement(True, rules.learned.topics(points), severity=severity, reasons=(*told, why))


def _ruled(reading: Reading, rules: Rules) -> Judgement:
    """Return relevance, topics and severity as the rules alone say; the last reason tells why the severity."""
    score, reasons = relevance(reading, rules)
    if score < rules.threshold:
        return Judgement(False, reasons=tuple(reasons))
    severity, why = _first(reading, rules.severity, "Moderate")
    reasons.append(f"{severity}: {why or 'nothing worse or better is said'}")
    return Judgement(True, topics_of(reading, rules), severity=severity, reasons=tuple(reasons))


def marks_for(reading: Reading, rules: Rules) -> list[str]:
    """Return what the word lists and the rules found in a report, as marks that examples gave points to."""
    ruled, (score, _) = _ruled(reading, rules), relevance(reading, rules)
    severity = ruled.severity if ruled.relevant else ""
    return marks_of(reading.concepts, reading.in_title, score, ruled.topics, severity)


def relevance(reading: Reading, rules: Rules) -> tuple[float, list[str]]:
    """Return how much a report concerns people at risk, and why: the best rule that holds, less what is noise."""
    best = max((rule for rule in rules.relevant if rule.holds(reading)), key=lambda rule: rule.score, default=None)
    if best is None:
        return 0.0, []
    score, reasons = best.score, [best.why] if best.why else []
    for rule in rules.noise:
        if rule.holds(reading):
            score -= rule.score
            if rule.why:
                reasons.append(f"but {rule.why}")
    return score, reasons


def topics_of(reading: Reading, rules: Rules) -> tuple[str, ...]:
    """Return one to three topics, the strongest first; further ones must come near the first."""
    scores = {
        topic: sum(_loudness(rule, reading) for rule in topic_rules if rule.holds(reading))
        for topic, topic_rules in rules.topics.items()
    }
    ranked = sorted(((-score, topic) for topic, score in scores.items() if score > 0))
    if not ranked:
        return ("policy",)
    best = -ranked[0][0]
    needed = min(best * rules.topic_share, rules.topic_enough)
    return tuple(topic for score, topic in ranked if -score >= needed)[:3]


def _loudness(rule: Rule, reading: Reading) -> float:
    """Return a topic rule's score, half as much again where its first concept stands in the title."""
    is_loud = bool(rule.every) and any(concept in reading.in_title for concept in rule.every[0])
    return rule.score * (1.5 if is_loud else 1.0)


def areas_of(reading: Reading, rules: Rules) -> tuple[str, ...]:
    """Return the countries whose people or rules are meant, the main one first.

    Who only speaks (a parliament, the UN) counts where nobody else is named; who is named in passing does not count.
    """
    named = [mention for mention in reading.mentions if not mention.is_speaker]
    if not named:
        named = [mention for mention in reading.mentions if mention.code != "WW"] or list(reading.mentions)
    if not named:
        return (rules.home.get(reading.language, "WW"),)
    best = max(mention.weight for mention in named)
    kept = [mention for mention in named if mention.weight >= best * rules.bystander]
    if len(kept) > MANY and not any(mention.code in reading.title_countries for mention in kept):
        kept = [mention for mention in kept if mention.weight == best][:1]
    kept.sort(key=lambda mention: -mention.weight)
    return tuple(mention.code for mention in kept)


def _first(reading: Reading, rules: Iterable[tuple[str, Rule]], default: str) -> tuple[str, str]:
    """Return the word of the first rule that holds, and why."""
    for word, rule in rules:
        if rule.holds(reading):
            return word, rule.why
    return default, ""


def _joined(first: Sequence[str], second: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))
