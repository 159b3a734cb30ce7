"""sendMessage refuses what Telegram refuses, in its words."""

import json

import aiohttp
import pytest
from sandbox_client import READER, Bot

from bot.sandbox import Person, Sandbox


def keyboard(**button: object) -> dict[str, object]:
    return {"inline_keyboard": [[{"text": "Button", **button}]]}


async def test_send__plain_text__returns_the_message(bot: Bot, reader: Person) -> None:
    message = await bot.send("Hello")
    assert message["text"] == "Hello"
    assert message["chat"] == {"id": READER, "first_name": "Amina", "type": "private"}
    assert message["from"]["is_bot"] is True
    assert reader.messages[-1].text == "Hello"


@pytest.mark.parametrize("encoding", ["query", "form", "multipart", "json"])
async def test_send__any_encoding__is_understood(bot: Bot, reader: Person, encoding: str) -> None:
    url = f"{bot.base}/bot{bot.token}/sendMessage"
    arguments = {"chat_id": str(READER), "text": "Привет & co", "reply_markup": json.dumps(keyboard(callback_data="x"))}
    multipart = aiohttp.FormData(arguments)
    multipart.add_field("unused", b"x", filename="x.bin")
    how = {"query": {"params": arguments}, "form": {"data": arguments}, "multipart": {"data": multipart}}
    async with bot.session.post(url, **how.get(encoding, {"json": arguments})) as answer:
        assert answer.status == 200
    assert reader.messages[-1].text == "Привет & co"
    assert reader.messages[-1].buttons == ["Button"]


@pytest.mark.parametrize(
    ("arguments", "description"),
    [
        ({"text": ""}, "Bad Request: message text is empty"),
        ({"text": " \n "}, "Bad Request: text must be non-empty"),
        ({"text": "x" * 4097}, "Bad Request: message is too long"),
        ({"text": "😀" * 2049}, "Bad Request: message is too long"),
        ({"chat_id": ""}, "Bad Request: chat_id is empty"),
        ({"chat_id": 999}, "Bad Request: chat not found"),
        ({"chat_id": "@nobody"}, "Bad Request: chat not found"),
        ({"parse_mode": "wiki"}, "Bad Request: unsupported parse_mode"),
        ({"reply_parameters": {"message_id": 77}}, "Bad Request: message to be replied not found"),
        ({"reply_markup": "{"}, "Bad Request: can't parse reply keyboard markup JSON object"),
        ({"reply_markup": []}, "Bad Request: object expected as reply markup"),
        ({"reply_markup": keyboard(callback_data="я" * 33)}, "Bad Request: BUTTON_DATA_INVALID"),
        ({"reply_markup": keyboard(copy_text={"text": "x" * 257})}, "Bad Request: BUTTON_COPY_TEXT_INVALID"),
        (
            {"reply_markup": keyboard(url="http://localhost/x")},
            "Bad Request: inline keyboard button URL 'http://localhost/x' is invalid: Wrong HTTP URL",
        ),
        (
            {"reply_markup": keyboard(url="gopher://example.org")},
            "Bad Request: inline keyboard button URL 'gopher://example.org' is invalid: Unsupported URL protocol",
        ),
        (
            {"reply_markup": keyboard()},
            "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"reply_markup": {"inline_keyboard": [[{"callback_data": "x"}]]}},
            "Bad Request: can't parse inline keyboard button: Can't find field \"text\"",
        ),
        (
            {"reply_markup": keyboard(text=" ", callback_data="x")},
            "Bad Request: inline keyboard button text must be non-empty",
        ),
    ],
)
async def test_send__faulty_argument__is_refused(
    bot: Bot, reader: Person, arguments: dict[str, object], description: str
) -> None:
    before = len(reader.messages)
    assert await bot.refusal("sendMessage", **{"chat_id": READER, "text": "x", **arguments}) == description
    assert len(reader.messages) == before


async def test_send__exactly_4096_units_after_parsing__passes(bot: Bot, reader: Person) -> None:
    await bot.send("<b>" + "😀" * 2048 + "</b>", parse_mode="HTML")
    assert reader.messages[-1].entities == [{"type": "bold", "offset": 0, "length": 4096}]


@pytest.mark.parametrize(
    "button", [{"callback_data": "x" * 64}, {"copy_text": {"text": "x" * 256}}, {"url": "example.org"}]
)
async def test_send__button_at_its_limit__passes(bot: Bot, reader: Person, button: dict[str, object]) -> None:
    await bot.send(reply_markup=keyboard(**button))
    assert reader.messages[-1].buttons == ["Button"]


async def test_send__person_never_pressed_start__is_forbidden(bot: Bot, sandbox: Sandbox) -> None:
    sandbox.person(77)
    description = await bot.refusal("sendMessage", chat_id=77, text="x")
    assert description == "Forbidden: bot can't initiate conversation with a user"


async def test_send__person_blocked_the_bot__is_forbidden_until_unblocked(bot: Bot, reader: Person) -> None:
    reader.block()
    assert await bot.refusal("sendMessage", chat_id=READER, text="x") == "Forbidden: bot was blocked by the user"
    reader.unblock()
    await bot.send()


async def test_send__account_deleted__is_forbidden(bot: Bot, reader: Person) -> None:
    reader.deactivate()
    assert await bot.refusal("sendMessage", chat_id=READER, text="x") == "Forbidden: user is deactivated"


async def test_send__quiet_and_protected__is_seen_so(bot: Bot, reader: Person) -> None:
    message = await bot.send(disable_notification=True, protect_content=True)
    assert message["has_protected_content"] is True
    assert (reader.messages[-1].silent, reader.messages[-1].protect_content) == (True, True)


async def test_send__group_became_supergroup__names_the_new_id(bot: Bot, sandbox: Sandbox, reader: Person) -> None:
    reader.say_in_group(-5, "hi", kind="group")
    sandbox.migrate(-5, -1005)
    _, body = await bot.ask("sendMessage", chat_id=-5, text="x")
    assert body["parameters"] == {"migrate_to_chat_id": -1005}
    await bot.do("sendMessage", chat_id=-1005, text="x")
