"""The numbers of the bench mean what they say."""

from __future__ import annotations

from bench.triage_scores import Report, Verdict, called_lower, each_label, f1, false_alarms, labels, measure, stories


def a_report(story: str = "s1", severity: str = "Severe", *, is_relevant: bool = True, kind: str = "") -> Report:
    told = frozenset({"law"}) if is_relevant else frozenset()
    where = frozenset({"RU"}) if is_relevant else frozenset()
    kind = kind or ("relevant" if is_relevant else "irrelevant")
    level = severity if is_relevant else ""
    return Report("r", "t", "s", "en", "", "x", is_relevant, told, where, level, story, kind, "tune")


def a_verdict(story: str = "1", severity: str = "Severe", *, is_relevant: bool = True) -> Verdict:
    return Verdict(is_relevant, frozenset({"law"}), frozenset({"RU"}), severity, story, 1.0)


def test_measure__all_is_right__is_one_everywhere() -> None:
    numbers = measure([(a_report(), a_verdict()), (a_report(), a_verdict()), (a_report("s2"), a_verdict("2"))])
    assert (numbers.relevance, numbers.topics, numbers.countries, numbers.severity, numbers.stories) == (1, 1, 1, 1, 1)
    assert numbers.called_lower == 0
    assert numbers.false_alarms is None


def test_false_alarms__counts_only_hard_negatives() -> None:
    hard = a_report(is_relevant=False, kind="hard-negative")
    pairs = [(hard, a_verdict()), (hard, Verdict(False)), (a_report(is_relevant=False), a_verdict())]
    assert false_alarms(pairs) == 0.5


def test_called_lower__a_missed_urgent_report__counts_as_called_lower() -> None:
    assert called_lower([(a_report(), Verdict(False)), (a_report(severity="Extreme"), a_verdict())]) == 0.5


def test_stories__wrongly_joined__costs_precision() -> None:
    pairs = [(a_report("s1"), a_verdict("1")), (a_report("s1"), a_verdict("1")), (a_report("s2"), a_verdict("1"))]
    assert stories(pairs) == f1(1, 3, 1) == 0.5


def test_labels__macro__is_the_mean_over_labels() -> None:
    pairs = [(a_report(), Verdict(True, frozenset({"law", "court"})))]
    assert labels(pairs, "topics", is_macro=True) == 1
    assert labels(pairs, "topics", is_macro=False) == f1(1, 2, 1)
    assert each_label(pairs, "topics") == {"law": 1.0}


def test_measure__nothing__has_no_numbers() -> None:
    numbers = measure([])
    assert numbers.relevance is None
    assert numbers.p99 is None
