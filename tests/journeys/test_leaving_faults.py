"""Leaving while everything goes wrong: killed in the middle, a Telegram that takes no menus, a friend with a watch."""

from __future__ import annotations

import asyncio
import shutil

import pytest

from bot.sandbox.faults import Fault
from tests.journeys.conftest import AMINA, SAM, says
from tests.journeys.scenes import DULL, kept, owes_nothing, subscribed
from tests.journeys.test_wiping import friends_code

pytestmark = pytest.mark.usefixtures("no_gap")

COVERED = {"FRONT": "cover", "START_CODES": "leaflet-7Hq2"}


@pytest.fixture
def sam(town):
    return town.sandbox.person(SAM, "Sam", "en")


def hangs(method: str, chat: int):
    """Return a hook under which a method is never answered for one chat."""
    return lambda called, params: (
        Fault(hang="before") if (called, str(params.get("chat_id"))) == (method, str(chat)) else None
    )


def menu(person) -> list[str]:
    return [command["command"] for command in person.commands]


async def has_dull_menu(person) -> bool:
    return menu(person) == ["weather", "news", "help"]


@pytest.mark.parametrize(("act", "front"), [("/panic", "open"), ("/forget", "open"), ("/forget", "cover")])
async def test_leaving__killed_while_telegram_deletes__the_next_process_does_it_and_leaves_no_menu(
    town, sam, act, front
) -> None:
    environment = COVERED if front == "cover" else {}
    house = await town.start(**environment)
    await says(sam, "/start leaflet-7Hq2")
    await subscribed(sam)
    await says(sam, "asylum germany")
    if act == "/forget":
        question = await says(sam, "/forget")
    standing = [each for each in sam.messages if each.message_id not in sam.deleted]
    await kept(town, SAM, *standing)
    town.sandbox.faults.hook = hangs("deleteMessages", SAM)
    if act == "/forget":
        sam.press(question.message_id, "Delete now")
    else:
        sam.say("/panic")

    async def is_asked() -> bool:
        return await house.store.subscriber(SAM) is None

    await town.until(is_asked)
    killed = town.folder / "killed"
    shutil.copytree(town.folder / "data", killed, ignore=shutil.ignore_patterns("lock"))
    await town.stop()
    town.sandbox.faults.hook = None
    assert not {each.message_id for each in standing} & set(sam.deleted)
    house = await town.start(STORE=f"tinydb:{killed}", **environment)

    async def are_gone() -> bool:
        return {each.message_id for each in standing} <= set(sam.deleted)

    await town.until(are_gone)
    if act == "/panic":
        await town.until(lambda: owes_nothing(town))
        assert "forecast" in (await says(sam, "/sos")).text

    async def is_forgotten() -> bool:
        return await house.store.trace(SAM) is None

    if act == "/forget":
        await town.until(is_forgotten)
    if (act, front) != ("/forget", "open"):
        await town.until(lambda: has_dull_menu(sam))


@pytest.mark.parametrize("act", ["/panic", "/forget"])
async def test_leaving__telegram_takes_no_menu_now__it_is_changed_as_soon_as_it_does(town, sam, act) -> None:
    house = await town.start(**COVERED)
    await says(sam, "/start leaflet-7Hq2")

    async def has_the_real_menu() -> bool:
        return "panic" in menu(sam)

    await town.until(has_the_real_menu)
    refuses = Fault(error_code=500, description="Internal Server Error")
    town.sandbox.faults.hook = lambda method, _: refuses if method in ("setMyCommands", "deleteMyCommands") else None
    if act == "/forget":
        question = await says(sam, "/forget")
        sam.press(question.message_id, "Delete now")
        await sam.expect(lambda m: "Nothing about you is stored" in m.text)
    else:
        sam.say("/panic")
        await sam.expect(lambda m: m.text.startswith(DULL))
    assert "panic" in menu(sam)
    await house.tidier.tidy()
    assert "panic" in menu(sam)
    town.sandbox.faults.hook = None
    await house.tidier.tidy()
    assert await has_dull_menu(sam)
    trace = await house.store.trace(SAM)
    assert trace is None or trace.messages == ()


async def test_friends_link__telegram_is_slow_with_menus__the_friends_next_message_does_not_wait_for_it(
    town, sam
) -> None:
    await town.start()
    await subscribed(sam)
    code = await friends_code(sam)
    friend = town.sandbox.person(AMINA, "Friend", "en")
    town.sandbox.faults.hook = lambda method, _: Fault(hang="before") if method == "setMyCommands" else None
    async with asyncio.timeout(3):
        await says(friend, f"/start {code}")
        assert "Is this bot real" in (await says(friend, "/verify")).text
    town.sandbox.faults.hook = None
    town.sandbox.faults.release()
    await town.until(lambda: has_dull_menu(sam))
    await town.until(lambda: owes_nothing(town))


async def test_friends_link__a_wipe_that_takes_long__the_friend_is_answered_as_soon_as_with_a_wrong_link(
    town, sam
) -> None:
    await town.start()
    await subscribed(sam)
    code = await friends_code(sam)
    await kept(town, SAM, *sam.messages)
    friend = town.sandbox.person(AMINA, "Friend", "en")
    town.sandbox.faults.hook = hangs("deleteMessages", SAM)
    async with asyncio.timeout(3):
        assert "If this link was still good" in (await says(friend, f"/start {code}")).text
    assert len(town.sandbox.world.updates.waiting) == 1, "Telegram is not told yet that the link was opened"
    town.sandbox.faults.hook = None
    town.sandbox.faults.release()
    await town.until(lambda: owes_nothing(town))
