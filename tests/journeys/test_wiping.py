"""Leaving no trace: /panic, the reader's own word, a friend's link, and /forget; how fast, and what is left."""

import asyncio
import re

import pytest

from bot.chat.erasing import erase
from bot.core.trace import Said, remembered
from bot.errors import StoreError
from bot.flows import moderate
from bot.texts.admin import render_draft_notice
from tests.builders import an_alert
from tests.journeys.conftest import ADMIN, AMINA, SAM
from tests.journeys.scenes import DULL, is_recordless, kept, owes_nothing, set_passphrase, subscribed

pytestmark = pytest.mark.usefixtures("no_gap")

RECORD_WITHIN, MESSAGES_WITHIN = 1.0, 2.0


async def two_lively_days(town, person) -> None:
    """Let 400 messages of both sides stand in the chat, as the store knows them (pacing would need minutes)."""
    world = town.sandbox.world
    sides = ((person.user, False), (world.bot, True))
    made = [world.add(person.chat, who, "hello", [], from_bot=is_bot) for _ in range(200) for who, is_bot in sides]
    said = [Said(each.message_id, int(each.date.timestamp())) for each in made]
    now = town.house.desk().now()
    await town.house.store.change_trace(person.user_id, lambda trace: remembered(trace, said, (), now))


