"""The small steps of understanding: layouts, sounds, stems, typos."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from bot.lookup.layout import retyped
from bot.lookup.normal import normalise
from bot.lookup.sounds import arabic_key, chat_key, cyrillic_key, has_chat_digits, latin_key
from bot.lookup.stems import LANGUAGES, bare, stem
from bot.lookup.vocabulary import Vocabulary, allowed_typos, is_other_form, plainer


@pytest.mark.parametrize(
    ("typed", "layout", "meant"),
    [
        ("e,t;bot", "ru", "убежище"),
        ("E<T:BOT", "ru", "убежище"),
        ("ghbnekjr", "uk", "притулок"),
        ("ghb.n", "ru", "приют"),
        ("фындгь", "en", "asylum"),
        ("ыруДеук", "en", "shelter"),
        ("lphld", "ar", "محامي"),
    ],
)
def test_retyped__wrong_layout__gives_what_was_meant(typed: str, layout: str, meant: str) -> None:
    assert normalise(meant) in {normalise(text) for name, text in retyped(typed) if name == layout}


@pytest.mark.parametrize("text", ["", "123", "help помощь", "😀"])
def test_retyped__nothing_to_retype__is_empty(text: str) -> None:
    assert retyped(text) == ()


@given(st.text(max_size=100))
def test_retyped__any_text__never_raises(text: str) -> None:
    retyped(text)


@pytest.mark.parametrize(
    ("latin", "cyrillic"),
    [
        ("ubezhishche", "убежище"),
        ("ubezhishe", "убежище"),
        ("ubezhische", "убежище"),
        ("dokumenti", "документы"),
        ("dokumenty", "документы"),
        ("pomoshch", "помощь"),
        ("yurist", "юрист"),
        ("jurist", "юрист"),
        ("chechnya", "чечня"),
        ("hochu", "хочу"),
        ("khochu", "хочу"),
        ("prytulok", "притулок"),
        ("germaniya", "германия"),
        ("zhenshchina", "женщина"),
    ],
)
def test_latin_key__cyrillic_in_latin_letters__sounds_alike(latin: str, cyrillic: str) -> None:
    assert latin_key(latin) == cyrillic_key(normalise(cyrillic))


@pytest.mark.parametrize(
    ("chat", "arabic"),
    [
        ("mosa3ada", "مساعدة"),
        ("musa3ada", "مساعدة"),
        ("7imaya", "حماية"),
        ("mu7ami", "محامي"),
        ("komak", "کمک"),
        ("panahandegi", "پناهندگی"),
        ("wakil", "وکیل"),
    ],
)
def test_chat_key__chat_spelling__has_the_same_consonants(chat: str, arabic: str) -> None:
    assert chat_key(chat) == arabic_key(normalise(arabic))


def test_has_chat_digits__digit_among_letters__only() -> None:
    assert has_chat_digits("mosa3ada")
    assert not has_chat_digits("112")
    assert not has_chat_digits("help")


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", ("shelter", "shelters", "sheltered")),
        ("ru", ("приют", "приюта", "приютом", "приюту")),
        ("ru", ("документы", "документов", "документами")),
        ("uk", ("юрист", "юриста", "юристом")),
        ("de", ("anwalt", "anwalts", "anwalte")),
        ("es", ("abogado", "abogada", "abogados", "abogadas")),
        ("fr", ("avocat", "avocats", "avocate", "avocates")),
        ("tr", ("siginma", "siginmada", "siginmaya")),
        ("ar", ("محامي", "المحامي", "ومحامي")),
        ("fa", ("وكيل", "وكيلم", "وكيلها")),
    ],
)
def test_stem__forms_of_a_word__meet(language: str, forms: tuple[str, ...]) -> None:
    assert len({stem(form, language) for form in forms}) == 1


def test_stem__short_word_with_a_soft_sign__stays_apart() -> None:
    assert stem("кровь", "ru") != stem("кров", "ru")


@given(st.text(alphabet="абвіїийьяeasnrtـالمين", max_size=20), st.sampled_from(LANGUAGES))
def test_stem__any_word__is_its_beginning_or_within_it(word: str, language: str) -> None:
    assert stem(word, language) in word


def test_bare__joined_arabic_preposition__is_taken_off() -> None:
    assert "برلين" in bare("ببرلين")
    assert "مانيا" in bare("المانيا")


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("assylum", "asylum"),
        ("asylm", "asylum"),
        ("saylum", "asylum"),
        ("shetler", "shelter"),
        ("evacution", "evacuation"),
    ],
)
def test_near__typo__gives_the_word(wrong: str, right: str) -> None:
    assert right in dict(Vocabulary(["asylum", "shelter", "evacuation"]).near(wrong))


def test_near__short_word__is_left_alone() -> None:
    assert Vocabulary(["help", "held"]).near("helb") == ()
    assert [allowed_typos("x" * length) for length in (4, 5, 6, 7)] == [0, 1, 1, 2]


def test_near__beginning_of_a_word__is_mended_too() -> None:
    assert "psycholog" in dict(Vocabulary([], ["psycholog"]).near("psycologue"))


def test_sounding__inflected_word_in_latin_letters__finds_its_stem() -> None:
    assert Vocabulary(["убежище"]).sounding("ubezhishcha")[0][0] == "убежище"


def test_chatted__chat_spelling__finds_the_word() -> None:
    assert Vocabulary(["مساعده"]).chatted("mosa3ada") == ("مساعده",)


def test_plainer__drawn_letters_and_umlauts__are_simplified() -> None:
    assert "help" in plainer("heeelp")
    assert "fluchtling" in plainer("fluechtling")


def test_is_other_form__cyrillic_ending_alone__is_no_typo() -> None:
    assert is_other_form("прилетели", "прилетело")
    assert not is_other_form("убежеще", "убежище")
    assert not is_other_form("assylum", "asylum")


@given(st.text(max_size=40))
def test_vocabulary__any_word__never_raises(word: str) -> None:
    vocabulary = Vocabulary(["asylum", "убежище", "مساعده"], ["evict"])
    folded = normalise(word).replace(" ", "")
    if folded:
        vocabulary.near(folded)
        vocabulary.sounding(folded)
        vocabulary.chatted(folded)


@given(st.lists(st.text("abcde", min_size=4, max_size=9), max_size=40, unique=True), st.text("abcde", max_size=9))
def test_near__any_words__finds_what_comparing_with_each_of_them_finds(known: list[str], word: str) -> None:
    """All words of a first letter are asked at once for letters; that may leave out none that is near."""
    allowed = allowed_typos(word)
    distances = {one: OSA.distance(one, word) for one in known if one[0] in word[:2] and allowed}
    least = min((distance for distance in distances.values() if distance <= allowed), default=None)
    wanted = {one for one, distance in distances.items() if distance == least}
    found = Vocabulary(known, has_sounds=False).near(word)
    assert {one for one, _ in found} <= wanted and bool(found) == bool(wanted)
    assert all(distance == least for _, distance in found)
    sizes = Counter((one[0], len(one)) for one in wanted)
    assert len(found) == sum(min(4, count) for count in sizes.values())
