"""What was learned from examples of news: points for what a report says and for what the rules made of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

RELEVANT = "relevant"
AT_LEAST = ("Moderate", "Severe", "Extreme")
"""Labels of severity: each says that a report is at least so grave."""


@dataclass(frozen=True, slots=True)
class Learned:
    """A linear model beside the rules: points above zero speak for a label.

    `marks` are what the word lists and the rules found (`k` a concept, `t` one in the title, `rt` a topic, `rs` a
    severity, `rr` how relevant), with points for each of `labels`. `needed` are the points from which a label holds
    (`topic` for every topic); less is needed where a wrong no costs more than a wrong yes. `trust` is how much less
    where the rules say the same severity.
    """

    labels: tuple[str, ...] = ()
    marks: Mapping[str, Sequence[float]] = field(default_factory=dict)
    needed: Mapping[str, float] = field(default_factory=dict)

    def points(self, wording: Sequence[float], marks: Iterable[str]) -> dict[str, float]:
        """Return the points of each label; `wording` are those of the words. Empty when nothing was learned."""
        if len(wording) != len(self.labels):
            return {}
        found = [self.marks[mark] for mark in marks if mark in self.marks]
        return {
            label: wording[number] + sum(mark[number] for mark in found) for number, label in enumerate(self.labels)
        }

    def is_relevant(self, points: Mapping[str, float]) -> bool:
        """Say whether it concerns people at risk."""
        return points[RELEVANT] >= self.needed.get(RELEVANT, 0.0)

    def topics(self, points: Mapping[str, float]) -> tuple[str, ...]:
        """Return one to three topics, the strongest first."""
        topics = (label for label in points if label != RELEVANT and label not in AT_LEAST)
        ranked = sorted(topics, key=lambda topic: -points[topic])
        needed = self.needed.get("topic", 0.0)
        return (*ranked[:1], *(topic for topic in ranked[1:3] if points[topic] >= needed))

    def severity(self, points: Mapping[str, float], ruled: str = "") -> str:
        """Return the gravest severity that has the points it needs; up to what the rules said, less is needed."""
        trusted = AT_LEAST[: AT_LEAST.index(ruled) + 1] if ruled in AT_LEAST else ()
        for name in reversed(AT_LEAST):
            trust = self.needed.get("trust", 0.0) if name in trusted else 0.0
            if points[name] >= self.needed.get(name, 0.0) - trust:
                return name
        return "Minor"


def marks_of(
    concepts: Iterable[str], in_title: Iterable[str], score: float, topics: Iterable[str], severity: str
) -> list[str]:
    """Return the marks of a report; `topics` and `severity` are what rules say, none and '' when not relevant."""
    marks = [f"k{concept}" for concept in concepts] + [f"t{concept}" for concept in in_title]
    marks += [f"rt{topic}" for topic in topics]
    return [*marks, f"rs{severity}", f"rr{min(9, int(max(0.0, score)))}"]
