"""Spelling: every way to write a word meets the others."""

from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.lookup.normal import MAX_LENGTH, normalise, script, tokens, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Всё ЕЩЁ", "все еще"),
        ("Київ", "киів"),
        ("İSTANBUL ısırgan", "istanbul isirgan"),
        ("Straße Größe", "strasse grosse"),
        ("مُسَاعَدَةٌ", "مساعده"),
        ("أإآٱ", "اااا"),
        ("کمک ی", "كمك ي"),
        ("مـــرحبا", "مرحبا"),
        ("\u202bshel\u200bter\u202c", "shelter"),
        ("١٢٣ ۴۵۶", "123 456"),
        ("ｈｅｌｐ", "help"),
        ("  a \n b\t", "a b"),
        ("d’asile", "d'asile"),
        ("Łódź", "lodz"),
    ],
)
def test_normalise__ways_to_write__one_spelling(text: str, expected: str) -> None:
    assert normalise(text) == expected


@given(st.text(max_size=300))
def test_normalise__any_text__is_idempotent(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(st.text(alphabet="абвгдежзиіклмнопрстуфхцчшщыьэюяєґЁЙЇجحرطكيعةآ", min_size=1, max_size=20))
def test_normalise__a_word_of_letters_that_stay__is_what_its_letters_are_one_by_one(word: str) -> None:
    assert normalise(word) == "".join(map(normalise, word)) == normalise(f" {word}")


@given(st.text(max_size=300))
def test_tokens__any_text__never_raises_and_gives_folded_words(text: str) -> None:
    for token in tokens(text):
        assert token.text
        assert " " not in token.text
        script(token.text)


@pytest.mark.parametrize("piece", ["a", "a'", "'", "é", "ß", "\u0301", "می ", ".,", "\u202e", "😀", "a b "])
def test_tokens__long_odd_text__takes_little_time(piece: str) -> None:
    text = (piece * MAX_LENGTH)[: MAX_LENGTH * 2]
    start = perf_counter()
    assert len(tokens(text)) <= MAX_LENGTH
    assert perf_counter() - start < 1.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I'm, he's", ("i", "am", "he", "is")),
        ("I don't", ("i", "dont")),
        ("l'asile d'urgence", ("l", "asile", "d", "urgence")),
        ("Almanya'da", ("almanya", "da")),
        ("сім'я п’ять", ("сімя", "пять")),
        ("نمی‌خواهم", ("نميخواهم",)),
        ("نمی خواهم", ("نميخواهم",)),
        ("بچه ها", ("بچهها",)),
        ("sans-papiers", ("sans", "papiers")),
    ],
)
def test_words__signs_within_words__as_the_language_does(text: str, expected: tuple[str, ...]) -> None:
    assert words(text) == expected


def test_tokens__punctuation__counts_clauses_and_sentences() -> None:
    found = tokens("Not this, just that. Then?")
    assert [token.clause for token in found] == [0, 0, 1, 1, 2]
    assert [token.sentence for token in found] == [0, 0, 0, 0, 1]


def test_tokens__capitals__are_remembered() -> None:
    found = tokens("in Nice USA")
    assert [token.is_capital for token in found] == [False, True, True]
    assert [token.is_upper for token in found] == [False, False, True]
