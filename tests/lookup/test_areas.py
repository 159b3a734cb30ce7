"""The words that somebody saves as her area, and the names of places themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.lookup.normal import words
from bot.lookup.places import country_name, resolve_place
from tests.lookup.lexicons import real

PLACES = Path(__file__).parents[2] / "bot" / "lookup" / "places"


def test_everyday_names__of_the_table__are_folded_and_mean_their_place() -> None:
    gazetteer = real().gazetteer
    for line in (PLACES / "everyday.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        code, city, forms = line.split("\t")
        assert code.partition("-")[0] in gazetteer.codes, line
        for form in filter(None, forms.split("|")):
            name = form.rpartition("=")[2].lstrip("?")
            assert name == " ".join(words(name)), line
            meant = gazetteer.named(name)[0]
            assert (meant.code, meant.city) == (code, city), f"{name}: {meant}"


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
