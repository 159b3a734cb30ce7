"""What was learned from examples of news is up to date, decides where rules are in doubt, and is never needed."""

from __future__ import annotations

import json
import struct
import time
import zlib
from collections import Counter
from pathlib import Path

import pytest

from bench.train_news import LABELS, fingerprint, read_examples
from bot.core.alert import ALERT_TOPICS, SEVERITIES
from bot.core.learned import AT_LEAST, Learned, marks_of
from bot.core.story import same_gist
from bot.core.triage import Reading, Rules, judge
from bot.lookup.newsroom import Newsroom
from bot.lookup.report import read_report
from bot.lookup.wordings import BUCKETS
from tests.triage.test_judge import judged
from tests.triage.test_rules import a_rule

LEARNED = Path(__file__).parents[2] / "bot" / "lookup" / "news" / "examples" / "learned.bin"
MODEL = Learned(
    ("relevant", "law", "court", *AT_LEAST),
    {"kLGBT": (1.0, 2.0, 0.0, 1.0, 0.0, 0.0), "rsExtreme": (0.0, 0.0, 0.0, 0.0, 1.0, 0.5)},
    {"relevant": 0.5, "topic": -0.5, "Extreme": 1.0},
)
QUIET = (0.0,) * 6


def test_learned__from_the_examples_that_are_there() -> None:
    content = LEARNED.read_bytes()
    (length,) = struct.unpack_from("<I", content)
    head = json.loads(content[4 : 4 + length])
    assert head["of"] == fingerprint(), "run: ./run bench train_news"
    assert tuple(head["labels"]) == LABELS
    assert len(zlib.decompress(content[4 + length :])) == BUCKETS * len(LABELS)
    assert len(content) < 5_000_000


def test_examples__are_many_and_of_every_kind() -> None:
    examples = read_examples()
    assert len(examples) >= 1500
    assert {topic for example in examples for topic in example.topics} == set(ALERT_TOPICS)
    assert {example.severity for example in examples} == {*SEVERITIES[:4], ""}
    assert sum(not example.topics for example in examples) >= 0.3 * len(examples)
    languages = Counter(example.language for example in examples)
    assert min(languages["en"], languages["ru"]) >= 0.4 * len(examples)


def test_examples__none_is_a_report_that_is_kept_apart() -> None:
    path = Path(__file__).parent / "reports.jsonl"
    reports = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    kept = {report["title"] for report in reports if report["split"] == "kept"}
    assert not kept & {example.title for example in read_examples()}


def test_points__words_and_marks__are_added_up() -> None:
    points = MODEL.points(QUIET, ["kLGBT", "rsExtreme", "kUNKNOWN"])
    assert points == {"relevant": 1.0, "law": 2.0, "court": 0.0, "Moderate": 1.0, "Severe": 1.0, "Extreme": 0.5}


def test_points__nothing_learned_or_no_words__none() -> None:
    assert Learned().points((), ["kLGBT"]) == {}
    assert MODEL.points((), ["kLGBT"]) == {}


@pytest.mark.parametrize(
    ("extreme", "severe", "severity"), [(1.0, 0.0, "Extreme"), (0.9, 0.0, "Severe"), (0.0, -0.1, "Moderate")]
)
def test_severity__the_gravest_that_has_what_it_needs(extreme: float, severe: float, severity: str) -> None:
    assert MODEL.severity({"Moderate": 0.0, "Severe": severe, "Extreme": extreme}) == severity


def test_severity__nothing_reached__is_minor() -> None:
    assert MODEL.severity(dict.fromkeys(AT_LEAST, -1.0)) == "Minor"


def test_severity__the_rules_say_so_too__needs_less() -> None:
    model = Learned(MODEL.labels, {}, {"Extreme": 0.5, "trust": 1.0})
    points = {"Moderate": 2.0, "Severe": 1.0, "Extreme": -0.4}
    assert (model.severity(points), model.severity(points, "Extreme")) == ("Severe", "Extreme")
    assert model.severity(points | {"Extreme": -0.6}, "Extreme") == "Severe"


