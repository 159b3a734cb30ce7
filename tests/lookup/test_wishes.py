"""What is asked of the bot itself, a bare cry for help, and a place and nothing else."""

import pytest

from bot.lookup.question import understand
from bot.lookup.search import Index
from bot.lookup.wishes import wish
from tests.lookup.lexicons import TODAY, a_directory, a_service, real


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Помощь!", "help"),
        ("help", "help"),
        ("yardım", "help"),
        ("مساعدة", "help"),
        ("کمک", "help"),
        ("СТОП", "stop"),
        ("отписаться", "stop"),
        ("Как включить новости?", "subscribe"),
        ("что ты хранишь обо мне", "privacy"),
        ("я хочу удалить все", "forget"),
        ("кто вы?", "verify"),
        ("who are you", "verify"),
        ("помощь юриста", ""),
        ("stop hiv", ""),
        ("", ""),
        ("хватит", ""),
    ],
)
def test_wish__only_as_the_whole_message(text, wanted) -> None:
    assert wish(text) == wanted


@pytest.mark.parametrize("text", ["помощь", "нужна помощь", "help me", "yardım", "مساعدة", "ayuda", "کمک"])
def test_question__a_bare_cry__brings_emergency_help_and_no_guess_of_a_topic(text) -> None:
    index = Index(
        a_directory(a_service("grants", "financial"), a_service("line", "emergency", crisis=True)), real(), TODAY
    )
    found = index.answer(text)
    assert found.question.is_bare
    assert not found.question.needs
    assert found.matches[0].service.id == "line"


@pytest.mark.parametrize(
    "text",
    [
        "Турция",
        "я в турции",
        "i am in turkey",
        "انا في تركيا",
        "من در ترکیه هستم",
        "Türkiye",
        "помогите я в турции",
        "help me i am in turkey",
    ],
)
def test_question__a_place_and_nothing_else__brings_the_help_that_is_near(text) -> None:
    index = Index(
        a_directory(
            a_service("money", "financial", area=("TR",)),
            a_service("near", "emergency", area=("TR",), crisis=True),
            a_service("elsewhere", "emergency", area=("GE",), crisis=True),
        ),
        real(),
        TODAY,
    )
    found = index.answer(text)
    assert found.question.is_bare
    ids = [match.service.id for match in found.matches]
    assert ids[0] == "near"
    assert "elsewhere" not in ids


@pytest.mark.parametrize("text", ["юрист в турции", "lawyer turkey", "меня бьют я в турции", "виза в грузию"])
def test_question__a_place_and_a_need__is_no_bare_place(text) -> None:
    assert not understand(text, real()).is_bare


def test_question__what_is_only_guessed__is_not_told_back_as_understood() -> None:
    asked = understand("мне бы понять как тут дальше быть с этим", real())
    assert not asked.sure or all(topic in asked.needs for topic in asked.sure)
    assert "legal" in understand("юрист в грузии", real()).sure
