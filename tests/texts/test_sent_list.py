"""What an admin is told of a list that she sent: whatever it holds, it fits into one message and hides nothing."""

import re
from dataclasses import replace

import pytest

from bot.core.changes import compare
from bot.core.directory import Phone
from bot.errors import Fault
from bot.texts.admin import render_examined, render_resources
from bot.texts.catalogues import words
from bot.texts.markup import LONGEST, units
from tests.builders import a_directory, a_service

EN, RU = words("en"), words("ru")
SERVICES = [a_service(f"service-{number:03}") for number in range(120)]


def fault(number: int, is_warning: bool = False) -> Fault:
    return Fault("resources.yaml", number, "`<b>asylm</b>` is no topic " + "x" * 200, "write asylum", is_warning)


@pytest.mark.parametrize("speak", [EN, RU])
def test_faults__more_than_a_message_holds__whole_ones_and_how_many_more_there_are(speak) -> None:
    faults = [fault(number) for number in range(1, 2001)]
    for message in (
        render_examined("", faults, compare(a_directory(), a_directory(), (), ()), speak),
        render_resources(120, 1, 2, 3, 4, faults, "version", speak),
    ):
        assert units(message.html) <= LONGEST
        shown = re.findall(r"^resources.yaml:(\d+): .* write asylum$", message.html, re.MULTILINE)
        assert len(shown) >= 10
        assert str(2000 - len(shown)) in message.html.splitlines()[-1]


def test_changes__of_every_contact__fit_with_their_warnings_and_the_buttons() -> None:
    after = [replace(each, phones=(Phone("+49 30 23125 777"),)) for each in SERVICES]
    changes = compare(a_directory(*SERVICES), a_directory(*after), (), ())
    message = render_examined("c", [fault(number, is_warning=True) for number in range(1, 99)], changes, EN)
    assert units(message.html) <= LONGEST
    told = message.html.count("from now on: +49 30 23125 777")
    assert told >= 10
    assert f"and {120 - told} more" in message.html
    assert [button.label for button in message.buttons[0]] == ["Put in place", "Do nothing"]


def test_changes__the_file_has_lost_its_end__that_is_the_first_thing_said() -> None:
    changes = compare(a_directory(*SERVICES), a_directory(*SERVICES[:70]), (), ())
    text = render_examined("c", (), changes, EN).html
    assert "<b>Is the file whole?</b> 50 of 120 contacts are missing." in text
    assert text.index("whole?") < text.index("Removed (50): service-070")


def test_changes__a_few_contacts_go__nobody_is_alarmed() -> None:
    changes = compare(a_directory(*SERVICES), a_directory(*SERVICES[:117]), (), ())
    assert "whole?" not in render_examined("c", (), changes, EN).html


def test_changes__only_a_note__can_be_put_in_place() -> None:
    changes = replace(compare(a_directory(), a_directory(), (), ()), around=("notes",))
    message = render_examined("c", (), changes, RU)
    assert "пометки или оформление" in message.html
    assert message.buttons
