"""Edits, deletions and answers to buttons."""

import pytest
from sandbox_client import READER, Bot, Clock

from bot.sandbox import Person, Sandbox

GO = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}, {"text": "Call", "copy_text": {"text": "112"}}]]}
NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a"
    " current content and reply markup of the message"
)


async def test_edit__new_text__is_seen_and_keyboard_goes(bot: Bot, reader: Person) -> None:
    sent = await bot.send("one", reply_markup=GO)
    edited = await bot.do("editMessageText", chat_id=READER, message_id=sent["message_id"], text="two")
    assert edited["edit_date"] >= edited["date"]
    assert [(m.text, m.edited, m.buttons) for m in reader.messages[-1:]] == [("two", True, [])]


async def test_edit__same_text_and_keyboard__is_not_modified(bot: Bot, reader: Person) -> None:
    sent = await bot.send("<b>x</b>", parse_mode="HTML", reply_markup=GO)
    same = {"chat_id": READER, "message_id": sent["message_id"], "text": "<b>x</b>", "parse_mode": "HTML"}
    assert await bot.refusal("editMessageText", **same, reply_markup=GO) == NOT_MODIFIED
    await bot.do("editMessageText", **same)


async def test_edit_keyboard__same__is_not_modified(bot: Bot, reader: Person) -> None:
    place = {"chat_id": READER, "message_id": (await bot.send(reply_markup=GO))["message_id"]}
    assert await bot.refusal("editMessageReplyMarkup", **place, reply_markup=GO) == NOT_MODIFIED
    await bot.do("editMessageReplyMarkup", **place)
    assert await bot.refusal("editMessageReplyMarkup", **place) == NOT_MODIFIED
    assert reader.messages[-1].edited is False


@pytest.mark.parametrize(
    ("change", "description"),
    [
        ({"message_id": 9999}, "Bad Request: message to edit not found"),
        ({"message_id": 1}, "Bad Request: message can't be edited"),
        ({"chat_id": 8}, "Bad Request: chat not found"),
        ({"text": ""}, "Bad Request: message text is empty"),
        ({"text": "x" * 4097}, "Bad Request: MESSAGE_TOO_LONG"),
        ({"reply_markup": {"force_reply": True}}, "Bad Request: inline keyboard expected"),
        ({"chat_id": "", "message_id": 0}, "Bad Request: message identifier is not specified"),
    ],
)
async def test_edit__faulty__is_refused(bot: Bot, reader: Person, change: dict[str, object], description: str) -> None:
    sent = await bot.send("one")
    arguments = {"chat_id": READER, "message_id": sent["message_id"], "text": "two", **change}
    assert await bot.refusal("editMessageText", **arguments) == description


async def test_edit__person_blocked_the_bot__is_forbidden(bot: Bot, reader: Person) -> None:
    sent = await bot.send("one")
    reader.block()
    description = await bot.refusal("editMessageText", chat_id=READER, message_id=sent["message_id"], text="two")
    assert description == "Forbidden: bot was blocked by the user"


async def test_delete__both_sides__vanish_for_the_person(bot: Bot, reader: Person) -> None:
    sent = await bot.send()
    for number in (1, sent["message_id"]):
        await bot.do("deleteMessage", chat_id=READER, message_id=number)
    assert reader.messages == []
    assert reader.deleted == [1, sent["message_id"]]
    assert (
        await bot.refusal("deleteMessage", chat_id=READER, message_id=1) == "Bad Request: message to delete not found"
    )


async def test_delete__after_48_hours__is_refused(bot: Bot, reader: Person, clock: Clock) -> None:
    clock.turn(hours=48)
    await bot.do("deleteMessage", chat_id=READER, message_id=1)
    old = await bot.send()
    clock.turn(hours=48, seconds=1)
    for method, which in (
        ("deleteMessage", {"message_id": old["message_id"]}),
        ("deleteMessages", {"message_ids": [2]}),
    ):
        description = await bot.refusal(method, chat_id=READER, **which)
        assert description == "Bad Request: message can't be deleted for everyone"


async def test_delete_many__missing_ones__are_skipped(bot: Bot, reader: Person) -> None:
    for _ in range(3):
        await bot.send()
    await bot.do("deleteMessages", chat_id=READER, message_ids=[2, 2, 4, 400])
    assert reader.deleted == [2, 4]
    await bot.do("deleteMessages", chat_id=READER, message_ids=[400])


@pytest.mark.parametrize(
    ("ids", "description"),
    [
        (list(range(1, 102)), "Bad Request: too many message identifiers specified"),
        ([], "Bad Request: message identifiers are not specified"),
        ([0], "Bad Request: invalid message identifier specified"),
        (["x"], "Bad Request: can't parse message identifier as a Number"),
        ({}, "Bad Request: expected an Array of message identifiers"),
    ],
)
async def test_delete_many__faulty_ids__are_refused(bot: Bot, reader: Person, ids: object, description: str) -> None:
    assert await bot.refusal("deleteMessages", chat_id=READER, message_ids=ids) == description


async def test_press__callback__is_answered_once(bot: Bot, reader: Person) -> None:
    sent = await bot.send(reply_markup=GO)
    number = reader.press(sent["message_id"], "Go")
    [update] = await bot.do("getUpdates")
    query = update["callback_query"]
    assert (query["id"], query["data"], query["message"]["message_id"]) == (number, "go", sent["message_id"])
    await bot.do("answerCallbackQuery", callback_query_id=number, text="Done", show_alert=True)
    assert [(a.text, a.show_alert) for a in reader.callback_answers] == [("Done", True)]
    too_old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    assert await bot.refusal("answerCallbackQuery", callback_query_id=number) == too_old


async def test_press__answer_comes_too_late__is_refused(bot: Bot, reader: Person, clock: Clock) -> None:
    sent = await bot.send(reply_markup=GO)
    number = reader.press(sent["message_id"], "go")
    clock.turn(seconds=61)
    assert "query is too old" in await bot.refusal("answerCallbackQuery", callback_query_id=number)


async def test_press__copy_button__fills_the_clipboard(bot: Bot, reader: Person) -> None:
    sent = await bot.send(reply_markup=GO)
    assert reader.press(sent["message_id"], "Call") is None
    assert reader.copied == ["112"]
    with pytest.raises(LookupError, match="no button 'Gone'"):
        reader.press(sent["message_id"], "Gone")


async def test_press__message_deleted_meanwhile__arrives_as_inaccessible(bot: Bot, reader: Person) -> None:
    sent = await bot.send(reply_markup=GO)
    await bot.do("deleteMessage", chat_id=READER, message_id=sent["message_id"])
    reader.press_data(sent["message_id"], "go")
    [update] = await bot.do("getUpdates")
    assert update["callback_query"]["message"]["date"] == 0


async def test_expect__nothing_fits__lists_what_stands_there(bot: Bot, sandbox: Sandbox, reader: Person) -> None:
    await bot.send("here I am", reply_markup=GO)
    with pytest.raises(AssertionError, match=r"(?s)not seen by Amina.*here I am.*Go"):
        await reader.expect(lambda m: "elsewhere" in m.text, within=0.01)
    found = await reader.expect(lambda m: "Go" in m.buttons)
    assert found.text == "here I am"
    with pytest.raises(AssertionError):
        await reader.expect(lambda m: "Go" in m.buttons, within=0.01, after=found.message_id)