async def within(seconds: float, holds) -> float:
    """Wait until something holds; return after how many seconds."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with asyncio.timeout(seconds):
        while not await holds():
            await asyncio.sleep(0.005)
    return loop.time() - began


async def friends_code(person) -> str:
    person.say("/settings")
    page = await person.expect(lambda m: "Wiping" in m.buttons)
    person.press_data(page.message_id, "w:friend")
    message = await person.expect(lambda m: "?start=w_" in m.text)
    link = re.search(r"https://t\.me/sandbox_bot\?start=(w_[A-Za-z0-9_-]{22})\b", message.text)
    assert link
    person.press(message.message_id, "Copy link")
    assert person.copied == [link[0]]
    person.copied.clear()
    return link[1]


async def test_panic__after_hundreds_of_messages__record_and_messages_of_both_sides_are_gone_in_time(town, sam) -> None:
    await town.start()
    await subscribed(sam)
    await two_lively_days(town, sam)
    standing = [each.message_id for each in sam.messages]
    calls = len(town.sandbox.calls_of("deleteMessages"))
    command = sam.say("/panic")
    record_in = await within(RECORD_WITHIN, lambda: is_recordless(town))

    async def all_deleted() -> bool:
        return {*standing, command.message_id} <= set(sam.deleted)

    messages_in = await within(MESSAGES_WITHIN, all_deleted)
    assert record_in + messages_in < MESSAGES_WITHIN
    assert len(town.sandbox.calls_of("deleteMessages")) - calls == 5
    await sam.expect(lambda m: m.text.startswith(DULL))
    assert [each.from_bot for each in sam.messages] == [True]
    assert sam.messages[0].silent


@pytest.mark.parametrize("page", ["/start", "/settings", "/safety"])
async def test_panic__by_the_button_on_a_page__no_question_asked(town, sam, page) -> None:
    await town.start()
    await subscribed(sam)
    sam.say(page)
    shown = await sam.expect(lambda m: "Erase all now" in m.buttons or "Wiping" in m.buttons)
    if "Erase all now" not in shown.buttons:
        sam.press(shown.message_id, "Wiping")
        shown = await sam.expect(lambda m: "Erase all now" in m.buttons)
    standing = {each.message_id for each in sam.messages}
    sam.press(shown.message_id, "Erase all now")
    await sam.expect(lambda m: m.text.startswith(DULL))
    assert standing <= set(sam.deleted)
    assert await is_recordless(town)


async def test_panic__what_the_store_keeps__a_key_and_a_hash_and_nothing_else(town, sam) -> None:
    house = await town.start()
    await subscribed(sam)
    await set_passphrase(sam)
    sam.say("/panic")
    await sam.expect(lambda m: m.text.startswith(DULL))
    await town.until(lambda: owes_nothing(town))
    trace = await house.store.trace(SAM)
    assert (trace.chat_id, trace.messages, trace.opened) == (0, (), ())
    assert trace.passphrase.startswith("$argon2id$")
    assert await is_recordless(town)
    assert await house.store.messages(SAM) == ()
    sam.say("weather")
    await sam.expect(lambda m: "No forecast" in m.text)
    assert await house.store.trace(SAM) == trace
    await town.stop()
    for file in (town.folder / "data").rglob("*"):
        assert not file.is_file() or b"quiet" not in file.read_bytes()


async def test_panic__news_on_its_way__nothing_is_pushed_any_more(town, sam) -> None:
    house = await town.start()
    await subscribed(sam)
    sam.say("/panic")
    await sam.expect(lambda m: m.text.startswith(DULL))
    assert (await moderate.publish(house.store, house.desk().clock, an_alert("a1"))).planned == 0
    house.courier.wake()
    sam.say("weather")
    await sam.expect(lambda m: "No forecast" in m.text)
    assert not any("New message" in each.text for each in sam.messages)


async def test_panic__an_admin__no_notice_reaches_the_covered_chat(town) -> None:
    house = await town.start()
    admin = town.sandbox.person(ADMIN, "Admin", "en")
    await admin.expect(lambda m: m.from_bot)
    await house.desk().team.tell(lambda speak: render_draft_notice(1, speak))
    notice = await admin.expect(lambda m: "draft is waiting" in m.text)
    await kept(town, ADMIN, notice)
    admin.say("/panic")
    await admin.expect(lambda m: m.text.startswith(DULL))
    assert notice.message_id in admin.deleted
    await house.desk().team.tell(lambda speak: render_draft_notice(1, speak))
    admin.say("/pending")
    await admin.expect(lambda m: "Send the name of a town" in m.text)
    assert not any("draft" in each.text.lower() for each in admin.messages)


async def test_panic__the_disk_fails__messages_go_at_once_and_the_record_as_soon_as_it_can(
    town, sam, monkeypatch, logs_as_in_production
) -> None:
    house = await town.start()
    await subscribed(sam)
    forget = house.store.forget

    async def fails(*_):
        raise StoreError("the disk is full")

    monkeypatch.setattr(house.store, "forget", fails)
    standing = {each.message_id for each in sam.messages}
    sam.say("/panic")
    await sam.expect(lambda m: m.text.startswith(DULL))
    assert standing <= set(sam.deleted)
    assert "a chat could not be wiped from the disk yet" in logs_as_in_production.getvalue()
    sam.say("/settings")
    await sam.expect(lambda m: "Send the name of a town" in m.text)
    monkeypatch.setattr(house.store, "forget", forget)
    await town.until(lambda: is_recordless(town))
    sam.say("/settings")
    await sam.expect(lambda m: "Send the name of a town" in m.text and m.message_id > max(sam.deleted))


@pytest.mark.parametrize("command", ["/stop", "/forget", "/panic"])
async def test_leaving__before_it_is_durable__telegram_is_not_told_that_it_arrived(
    town, sam, monkeypatch, command
) -> None:
    """A process that dies in between is told again by Telegram, and does it then."""
    house = await town.start()
    await subscribed(sam)
    name = "change_subscriber" if command == "/stop" else "forget"
    begun, going, act = asyncio.Event(), asyncio.Event(), getattr(house.store, name)

    async def slow(*arguments):
        begun.set()
        await going.wait()
        return await act(*arguments)

    if command == "/forget":
        sam.say(command)
        question = await sam.expect(lambda m: "Delete everything" in m.text)
        monkeypatch.setattr(house.store, name, slow)
        sam.press(question.message_id, "Delete now")
    else:
        monkeypatch.setattr(house.store, name, slow)
        sam.say(command)
    await asyncio.wait_for(begun.wait(), 5)
    await asyncio.sleep(0.2)
    assert len(town.sandbox.world.updates.waiting) == 1
    going.set()

    async def is_told() -> bool:
        return not town.sandbox.world.updates.waiting

    await town.until(is_told)
    known = await house.store.subscriber(SAM)
    assert known is None or not known.is_subscribed


# the reader's own word


# the friend's link


async def test_friend__opens_the_link__the_other_chat_is_wiped_once_and_covered(town, sam) -> None:
    house = await town.start()
    await subscribed(sam)
    code = await friends_code(sam)
    shown = list(sam.messages)
    await kept(town, SAM, *shown)
    known = await house.store.subscriber(SAM)
    assert code.removeprefix("w_") not in repr(known) + known.wipe_code
    friend = town.sandbox.person(AMINA, "Friend", "en")
    opened = friend.say(f"/start {code}")
    valid = await friend.expect(lambda m: "If this link was still good" in m.text)
    await town.until(lambda: owes_nothing(town))
    assert await is_recordless(town)
    assert {each.message_id for each in shown} <= set(sam.deleted)
    assert sam.messages == []
    assert (await house.store.trace(SAM)).is_covered
    assert opened.message_id in friend.deleted
    friend.say(f"/start {code}")
    again = await friend.expect(lambda m: m.from_bot and m.message_id > valid.message_id)
    friend.say("/start w_" + "x" * 22)
    never = await friend.expect(lambda m: m.from_bot and m.message_id > again.message_id)
    assert valid.text == again.text == never.text
    sam.say("/settings")
    await sam.expect(lambda m: "Send the name of a town" in m.text)


async def test_friend__a_link_made_anew__the_old_one_does_nothing(town, sam) -> None:
    await town.start()
    old = await friends_code(sam)
    sam.say("/settings")
    page = await sam.expect(lambda m: "Wiping" in m.buttons)
    sam.press_data(page.message_id, "w:friend")
    await sam.expect(lambda m: m.message_id == page.message_id and "?start=w_" in m.text and old not in m.text)
    friend = town.sandbox.person(AMINA, "Friend", "en")
    friend.say(f"/start {old}")
    await friend.expect(lambda m: "If this link was still good" in m.text)
    assert not await is_recordless(town)


async def test_friend__the_reader_opens_her_own_link__her_chat_is_wiped(town, sam) -> None:
    await town.start()
    code = await friends_code(sam)
    sam.say(f"/start {code}")
    await town.until(lambda: is_recordless(town))
    sam.say("hello")
    await sam.expect(lambda m: "No forecast" in m.text)
    assert not any("If this link" in each.text for each in sam.messages)


async def test_friend__while_the_reader_gets_an_answer__no_answer_stands_after_the_wipe(town, sam) -> None:
    house = await town.start()
    code = await friends_code(sam)
    town.sandbox.fail_next("sendMessage", delay=0.5)
    question = sam.say("asylum germany")

    async def is_being_answered() -> bool:
        return not town.sandbox.faults.queue

    await town.until(is_being_answered)
    await erase(house.desk(), SAM)
    assert code

    async def nothing_stands() -> bool:
        return not [each for each in sam.messages if each.from_bot] and bool(town.sandbox.calls_of("sendMessage"))

    await asyncio.sleep(0.6)
    await town.until(nothing_stands)
    assert question


# /forget and /mydata
