"""The words that somebody saves as her area, and the names of places themselves."""

from __future__ import annotations

import pytest

from bot.lookup.places import country_name, resolve_place
from tests.lookup.lexicons import real


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("DE", "DE"),
        ("de", "DE"),
        ("Германия", "DE"),
        ("берлин", "DE-BE"),
        ("RU-CE", "RU-CE"),
        ("Almanya", "DE"),
        ("ألمانيا", "DE"),
        ("EU", "EU"),
        ("Чечня", "RU-CE"),
    ],
)
def test_resolve_place__words_of_an_area__are_a_place(text: str, code: str) -> None:
    found = resolve_place(text, real())
    assert found
    assert (found.subdivision or found.country) == code


@pytest.mark.parametrize("text", ["", "ZZ-99", "hello there", "😀"])
def test_resolve_place__no_place__is_none(text: str) -> None:
    assert resolve_place(text, real()) is None


def test_country_name__language__is_that_of_cldr() -> None:
    assert country_name("DE", "ru") == "Германия"
    assert country_name("DE", "xx") == "Germany"
    assert country_name("QQ", "en") == "QQ"
