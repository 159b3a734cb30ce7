"""What was learned from examples is read as it was written, is up to date, and never costs much."""

import json
import struct
import time
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.train import LABELS, UNITS, fingerprint, read_examples
from bot.lookup.normal import words
from bot.lookup.weighing import weigh_chatter, weigh_danger, weigh_needs
from bot.lookup.wordings import BUCKETS, Layer, Wordings, features
from tests.lookup.lexicons import real

LEARNED = Path(__file__).parents[2] / "bot" / "lookup" / "examples" / "learned.bin"


def test_learned__from_the_examples_that_are_there() -> None:
    content = LEARNED.read_bytes()
    (length,) = struct.unpack_from("<I", content)
    head = json.loads(content[4 : 4 + length])
    assert head["of"] == fingerprint(), "run: ./run bench train"
    assert tuple(head["labels"]) == LABELS
    assert len(zlib.decompress(content[4 + length :])) == BUCKETS * UNITS


def test_usual__a_word_of_many_people_is_one_and_a_typo_is_none() -> None:
    usual = real().usual.holds
    assert usual("chill") and usual("гарно") and usual("indica") and not usual("almnya") and not usual("swedn")


def test_examples__each_has_known_meanings_and_a_text() -> None:
    whole = [row for row in read_examples() if row[2] == 1.0]
    assert len(whole) >= 6000
    assert {language for *_, language in whole} == {"ar", "de", "en", "es", "fa", "fr", "ru", "tr", "uk"}
    assert all(text.strip() for text, *_ in whole)


def test_judge__adds_rows_and_takes_the_root_of_their_number() -> None:
    one, two = sorted(set(features(["ab"])))[:2]
    table = bytearray([128] * BUCKETS)
    for bucket in set(features(["ab"])):
        table[bucket] = 138
    found = Wordings(("x",), (0.0,), 0.1, bytes(table)).judge(["ab"])
    count = len(set(features(["ab"])))
    assert one != two
    assert found["x"] == pytest.approx(1 / (1 + 2.718281828 ** -(0.1 * 10 * count / count**0.5)), abs=1e-6)


def test_judge__through_a_layer__only_units_above_nothing_speak() -> None:
    table = bytearray([128] * 2 * BUCKETS)
    count = len(set(features(["ab"])))
    for bucket in set(features(["ab"])):
        table[2 * bucket], table[2 * bucket + 1] = 138, 118
    layer = Layer((0.0, 0.5), ((2.0, -1.0), (100.0, 100.0)))
    points = Wordings(("x", "y"), (0.25, 0.0), 0.1, bytes(table), layer).points(["ab"])
    assert points == pytest.approx((0.25 + 2 * count**0.5, -(count**0.5)))


def test_points__of_a_headline__count_twice() -> None:
    table = bytearray([128] * BUCKETS)
    for bucket in set(features(["ab"])):
        table[bucket] = 138
    wordings = Wordings(("x",), (0.5,), 0.1, bytes(table))
    (plain,), (loud,) = wordings.points(["ab", "cd"]), wordings.points(["ab", "cd"], headline=1)
    assert loud - 0.5 == pytest.approx(2 * (plain - 0.5))
    assert wordings.points(["cd", "ab"], headline=1) == pytest.approx((plain,))


def test_judge__nothing_learned_or_nothing_said__nothing() -> None:
    assert Wordings().judge(["a"]) == {}
    assert real().wordings.judge([]) == {}


@given(st.text(max_size=600))
def test_judge__any_text__probabilities(text) -> None:
    assert all(0 <= value <= 1 for value in real().wordings.judge(words(text)).values())


def test_judge__a_very_long_text__takes_no_longer_than_its_first_words() -> None:
    start = time.process_time()
    real().wordings.judge(["wordlongenough"] * 50_000)
    assert time.process_time() - start < 0.5


def test_weigh_danger__lists_alone_for_a_keyword() -> None:
    assert weigh_danger("suicide", {"!suicide": 0.01, "chatter": 0.9}, 1)[0] == "suicide"


def test_weigh_danger__nothing_listed_but_sure__counts_with_its_reason() -> None:
    kind, why = weigh_danger("", {"!held": 0.7, "!violence": 0.2}, 8)
    assert kind == "held"
    assert "0.70" in why


def test_weigh_danger__nothing_listed_but_likelier_than_all_else__counts() -> None:
    assert weigh_danger("", {"!suicide": 0.3, "shelter": 0.1}, 8)[0] == "suicide"
    assert weigh_danger("", {"!suicide": 0.3, "shelter": 0.2}, 8)[0] == ""
    assert weigh_danger("", {"!suicide": 0.3, "shelter": 0.1}, 8, is_hinted=False)[0] == ""


def test_weigh_danger__a_figure_of_speech__takes_much_more() -> None:
    assert weigh_danger("", {"!violence": 0.55}, 5, is_doubtful=True)[0] == ""
    assert weigh_danger("", {"!violence": 0.95}, 5, is_doubtful=True)[0] == "violence"


def test_weigh_danger__listed_and_nothing_else_tells_of_it__is_none() -> None:
    assert weigh_danger("violence", {"!violence": 0.01, "legal": 0.8}, 6)[0] == ""
    assert weigh_danger("violence", {"!violence": 0.01, "chatter": 0.9}, 6)[0] == ""
    assert weigh_danger("violence", {"!violence": 0.05, "legal": 0.1}, 6)[0] == "violence"
    assert weigh_danger("violence", {"!violence": 0.01, "legal": 0.1}, 6)[0] == ""
    assert weigh_danger("violence", {"!violence": 0.2}, 6)[0] == "violence"


def test_weigh_needs__nothing_listed__what_was_learned() -> None:
    assert list(weigh_needs({}, {"shelter": 0.6, "legal": 0.05}, 5)) == ["shelter"]


def test_weigh_needs__hardly_any_and_surely_no_small_talk__the_likeliest() -> None:
    assert list(weigh_needs({}, {"documents": 0.06, "legal": 0.02, "chatter": 0.02}, 5)) == ["documents"]
    assert weigh_needs({}, {"documents": 0.06, "chatter": 0.4}, 5) == {}
    assert weigh_needs({}, {"documents": 0.02}, 5) == {}


def test_weigh_needs__listed_keyword__stays() -> None:
    assert weigh_needs({"shelter": 1.0}, {"asylum": 0.9}, 1) == {"shelter": 1.0}


def test_weigh_chatter__a_listed_need_in_few_words__is_no_small_talk() -> None:
    assert not weigh_chatter(False, {"hiv": 1.0}, {"chatter": 0.95}, 3)
    assert weigh_chatter(False, {}, {"chatter": 0.95}, 3)


def test_weigh_chatter__a_need_and_a_place_are_listed_but_nothing_in_the_wording_asks__is_small_talk() -> None:
    assert weigh_chatter(False, {"medical": 1.0}, {"chatter": 0.92, "medical": 0.01}, 5, has_place=True)
    assert not weigh_chatter(False, {"medical": 1.0}, {"chatter": 0.92, "medical": 0.2}, 5, has_place=True)
