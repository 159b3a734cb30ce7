"""Ranking: what a service offers, where, for whom; crisis first; never out of reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.directory import Assured, Directory, Service
from bot.lookup.search import MOST, Index, Match
from tests.lookup.lexicons import TODAY, a_directory, a_service, in_city, real


def index(*services: Service, police: tuple[str, ...] = (), **run_by: str) -> Index:
    return Index(a_directory(*services, police=police, **run_by), real(), TODAY)


def ids(matches: Sequence[Match]) -> list[str]:
    return [match.service.id for match in matches]


def test_answer__topic_among_the_first_two__stands_before_later_ones() -> None:
    found = index(
        a_service("later", "shelter", "financial", "asylum", area=("DE",)),
        a_service("first", "asylum", area=("DE",)),
    ).answer("asylum in Germany")
    assert ids(found.matches) == ["first", "later"]


def test_answer__place_known__local_before_union_and_world_and_never_out_of_reach() -> None:
    found = index(
        a_service("ww", "asylum"),
        a_service("eu", "asylum", area=("EU",)),
        a_service("fr", "asylum", area=("FR",)),
        a_service("de", "asylum", area=("DE",)),
    ).answer("asylum in Germany")
    assert ids(found.matches)[0] == "de"
    assert set(ids(found.matches)) == {"ww", "eu", "de"}


def test_answer__place_unknown__worldwide_first_and_the_bound_still_shown() -> None:
    found = index(a_service("de", "asylum", area=("DE",)), a_service("ww", "asylum")).answer("asylum")
    assert ids(found.matches) == ["ww", "de"]


def test_answer__city_asked__other_city_stands_last() -> None:
    found = index(
        a_service("munich", "shelter", area=("DE-BY",), address=in_city("München", "DE")),
        a_service("berlin", "shelter", area=("DE-BE",), address=in_city("Berlin", "DE")),
        a_service("all", "shelter", area=("DE",)),
    ).answer("shelter in Berlin", limit=None)
    assert ids(found.matches)[-1] == "munich"
    found = index(
        a_service("berlin", "shelter", area=("DE-BE",), address=in_city("Berlin", "DE")),
        a_service("munich", "shelter", area=("DE-BY",), address=in_city("München", "DE")),
    ).answer("приют в Мюнхене")
    assert ids(found.matches)[0] == "munich"


def test_answer__for_another_group__stands_behind() -> None:
    found = index(
        a_service("a-men", "shelter", audience=("men",)),
        a_service("b-women", "shelter", audience=("women",)),
    ).answer("shelter for women")
    assert ids(found.matches) == ["b-women", "a-men"]


def test_answer__overdue_card__sinks_and_hidden_ones_are_not_shown() -> None:
    old = Assured(TODAY - timedelta(days=120), "Editor")
    gone = Assured(TODAY - timedelta(days=400), "Editor")
    found = index(
        a_service("a-old", "asylum", assured=old),
        a_service("b-fresh", "asylum"),
        a_service("gone", "asylum", assured=gone),
        a_service("closed", "asylum", status="defunct"),
    ).answer("asylum")
    assert ids(found.matches) == ["b-fresh", "a-old"]


@pytest.mark.parametrize(("days", "expected"), [(89, ["a-whole", "b-half"]), (91, ["b-half", "a-whole"])])
def test_answer__overdue__falls_behind_what_fits_a_little_less(days, expected) -> None:
    assured = Assured(TODAY - timedelta(days=days), "Editor")
    found = index(a_service("a-whole", "asylum", "legal", assured=assured), a_service("b-half", "asylum"))
    matches = found.answer("asylum lawyer").matches
    assert ids(matches) == expected
    assert [("it was assured too long ago" in match.reasons) for match in matches if match.service.id == "a-whole"] == [
        days > 90
    ]


def test_answer__organization_named__its_cards_come_first() -> None:
    directory = a_directory(
        a_service("x", "legal"), a_service("y", "community", organization="blue_heron"), blue_heron="ngo"
    )
    found = Index(directory, real(), TODAY).answer("Blue Heron contact")
    assert ids(found.matches)[0] == "y"


@pytest.mark.parametrize("asked", ["rainlite project london", "rainlight projekt", "heathrlane", "toi rose paris"])
def test_answer__organization_misspelt__is_found(asked) -> None:
    found = index(
        a_service("rain", "asylum", area=("GB",), organization="rainlight_project"),
        a_service("heather", "family", area=("BY",), organization="heatherlane"),
        a_service("rose", "shelter", area=("FR",), organization="toit_rose"),
        a_service("other", "shelter", area=("FR",)),
        rainlight_project="ngo",
        heatherlane="ngo",
        toit_rose="ngo",
    ).answer(asked)
    assert ids(found.matches)[0] == {"r": "rain", "h": "heather", "t": "rose"}[asked[0]]


@pytest.mark.parametrize("asked", ["great project in london", "rose in paris"])
def test_answer__words_that_people_use__are_no_misspelt_organization(asked) -> None:
    found = index(
        a_service("rain", "asylum", area=("GB",), organization="grain_project"),
        a_service("rose", "shelter", area=("FR",), organization="nose_rose"),
        grain_project="ngo",
        nose_rose="ngo",
    ).answer(asked)
    assert ids(found.matches) == []


def test_answer__name_of_several_words__neither_distance_nor_group_puts_another_first() -> None:
    directory = a_directory(
        a_service("line", "hotline", "emergency"),
        a_service("far", "violence", area=("DZ",), audience=("women",), organization="casbah_voix"),
        casbah_voix="ngo",
    )
    found = Index(directory, real(), TODAY).answer("c'est quoi le numéro de Casbah Voix")
    assert ids(found.matches)[0] == "far"


def test_answer__crisis_and_both_fit__who_is_near_comes_before_who_works_everywhere() -> None:
    found = index(
        a_service("a-everywhere", "evacuation", "emergency", crisis=True),
        a_service("near", "shelter", "community", "violence", area=("KG",), crisis=True),
    ).answer("муж сломал мне ребро, пока он спит хочу уйти с сыном", country="KG")
    assert ids(found.matches) == ["near", "a-everywhere"]


def test_answer__keyword_of_the_editor__finds_the_card() -> None:
    found = index(a_service("x", "legal", keywords={"de": ("bamf",)})).answer("BAMF")
    assert ids(found.matches) == ["x"]


def test_answer__chatter__has_no_card() -> None:
    found = index(a_service("x", "legal")).answer("hi")
    assert found.matches == ()
    assert not found.is_crisis


def test_answer__nothing_known__has_no_card() -> None:
    assert index(a_service("x", "legal")).answer("qwzrtp").matches == ()


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("хочу умереть", "talk"),
        ("меня бьют", "exit"),
        ("police took my brother and hold him", "free"),
    ],
)
def test_answer__crisis__opens_with_who_can_act(text: str, first: str) -> None:
    found = index(
        a_service("a-legal", "legal", area=("RU",)),
        a_service("exit", "evacuation", "emergency", area=("RU",), crisis=True),
        a_service("free", "detention", "legal", area=("RU",), crisis=True),
        a_service("talk", "mental-health", "hotline", area=("RU",), crisis=True),
    ).answer(text, country="RU")
    assert found.is_crisis
    assert ids(found.matches)[0] == first


@pytest.mark.parametrize("text", ["меня бьют в Грозном", "они идут меня убивать, я в Чечне", "меня бьют"])
def test_answer__police_are_the_danger__no_state_number_first(text: str) -> None:
    services = (
        a_service("112", "emergency", area=("RU",), crisis=True, organization="state"),
        a_service("exit", "evacuation", area=("RU",), crisis=True),
    )
    found = index(*services, police=("RU-CE",), state="state").answer(text, country="RU")
    assert ids(found.matches)[0] == "exit"


def test_crisis__area__lists_who_can_act_there() -> None:
    built = index(
        a_service("de", "emergency", area=("DE",), crisis=True),
        a_service("ru", "emergency", area=("RU",), crisis=True),
        a_service("ww", "evacuation", crisis=True),
    )
    assert ids(built.crisis("DE")) == ["de", "ww"]
    assert set(ids(built.crisis())) == {"de", "ru", "ww"}


def test_by_topic__country__lists_those_that_reach_it() -> None:
    built = index(
        a_service("de", "legal", area=("DE",)), a_service("ru", "legal", area=("RU",)), a_service("ww", "legal")
    )
    assert ids(built.by_topic("legal", "DE")) == ["de", "ww"]
    assert ids(built.by_topic("hiv")) == []


def test_answer__limit__is_kept() -> None:
    built = index(*(a_service(f"s{number:03}", "legal") for number in range(80)))
    assert len(built.answer("lawyer").matches) == 5
    assert len(built.answer("lawyer", limit=None).matches) == MOST
    assert len(built.answer("lawyer", limit=2).matches) == 2


def test_answer__match__tells_why() -> None:
    (match,) = index(a_service("de", "asylum", area=("DE",))).answer("asylum in Germany").matches
    assert "it works in DE" in match.reasons
    assert any("asylum" in reason for reason in match.reasons)


def test_answer__empty_directory__has_no_card() -> None:
    assert Index(Directory({}, ()), real(), TODAY).answer("asylum").matches == ()


def test_index__same_question__same_order_however_the_file_is_sorted() -> None:
    services = [a_service(f"s{number}", "legal") for number in range(9)]
    one = Index(a_directory(*services), real(), TODAY).answer("lawyer", limit=None)
    other = Index(a_directory(*reversed(services)), real(), TODAY).answer("lawyer", limit=None)
    assert ids(one.matches) == ids(other.matches)
    assert replace(one.question) == other.question


def test_answer__violence_at_home__no_line_for_boats_before_the_number_for_everyone() -> None:
    found = index(
        a_service("boats", "emergency", area=("TR", "GR"), crisis=True, audience=("refugees", "migrants")),
        a_service("everyone", "emergency", area=("TR",), crisis=True),
    ).answer("my husband beats me, i am in turkey")
    assert ids(found.matches) == ["everyone", "boats"]
