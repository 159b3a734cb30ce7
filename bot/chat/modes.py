"""Modes of a bot account that must be off: each lets messages in by a door that this bot does not watch."""

from __future__ import annotations

import structlog
from telegram import User
from telegram.error import InvalidToken, TelegramError

from bot.chat.transport import AiohttpRequest
from bot.errors import NotAllowed

log = structlog.get_logger("bot.chat")

ANSWER_WITHIN = 5.0

MODES = {
    "can_join_groups": "anyone can add the bot to a group: /setjoingroups, Disable",
    "can_read_all_group_messages": "the bot reads everything in groups: /setprivacy, Enable",
    "supports_inline_queries": "the bot can be asked in other chats: /setinline, /empty",
    "supports_guest_queries": "the bot can be called into other chats: turn guest mode off in its settings",
    "can_connect_to_business": "the bot can be joined to business accounts: Bot Settings, Business Mode, off",
    "has_main_web_app": "the bot opens a web app: Bot Settings, Configure Mini App, disable it",
    "can_manage_bots": "the bot can manage other bots: turn that off in its settings",
    "added_to_attachment_menu": "the bot stands in the attachment menu: remove it there",
}
"""What `getMe` says, and what to do about it in @BotFather."""


def wrong_modes(me: User) -> list[str]:
    """Return what to switch off, one sentence each; empty when all is well."""
    return [f"@BotFather: {text}" for name, text in MODES.items() if getattr(me, name, None)]


def warn_of_modes(me: User) -> None:
    """Write what to switch off to the log."""
    for sentence in wrong_modes(me):
        log.warning("a mode of the bot must be switched off", reason=sentence)


async def ask_modes(token: str, api_url: str) -> list[str]:
    """Ask Telegram who the bot is; return what to switch off, or that Telegram did not say."""
    try:
        return wrong_modes(await _ask(token, api_url))
    except TelegramError as error:
        if isinstance(error, InvalidToken):
            return ["BOT_TOKEN: Telegram does not accept it; ask @BotFather for a new one"]
        return [
            f"Telegram did not answer ({type(error).__name__}), so nobody can say which modes of the bot are on. "
            "Is there a way out from here to what BOT_API_URL names? Then try again later"
        ]


async def ask_name(token: str, api_url: str) -> str:
    """Ask Telegram for the bot's name, without `@`. Raises NotAllowed when it does not say."""
    try:
        return (await _ask(token, api_url)).username or ""
    except TelegramError as error:
        raise NotAllowed(f"Telegram did not say the bot's name ({type(error).__name__}); give it with --bot") from None


async def _ask(token: str, api_url: str) -> User:
    request = AiohttpRequest(read_timeout=ANSWER_WITHIN)
    await request.initialize()
    try:
        return User.de_json(await request.call(f"{api_url}/bot{token}/getMe", b"{}"), None)
    finally:
        await request.shutdown()
