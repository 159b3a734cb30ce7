"""Updates: offsets, long polling, conflicts, kinds, shapes."""

import asyncio
from datetime import timedelta

import pytest
from sandbox_client import READER, Bot, Clock
from telegram import Update

from bot.sandbox import Person, Sandbox


async def test_updates__without_offset__come_again_until_confirmed(bot: Bot, reader: Person) -> None:
    for text in ("one", "two", "three"):
        reader.say(text)
    first = await bot.do("getUpdates", limit=2)
    assert [u["message"]["text"] for u in first] == ["one", "two"]
    assert await bot.do("getUpdates", limit=2) == first
    [last] = await bot.do("getUpdates", offset=first[-1]["update_id"] + 1)
    assert last["message"]["text"] == "three"
    assert last["update_id"] == first[-1]["update_id"] + 1


async def test_updates__negative_offset__keeps_the_newest(bot: Bot, reader: Person) -> None:
    for text in ("one", "two", "three"):
        reader.say(text)
    assert [u["message"]["text"] for u in await bot.do("getUpdates", offset=-1)] == ["three"]
    assert len(await bot.do("getUpdates")) == 1


async def test_updates__long_poll__returns_as_soon_as_something_happens(bot: Bot, reader: Person) -> None:
    poll = asyncio.ensure_future(bot.do("getUpdates", timeout=30))
    assert await bot.do("getMe")
    reader.say("now")
    async with asyncio.timeout(5):
        [update] = await poll
    assert update["message"]["text"] == "now"


async def test_updates__long_poll_runs_out__returns_nothing(bot: Bot) -> None:
    assert await bot.do("getUpdates", timeout=0) == []
    assert await bot.do("getUpdates", timeout=1) == []


async def test_updates__second_poller__ends_the_first_with_conflict(bot: Bot, sandbox: Sandbox) -> None:
    first = asyncio.ensure_future(bot.ask("getUpdates", timeout=30))
    await bot.do("getMe")
    await bot.do("getUpdates", timeout=0)
    status, body = await first
    assert status == 409
    assert body["description"] == (
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )


async def test_updates__after_24_hours__are_gone(bot: Bot, reader: Person, clock: Clock) -> None:
    reader.say("old")
    clock.at += timedelta(hours=24)
    assert await bot.do("getUpdates") == []


async def test_updates__allowed_kinds__hold_until_changed(bot: Bot, reader: Person) -> None:
    await bot.do("getUpdates", allowed_updates=["callback_query"])
    reader.say("unseen")
    assert await bot.do("getUpdates") == []
    await bot.do("getUpdates", allowed_updates=[])
    reader.say("seen")
    assert len(await bot.do("getUpdates")) == 1


async def test_block_and_unblock__tell_the_bot(bot: Bot, reader: Person) -> None:
    reader.block()
    reader.block()
    reader.unblock()
    updates = [u["my_chat_member"] for u in await bot.do("getUpdates")]
    assert [(u["old_chat_member"]["status"], u["new_chat_member"]["status"]) for u in updates] == [
        ("member", "kicked"),
        ("kicked", "member"),
    ]
    with pytest.raises(RuntimeError):
        reader.block()
        reader.say("I cannot")


async def test_shapes__every_kind__is_read_by_the_library(bot: Bot, reader: Person) -> None:
    reader.say("/help me@example.org 😀 https://example.org", reply_to=1)
    own = reader.say("typo")
    reader.edit(own.message_id, "fixed")
    reader.forward("forwarded words", origin="A friend")
    reader.send_document("letter.txt", b"text", caption="see")
    sent = await bot.send(reply_markup={"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]})
    reader.press(sent["message_id"], "Go")
    reader.block()
    reader.unblock()
    reader.ask_inline("words")
    reader.say_in_group(-100500, "/start in a group")
    reader.post_in_channel(-100600, "a post")
    raw = await bot.do("getUpdates")
    updates = [Update.de_json(item, None) for item in raw]
    assert [set(item) - {"update_id"} for item in raw] == [
        {kind}
        for kind in "message message edited_message message message callback_query my_chat_member my_chat_member"
        " inline_query my_chat_member message my_chat_member channel_post".split()
    ]
    first, _, edited, forwarded, document, pressed = updates[:6]
    assert first.message.parse_entities() and first.message.reply_to_message.text == "/start"
    assert first.effective_user.language_code == "ru"
    assert edited.edited_message.edit_date is not None
    assert forwarded.message.forward_origin.sender_user_name == "A friend"
    assert (document.message.document.file_name, document.message.caption) == ("letter.txt", "see")
    assert pressed.callback_query.message.reply_markup.inline_keyboard[0][0].callback_data == "go"
    assert updates[10].effective_chat.type == "supergroup"
    assert updates[12].channel_post.sender_chat.type == "channel"
    assert all(update.effective_chat is not None for update in updates if update.inline_query is None)


async def test_group__bot_leaves__hears_nothing_more_and_may_not_write(bot: Bot, reader: Person) -> None:
    reader.say_in_group(-100500, "hello")
    await bot.do("leaveChat", chat_id=-100500)
    await bot.do("getUpdates", offset=-1)
    reader.say_in_group(-100500, "anyone?")
    [left] = await bot.do("getUpdates")
    assert left["my_chat_member"]["new_chat_member"]["status"] == "left"
    assert await bot.refusal("sendMessage", chat_id=-100500, text="x") == (
        "Forbidden: bot is not a member of the supergroup chat"
    )
    assert await bot.refusal("leaveChat", chat_id=READER) != ""


async def test_say__more_than_telegram_takes__arrives_in_parts(bot: Bot, reader: Person) -> None:
    reader.say("я" * 5000)
    assert [len(u["message"]["text"]) for u in await bot.do("getUpdates")] == [2048, 2952]
