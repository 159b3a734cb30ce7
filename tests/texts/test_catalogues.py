"""Every language says everything, and nothing that arrives unasked betrays its reader."""

import html
import re
from pathlib import Path

import pytest

from bot.core.alert import ALERT_TOPICS
from bot.core.directory import PHONE_TYPES, SERVICE_TOPICS
from bot.core.staff import Proposal, Staffbook
from bot.texts import catalogues, team
from bot.texts.cards import PHONE_KINDS
from bot.texts.catalogues import every_language, languages, words
from bot.texts.commands import command_menu, description, short_description
from bot.texts.discreet import never_words, unasked
from bot.texts.names import ALERT_TOPIC_NAMES, SERVICE_TOPIC_NAMES, place_name
from tests.builders import NOW

BOT = Path(__file__).parents[2] / "bot"
BETRAYS = re.compile(
    r"gay|lesb|lgbt|trans|queer|homo|bisex|asyl|refug|hiv|evacuat|chechn|russia|police|danger|"
    r"гей|геи|лесб|лгбт|транс|квир|гомо|убежищ|бежен|вич\b|эваку|чечн|росси|полици|опасн|угроз",
    re.IGNORECASE,
)


def test_catalogues__nothing_missing_nothing_left_over() -> None:
    assert catalogues.faults() == []


def test_new_language__its_list_for_locked_screens__is_named_until_it_is_there(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(catalogues, "LOCALES", tmp_path)
    catalogues.update("uk")
    assert [fault for fault in catalogues.faults() if fault.startswith("never/uk.tsv: missing")]
    assert "грузія" in never_words("uk"), "names of places need no list"


def test_words__are_said_nowhere_but_in_the_room_whose_texts_are_translated() -> None:
    said = re.compile(r"""\bspeak(\.many)?\(\s*f?["']""")
    files = [file for file in BOT.rglob("*.py") if file.parent.name != "texts"]
    assert len(files) > 100
    assert [file.name for file in files if said.search(file.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    "said", ["--updat", "uk", "--update UK", "--update klingon", "--update zz", "--update uk fr", "--check uk"]
)
def test_main__wrong_use__says_what_to_write_and_changes_nothing(said, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(catalogues, "LOCALES", tmp_path)
    lines: list[str] = []
    assert catalogues.main(said.split(), lines.append) == 2
    assert "--update uk" in lines[0]
    assert list(tmp_path.iterdir()) == []


def test_update__nothing_new__changes_no_byte(tmp_path, monkeypatch) -> None:
    kept = (catalogues.LOCALES / "ru.po").read_bytes()
    (tmp_path / "ru.po").write_bytes(kept)
    monkeypatch.setattr(catalogues, "LOCALES", tmp_path)
    catalogues.update()
    assert (tmp_path / "ru.po").read_bytes() == kept


def test_languages__english_and_russian_at_least() -> None:
    assert {"en", "ru"} <= set(languages())


@pytest.mark.parametrize(("tag", "spoken"), [("ru-RU", "ru"), ("ru", "ru"), ("en-GB", "en"), ("xx", "en"), ("", "en")])
def test_words__any_tag__the_nearest_language(tag, spoken) -> None:
    assert words(tag).language == spoken


@pytest.mark.parametrize("speak", list(every_language()), ids=languages())
def test_unasked__the_whole_text_and_its_buttons__name_nothing(speak) -> None:
    messages = [message for listed in unasked(speak).values() for message in listed]
    assert len(messages) > 30
    for message in messages:
        labels = [button.label for row in message.buttons for button in row]
        assert not BETRAYS.search("\n".join([message.html, *labels]))


def test_words__whatever_phones_call_their_language__nothing_is_read_or_kept_anew() -> None:
    known = {id(words(language)) for language in languages()}
    assert {id(words(f"{tag}-{number}")) for tag in ("ru", "xx", "RU", "\u202e") for number in range(50)} <= known


@pytest.mark.parametrize("role", ["editor", "approver"])
def test_team__in_russian__roles_are_named_in_russian(role) -> None:
    speak = words("ru")
    said = [
        team.render_link("", role, speak).html,
        team.render_invited_notice("", role, speak).html,
        team.render_wish_notice(Proposal("p", "invite", "", 1, NOW, role, 1), Staffbook(), speak).html,
    ]
    assert not any(role in text for text in said)


@pytest.mark.parametrize("speak", list(every_language()), ids=languages())
def test_menu_and_profile__seen_by_others__name_nothing_and_fit_telegrams_limits(speak) -> None:
    menu = command_menu(speak)
    assert len(menu) <= 100
    for command, text in menu:
        assert re.fullmatch(r"[a-z0-9_]{1,32}", command)
        assert 1 <= len(text) <= 256
    assert len(short_description(speak)) <= 120
    assert len(description(speak)) <= 512
    shown = short_description(speak) + description(speak) + " ".join(text for _, text in menu)
    assert not BETRAYS.search(shown)


def test_names__every_topic_and_kind_of_phone_has_one() -> None:
    assert set(SERVICE_TOPIC_NAMES) == set(SERVICE_TOPICS)
    assert set(ALERT_TOPIC_NAMES) == set(ALERT_TOPICS)
    assert set(PHONE_KINDS) == set(PHONE_TYPES)


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("DE", "en", "Germany"),
        ("DE", "ru", "Германия"),
        ("RU-CE", "ru", "Чечня"),
        ("EU", "en", "European Union"),
        ("DE-BE", "en", "Berlin"),
        ("RU-MOW", "ru", "Москва"),
        ("SE-T", "ru", "Эребру"),
        ("SE-W", "ru", "Dalarnas län"),
    ],
)
def test_place_name__countries_and_regions(code, language, name) -> None:
    assert html.unescape(place_name(code, words(language))) == name
