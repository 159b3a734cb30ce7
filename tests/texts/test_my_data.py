"""/mydata tells all: whatever changes in a record changes the page, and no secret stands on it."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest

from bot.core.subscriber import Subscriber
from bot.core.trace import MENU, OWED, READ, Said, Trace
from bot.texts.catalogues import every_language
from bot.texts.my_data import render_my_data
from bot.texts.names import team_name
from tests.builders import NOW, a_subscriber

CHANGES = {
    "is_subscribed": False,
    "frequency": "weekly",
    "topics": ("law",),
    "areas": ("DE",),
    "languages": ("ru",),
    "country": "GE",
    "language": "ru",
    "utc_offset": timedelta(hours=5, minutes=30),
    "digest_hour": 7,
    "quiet_from": 22,
    "quiet_to": 6,
    "quiet_passes": "Severe",
    "min_severity": "Severe",
    "is_silent": True,
    "is_discreet": False,
    "paused_until": NOW,
    "seen_month": "2026-11",
    "asked_month": "2026-10",
    "label": "Anna",
    "tidy_hours": 1,
    "read_for": timedelta(minutes=5),
    "passphrase": "argon2hash",
    "panic_word": "kiwi",
    "wipe_code": "sha256hash",
}
NEVER_CHANGES = {"chat_id", "key", "digest_weekday"}
"""The number is told as a fact; no road leads to another weekday."""

LANGUAGES = list(every_language())


def test_record__each_of_its_fields__is_looked_at_here() -> None:
    assert set(CHANGES) | NEVER_CHANGES == {each.name for each in fields(Subscriber)}


@pytest.mark.parametrize("speak", LANGUAGES, ids=lambda speak: speak.language)
@pytest.mark.parametrize("name", CHANGES)
def test_my_data__a_field_is_not_what_it_was__the_page_says_so(name, speak) -> None:
    known = a_subscriber(quiet_from=20, quiet_to=8)
    changed = replace(known, **{name: CHANGES[name]})
    assert render_my_data(known, None, speak).html != render_my_data(changed, None, speak).html


@pytest.mark.parametrize("speak", LANGUAGES, ids=lambda speak: speak.language)
def test_my_data__with_secrets__none_of_them_stands_there(speak) -> None:
    known = replace(a_subscriber(), **{name: CHANGES[name] for name in ("passphrase", "panic_word", "wipe_code")})
    html = render_my_data(known, None, speak).html
    assert not any(str(CHANGES[name]) in html for name in ("passphrase", "panic_word", "wipe_code"))
    assert "1001" not in html


@pytest.mark.parametrize("speak", LANGUAGES, ids=lambda speak: speak.language)
@pytest.mark.parametrize("known", [None, a_subscriber()], ids=["no record", "record"])
def test_my_data__of_the_team__says_what_is_kept_of_her_besides(known, speak) -> None:
    called = team_name("approver 3", speak)
    assert called in render_my_data(known, None, speak, label="approver 3").html
    assert called not in render_my_data(known, None, speak).html


@pytest.mark.parametrize("speak", LANGUAGES, ids=lambda speak: speak.language)
def test_my_data__news_that_was_opened__is_told(speak) -> None:
    said, read = Trace(1, messages=(Said(5, 1),)), Trace(1, messages=(Said(5, 1, READ),))
    assert render_my_data(None, said, speak).html != render_my_data(None, read, speak).html


@pytest.mark.parametrize("speak", LANGUAGES, ids=lambda speak: speak.language)
def test_my_data__a_menu_that_is_owed__is_no_message(speak) -> None:
    assert render_my_data(None, Trace(1, messages=(Said(MENU, 1, OWED),)), speak).html == (
        render_my_data(None, None, speak).html
    )
