"""Who leaves, and who comes back: what stays in the store and in the menu of her chat."""

import json
from functools import cache

from bot.resources.lexicons import load_lexicons
from tests.chat.stage import a_message, a_stage, a_tap

ADMIN, READER = 1, 7
LINK = "leaflet-7Hq2"


@cache
def lexicons():
    return load_lexicons()


def commands_of(values) -> list[str]:
    return [each["command"] for each in json.loads(values["commands"])]


def menus(calls) -> list[str]:
    """Return which menus of one chat were set, by their first command; '' for one that was taken away."""
    return [
        "" if name == "deleteMyCommands" else commands_of(values)[0]
        for name, values in calls
        if name in ("setMyCommands", "deleteMyCommands")
    ]


async def test_forget__an_admin__no_message_number_of_her_chat_is_kept() -> None:
    stage = await a_stage(lexicons())
    await stage.play(message=a_message(ADMIN, "/admin"))
    await stage.play(message=a_message(ADMIN, "/subscribe now"))
    assert await stage.store.cards() != ()
    calls = await stage.play(callback_query=a_tap(ADMIN, "forget:yes"))
    assert "sendMessage" in [name for name, _ in calls]
    assert [card for card in await stage.store.cards() if card.chat == ADMIN] == []


async def test_forget__what_an_admin_was_about_to_type__is_asked_no_more() -> None:
    stage = await a_stage(lexicons())
    await stage.play(message=a_message(ADMIN, "/alert"))
    await stage.play(callback_query=a_tap(ADMIN, "forget:yes"))
    assert stage.desk.awaited.of(ADMIN, stage.clock.now) is None


async def test_forget__where_strangers_meet_the_cover__her_menu_is_a_strangers_again() -> None:
    stage = await a_stage(lexicons(), front="cover", start_codes=(LINK,))
    calls = await stage.play(message=a_message(READER, f"/start {LINK}"))
    assert menus(calls)[-1] == "help"
    calls = await stage.play(callback_query=a_tap(READER, "forget:yes"))
    assert menus(calls) == ["", ""]


async def test_way_back__an_admin__gets_her_own_menu_again() -> None:
    stage = await a_stage(lexicons())
    calls = await stage.play(message=a_message(ADMIN, "/panic"))
    assert menus(calls)[-1] == "weather"
    calls = await stage.play(message=a_message(ADMIN, "waypost"))
    shown = [commands_of(values) for name, values in calls if name == "setMyCommands"]
    assert shown
    assert "pending" in shown[-1]


async def test_mydata__somebody_of_the_team__is_told_what_is_kept_of_her_for_that() -> None:
    stage = await a_stage(lexicons())
    await stage.play(message=a_message(ADMIN, "/mydata"))
    assert "admin 1" in stage.recorder.texts()[-1]
    await stage.play(message=a_message(READER, "/mydata"))
    assert "team" not in stage.recorder.texts()[-1]


async def test_forget__where_strangers_meet_the_cover__the_question_says_what_opens_the_chat_again() -> None:
    stage = await a_stage(lexicons(), front="cover", start_codes=(LINK,))
    await stage.play(message=a_message(READER, f"/start {LINK}"))
    await stage.play(message=a_message(READER, "/forget"))
    assert "private link" in stage.recorder.texts()[-1]
    await stage.play(callback_query=a_tap(READER, "go:forget"))
    assert "private link" in stage.recorder.texts()[-1]
    await stage.play(message=a_message(ADMIN, "/forget"))
    assert "private link" not in stage.recorder.texts()[-1]
