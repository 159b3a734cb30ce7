"""The cover: chats that were wiped, and strangers where the deployment says so, meet a dull bot, by one road.

Nothing here may depend on whether a chat was ever more than a stranger's, except that the right word lets her in.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from contextlib import suppress

from telegram import Update
from telegram import User as TelegramUser
from telegram.error import TelegramError

from bot.chat.desk import Desk, acknowledge, visit
from bot.chat.erasing import erase
from bot.chat.gate import is_typed
from bot.chat.keyboard import keyboard
from bot.chat.menus import set_menu
from bot.chat.notes import delete_now
from bot.core.flood import ANSWER
from bot.core.trace import OPEN
from bot.flows.passphrase import LONGEST, could_be, fits, normal
from bot.flows.wipe import CODE_PREFIX, find_by_code, is_friends, uncover
from bot.texts.catalogues import Words, words
from bot.texts.commands import command_menu
from bot.texts.cover import cover_menu, render_cover, render_cover_notice
from bot.texts.pages import render_start


async def on_message(desk: Desk, update: Update) -> bool:
    """Answer a message dully where the cover is shown; say whether it is."""
    chat, user, message = update.effective_chat, update.effective_user, update.effective_message
    if chat is None or user is None or message is None or not await _plays(desk, update):
        return False
    text = (message.text or message.caption or "").strip()
    command, said = _parts(text)
    typed = text if message.text and is_typed(message) else ""
    has_code = command == "start" and is_friends(said)
    if desk.office.floods.verdict(chat.id, is_known=has_code) != ANSWER:
        return True
    if has_code:
        await open_link(desk, update, said.removeprefix(CODE_PREFIX), lambda: greet(update, command))
        return True
    if await _is_right(desk, chat.id, said if command == "start" else typed):
        await _let_in(desk, update)
        return True
    await greet(update, command if text else "help")
    return True


async def on_press(desk: Desk, update: Update) -> bool:
    """Answer a tap on an old button dully where the cover is shown; say whether it is."""
    if not await _plays(desk, update):
        return False
    await acknowledge(update, render_cover_notice(_language(update.effective_user)))
    return True


async def greet(update: Update, command: str = "start", *, silent: bool = False) -> None:
    """Say what the dull bot says."""
    assert update.effective_chat is not None
    message = render_cover(command, _language(update.effective_user))
    await update.effective_chat.send_message(
        message.html, reply_markup=keyboard(message), disable_notification=silent or None
    )


async def show_menu(update: Update, chat_id: int) -> None:
    """Show a wiped chat the menu of the cover, as one of its own: everybody's may become the real one by `FRONT`."""
    await set_menu(update.get_bot(), chat_id, cover_menu)


async def open_link(desk: Desk, update: Update, code: str, answer: Callable[[], Awaitable[object]]) -> None:
    """Wipe the chat of whoever gave that code to a friend; nothing shows whether there is one, nor how long it takes.

    The answer goes out meanwhile; in the friend's own chat, where it was the friend's own link, there is none.
    """
    assert update.effective_message is not None
    assert update.effective_chat is not None
    with suppress(TelegramError):
        await update.effective_message.delete()
    chat_id = await find_by_code(desk.store, code)
    if chat_id is None:
        await answer()
    elif chat_id == update.effective_chat.id:
        await erase(desk, chat_id)
    else:
        for outcome in await asyncio.gather(erase(desk, chat_id, is_friends=True), answer(), return_exceptions=True):
            # Both are finished before either's trouble is told: Telegram must not take this for handled until then.
            if isinstance(outcome, BaseException):
                raise outcome


async def _plays(desk: Desk, update: Update) -> bool:
    chat, user = update.effective_chat, update.effective_user
    if chat is None or user is None or chat.type != "private" or user.is_bot or user.id != chat.id:
        return False
    return await desk.is_covered(chat.id, user.id)


def _parts(text: str) -> tuple[str, str]:
    """Split `/start@name words` into ("start", "words"); what is no command gives ("", "")."""
    if not text.startswith("/"):
        return "", ""
    head, _, rest = text[1:].partition(" ")
    return head.partition("@")[0].casefold() or "help", rest.strip()


def _language(user: TelegramUser | None) -> Words:
    """Return the words of the phone's own language: one chosen before the wipe would tell that there was more."""
    return words((user.language_code if user else "") or "en")


async def _is_right(desk: Desk, chat_id: int, said: str) -> bool:
    """Say whether a message lets her in: her passphrase, or a code of the deployment where she has none."""
    trace = await desk.store.trace(chat_id)
    kept = trace.passphrase if trace is not None else ""
    if not 0 < len(said) <= LONGEST:
        return False
    codes = [hmac.compare_digest(normal(said).encode(), normal(code).encode()) for code in desk.codes]
    # Whether it is a guess depends on the words alone, and each guess costs the same with a passphrase and without.
    is_guess = could_be(said, desk.lexicons.is_everyday) and desk.tries.may_try(chat_id, desk.now())
    is_hers = is_guess and await fits(said, kept)
    return is_hers if kept else any(codes)


async def _let_in(desk: Desk, update: Update) -> None:
    """Show the real face again; the message with the word goes first."""
    assert update.effective_chat is not None
    assert update.effective_message is not None
    chat_id = update.effective_chat.id
    await delete_now(desk.store, desk.messenger, chat_id, update.effective_message.message_id, desk.now())
    await uncover(desk.store, chat_id, desk.front)
    person = await visit(desk, update)
    if person is not None:
        await person.say(render_start(person.speak))
    await set_menu(update.get_bot(), chat_id, None if desk.front == OPEN else command_menu)
