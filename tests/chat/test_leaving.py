"""Who leaves, and who comes back: what stays in the store and in the menu of her chat."""

import json
from dataclasses import replace

import pytest

from bot.chat.erasing import erase
from bot.flows.wipe import code_hash
from tests.chat.stage import BOT, a_message, a_stage, a_tap, a_user
from tests.lookup.lexicons import real as lexicons

ADMIN, READER = 1, 7
LINK = "leaflet-7Hq2"


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


@pytest.mark.parametrize("is_slow", [False, True])
async def test_friends_link__an_admin_wipes_her_own_chat_with_it__no_menu_of_admins_comes_back(is_slow) -> None:
    """Telegram shows an admin's menu once she wrote /start; that must not betray the chat that was just wiped."""
    stage = await a_stage(lexicons())
    code = "x" * 22
    await stage.store.change_subscriber(ADMIN, lambda known: replace(known, wipe_code=code_hash(code)))
    if is_slow:
        answer, do_request = "setMyCommands", stage.recorder.do_request

        async def while_a_friend_wipes(url, *arguments, **more):
            if url.endswith(answer) and not await stage.desk.is_wiped(ADMIN):
                await erase(stage.desk, ADMIN)
            return await do_request(url, *arguments, **more)

        stage.recorder.do_request = while_a_friend_wipes
    calls = await stage.play(message=a_message(ADMIN, "/start" if is_slow else f"/start w_{code}"))
    assert await stage.desk.is_wiped(ADMIN)
    assert menus(calls)[-1] == "weather"


async def test_apology__when_something_broke__is_remembered_so_that_a_wipe_takes_it(monkeypatch) -> None:
    stage = await a_stage(lexicons())

    def breaks(*_):
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("bot.texts.pages.render_verify", breaks)
    calls = await stage.play(message=a_message(READER, "/verify"))
    [(_, said)] = [call for call in calls if call[0] == "sendMessage"]
    assert "wrong on our side" in said["text"]
    assert await stage.store.messages(READER) == (7, 1001)


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


def membership(status: str):
    """Return the update that tells that a reader blocked the bot, or took that back."""
    member = {"user": BOT, "status": status} | ({"until_date": 0} if status == "kicked" else {})
    chat = {"id": READER, "type": "private", "first_name": "Reader"}
    old = {"user": BOT, "status": "member"}
    return {"chat": chat, "from": a_user(READER), "date": 0, "old_chat_member": old, "new_chat_member": member}


async def test_block__where_strangers_meet_the_cover__her_menu_is_a_strangers_also_when_she_is_back() -> None:
    stage = await a_stage(lexicons(), front="cover", start_codes=(LINK,))
    await stage.play(message=a_message(READER, f"/start {LINK}"))
    await stage.play(message=a_message(READER, "/subscribe now"))
    assert menus(await stage.play(my_chat_member=membership("kicked"))) == ["", ""]
    assert menus(await stage.play(my_chat_member=membership("member"))) == ["", ""]


@pytest.mark.parametrize("front", ["open", "cover"])
async def test_block__a_wiped_chat__keeps_the_menu_of_the_cover(front) -> None:
    stage = await a_stage(lexicons(), front=front, start_codes=(LINK,))
    await stage.play(message=a_message(READER, f"/start {LINK}"))
    await stage.play(message=a_message(READER, "/panic"))
    assert menus(await stage.play(my_chat_member=membership("kicked"))) == []
    assert menus(await stage.play(my_chat_member=membership("member"))) == []


async def test_stop__where_strangers_meet_the_cover__she_is_still_let_in_and_keeps_the_menu_that_fits() -> None:
    stage = await a_stage(lexicons(), front="cover", start_codes=(LINK,))
    await stage.play(message=a_message(READER, f"/start {LINK}"))
    await stage.play(message=a_message(READER, "/subscribe now"))
    assert menus(await stage.play(message=a_message(READER, "/stop"))) == []
    await stage.play(message=a_message(READER, "/settings"))
    assert "Settings" in stage.recorder.texts()[-1]
