"""The command menu of one chat; whatever Telegram refuses here must not keep anybody from an answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from typing import Any

import structlog
from telegram import Bot, BotCommand, BotCommandScopeChat
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.core.trace import OPEN
from bot.flows.forget import Dress
from bot.flows.ports import Store
from bot.texts.catalogues import Words, every_language, languages
from bot.texts.cover import cover_menu

log = structlog.get_logger("bot.chat")

WITHIN = 5.0
"""Seconds after which a menu is given up."""

Menu = Callable[[Words], list[tuple[str, str]]]


def code_of(speak: Words) -> str | None:
    """Return Telegram's language code of a menu; English stands for every language that has no menu of its own."""
    return None if speak.language == languages()[0] else speak.language


def as_commands(menu: list[tuple[str, str]]) -> list[BotCommand]:
    """Return a menu as Telegram takes it."""
    return [BotCommand(name, text) for name, text in menu]


async def set_menu(bot: Bot, chat_id: int, menu: Menu | None) -> bool:
    """Show a menu in one chat, in every language; without one, the chat gets everybody's menu back.

    Says whether that is over: Telegram took it, or refused for good.
    """
    scope: Any = BotCommandScopeChat(chat_id)
    try:
        async with asyncio.timeout(WITHIN):
            for speak in every_language():
                if menu is None:
                    await bot.delete_my_commands(scope=scope, language_code=code_of(speak))
                else:
                    await bot.set_my_commands(as_commands(menu(speak)), scope=scope, language_code=code_of(speak))
    except (TelegramError, TimeoutError) as error:
        log.info("a menu could not be set", error=type(error).__name__)
        return isinstance(error, BadRequest | Forbidden)
    return True


def dresser(bot: Bot, store: Store, front: str, owed: Collection[int]) -> Dress:
    """Return what gives a chat the menu of its face: that of the cover where it wiped itself (or is about to: `owed`).

    A stranger's chat has none of its own. A reader's and an admin's were given theirs when they came in.
    """

    async def dress(chat_id: int) -> bool:
        trace = await store.trace(chat_id)
        if chat_id in owed or (trace is not None and trace.is_covered):
            return await set_menu(bot, chat_id, cover_menu)
        is_let_in = (trace is not None and trace.face == OPEN) or await store.subscriber(chat_id) is not None
        return True if front == OPEN or is_let_in else await set_menu(bot, chat_id, None)

    return dress


async def undress(bot: Bot, chat_id: int, front: str) -> None:
    """Let a chat of which nothing is kept any more look like a stranger's: no menu may tell that it was more.

    Where strangers meet the real face (`front` is `OPEN`), the menu is everybody's anyway.
    """
    if front != OPEN:
        await set_menu(bot, chat_id, None)
