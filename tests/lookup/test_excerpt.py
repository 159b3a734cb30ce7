"""Endless and strange texts: their beginning and end are read, and what that costs does not grow with them."""

import itertools
import random
import sys
from collections.abc import Callable
from datetime import date
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.lookup.excerpt import HEAD, HEAD_WORDS, TAIL, TAIL_WORDS, excerpt
from bot.lookup.places import resolve_place
from bot.lookup.search import Index
from tests.builders import a_directory
from tests.lookup.lexicons import real as lexicons

STRANGE = {
    "words": "asylum in germany please ",
    "russian": "убежище в германии ",
    "one letter": "a",
    "letters with spaces": "a ",
    "letters with slashes": "a/",
    "zalgo": "z\u0335\u0321\u0322\u0300\u0301\u0302",
    "marks alone": "\u0301",
    "right to left": "\u202eمساعدة لجوء ",
    "emoji": "🏳️‍🌈👩‍👩‍👧 ",
    "digits": "1234567890 ",
    "points": "?!.,;:-",
    "invisible": "\x00\u200b\ufeff\u2066",
    "letters of two alphabets": "хочу yмepeть help ",
    "without spaces": "漢字",
    "quotes": "\"'",
    "halves of pairs": "\ud83d",
}
MOST_STEPS = 90_000
"""Calls within Python for one text: less than five milliseconds on a small server."""


def misspelt(language: str, seed: int = 1) -> str:
    """Return words of a language, each with one letter too many, no two alike: what is dearest to understand."""
    chance = random.Random(seed)
    known = [word for word in sorted(lexicons().languages[language].exact) if len(word) >= 5]
    chance.shuffle(known)
    return " ".join(f"{word[:3]}{word[1]}{word[3:]}" for word in known[:600])


def nonsense(letters: str, seed: int = 1) -> str:
    chance = random.Random(seed)
    return " ".join("".join(chance.choice(letters) for _ in range(chance.randint(5, 8))) for _ in range(600))


LATIN, CYRILLIC, ARABIC = (
    "abcdefghijklmnopqrstuvwxyz",
    "абвгдежзийклмнопрстуфхцчшщьыэюя",
    "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
)
DEAR = {
    **{f"misspelt {language}": misspelt(language) for language in ("en", "ru", "ar", "tr", "fr", "fa")},
    **{f"nonsense {letters[:3]}": nonsense(letters) for letters in (LATIN, CYRILLIC, ARABIC)},
    "another layout": misspelt("ru").translate(str.maketrans(CYRILLIC[:26], LATIN)),
    "capitals": misspelt("en").upper(),
    "digits in words": nonsense(LATIN + "2357"),
    "many spellings": nonsense("aeioushchzy"),
    "long-drawn": nonsense("aaaaaehlp"),
    "two alphabets": nonsense(LATIN + CYRILLIC),
    "invisible within words": "\u200b".join(nonsense(LATIN)),
}
"""Texts of which no two words are alike and every word must be looked for in every spelling."""


@cache
def index() -> Index:
    return Index(a_directory(), lexicons(), date(2026, 11, 23))


def steps(text: str, understand: Callable[[str], object] | None = None) -> int:
    """Count calls and returns while a text is understood: a measure that no busy machine can spoil."""
    seen, act = 0, understand or (lambda said: index().answer(said, limit=11))
    index()

    def count(frame, event, argument) -> None:
        nonlocal seen
        seen += 1

    sys.setprofile(count)
    try:
        act(text)
    finally:
        sys.setprofile(None)
    return seen


def endless(unit: str, length: int) -> str:
    return (unit * (length // len(unit) + 1))[:length]


@pytest.mark.parametrize("unit", STRANGE.values(), ids=STRANGE)
def test_answer__strange_text_sixteen_times_as_long__costs_the_same(unit) -> None:
    steps(endless(unit, 500))
    short, long = steps(endless(unit, 4096)), steps(endless(unit, 65_536))
    assert long <= 1.2 * short + 1000
    assert long <= MOST_STEPS


@pytest.mark.parametrize("text", DEAR.values(), ids=DEAR)
def test_answer__words_that_are_dear_to_understand__cost_no_more_than_their_length_and_never_too_much(text) -> None:
    steps(text[:500])
    counted = [steps(text[:length]) for length in (80, 160, 320, 640, 4096)]
    # From 32 words on a text is judged in parts too.
    assert all(longer <= 2.4 * shorter + 4000 for shorter, longer in itertools.pairwise(counted))
    assert max(counted) <= MOST_STEPS


@pytest.mark.parametrize("text", DEAR.values(), ids=DEAR)
def test_resolve_place__words_that_are_dear_to_understand__cost_less_still(text) -> None:
    assert steps(text[:1000], lambda said: resolve_place(said, lexicons())) <= MOST_STEPS / 3


def test_answer__danger_at_the_very_end_of_an_endless_story__is_heard() -> None:
    story = "We lived there for many years and everything was quiet. " * 400
    assert index().answer(story + "Now they are beating me, help").is_crisis
    assert index().answer("They are beating me, help! " + story).is_crisis


@given(st.text(max_size=3000))
def test_excerpt__any_text__short_ones_stay_and_nothing_is_invented(text) -> None:
    read = excerpt(text)
    assert len(read) <= HEAD + TAIL + 1
    if len(text) <= HEAD + TAIL and len(text.split()) <= HEAD_WORDS + TAIL_WORDS:
        assert read == text
    if len(text) > HEAD + TAIL:
        assert len(read.split()) <= HEAD_WORDS + TAIL_WORDS


def test_excerpt__cut_between_words__no_half_words() -> None:
    text = " ".join(f"word{number}" for number in range(1000))
    assert set(excerpt(text).split()) <= set(text.split())
