"""Danger is understood from the parts that words play, in sentences that no list holds."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

import pytest
import yaml

from bot.lookup.danger import danger_of, source_of
from bot.lookup.hearing import hear
from bot.lookup.lexicon import Lexicons
from bot.lookup.question import understand
from tests.lookup.lexicons import real, small

PROBES: dict[str, dict[str, list[str]]] = yaml.safe_load(
    (Path(__file__).parent / "danger_probes.yaml").read_text(encoding="utf-8")
)


def grammar(**more: list[str]) -> Lexicons:
    return small(
        grammar={
            "me": ["me"],
            "kin": ["husband"],
            "attackers": ["men"],
            "near": ["friend"],
            "harm": ["beat*", "*bashes"],
            "threat": ["will"],
            "hold": ["locked"],
            "die": ["die"],
            "want": ["want"],
            "not": ["never"],
            "aside": ["penalty for"],
            "now": ["now"],
        },
        **more,
    )


def kind(text: str, lexicons: Lexicons) -> str:
    return danger_of(hear(text, lexicons))[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my husband beats me", "violence"),
        ("me, he gaybashes", "violence"),
        ("men will beat him and my friend", "violence"),
        ("they locked my friend away", "held"),
        ("i want to die", "suicide"),
        ("my husband never beats me", ""),
        ("the penalty for those who beat me", ""),
        ("beat the eggs", ""),
        ("me and you and he and she and it and we and they beat eggs", ""),
        ("he beats me hahaha", ""),
        ("in 2015 my husband beat me", ""),
        ("in 2015 he was kind but now my husband beats me", "violence"),
    ],
)
def test_danger_of__parts_of_words__tell_its_kind(text: str, expected: str) -> None:
    assert kind(text, grammar(past=["years ago"])) == expected


def test_danger_of__figure_of_speech__is_none() -> None:
    lexicons = grammar(figures=["beats me why"])
    assert kind("beats me why he came", lexicons) == ""
    assert kind("beats me every day", lexicons) == "violence"


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("my husband is beating me", "family"),
        ("a mob is beating us in the street", "violence"),
        ("police arrested my friend today and torture him", "police"),
        ("they are looking for me everywhere", "violence"),
        ("my parents locked me in the cellar", "captors"),
        ("sie haben meinen Freund abgeholt, die Sittenpolizei", "police"),
        ("kidnapped my friend, they want ransom, if you go to the police we kill him", "captors"),
        ("قاچاقچی تو استانبول زندانیمون کرده تا پول بیاد", "captors"),
        ("they hold me in a house and do not let me out", "held"),
        ("I want to die", "suicide"),
    ],
)
def test_source_of__who_does_it__decides_who_can_help(text: str, source: str) -> None:
    question = understand(text, real())
    assert question.source == source


def test_source_of__no_danger__is_empty() -> None:
    assert source_of(hear("a lawyer in Berlin", real()), "", {}) == ""


def test_understand__half_of_the_probes_that_nobody_tuned_on__is_nearly_always_right() -> None:
    missed, called, cries, calm = [], [], 0, 0
    for language, kinds in PROBES.items():
        for expected, texts in kinds.items():
            for text in texts[1::2]:
                is_danger = bool(understand(text, real(), language=language).danger)
                if expected == "none":
                    calm += 1
                    called += [text] * is_danger
                else:
                    cries += 1
                    missed += [text] * (not is_danger)
    assert len(missed) <= 0.05 * cries
    assert len(called) <= 0.12 * calm  # the aim is 0.05; who calls too often harms less than who misses


@pytest.mark.parametrize("language", sorted(PROBES))
def test_understand__probes_that_were_looked_at__are_right(language: str) -> None:
    wrong = [
        text
        for expected, texts in PROBES[language].items()
        for text in texts[::2]
        if bool(understand(text, real(), language=language).danger) != (expected != "none")
    ]
    assert len(wrong) <= 1


@pytest.mark.parametrize(
    "piece", ["he beat me and ", "убивает меня и ", "in 2015 he beat me ", "not kill ", "want to die "]
)
def test_understand__dangers_over_and_over__take_time_in_proportion(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * 400)[:length]
        return min(_timed(text) for _ in range(3))

    assert seconds(4096) < 9 * seconds(1024) + 0.05


def _timed(text: str) -> float:
    start = perf_counter()
    understand(text, real())
    return perf_counter() - start
