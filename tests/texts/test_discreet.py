"""Nothing that arrives unasked betrays its reader: every text, every language, and nothing is left undeclared."""

import re
from pathlib import Path

import pytest

from bot.texts.admin import render_refused
from bot.texts.catalogues import every_language, languages
from bot.texts.discreet import NEVER, betrayals, betrays, never_words, preview, unasked
from bot.texts.message import Message

BOT = Path(__file__).parents[2] / "bot"


def test_unasked__every_text_in_every_language__holds_no_word_that_betrays() -> None:
    assert list(betrayals()) == []


def test_unasked__whatever_a_flow_renders_or_admins_are_told__is_declared() -> None:
    """A verb answers nobody: what it renders arrives by itself."""
    rendered = set()
    for file in (BOT / "flows").glob("*.py"):
        rendered |= set(re.findall(r"\brender_\w+", file.read_text(encoding="utf-8")))
    elsewhere = [file for file in BOT.rglob("*.py") if file.parent.name != "flows"]
    for file in elsewhere:
        told = re.findall(r"\.(?:tell|tell_one)\((.*?)\)\n", file.read_text(encoding="utf-8"), re.DOTALL)
        found = [re.search(r"\brender_\w+", each) for each in told if each != "self.team"]
        assert all(found), f"what {file.name} tells must be seen to come from a render_ function"
        rendered |= {each[0] for each in found if each}
    [words] = [speak for speak in every_language() if speak.language == "en"]
    assert rendered == set(unasked(words)), "declare it in bot/texts/discreet.py"


@pytest.mark.parametrize("language", languages())
def test_list__each_language__has_one_with_every_kind(language) -> None:
    rows = [line.split("\t") for line in (NEVER / f"{language}.tsv").read_text(encoding="utf-8").splitlines()]
    assert {kind for kind, _ in rows} == {"group", "orientation", "religion", "asylum", "danger", "help", "place"}
    assert all(word == word.casefold().strip() and len(word) > 2 for _, word in rows)
    assert len({word for _, word in rows}) == len(rows)


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "News about asylum", "asyl"),
        ("en", "Lesbian centre", "lesb"),
        ("en", "From Georgia", "georgia"),
        ("en", "From CHECHNYA", "chechn"),
        ("en", "New message", ""),
        ("ru", "Новости об убежище", "убежищ"),
        ("ru", "Германия: новый порядок", "германия"),
        ("ru", "Новое сообщение", ""),
    ],
)
def test_betrays__a_word_that_begins_so__is_found(language, text, found) -> None:
    assert betrays(text, never_words(language)) == found


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "Новости об убе\u0301жище"),
        ("ru", "Новости об убежищe"),  # with a Latin e
        ("ru", "Из Германии"),
        ("ru", "В Грузию и обратно"),
        ("ru", "На Кубе"),
        ("en", "News from Gеorgia"),  # with a Cyrillic е
        ("en", "Ge\u00adorgia"),
        ("en", "a\u200bsylum"),
        ("en", "GEORGIA"),
    ],
)
def test_betrays__spelt_with_marks_or_letters_that_look_alike_or_in_another_case__is_found(language, text) -> None:
    assert betrays(text, never_words(language))


@pytest.mark.parametrize(
    ("added", "text"),
    [
        ("Радуга", "Вам пишут из «Радуги»"),
        ("Красная шапочка", "Новости Красной Шапочки"),
        ("Rainbow House", "Rainbow  House: news"),
        ("приют", "О приюте"),
    ],
)
def test_betrays__a_name_of_the_deployment_in_any_case__is_found(added, text) -> None:
    assert betrays(text, [added]) == added


@pytest.mark.parametrize(("added", "text"), [("Куба", "Кубик"), ("Радуга", "Рад видеть"), ("Oman", "A woman")])
def test_betrays__another_word_that_begins_alike__is_no_match(added, text) -> None:
    assert betrays(text, [added]) == ""


def test_betrays__inside_a_word__is_no_match() -> None:
    assert betrays("A woman in Romania", ("oman",)) == ""


def test_betrayals__a_word_of_the_deployment__names_each_text_that_holds_it() -> None:
    found = list(betrayals(["message"]))
    assert ("en", "render_push", "message") in found
    assert all(language == "en" for language, _, _ in found)


@pytest.mark.parametrize("speak", list(every_language()), ids=languages())
def test_refused__whatever_telegram_quotes__stands_where_no_locked_screen_shows_it(speak) -> None:
    assert "asylum" not in preview(render_refused("can't find asylum", speak))


def test_preview__markup_and_length__first_line_and_sixty_characters() -> None:
    assert preview(Message("<b>New</b> &amp; short\nsecond line that goes on " + "x" * 99)) == (
        "New & short\n" + ("New & short\nsecond line that goes on " + "x" * 99)[:60]
    )
