"""Tokens, profile, command menus, files, chat actions."""

import io

import aiohttp
import pytest
from sandbox_client import READER, Bot

from bot.sandbox import Person, Sandbox, serve


@pytest.mark.parametrize(
    ("token", "status", "description"),
    [
        ("1:wrong", 401, "Unauthorized"),
        ("nonsense", 404, "Not Found"),
        ("0:x", 404, "Not Found"),
        ("", 404, "Not Found"),
    ],
)
async def test_token__wrong__is_refused(bot: Bot, token: str, status: int, description: str) -> None:
    for path in ("bot%s/getMe", "file/bot%s/x"):
        async with bot.session.get(f"{bot.base}/{path % token}") as answer:
            assert answer.status == status
            assert (await answer.json())["description"] == description


async def test_method__unknown__is_not_found_and_case_does_not_matter(bot: Bot) -> None:
    assert await bot.refusal("sendTelepathy") == "Not Found: method not found"
    assert (await bot.do("GETME"))["is_bot"] is True


async def test_log_out__ends_everything(bot: Bot) -> None:
    await bot.do("close")
    await bot.do("logOut")
    assert await bot.refusal("getMe") == "Logged out"


def command(name: str) -> list[dict[str, str]]:
    return [{"command": name, "description": name}]


async def test_commands__most_particular_scope_and_language__wins(bot: Bot, sandbox: Sandbox) -> None:
    amina, sam = sandbox.person(1, language_code="ru-RU"), sandbox.person(2, "Sam", "en")
    private = {"type": "all_private_chats"}
    await bot.do("setMyCommands", commands=command("all"))
    assert (amina.commands, sam.commands) == (command("all"), command("all"))
    await bot.do("setMyCommands", commands=command("vse"), language_code="ru")
    assert (amina.commands, sam.commands) == (command("vse"), command("all"))
    await bot.do("setMyCommands", commands=command("private"), scope=private)
    assert (amina.commands, sam.commands) == (command("private"), command("private"))
    await bot.do("setMyCommands", commands=command("lichno"), scope=private, language_code="ru")
    await bot.do("setMyCommands", commands=command("sams"), scope={"type": "chat", "chat_id": 2})
    assert (amina.commands, sam.commands) == (command("lichno"), command("sams"))
    await bot.do("deleteMyCommands", scope={"type": "chat", "chat_id": 2})
    assert sam.commands == command("private")
    assert await bot.do("getMyCommands", language_code="ru") == command("vse")


@pytest.mark.parametrize(
    ("arguments", "description"),
    [
        ({"commands": command("Upper")}, "Bad Request: BOT_COMMAND_INVALID"),
        ({"commands": command("x" * 33)}, "Bad Request: command length must not exceed 32"),
        ({"commands": [{"command": "x", "description": ""}]}, "Bad Request: command description must be non-empty"),
        ({"commands": command("x") * 101}, "Bad Request: BOT_COMMANDS_TOO_MUCH"),
        ({"commands": {}}, "Bad Request: expected an Array of BotCommand"),
        ({"language_code": "rus"}, "Bad Request: invalid language code specified"),
        ({"scope": {"type": "moon"}}, "Bad Request: can't parse BotCommandScope: Unsupported type specified"),
        ({"scope": {"type": "chat", "chat_id": 404}}, "Bad Request: chat not found"),
    ],
)
async def test_commands__faulty__are_refused(bot: Bot, arguments: dict[str, object], description: str) -> None:
    assert await bot.refusal("setMyCommands", **{"commands": command("x"), **arguments}) == description


async def test_profile__per_language__falls_back_to_all(bot: Bot) -> None:
    for what in ("Name", "Description", "ShortDescription"):
        key = {"Name": "name", "Description": "description", "ShortDescription": "short_description"}[what]
        await bot.do(f"setMy{what}", **{key: "Way"})
        await bot.do(f"setMy{what}", **{key: "Путь", "language_code": "ru"})
        assert await bot.do(f"getMy{what}", language_code="ru") == {key: "Путь"}
        assert await bot.do(f"getMy{what}", language_code="de") == {key: "Way"}
    assert (await bot.do("getMe"))["first_name"] == "Way"
    await bot.do("setChatMenuButton", menu_button={"type": "commands"})
    assert await bot.do("getChatMenuButton") == {"type": "commands"}


async def test_file__sent_by_a_person__is_found_and_downloaded(bot: Bot, reader: Person) -> None:
    reader.send_document("resources.yaml", b"version: 1\n")
    [update] = await bot.do("getUpdates")
    document = update["message"]["document"]
    assert (document["file_name"], document["file_size"]) == ("resources.yaml", 11)
    path = (await bot.do("getFile", file_id=document["file_id"]))["file_path"]
    async with bot.session.get(f"{bot.base}/file/bot{bot.token}/{path}") as answer:
        assert await answer.read() == b"version: 1\n"
    assert await bot.refusal("getFile", file_id="x") == "Bad Request: invalid file_id"


async def test_document__uploaded_by_the_bot__is_seen_and_can_be_sent_again(bot: Bot, reader: Person) -> None:
    form = aiohttp.FormData(
        {"chat_id": str(READER), "document": "attach://f", "caption": "<b>x</b>", "parse_mode": "HTML"}
    )
    form.add_field("f", io.BytesIO(b"x" * 3_000_000), filename="pack.html", content_type="text/html")
    async with bot.session.post(f"{bot.base}/bot{bot.token}/sendDocument", data=form) as answer:
        sent = (await answer.json())["result"]
    document = reader.messages[-1].document
    assert document is not None and (document.name, len(document.data)) == ("pack.html", 3_000_000)
    assert sent["caption_entities"] == [{"type": "bold", "offset": 0, "length": 1}]
    await bot.do("sendDocument", chat_id=READER, document=document.file_id)
    assert reader.messages[-1].document == document


@pytest.mark.parametrize(
    ("arguments", "description"),
    [
        ({}, "Bad Request: there is no document in the request"),
        ({"document": "https://example.org/x"}, "Bad Request: failed to get HTTP URL content"),
        ({"document": "x", "caption": "x" * 1025}, "Bad Request: message caption is too long"),
    ],
)
async def test_document__faulty__is_refused(
    bot: Bot, reader: Person, arguments: dict[str, str], description: str
) -> None:
    assert await bot.refusal("sendDocument", chat_id=READER, **arguments) == description


async def test_chat__described__and_action_shown(bot: Bot, reader: Person) -> None:
    assert (await bot.do("getChat", chat_id=READER))["type"] == "private"
    await bot.do("sendChatAction", chat_id=READER, action="typing")
    assert reader.chat_actions == ["typing"]
    description = await bot.refusal("sendChatAction", chat_id=READER, action="dance")
    assert description == "Bad Request: wrong parameter action in request"


async def test_serve__two_sandboxes__know_nothing_of_each_other() -> None:
    one, two = Sandbox(token="1:a"), Sandbox(token="2:b")
    async with serve(one) as base, serve(two), aiohttp.ClientSession() as session:
        assert (await Bot(session, base, "1:a").do("getMe"))["id"] == 1
    assert (len(one.calls), len(two.calls)) == (1, 0)
