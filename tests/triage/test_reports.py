"""The reports that triage is measured on are many, balanced and well formed."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.core.alert import ALERT_TOPICS, SEVERITIES

LINES = (Path(__file__).parent / "reports.jsonl").read_text(encoding="utf-8").splitlines()
REPORTS: list[dict[str, Any]] = [json.loads(line) for line in LINES]
RELEVANT = [report for report in REPORTS if report["relevant"]]
FIELDS = {
    "id", "title", "summary", "language", "published", "source", "relevant", "topics", "countries", "severity",
    "story", "kind", "split",
}  # fmt: skip


def test_reports__every_line__has_exactly_the_known_fields() -> None:
    assert all(set(report) == FIELDS for report in REPORTS)
    assert len({report["id"] for report in REPORTS}) == len(REPORTS)
    assert len({report["title"] for report in REPORTS}) == len(REPORTS)


def test_reports__all__are_enough_in_english_and_russian() -> None:
    assert len(REPORTS) >= 320
    languages = Counter(report["language"] for report in REPORTS)
    assert set(languages) == {"en", "ru", "uk"}
    assert min(languages["en"], languages["ru"]) >= 0.4 * len(REPORTS)


def test_reports__hard_negatives__are_at_least_ninety() -> None:
    assert sum(report["kind"] == "hard-negative" for report in REPORTS) >= 90


def test_reports__kinds__agree_with_relevance() -> None:
    assert all((report["kind"] == "relevant") == report["relevant"] for report in REPORTS)
    assert {report["kind"] for report in REPORTS} == {"relevant", "irrelevant", "hard-negative"}


def test_reports__relevant_ones__carry_known_topics_severity_and_countries() -> None:
    for report in RELEVANT:
        assert 1 <= len(report["topics"]) <= 3
        assert set(report["topics"]) <= set(ALERT_TOPICS)
        assert report["severity"] in SEVERITIES[:4]
        assert report["countries"]
        assert all(re.fullmatch("[A-Z]{2}", code) for code in report["countries"])
    assert {topic for report in RELEVANT for topic in report["topics"]} == set(ALERT_TOPICS)
    assert {report["severity"] for report in RELEVANT} == set(SEVERITIES[:4])


def test_reports__irrelevant_ones__carry_no_judgement() -> None:
    others = [report for report in REPORTS if not report["relevant"]]
    assert all(not report["topics"] and not report["countries"] and report["severity"] is None for report in others)


def test_reports__published__are_aware_dates_in_order() -> None:
    dates = [datetime.fromisoformat(report["published"]) for report in REPORTS]
    assert all(date.tzinfo is not None for date in dates)
    assert dates == sorted(dates)


def test_reports__stories__are_told_by_several_and_across_languages() -> None:
    stories = defaultdict(list)
    for report in RELEVANT:
        stories[report["story"]].append(report)
    several = [told for told in stories.values() if len(told) > 1]
    assert len(several) >= 40
    assert max(len(told) for told in several) <= 4
    assert sum(len({report["language"] for report in told}) == 2 for told in several) >= 30
    for told in several:
        assert len({(report["severity"], *report["countries"]) for report in told}) == 1


def test_reports__a_story__stands_on_one_side_of_the_split() -> None:
    sides = defaultdict(set)
    for report in REPORTS:
        sides[report["story"]].add(report["split"])
    assert all(len(found) == 1 for found in sides.values())
    kept = sum(report["split"] == "kept" for report in REPORTS) / len(REPORTS)
    assert 0.25 <= kept <= 0.45
