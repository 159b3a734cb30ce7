"""Entries of the lists are found as needs/README.md promises."""

from __future__ import annotations

import pytest

from bot.lookup.normal import words
from bot.lookup.phrases import Hit, Phrases, compile_lists


def heard(phrases: Phrases, text: str) -> list[Hit]:
    return phrases.find([dict.fromkeys(phrases.elements(word), 1.0) for word in words(text)])


def a_list(*entries: str, language: str = "en") -> Phrases:
    return compile_lists(language, {"topics": {"shelter": {"strong": list(entries)}}})


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ("shelter", "Shelters"),
        ("evict*", "we were evicted yesterday"),
        ("no place to sleep|stay", "no safe place to stay"),
        ("no place to sleep|stay", "there is no place where to sleep"),
        ("thrown|kicked out of home|house", "kicked out of the house"),
        ("I'm unsafe", "i am unsafe"),
        ("safe-house", "a safe house"),
        ("i'm|are homeless", "we are homeless"),
        ("i'm|are homeless", "im homeless"),
    ],
)
def test_find__text_as_the_entry_allows__is_found(entry: str, text: str) -> None:
    assert heard(a_list(entry), text)


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ("no place to stay", "no place in this very big town to stay"),
        ("no place to stay", "stay to place no"),
        ("evict*", "convict"),
        ("safe-house", "house"),
    ],
)
def test_find__text_that_only_resembles__is_not_found(entry: str, text: str) -> None:
    assert heard(a_list(entry), text) == []


def test_find__other_lists__want_the_form_as_written_unless_marked() -> None:
    phrases = compile_lists("ru", {"danger": {"violence": ["бьют", "~угроза"]}})
    assert heard(phrases, "бьют")
    assert not heard(phrases, "били")
    assert heard(phrases, "угрозы")


def test_find__hit__tells_where_and_how_strong() -> None:
    phrases = compile_lists("en", {"topics": {"shelter": {"weak": ["big room"]}}, "chatter": ["hi"]})
    (hit,) = heard(phrases, "a big empty room")
    assert (hit.start, hit.end, hit.size) == (1, 4, 2)
    assert hit.kind.weight < 1
