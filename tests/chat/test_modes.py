"""At the start, and in `doctor`: which modes of the bot's account must be switched off."""

import asyncio

import pytest
from telegram import Update, User

from bot.chat.modes import MODES, ask_modes, wrong_modes
from bot.chat.polling import ALLOWED
from bot.sandbox import Sandbox, serve
from tests.commands import run

KEY = "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="


def me(**modes: bool) -> User:
    return User(1, "Bot", True, **modes)


@pytest.mark.parametrize("mode", MODES)
def test_modes__one_is_on__it_is_named_with_the_way_to_switch_it_off(mode) -> None:
    assert wrong_modes(me(**{mode: True})) == [f"@BotFather: {MODES[mode]}"]


def test_modes__all_off_or_not_told__nothing_is_wrong() -> None:
    assert wrong_modes(me(**dict.fromkeys(MODES, False))) == []
    assert wrong_modes(me()) == []


def test_updates__only_what_is_answered_or_left_is_asked_for() -> None:
    assert set(ALLOWED) == {Update.MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER, Update.CHANNEL_POST}


async def test_ask_modes__telegram_answers__every_mode_that_is_on() -> None:
    sandbox = Sandbox(token="1:sandbox")
    sandbox.world.abilities.update(can_join_groups=True, supports_inline_queries=True)
    async with serve(sandbox) as url:
        found = await ask_modes("1:sandbox", url)
        assert [sentence.split(":")[2].split(",")[0].strip() for sentence in found] == ["/setjoingroups", "/setinline"]
        wrong_token = await ask_modes("2:other", url)
    assert wrong_token == ["BOT_TOKEN: Telegram does not accept it; ask @BotFather for a new one"]
    assert "2:other" not in wrong_token[0]


async def test_doctor__with_a_token__tells_of_the_modes(capsys, tmp_path) -> None:
    sandbox = Sandbox(token="1:sandbox")
    sandbox.world.abilities.update(can_connect_to_business=True)
    async with serve(sandbox) as url:
        settings = {"BOT_TOKEN": "1:sandbox", "SECRET_KEY": KEY, "BOT_API_URL": url, "STORE": f"tinydb:{tmp_path}/data"}
        assert await asyncio.to_thread(run, "doctor", **settings) == 1
    assert "Business Mode, off" in capsys.readouterr().out
