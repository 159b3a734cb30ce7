"""A second bot for admins alone: its token, its chats, its menu; to everybody else it says nothing."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import Any

import structlog
from telegram import BotCommandScopeAllPrivateChats, Update
from telegram.error import TelegramError
from telegram.ext import CallbackQueryHandler, MessageHandler, TypeHandler

from bot.chat import admin, buttons, team
from bot.chat.application import PRIVATE_MESSAGE, apologize, build_bot, connect, introduce_admin, leave, remember
from bot.chat.desk import Desk, Visit, acknowledge, visit
from bot.chat.erasing import erase
from bot.chat.gate import is_typed
from bot.chat.handlers import command_of, is_answered
from bot.chat.handles import MARK
from bot.chat.menus import set_menu
from bot.chat.polling import AnyApplication, Poller
from bot.chat.wiping import is_panic_word
from bot.texts import pages
from bot.texts.admin import render_conflict

log = structlog.get_logger("bot.chat")

SHOWS = {"r": buttons.on_read, "hide": buttons.on_hide}
"""Buttons of readers that stand below messages to admins."""


class AdminBot:
    """The bot of ADMIN_BOT_TOKEN; it always asks Telegram for updates itself."""

    def __init__(self, token: str, api_url: str) -> None:
        self.application: AnyApplication = build_bot(token, api_url, 0)
        self._poller = Poller(self.application, warn=self._warn_of_conflict)
        self._desk: Desk | None = None

    @property
    def username(self) -> str:
        """The name of the second bot, known once it is open."""
        return str(self.application.bot.username)

    async def open(self, stopping: asyncio.Event, desk: Desk) -> None:
        """Connect, beside the public bot, whose `desk` it is.

        Raises NotAllowed when Telegram refuses the token; returns at once when `stopping` is set.
        """
        await remember(self.application, desk.store, desk.clock)
        await connect(self.application, stopping, self._ask_for_updates, "ADMIN_BOT_TOKEN")
        self._desk = replace(desk, admits_admins=True, is_second=True, username=lambda: self.username)
        desk.office.undress = lambda admin_id: set_menu(self.application.bot, admin_id, None)
        add_handlers(self.application, self._desk)

    async def run(self) -> None:
        """Set the admins' menus, then serve until cancelled."""
        assert self._desk is not None
        with suppress(TelegramError):
            await self.application.bot.delete_my_commands(scope=BotCommandScopeAllPrivateChats())
        for admin_id in self._desk.staff.everybody():
            if await self._desk.is_wiped(admin_id):
                # The process may have died, or Telegram not answered, before her menu was taken away.
                await set_menu(self.application.bot, admin_id, None)
                continue
            await introduce_admin(self.application.bot, self._desk.staff, admin_id, is_second=True)
        await self._poller.run()

    async def close(self) -> None:
        """Tell Telegram what was handled, and let go."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._poller.acknowledge(), 1)
        await self.application.shutdown()
        for request in self.application.bot._request:
            # The library lets go of them only when Telegram has answered once.
            await request.shutdown()

    async def _warn_of_conflict(self) -> None:
        if self._desk is not None:
            await self._desk.team.tell(lambda speak: render_conflict(self.username, speak), silent=False)

    async def _ask_for_updates(self) -> None:
        with suppress(TelegramError):
            await self.application.bot.delete_webhook()


def add_handlers(application: AnyApplication, desk: Desk) -> None:
    """Connect updates with what answers them: admins' own messages and taps, and an invitation that is opened."""

    async def on_message(update: Update, context: Any) -> None:
        if await _wipes(desk, update):
            return
        if not await team.on_start(desk, update):
            await _on_message(desk, update)
        person = await visit(desk, update)
        if person is not None and desk.is_admin(person.user_id) and _text(update).startswith("/start"):
            await introduce_admin(context.bot, desk.staff, person.user_id, is_second=True)

    async def on_press(update: Update, _: Any) -> None:
        await _on_press(desk, update)

    async def on_elsewhere(update: Update, context: Any) -> None:
        await leave(update, context.bot)

    async def on_error(update: object, context: Any) -> None:
        await apologize(desk, update, context.error)

    application.add_handler(MessageHandler(PRIVATE_MESSAGE, on_message))
    application.add_handler(CallbackQueryHandler(on_press))
    application.add_handler(TypeHandler(Update, on_elsewhere))
    application.add_error_handler(on_error)


def _text(update: Update) -> str:
    message = update.effective_message
    return (message.text or "").strip() if message else ""


async def _wipes(desk: Desk, update: Update) -> bool:
    """Wipe an admin's chats with both bots, without a question; say whether that was her wish.

    Nothing is left in this one, and nobody answers here any more; in the public one the cover stands.
    """
    person, message = await visit(desk, update), update.effective_message
    if person is None or message is None or not desk.is_admin(person.user_id):
        return False
    is_command = command_of(_text(update), desk.username())[0] == "panic" if _text(update).startswith("/") else False
    if not (is_command and is_typed(message)) and not is_panic_word(person.known, _text(update)):
        return False
    await person.heard(message.message_id)
    await erase(desk, person.chat_id)
    return True


async def _on_message(desk: Desk, update: Update) -> None:
    person, message, text = await visit(desk, update), update.effective_message, _text(update)
    if person is None or message is None:
        return
    name, words = command_of(text, desk.username()) if text.startswith("/") else ("", "")
    if not desk.is_admin(person.user_id) or not await is_answered(desk, person, text):
        return
    await person.heard(message.message_id)
    if not is_typed(message):
        await person.say(pages.render_not_typed(person.speak))
        return
    if not await _is_taken(desk, person, update, name, words):
        await person.say(admin.panel_message(desk, person))


async def _is_taken(desk: Desk, person: Visit, update: Update, name: str, words: str) -> bool:
    message, text = update.effective_message, _text(update)
    if message is not None and message.document is not None:
        return await admin.DOOR.on_file(desk, person, message)
    if name:
        return await admin.DOOR.on_command(desk, person, name, words)
    return bool(text) and await admin.DOOR.on_typed(desk, person, text)


async def _on_press(desk: Desk, update: Update) -> None:
    person, query = await visit(desk, update), update.callback_query
    if person is None or query is None or not desk.is_admin(person.user_id):
        return
    await acknowledge(update)
    data = query.data or ""
    key, *words = data.split(":")
    if key in SHOWS and words:
        await SHOWS[key](desk, person, words)
    elif not (data.startswith(MARK) and await admin.DOOR.on_press(desk, person, data)):
        await buttons.stale(person)
