"""What a button of the editor changes is decided from the draft that was shown; nonsense changes nothing."""

from datetime import timedelta

import pytest

from bot.core.choice import DAYS, chosen
from tests.builders import NOW, an_alert


def after(draft, choice):
    """Return the field that changes and its new value in that draft."""
    return choice.field, choice.value(draft)


def test_chosen__severity_and_until_when__in_the_fields_of_an_alert() -> None:
    draft = an_alert()
    assert after(draft, chosen(draft, "severity", "Extreme", NOW)) == ("severity", "Extreme")
    assert after(draft, chosen(draft, "until", "none", NOW)) == ("expires_at", None)
    for days in DAYS:
        assert after(draft, chosen(draft, "until", str(days), NOW)) == ("expires_at", NOW + timedelta(days=days))


def test_chosen__a_topic__what_the_button_promised_holds_whatever_happened_meanwhile() -> None:
    shown = an_alert(topics=("law",))
    adds, takes = chosen(shown, "topics", "health", NOW), chosen(shown, "topics", "law", NOW)
    by_then = an_alert(topics=("health", "border"))
    assert after(by_then, adds) == ("topics", ("border", "health"))
    assert after(by_then, takes) == ("topics", ("health", "border"))


@pytest.mark.parametrize("of", [{"source": "news"}, {"corrects": "a0"}, {"source": "", "corrects": ""}])
def test_chosen__only_a_test__not_of_what_a_source_told_nor_of_a_correction(of) -> None:
    draft = an_alert(**{"source": "", **of})
    choice = chosen(draft, "status", "Test", NOW)
    assert (choice is None) == any(of.values())
    assert choice is None or after(draft, choice) == ("status", "Test")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("severity", "Grave"),
        ("topics", "shelter"),
        ("until", "2"),
        ("until", "-1"),
        ("headline", "x"),
        ("state", "published"),
        ("", ""),
    ],
)
def test_chosen__a_forged_button__nothing(field, value) -> None:
    assert chosen(an_alert(), field, value, NOW) is None
