"""The doctor tells when a text that arrives unasked holds a word that the deployment forbids."""

from datetime import date

from bot.doctor import examine
from bot.settings import read_settings


def findings(**environment: str) -> list[str]:
    return [each for each in examine(read_settings(environment), date(2026, 11, 23), lambda: None) if "screen" in each]


def test_doctor__a_word_of_the_deployment_in_a_push__names_text_language_and_word() -> None:
    found = findings(DISCREET_NEVER="Сообщени, something else")
    assert found
    assert all("“сообщени”" in each and "in ru" in each for each in found)
    assert any("render_push" in each for each in found)


def test_doctor__as_shipped__nothing_to_tell() -> None:
    assert findings() == []
