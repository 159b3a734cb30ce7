"""Only what somebody types or taps herself, in her private chat, counts: not what is borrowed, nor what comes from elsewhere."""

from __future__ import annotations

from typing import Any

import pytest

from bot.texts import pages
from tests.builders import NOW
from tests.chat.cast import ADMIN_TAPS, EN, EVERYBODY, OWNER, READER, STRANGER, a_full_stage, every_text, traces
from tests.chat.stage import a_message, a_tap, a_user

GROUP, CHANNEL = -100500, -100600
ORIGIN = {"type": "user", "sender_user": a_user(55), "date": int(NOW.timestamp())}
HIDDEN = {"type": "hidden_user", "sender_user_name": "Someone", "date": int(NOW.timestamp())}
POSTED = {"type": "channel", "chat": {"id": CHANNEL, "type": "channel"}, "message_id": 3, "date": int(NOW.timestamp())}
ROBOT = {"id": 77, "is_bot": True, "first_name": "Robot"}


def in_group(user_id: int, text: str, **changes: Any) -> dict[str, Any]:
    return a_message(user_id, text, chat={"id": GROUP, "type": "supergroup", "title": "Group"}, **changes)


def in_channel(text: str) -> dict[str, Any]:
    channel = {"id": CHANNEL, "type": "channel", "title": "Channel"}
    return {"message_id": 7, "date": int(NOW.timestamp()), "chat": channel, "sender_chat": channel, "text": text}


BORROWED = {
    "forwarded": {"forward_origin": ORIGIN},
    "forwarded, origin hidden": {"forward_origin": HIDDEN},
    "forwarded from a channel": {"forward_origin": POSTED},
    "through an inline bot": {"via_bot": ROBOT},
    "quoted from another chat": {"external_reply": {"origin": POSTED}},
    "sent by a timer": {"is_from_offline": True},
    "by a business account's robot": {"sender_business_bot": ROBOT},
    "edited before it came": {"edit_date": int(NOW.timestamp())},
    "in reply to a story": {
        "reply_to_story": {"id": 1, "chat": {"id": CHANNEL, "type": "channel", "title": "Channel"}}
    },
    "forwarded by itself": {"is_automatic_forward": True},
    "for a guest": {"guest_bot_caller_user": a_user(55)},
    "for a guest's chat": {"guest_bot_caller_chat": {"id": GROUP, "type": "supergroup", "title": "Group"}},
}
"""Private messages with a person's id whose words are not what she typed."""


def captioned(user_id: int, text: str) -> dict[str, Any]:
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}]
    return {"message": a_message(user_id, photo=photo, caption=text)}


ELSEWHERE: dict[str, Any] = {
    "edited": lambda who, text: {"edited_message": a_message(who, text, edit_date=int(NOW.timestamp()))},
    "business": lambda who, text: {"business_message": a_message(who, text, business_connection_id="b")},
    "business, edited": lambda who, text: {"edited_business_message": a_message(who, text, business_connection_id="b")},
    "business in a message": lambda who, text: {"message": a_message(who, text, business_connection_id="b")},
    "guest": lambda who, text: {"guest_message": a_message(who, text, guest_query_id="g")},
    "group": lambda who, text: {"message": in_group(who, text)},
    "group, edited": lambda who, text: {"edited_message": in_group(who, text, edit_date=int(NOW.timestamp()))},
    "anonymous admin of a group": lambda who, text: {
        "message": in_group(
            who, text, sender_chat={"id": GROUP, "type": "supergroup"}, **{"from": a_user(1087968824, is_bot=True)}
        )
    },
    "channel in its group": lambda who, text: {
        "message": in_group(
            who, text, sender_chat={"id": CHANNEL, "type": "channel"}, is_automatic_forward=True,
            **{"from": a_user(777000)},
        )
    },
    "channel": lambda who, text: {"channel_post": in_channel(text)},
    "channel, edited": lambda who, text: {"edited_channel_post": in_channel(text) | {"edit_date": 5}},
    "inline": lambda who, text: {"inline_query": {"id": "1", "from": a_user(who), "query": text, "offset": ""}},
    "inline, chosen": lambda who, text: {
        "chosen_inline_result": {"result_id": "1", "from": a_user(who), "query": text}
    },
    "a bot in its own chat": lambda who, text: {"message": a_message(who, text, **{"from": a_user(who, is_bot=True)})},
}  # fmt: skip
"""Updates that are nobody's message to us: they meet silence."""


