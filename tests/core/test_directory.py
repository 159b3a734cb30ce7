"""When a contact must be made sure of again, and where it reaches."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.core.directory import Assured, reaches, said_in
from tests.builders import a_directory, a_service

DAY = date(2026, 11, 1)


def assured(days_ago: int, every: int | None = None, crisis: bool = False):
    span = timedelta(days=every) if every else None
    return a_service(assured=Assured(DAY - timedelta(days=days_ago), "Editor", every=span), crisis=crisis)


@pytest.mark.parametrize(
    ("days_ago", "crisis", "due", "overdue", "hidden"),
    [
        (0, False, False, False, False),
        (82, False, False, False, False),
        (83, False, True, False, False),
        (90, False, True, False, False),
        (91, False, True, True, False),
        (180, False, True, True, False),
        (181, False, True, True, True),
        (30, True, True, False, False),
        (31, True, True, True, False),
        (61, True, True, True, True),
    ],
)
def test_assured__by_its_age__due_then_overdue_then_hidden(days_ago, crisis, due, overdue, hidden) -> None:
    service = assured(days_ago, crisis=crisis)
    assert (service.is_due(DAY), service.is_overdue(DAY), service.is_hidden(DAY)) == (due, overdue, hidden)


def test_assured__the_editors_own_interval_counts() -> None:
    assert assured(11, every=10).is_overdue(DAY)
    assert not assured(100, every=365).is_due(DAY)


def test_never_assured__due_but_shown() -> None:
    service = a_service(assured=None)
    assert service.is_due(DAY)
    assert not service.is_overdue(DAY)
    assert not service.is_hidden(DAY)


def test_unassured__of_the_active_ones_alone() -> None:
    assert a_directory(a_service("a"), a_service("b", status="inactive"), assured(5)).unassured == 1


def test_topics__of_what_people_may_see_today__alone() -> None:
    kept = a_service("a", topics=("asylum",))
    gone = [a_service("b", topics=("hiv",), status="inactive"), replace(assured(181), topics=("medical",))]
    assert a_directory(kept, *gone).topics(DAY) == ("asylum",)


@pytest.mark.parametrize("status", ["inactive", "temporarily closed", "defunct"])
def test_status__anything_but_active__is_never_shown(status) -> None:
    assert a_directory(a_service(status=status)).visible(DAY) == ()


@pytest.mark.parametrize(
    ("area", "country", "subdivision", "expected"),
    [
        (["DE"], "DE", "", True),
        (["DE"], "DE", "DE-BE", True),
        (["DE-BE"], "DE", "DE-BE", True),
        (["DE-BE"], "DE", "DE-BY", False),
        (["DE-BE"], "DE", "", True),
        (["DE"], "FR", "", False),
        (["EU"], "FR", "", True),
        (["EU"], "GB", "", False),
        (["WW"], "GB", "", True),
    ],
)
def test_reaches__an_area_and_where_somebody_is(area, country, subdivision, expected) -> None:
    assert reaches(area, country, subdivision) is expected


def test_said_in__her_language_then_english_then_anything() -> None:
    assert said_in({"en": "Help", "ru": "Помощь"}, "ru") == "Помощь"
    assert said_in({"en": "Help", "pt": "Ajuda"}, "pt-BR") == "Ajuda"
    assert said_in({"en": "Help"}, "ru") == "Help"
    assert said_in({"de": "Hilfe"}, "ru") == "Hilfe"
    assert said_in({}, "ru") == ""