def test_topics__the_best_and_those_near_enough() -> None:
    assert MODEL.topics({"law": -3.0, "court": -2.0}) == ("court",)
    assert MODEL.topics({"law": -0.4, "court": 2.0, "Extreme": 9.0}) == ("court", "law")


def test_marks__of_a_report_of_no_concern__name_no_severity() -> None:
    assert marks_of(["LGBT"], [], 1.9, [], "") == ["kLGBT", "rs", "rr1"]


def test_judge__rules_are_silent__what_was_learned_decides_and_says_so() -> None:
    rules = Rules(learned=MODEL)
    judgement = judge(Reading(concepts={"LGBT": 1.0}, wording=QUIET), rules)
    assert (judgement.relevant, judgement.topics, judgement.severity) == (True, ("law", "court"), "Severe")
    assert "reports worded like this one were of concern" in judgement.reasons


def test_judge__rules_hold_but_such_reports_were_of_no_concern__is_not_relevant() -> None:
    rules = Rules(relevant=(a_rule("FILM", score=4.0, why="a film"),), learned=MODEL)
    judgement = judge(Reading(concepts={"FILM": 1.0}, wording=QUIET), rules)
    assert not judgement.relevant
    assert judgement.reasons == ("a film", "but reports worded like this one were of no concern")


def test_judge__words_of_no_known_language__are_of_no_concern(newsroom: Newsroom) -> None:
    for title in ("Qwxzt plmvr snrk", "今日は天気がいいですね", "Nowe danie w restauracji na rynku", "1 2 3", "—"):
        assert not judged(newsroom, title).relevant


@pytest.mark.parametrize(
    ("title", "summary"),
    [
        ("Cousins drag lesbian student from dormitory in Nalchik", "She cried for help; her phone is dead since."),
        ("Мужчину насильно увезли из шелтера, родня обещает его убить", "Он бежал из Грозного в марте."),
    ],
)
def test_judge__wordings_that_no_list_has__are_urgent(newsroom: Newsroom, title: str, summary: str) -> None:
    assert judged(newsroom, title, summary).severity in ("Extreme", "Severe")


def test_read__a_title__speaks_louder_than_a_summary(newsroom: Newsroom) -> None:
    said = "Court jails activist"
    court = LABELS.index("court")
    in_title = read_report(said, "", "en", newsroom.lexicons).wording[court]
    in_summary = read_report("", said, "en", newsroom.lexicons).wording[court]
    bias = newsroom.lexicons.wordings.biases[court]
    assert in_title - bias == pytest.approx(2 * (in_summary - bias))


def test_topics__lean_on_words_and_concepts_alone(newsroom: Newsroom) -> None:
    places = [LABELS.index(topic) for topic in ALERT_TOPICS]
    marks = newsroom.rules.learned.marks
    assert any(marks[mark][LABELS.index("Severe")] for mark in marks if mark[0] == "r")
    assert not any(marks[mark][place] for mark in marks if mark[0] == "r" for place in places)


def test_judge__a_report__costs_few_milliseconds(newsroom: Newsroom) -> None:
    titles = [f"Police number {number} raid a gay bar in Kampala" for number in range(200)]
    started = time.process_time()
    for title in titles:
        judged(newsroom, title, "Officers took the phones of all guests and drove eleven of them away. " * 3)
    assert (time.process_time() - started) / len(titles) < 0.02


def test_same_gist__the_same_direction_from_the_middle__is_one() -> None:
    assert same_gist((2.0, 1.0), (3.0, 1.0), (1.0, 1.0)) == pytest.approx(1)
    assert same_gist((2.0, 1.0), (0.0, 1.0), (1.0, 1.0)) == pytest.approx(-1)


def test_same_gist__nothing_learned_or_nothing_said__is_nothing() -> None:
    assert same_gist((), (), ()) == same_gist((1.0,), (1.0,), (1.0,)) == same_gist((1.0,), (), (0.0,)) == 0
