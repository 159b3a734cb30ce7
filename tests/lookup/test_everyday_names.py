"""Names of places as people say them every day, and words that only come near to one."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.lookup.normal import words
from tests.lookup.lexicons import place, real


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Salzburg lawyer", "AT-5"),
        ("avocat lille", "FR-HDF"),
        ("anwalt dortmund", "DE-NW"),
        ("kadıköyde avukat", "TR-34"),
        ("lawyer in Kobani", "SY-HL"),
        ("юрист в Мордовии", "RU-MO"),
        ("адвокат на Сумщині", "UA-59"),
        ("допомога у Відні", "AT-9"),
        ("юрист у Ризі", "LV-RIX"),
        ("притулок у Гамбурзі", "DE-HH"),
        ("адвокат у Чернігові", "UA-74"),
        ("лікар у Рівному, Вінниці", "UA-05"),
        ("юрист в Нью-Йорке", "US-NY"),
        ("шукаю юриста у Нью-Йорку", "US-NY"),
        ("нужен врач в Лос-Анджелесе", "US-CA"),
        ("приют в Белой Церкви", "UA-32"),
        ("مأوى في القامشلي", "SY-HA"),
        ("محامي في خان يونس", "PS"),
        ("وکیل در گوتنبرگ", "SE-O"),
        ("جزیره میتیلینی وکیل", "GR"),
        ("New Yorkta avukat", "US-NY"),
        ("Stavropol lawyer", "RU-STA"),
        ("эвакуация из Купянска", "UA-63"),
        ("евакуація з Куп'янська", "UA-63"),
        ("ориентировка на Верхнем Ларсе", "RU-SE"),
        ("спецприемник сахарово", "RU-MOW"),
        ("Tarlabaşı'nda avukat", "TR-34"),
        ("abogado en Tenosique", "MX-TAB"),
        ("un avocat à Briançon", "FR-PAC"),
        ("visiting hours near Gatwick", "GB-LND"),
        ("lawyer in Guadalajara", "MX-JAL"),
    ],
)
def test_place__name_in_everyday_use__is_found_in_its_language_and_case(text: str, code: str) -> None:
    assert place(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "kuzenimi bodruma kapattılar",
        "вода в ванной уже розовая, рожева",
        "پناه بر خدا از این گرونی",
        "كتب البندقية خفيفة بيدي",
        "mange tes morts",
        "le combattant a mangé les autres",
        "o le mandan mis chats",
        "bi bidon benzin",
        "b thaman m3a9oul",
        "бегу как от пули",
        "ровно в пять",
        "ich liege krank im bett",
        "sham khordi?",
        "пологи вдома, лікарка",
        "la tarifa del abogado",
        "se abrió las venas",
        "dónde dejar la maleta",
    ],
)
def test_place__word_near_a_name_in_everyday_use__is_none(text: str) -> None:
    assert place(text) == ""


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