TAPS_ELSEWHERE: dict[str, Any] = {
    "group": lambda who, data: {"callback_query": a_tap(who, data, message=in_group(1, "shown"))},
    "channel": lambda who, data: {"callback_query": a_tap(who, data, message=in_channel("shown"))},
    "inline message": lambda who, data: {
        "callback_query": {"id": "5", "from": a_user(who), "chat_instance": "9", "inline_message_id": "i", "data": data}
    },
}


@pytest.mark.parametrize("front", ["open", "cover"])
@pytest.mark.parametrize("who", [OWNER, STRANGER])
async def test_update__in_one_persons_chat_by_another__meets_silence_and_changes_nothing(who, front) -> None:
    stage = await a_full_stage(front=front, start_codes=("leaflet-7Hq2",))
    before = await traces(stage)
    theirs = {"from": a_user(who)}
    for text in (*every_text(), "/panic", "asylum germany", "waypost", "leaflet-7Hq2"):
        assert await stage.play(message=a_message(READER, text, **theirs)) == []
    for data in ("forget:yes", "panic:now", "sub:now", "set:topic:law", "w:friend", "r:p1"):
        assert await stage.play(callback_query=a_tap(READER, data, **theirs)) == []
    assert await traces(stage) == before
    assert await stage.store.trace(READER) is None


@pytest.mark.parametrize("shape", BORROWED)
async def test_command__in_borrowed_words__changes_nothing_whoever_sends_it(shape) -> None:
    stage = await a_full_stage()
    before, allowed = await traces(stage), [pages.render_not_typed(EN).html]
    for text in every_text():
        for who in EVERYBODY:
            await stage.play(message=a_message(who, text, **BORROWED[shape]))
            assert stage.recorder.texts() == allowed, (text, who)
    assert await traces(stage) == before


async def test_command__as_a_caption__changes_nothing() -> None:
    stage = await a_full_stage()
    before = await traces(stage)
    for text in every_text():
        for who in EVERYBODY:
            await stage.play(**captioned(who, text))
            assert stage.recorder.texts() == [pages.render_not_typed(EN).html], (text, who)
    assert await traces(stage) == before


@pytest.mark.parametrize("shape", ELSEWHERE)
async def test_command__elsewhere__meets_silence_whoever_sends_it(shape) -> None:
    stage = await a_full_stage()
    before = await traces(stage)
    for text in every_text():
        for who in EVERYBODY:
            calls = await stage.play(**ELSEWHERE[shape](who, text))
            assert {name for name, _ in calls} <= {"leaveChat"}, (text, who)
    assert await traces(stage) == before


@pytest.mark.parametrize("shape", BORROWED)
async def test_typed_value_and_file__in_a_borrowed_message__are_not_taken(shape) -> None:
    stage = await a_full_stage()
    await stage.play(message=a_message(OWNER, "/alert"))
    before = await traces(stage)
    await stage.play(message=a_message(OWNER, "Words of somebody else", **BORROWED[shape]))
    document = {"file_id": "f", "file_unique_id": "u", "file_size": 9}
    await stage.play(message=a_message(OWNER, document=document, **BORROWED[shape]))
    assert await traces(stage) == before
    await stage.play(message=a_message(OWNER, "My own words"))
    assert len(await stage.store.alerts()) == 3


@pytest.mark.parametrize("shape", TAPS_ELSEWHERE)
async def test_tap__elsewhere__meets_silence_whoever_taps(shape) -> None:
    stage = await a_full_stage()
    before = await traces(stage)
    for data in (*ADMIN_TAPS, "sub:now", "set:area:DE", "forget:yes"):
        for who in EVERYBODY:
            assert {name for name, _ in await stage.play(**TAPS_ELSEWHERE[shape](who, data))} <= {"leaveChat"}
    assert await traces(stage) == before
