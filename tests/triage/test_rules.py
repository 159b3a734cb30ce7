"""The pure rules: when a line holds, how topics are chosen, what makes one story."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.core.story import Told, alike, cosine, find_story, is_elsewhere, is_in_another_region
from bot.core.triage import Mention, Reading, Rule, Rules, StoryRules, areas_of, judge, topics_of

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def a_reading(*concepts: str, title: tuple[str, ...] = (), **fields: object) -> Reading:
    weights = dict.fromkeys((*concepts, *title), 1.0)
    return Reading("en", weights, frozenset(title), **fields)  # type: ignore[arg-type]


def a_rule(*every: str, score: float = 1.0, **fields: object) -> Rule:
    return Rule(tuple(frozenset(choice.split("|")) for choice in every), score=score, **fields)  # type: ignore[arg-type]


def test_rule__one_of_each_choice_is_there__holds() -> None:
    assert a_rule("A|B", "C").holds(a_reading("B", "C"))
    assert not a_rule("A|B", "C").holds(a_reading("A", "B"))


def test_rule__a_forbidden_concept_is_there__does_not_hold() -> None:
    assert not a_rule("A", none=frozenset({"D"})).holds(a_reading("A", "D"))


def test_rule__must_stand_in_the_title__looks_only_there() -> None:
    rule = a_rule("A", title=frozenset({"A"}), none_title=frozenset({"B"}))
    assert rule.holds(a_reading("B", title=("A",)))
    assert not rule.holds(a_reading("A"))
    assert not rule.holds(a_reading(title=("A", "B")))


def test_judge__noise_outweighs_the_reason__is_not_relevant_and_says_why() -> None:
    rules = Rules(
        relevant=(a_rule("LGBT", score=4.0, why="LGBT people"),),
        noise=(a_rule("FILM", score=2.0, why="it speaks of films"),),
    )
    assert judge(a_reading("LGBT"), rules).relevant
    judgement = judge(a_reading("LGBT", "FILM"), rules)
    assert not judgement.relevant
    assert judgement.reasons == ("LGBT people", "but it speaks of films")


def test_judge__no_rule_decides__is_moderate() -> None:
    judgement = judge(a_reading("LGBT"), Rules(relevant=(a_rule("LGBT", score=4.0),)))
    assert (judgement.severity, judgement.urgency, judgement.certainty) == ("Moderate", "Unknown", "Likely")


def test_topics__far_behind_the_first__are_left_out() -> None:
    rules = Rules(topics={"law": (a_rule("A", score=4.0),), "court": (a_rule("A", score=1.0),)}, topic_share=0.5)
    assert topics_of(a_reading("A"), rules) == ("law",)


def test_topics__no_more_than_three__the_strongest_first() -> None:
    rules = Rules(topics={name: (a_rule("A", score=score),) for name, score in zip("abcd", (1, 2, 4, 3), strict=True)})
    assert topics_of(a_reading("A"), Rules(topics=rules.topics, topic_share=0.1)) == ("c", "d", "b")


def test_areas__who_only_speaks__counts_where_nobody_else_is_named() -> None:
    speaker, country = Mention("EU", 2.0, True), Mention("RU", 1.0)
    assert areas_of(a_reading(mentions=(speaker, country)), Rules()) == ("RU",)
    assert areas_of(a_reading(mentions=(speaker,)), Rules()) == ("EU",)
    assert areas_of(a_reading(), Rules(home={"en": "WW"})) == ("WW",)


def test_alike__no_country_in_common__is_never_one_story() -> None:
    one = a_reading(title=("KILL",), mentions=(Mention("RU", 1.0),), names=frozenset("abc"))
    other = a_reading(title=("KILL",), mentions=(Mention("GE", 1.0),), names=frozenset("abc"))
    assert alike(one, other, StoryRules()) < 0


def test_alike__the_same_report__is_one_story_and_other_numbers_count_against_it() -> None:
    fields = {"mentions": (Mention("RU", 1.0),), "names": frozenset({"rgn"}), "words": frozenset({"raid"})}
    one = a_reading(title=("RAID", "LGBT"), numbers=frozenset({"14"}), **fields)
    other = a_reading(title=("RAID", "LGBT"), numbers=frozenset({"30"}), **fields)
    assert alike(one, one, StoryRules()) > alike(one, other, StoryRules()) + 1


def test_elsewhere__two_cities__differ_but_a_region_says_nothing() -> None:
    moscow, kazan, region = (a_reading(places=frozenset({name})) for name in ("RU-MOW Moscow", "RU-TA Kazan", "RU-CE"))
    assert is_elsewhere(moscow, kazan)
    assert not is_elsewhere(moscow, region)


def test_another_region__a_city_and_a_region__differ_unless_it_lies_there() -> None:
    moscow, argun, region = (a_reading(places=frozenset({name})) for name in ("RU-MOW Moscow", "RU-CE Argun", "RU-CE"))
    assert is_in_another_region(moscow, region)
    assert not is_in_another_region(argun, region)
    assert not is_in_another_region(a_reading(places=frozenset()), region)


def test_cosine__rare_concepts__weigh_more() -> None:
    rules = StoryRules(weights={"STATE": 0.5, "FLOG": 4.0})
    assert cosine(["STATE", "FLOG"], ["FLOG"], rules) > cosine(["STATE", "FLOG"], ["STATE"], rules)
    assert cosine([], ["FLOG"], rules) == 0


def test_find_story__more_than_ten_days_apart__is_a_new_one() -> None:
    names = frozenset({"rgn", "mkn"})
    reading = a_reading(
        title=("RAID",),
        mentions=(Mention("RU", 1.0),),
        names=names,
        places=frozenset({"Kazan"}),
        numbers=frozenset({"140"}),
    )
    told = [Told("s1", NOW, reading)]
    assert find_story(reading, NOW + timedelta(days=9), told, StoryRules()) == "s1"
    assert find_story(reading, NOW + timedelta(days=11), told, StoryRules()) == ""
