"""The questions and the directory are sound, and the scorer grades as docs and README say."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench import hearing, lookup, lookup_scores
from bench.lookup_scores import Answer, Place, Question, Service
from bot.lookup.stems import LANGUAGES
from tests.lookup.lexicons import real

TOPICS = frozenset(
    "emergency evacuation shelter asylum legal medical mental-health hotline documents digital-security financial "
    "trafficking violence family employment language-class community hiv trans-health missing-persons detention "
    "monitoring".split()
)
KINDS = frozenset(
    "keyword country city typo translit layout sentence synonym slang negation organization chatter crisis "
    "not-crisis".split()
)
DIRECTORY = lookup.load_directory()
QUESTIONS = lookup.load_questions()
RAW = yaml.load(lookup.DIRECTORY.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
BERLIN = Place("DE", "DE-BE", "Berlin")


def a_service(**changed: object) -> Service:
    plain = Service("s", "org", ("asylum", "legal"), frozenset({"DE"}))
    return replace(plain, **changed)  # type: ignore[arg-type]


def a_question(**changed: object) -> Question:
    plain = Question("q", "asylum", "en", "keyword", {"asylum": 3, "legal": 2}, Place("DE"))
    return replace(plain, **changed)  # type: ignore[arg-type]


# --- the data


def test_directory__every_service__has_known_topics_an_organization_and_a_contact() -> None:
    assert len(DIRECTORY) == len(RAW["services"]) >= 160
    for entry in RAW["services"]:
        assert entry["topics"] and set(entry["topics"]) <= TOPICS, entry["id"]
        assert entry["organization"] in RAW["organizations"], entry["id"]
        assert entry.get("phones") or entry.get("email"), entry["id"]
    assert {topic for s in DIRECTORY.values() for topic in s.topics[:2]} == TOPICS


def test_directory__every_address__is_invented() -> None:
    hosts = re.findall(r"(?:https?://|@)([a-z0-9.-]+)", lookup.DIRECTORY.read_text(encoding="utf-8"))
    assert hosts and all(host.endswith(".example.org") for host in hosts)


def test_directory__areas_where_police_are_a_danger__are_those_of_the_scorer() -> None:
    assert set(RAW["police_danger_areas"]) == lookup_scores.STATE_IS_DANGER


def test_questions__ids__are_unique_and_nobody_asks_the_same_twice() -> None:
    assert max(Counter(question.id for question in QUESTIONS).values()) == 1
    assert max(Counter((question.q, question.country) for question in QUESTIONS).values()) == 1


def test_questions__every_field__holds_known_words() -> None:
    for question in QUESTIONS:
        assert question.kind in KINDS, question.id
        assert set(question.need) <= TOPICS and set(question.need.values()) <= {1, 2, 3}, question.id
        assert question.crisis in (None, *lookup_scores.ACTS), question.id
        assert question.split in ("tune", "kept"), question.id
        assert question.organization is None or question.organization in RAW["organizations"], question.id


def test_questions__without_a_need__are_chatter_or_news_or_name_an_organization() -> None:
    for question in QUESTIONS:
        if not question.need:
            assert question.kind in ("chatter", "not-crisis") or question.organization, question.id
        assert not (question.kind == "chatter" and (question.need or question.crisis)), question.id


def test_questions__with_a_need__find_a_service_of_grade_two_or_better() -> None:
    for question in QUESTIONS:
        if question.need and max(question.need.values()) > 1:
            assert max(lookup_scores.grade(s, question) for s in DIRECTORY.values()) >= 2, question.id


def test_questions__in_a_crisis__have_a_service_that_can_act() -> None:
    for question in QUESTIONS:
        if question.crisis:
            assert any(lookup_scores.can_act(s, question) for s in DIRECTORY.values()), question.id


def test_questions__languages_and_kinds__are_many_enough() -> None:
    languages = Counter(question.language for question in QUESTIONS)
    assert len(languages) == 9 and min(languages.values()) >= 30
    assert languages["en"] >= 110 and languages["ru"] >= 110
    for kind, least in (("chatter", 60), ("crisis", 80)):
        asked = Counter(question.language for question in QUESTIONS if question.kind == kind)
        assert sum(asked.values()) >= least and len(asked) == 9


@pytest.mark.parametrize("field", ["language", "kind", "crisis"])
def test_questions__every_third__is_kept_back_in_each_language_and_kind(field: str) -> None:
    groups: dict[object, list[bool]] = defaultdict(list)
    for question in QUESTIONS:
        groups[getattr(question, field)].append(question.split == "kept")
    for name, kept in groups.items():
        assert 0.2 <= sum(kept) / len(kept) <= 0.45, name


def test_other_authors__their_questions__are_sound_and_their_directories_can_answer_each_crisis() -> None:
    for split, (file, resources) in lookup.SETS.items():
        directory, questions = lookup.load_directory(resources), lookup.load_questions(split, file)
        assert len(questions) >= 150
        assert len({question.id for question in questions}) == len(questions)
        for question in questions:
            assert set(question.need) <= TOPICS, question.id
            assert question.kind != "chatter" or not (question.need or question.crisis), question.id
            if question.crisis:
                assert any(lookup_scores.can_act(s, question) for s in directory.values()), question.id


@pytest.mark.parametrize("directory", [lookup.THIRD_DIRECTORY, lookup.SIXTH_DIRECTORY, lookup.SEVENTH_DIRECTORY])
def test_other_directories__every_address__is_invented(directory) -> None:
    hosts = re.findall(r"(?:https?://|@)([a-z0-9.-]+)", directory.read_text(encoding="utf-8"))
    assert hosts and all(host.endswith(".example.org") for host in hosts)


@pytest.mark.parametrize(
    ("name", "halves"),
    [("places", {"read": 35, "kept": 35}), ("messages", {"read": 35, "kept": 35}), ("ordinary", {"read": 80})],
)
def test_single_messages__as_many_in_each_language__are_sound(name, halves) -> None:
    lines = list(hearing.read(name))
    assert len({line["id"] for line in lines}) == len(lines)
    counts = Counter((line["language"], line["split"]) for line in lines)
    assert counts == {(language, half): count for language in LANGUAGES for half, count in halves.items()}
    codes = real().gazetteer.codes
    assert all((line.get("place") or {}).get("country", "DE") in codes for line in lines)
    assert all(set(line.get("topics", ())) <= TOPICS for line in lines)


# --- grades


@pytest.mark.parametrize(
    ("service", "question", "grade"),
    [
        (a_service(), a_question(), 3),
        (a_service(topics=("legal",)), a_question(), 2),
        (a_service(topics=("family", "documents", "asylum")), a_question(), 2),
        (a_service(topics=("family",)), a_question(), 0),
        (a_service(area=frozenset({"WW"})), a_question(), 2),
        (a_service(area=frozenset({"EU"})), a_question(), 2),
        (a_service(area=frozenset({"EU", "DE"})), a_question(), 3),
        (a_service(area=frozenset({"EU"})), a_question(place=Place("TR")), 0),
        (a_service(area=frozenset({"FR"})), a_question(), 0),
        (a_service(area=frozenset({"WW"})), a_question(place=None), 3),
        (a_service(area=frozenset({"EU"})), a_question(place=None), 2),
        (a_service(), a_question(place=None), 1),
        (a_service(area=frozenset({"DE-BE"})), a_question(), 3),
        (a_service(area=frozenset({"DE-BE"}), city="Berlin"), a_question(place=BERLIN), 3),
        (a_service(area=frozenset({"DE-BY"})), a_question(place=BERLIN), 1),
        (a_service(city="München"), a_question(place=BERLIN), 1),
        (a_service(audience=frozenset({"women"})), a_question(), 2),
        (a_service(audience=frozenset({"women"})), a_question(audience=frozenset({"women"})), 3),
        (a_service(audience=frozenset({"women"})), a_question(audience=frozenset({"minors"})), 1),
        (a_service(audience=frozenset({"women"})), a_question(audience=frozenset({"lgbt"})), 2),
        (a_service(audience=frozenset({"lgbt"})), a_question(audience=frozenset({"women"})), 3),
        (a_service(area=frozenset({"FR"})), a_question(organization="org"), 3),
    ],
)
def test_grade__as_the_readme_tells__for_each_rule(service: Service, question: Question, grade: int) -> None:
    assert lookup_scores.grade(service, question) == grade


def test_ndcg__best_order__is_one_and_repeats_or_unknown_ids_earn_nothing() -> None:
    best, second = a_service(id="a"), a_service(id="b", topics=("legal",))
    directory = {"a": best, "b": second}
    assert lookup_scores.ndcg(Answer(("a", "b")), a_question(), directory) == pytest.approx(1)
    assert lookup_scores.ndcg(Answer(("b", "a")), a_question(), directory) == pytest.approx(
        (3 + 7 / 1.585) / (7 + 3 / 1.585), 1e-3
    )
    once = lookup_scores.ndcg(Answer(("a",)), a_question(), directory)
    assert lookup_scores.ndcg(Answer(("a", "a", "?")), a_question(), directory) == once
    assert lookup_scores.ndcg(Answer(()), a_question(), directory) == 0
    assert lookup_scores.ndcg(Answer(("a",)), a_question(need={}), directory) is None


def test_first_right__a_weak_card_where_a_good_one_exists__is_wrong() -> None:
    good, weak = a_service(id="a"), a_service(id="b", area=frozenset({"DE-BY"}))
    question = a_question(place=BERLIN)
    assert lookup_scores.first_right(Answer(("a",)), question, {"a": good, "b": weak}) is True
    assert lookup_scores.first_right(Answer(("b",)), question, {"a": good, "b": weak}) is False
    assert lookup_scores.first_right(Answer(("b",)), question, {"b": weak}) is True
    assert lookup_scores.first_right(Answer(()), question, {"b": weak}) is False


def test_wrong_country__only_the_first_three_cards_and_a_known_place__count() -> None:
    here, there = a_service(id="a"), a_service(id="x", area=frozenset({"FR"}))
    directory = {"a": here, "b": replace(here, id="b"), "c": replace(here, id="c"), "x": there}
    assert lookup_scores.wrong_country(Answer(("a", "x")), a_question(), directory) is True
    assert lookup_scores.wrong_country(Answer(("a", "b", "c", "x")), a_question(), directory) is False
    assert lookup_scores.wrong_country(Answer(("x",)), a_question(place=None), directory) is None
    assert lookup_scores.wrong_country(Answer(()), a_question(), directory) is None


def test_right_contact__in_a_crisis__is_the_best_service_made_for_it() -> None:
    line = a_service(id="line", topics=("mental-health", "hotline"), crisis=True)
    clinic = replace(line, id="clinic", crisis=False)
    far = replace(line, id="far", area=frozenset({"WW"}))
    directory = {s.id: s for s in (line, clinic, far)}
    question = a_question(need={"mental-health": 3}, crisis="suicide")
    told = {id_: lookup_scores.right_contact(Answer((id_,)), question, directory) for id_ in directory}
    assert told == {"line": True, "clinic": False, "far": False}
    assert lookup_scores.right_contact(Answer(("line",)), a_question(), directory) is None


def test_right_contact__line_of_the_state__never_where_police_are_a_danger() -> None:
    police = a_service(id="police", topics=("emergency",), area=frozenset({"RU"}), crisis=True, state=True)
    question = a_question(need={"emergency": 3}, crisis="violence", place=Place("RU"))
    assert lookup_scores.can_act(police, question)
    assert not lookup_scores.can_act(police, replace(question, place=Place("RU", "RU-CE")))
    assert not lookup_scores.can_act(police, replace(question, crisis="held"))


def test_measure__a_searcher_that_knows_everything__reaches_every_goal() -> None:
    def perfect(question: Question) -> Answer:
        order = sorted(
            DIRECTORY.values(),
            key=lambda s: (-lookup_scores.grade(s, question), not lookup_scores.can_act(s, question)),
        )
        ids = tuple(s.id for s in order[:5] if lookup_scores.grade(s, question))
        return Answer(ids, question.crisis is not None, 1.0)

    numbers = lookup_scores.measure([(question, perfect(question)) for question in QUESTIONS], DIRECTORY)
    assert numbers.ndcg == pytest.approx(1) and numbers.first_right == 1
    assert numbers.wrong_country == 0 and numbers.chatter == 0
    assert numbers.crisis_recall == numbers.crisis_precision == 1
    assert numbers.right_contact is not None and numbers.right_contact >= 0.99


def test_measure__a_searcher_that_says_nothing__earns_nothing_and_calls_no_crisis() -> None:
    numbers = lookup_scores.measure([(question, Answer(())) for question in QUESTIONS], DIRECTORY)
    assert numbers.ndcg == 0 and numbers.crisis_recall == 0 and numbers.chatter == 0
    assert numbers.wrong_country is None and numbers.crisis_precision is None


def test_quantile__nearest_rank__is_a_value_that_was_measured() -> None:
    assert lookup_scores.quantile(range(1, 101), 0.99) == 99
    assert lookup_scores.quantile([5.0], 0.5) == 5.0
    assert lookup_scores.quantile([], 0.5) is None


# --- the runner


def test_asked__what_the_searcher_reads__holds_no_expectation() -> None:
    assert {key for question in QUESTIONS for key in json.loads(lookup.asked(question))} <= {"q", "country", "language"}


def test_enlarged__any_size__has_so_many_services_with_ids_of_their_own() -> None:
    bigger = lookup.enlarged(RAW, 1000)
    assert len({entry["id"] for entry in bigger["services"]}) == 1000
    assert {entry["organization"] for entry in bigger["services"]} <= set(bigger["organizations"])


def test_run__a_baseline_as_a_process__answers_every_question() -> None:
    asked = QUESTIONS[:5]
    done = lookup.run(lookup.baseline_command("fts5", lookup.DIRECTORY), asked)
    assert len(done.answers) == len(asked) and done.ready > 0 and done.memory >= 0


def test_run__process_that_fails__is_named() -> None:
    with pytest.raises(RuntimeError, match="exit status 3"):
        lookup.run([sys.executable, "-c", "raise SystemExit(3)"], QUESTIONS[:3])
