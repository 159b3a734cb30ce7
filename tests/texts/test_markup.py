"""Small pieces of Telegram HTML."""

import html

from hypothesis import given
from hypothesis import strategies as st

from bot.texts.catalogues import words
from bot.texts.markup import cut, pack, plain, shortened, units


def test_plain__markup_of_others__is_shown_not_obeyed() -> None:
    assert plain("<b>1 & 2</b>\u202e") == "&lt;b&gt;1 &amp; 2&lt;/b&gt;"


def test_plain__joiners_of_persian_and_emoji__stay() -> None:
    assert plain("می\u200cخواهم 🏳️\u200d🌈\u200b\u200f") == "می\u200cخواهم 🏳️\u200d🌈"


def test_units__an_emoji_counts_two_and_tags_nothing() -> None:
    assert units("<b>a😀</b>&amp;") == 4


@given(
    st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=300), max_size=30),
    st.integers(80, 500),
)
def test_pack__any_parts__every_page_fits_and_no_word_is_lost(parts, limit) -> None:
    escaped = [html.escape(part, quote=False) for part in parts]
    pages = pack(escaped, limit)
    assert all(units(page) <= limit for page in pages)
    joined = "".join(html.unescape(page) for page in pages)
    assert "".join(joined.split()) == "".join("".join(parts).split())


def test_cut__a_long_line__at_a_space() -> None:
    assert cut("one two three four", 9) == ["one two", "three", "four"]


def test_shortened__ends_at_a_word_with_an_ellipsis() -> None:
    assert shortened("one two three", 9) == "one two…"
    assert shortened("one", 9) == "one"


def test_words__plural_forms_of_russian() -> None:
    speak = words("ru")
    found = [speak.many("{n} new message", "{n} new messages", n) for n in (1, 2, 5, 21)]
    assert found == ["1 новое сообщение", "2 новых сообщения", "5 новых сообщений", "21 новое сообщение"]
