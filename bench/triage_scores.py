"""How good judgements of news reports are: pure numbers from what was expected and what was said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from bench.lookup_scores import quantile

URGENT = ("Extreme", "Severe")


@dataclass(frozen=True, slots=True)
class Report:
    """One report and the truth about it; not relevant: no topics, no countries, and '' for `severity`."""

    id: str
    title: str
    summary: str
    language: str
    published: str
    source: str
    relevant: bool
    topics: frozenset[str]
    countries: frozenset[str]
    severity: str
    story: str
    kind: str
    split: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was said about one report, and how many milliseconds it took."""

    relevant: bool
    topics: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    severity: str = ""
    story: str = ""
    ms: float = 0.0


Pair = tuple[Report, Verdict]


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers that have goals, and the times in milliseconds; None where nothing can be counted."""

    reports: int
    relevance: float | None
    false_alarms: float | None
    topics: float | None
    countries: float | None
    severity: float | None
    called_lower: float | None
    stories: float | None
    p50: float | None
    p99: float | None


def report_of(raw: Mapping[str, Any]) -> Report:
    """Return the report that one line of the file holds."""
    return Report(
        raw["id"],
        raw["title"],
        raw["summary"],
        raw["language"],
        raw["published"],
        raw["source"],
        raw["relevant"],
        frozenset(raw["topics"]),
        frozenset(raw["countries"]),
        raw["severity"] or "",
        raw["story"],
        raw["kind"],
        raw["split"],
    )


def verdict_of(raw: Mapping[str, Any]) -> Verdict:
    """Return the verdict of one answered line."""
    return Verdict(
        bool(raw["relevant"]),
        frozenset(raw.get("topics") or ()),
        frozenset(raw.get("countries") or ()),
        raw.get("severity") or "",
        str(raw.get("story") or ""),
        float(raw.get("ms", 0.0)),
    )


def f1(right: float, said: float, true: float) -> float | None:
    """Return the harmonic mean of precision and recall, None where nothing was said and nothing true."""
    return 2 * right / (said + true) if said + true else None


def relevance(pairs: Iterable[Pair]) -> float | None:
    """F1 of being relevant."""
    listed = list(pairs)
    right = sum(report.relevant and verdict.relevant for report, verdict in listed)
    return f1(right, sum(verdict.relevant for _, verdict in listed), sum(report.relevant for report, _ in listed))


def false_alarms(pairs: Iterable[Pair], kind: str = "hard-negative") -> float | None:
    """Share of the reports of a kind that were called relevant."""
    said = [verdict.relevant for report, verdict in pairs if report.kind == kind]
    return sum(said) / len(said) if said else None


def labels(pairs: Iterable[Pair], field: str, *, is_macro: bool) -> float | None:
    """F1 of a set of labels over relevant reports: the mean over labels, or over all labels together."""
    right: Counter[str] = Counter()
    said: Counter[str] = Counter()
    true: Counter[str] = Counter()
    for report, verdict in pairs:
        if report.relevant:
            expected: frozenset[str] = getattr(report, field)
            got: frozenset[str] = getattr(verdict, field)
            right.update(expected & got)
            said.update(got)
            true.update(expected)
    if is_macro:
        each = [f1(right[label], said[label], true[label]) or 0.0 for label in true]
        return sum(each) / len(each) if each else None
    return f1(right.total(), said.total(), true.total())


def each_label(pairs: Sequence[Pair], field: str) -> dict[str, float]:
    """F1 of each label that is true of some report."""
    names = sorted({label for report, _ in pairs if report.relevant for label in getattr(report, field)})
    result = {}
    for name in names:
        kept = [(getattr(report, field), getattr(verdict, field)) for report, verdict in pairs if report.relevant]
        right = sum(name in true and name in said for true, said in kept)
        result[name] = f1(right, sum(name in said for _, said in kept), sum(name in true for true, _ in kept)) or 0.0
    return result


def severity(pairs: Iterable[Pair]) -> float | None:
    """Share of relevant reports with exactly the right severity."""
    exact = [report.severity == verdict.severity for report, verdict in pairs if report.relevant]
    return sum(exact) / len(exact) if exact else None


def called_lower(pairs: Iterable[Pair]) -> float | None:
    """Share of urgent reports that were called not urgent, or not relevant at all."""
    lower = [
        not verdict.relevant or verdict.severity not in URGENT for report, verdict in pairs if report.severity in URGENT
    ]
    return sum(lower) / len(lower) if lower else None


def stories(pairs: Iterable[Pair]) -> float | None:
    """F1 over pairs of relevant reports: told to be one story, and truly one."""
    kept = [pair for pair in pairs if pair[0].relevant]
    right = said = true = 0
    for (report, verdict), (other, also) in combinations(kept, 2):
        is_true = report.story == other.story
        is_said = bool(verdict.story) and verdict.story == also.story
        right += is_true and is_said
        said += is_said
        true += is_true
    return f1(right, said, true)


def measure(pairs: Sequence[Pair]) -> Numbers:
    """Return all numbers for these reports and verdicts."""
    times = [verdict.ms for _, verdict in pairs]
    return Numbers(
        len(pairs),
        relevance(pairs),
        false_alarms(pairs),
        labels(pairs, "topics", is_macro=True),
        labels(pairs, "countries", is_macro=False),
        severity(pairs),
        called_lower(pairs),
        stories(pairs),
        quantile(times, 0.5),
        quantile(times, 0.99),
    )
