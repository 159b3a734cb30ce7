"""Answers: the heading is in the reader's words, and nobody is left without a next step."""

import pytest

from bot.lookup.search import Index
from bot.texts.answers import render_answer, render_chatter, render_nothing
from bot.texts.catalogues import words
from bot.texts.settings import render_areas
from tests.builders import NOW
from tests.lookup.lexicons import TODAY, a_directory, a_service, real

DIRECTORY = a_directory(a_service("line", "emergency", crisis=True), a_service("advice", "legal"))


def answer(text: str, language: str) -> str:
    found = Index(DIRECTORY, real(), TODAY).answer(text, language=language)
    services = [match.service for match in found.matches]
    return render_answer(DIRECTORY, services, found.question, NOW, words(language)).html


@pytest.mark.parametrize(
    ("text", "language", "heading"),
    [
        ("адвокат варшава", "ru", "<b>Юрист · Польша</b>"),
        ("адвокат москва", "ru", "<b>Юрист · Москва</b>"),
        ("lawyer warsaw", "en", "<b>Lawyer · Poland</b>"),
    ],
)
def test_answer__a_city__the_place_is_named_in_words_that_the_reader_knows(text, language, heading) -> None:
    assert answer(text, language).startswith(heading)


@pytest.mark.parametrize(("text", "heading"), [("asylum", "<b>Убежище</b>"), ("HIV", "<b>ВИЧ</b>")])
def test_answer__a_word_that_other_languages_know_otherwise__its_faint_meanings_are_not_told_back(
    text, heading
) -> None:
    assert answer(text, "ru").startswith(heading + "\n")


def test_answer__danger_and_no_place__one_step_brings_help_near() -> None:
    assert "Send your country" in answer("my husband beats me", "en")
    assert "Send your country" not in answer("my husband beats me in turkey", "en")


def test_answer__danger__opens_with_one_line_each_for_the_first_and_then_the_rest() -> None:
    lines = answer("my husband beats me in turkey", "en").split("\n")
    assert lines[0].startswith("You may be in danger now.")
    assert lines[1] == ""
    assert lines[2].startswith("• <b>Card line</b>: "), "a name and the quickest way, in one line"
    rest = lines[lines.index("", 2) + 1 :]
    assert rest[0].startswith("<b>Card line</b>")
    assert not any(line.startswith("•") for line in rest)
    assert "•" not in answer("lawyer turkey", "en")


@pytest.mark.parametrize("text", ["my husband beats me", "they are hunting me", "i want to die"])
def test_answer__danger__promises_no_speed_that_nobody_can_promise(text) -> None:
    shown = answer(text, "en").partition("•")[0]
    assert "Line" not in shown
    assert not [word for word in ("at once", "now:", "immediately") if word in shown]


def test_nothing__offers_topics_countries_and_emergency_help() -> None:
    message = render_nothing(DIRECTORY.topics(TODAY), words("en"))
    assert "/sos" in message.html and message.html.count("\n\n") == 1
    buttons = {button.label: button.data for row in message.buttons for button in row}
    assert buttons["Countries"] == "go:area"
    assert [data for data in buttons.values() if data.startswith("t:")] == ["t:emergency", "t:legal"]


def test_chatter__answers_thanks_as_well_as_a_greeting() -> None:
    assert render_chatter(words("en")).html.startswith("I am here.")


def test_areas__a_region_stands_below_its_country_and_no_code_is_shown() -> None:
    page = render_areas(("SE-T", "DE", "RU-CE", "RU", "SE", "RU-MOW"), (), 0, "area", words("ru"))
    names = [button.label for row in page.buttons for button in row][:6]
    assert names == ["Германия", "Россия", "Москва", "Чечня", "Швеция", "Эребру"]
