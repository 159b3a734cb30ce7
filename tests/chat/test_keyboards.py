"""Buttons stand two a row at most, so that each can be read on a small phone, and every page of a reader leads on."""

import json

import pytest

from tests.chat.stage import a_message, a_stage, a_tap
from tests.lookup.lexicons import real as lexicons

ADMIN, READER = 1, 7
PAGES = (
    "start sos topics subscribe settings frequency newstopics newsareas area language quiet clock severity pause tidy "
    "wiping privacy mydata forget safety statement"
).split()
COMMANDS = (
    "start help sos find news subscribe stop settings area topics language quiet privacy mydata forget safety verify "
    "offline passphrase panicword"
).split()


def rows_of(calls) -> list[list[dict]]:
    """Return the rows of buttons below the last message that was said or shown."""
    shown = [values for name, values in calls if name in ("sendMessage", "editMessageText")]
    assert shown
    return json.loads(shown[-1].get("reply_markup", "{}")).get("inline_keyboard", [])


@pytest.fixture
async def stage():
    return await a_stage(lexicons())


@pytest.mark.parametrize("page", PAGES)
async def test_page__of_every_name__two_buttons_a_row_at_most(stage, page) -> None:
    rows = rows_of(await stage.play(callback_query=a_tap(READER, f"go:{page}")))
    assert rows
    assert max(map(len, rows)) <= 2


@pytest.mark.parametrize("command", COMMANDS)
async def test_command__of_everyone__two_buttons_a_row_at_most(stage, command) -> None:
    rows = rows_of(await stage.play(message=a_message(READER, f"/{command}")))
    assert rows
    assert max(map(len, rows)) <= 2


@pytest.mark.parametrize("part", ["pending", "feeds", "stats", "resources", "published", "audit", "team"])
async def test_panel__each_of_its_parts__two_buttons_a_row_at_most_and_leads_back(stage, part) -> None:
    data = stage.desk.office.handles.issue(ADMIN, f"adm:{part}")
    rows = rows_of(await stage.play(callback_query=a_tap(ADMIN, data)))
    assert max(map(len, rows)) <= 2
    assert rows[-1][-1]["text"] == "◀ Back"
    rows = rows_of(await stage.play(callback_query=a_tap(ADMIN, rows[-1][-1]["callback_data"])))
    assert rows[0][0]["text"] == "Drafts"
