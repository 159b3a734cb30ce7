"""The door for admins: what comes through it is asked for its role first, every time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from telegram import Message as TelegramMessage

from bot.chat import roles
from bot.chat.desk import Desk, Visit
from bot.core.staff import CONTACTS
from bot.texts.team import render_not_your_role

OnWords = Callable[[Desk, Visit, str], Awaitable[None]]
OnPress = Callable[[Desk, Visit, list[str]], Awaitable[None]]
OnFile = Callable[[Desk, Visit, TelegramMessage], Awaitable[None]]
OnText = Callable[[Desk, Visit, str], Awaitable[bool]]


@dataclass(frozen=True)
class AdminDoor:
    """What admins can do besides; every method says whether it took what came. Nobody else's is ever taken."""

    commands: Mapping[str, OnWords]
    presses: Mapping[str, OnPress]
    typed: OnText
    file: OnFile

    async def on_command(self, desk: Desk, person: Visit, name: str, words: str) -> bool:
        """Follow a command of admins."""
        handler = self.commands.get(name)
        if handler is None or not desk.is_admin(person.user_id):
            return False
        if await _has_role(desk, person, roles.COMMANDS[name]):
            await handler(desk, person, words)
        return True

    async def on_press(self, desk: Desk, person: Visit, data: str) -> bool:
        """Do what the button with that handle does; an old, forged or borrowed one is not taken."""
        if not desk.is_admin(person.user_id):
            return False
        key, *words = desk.office.handles.redeem(person.chat_id, data).split(":")
        press = self.presses.get(key)
        if press is None or not words:
            return False
        if await _has_role(desk, person, roles.needed_for_press(key, words)):
            await press(desk, person, words)
        return True

    async def on_typed(self, desk: Desk, person: Visit, text: str) -> bool:
        """Take a text as the value that an admin was asked for."""
        question = desk.awaited.of(person.user_id, desk.now()) if desk.is_admin(person.user_id) else None
        if question is None:
            return False
        if not desk.staff.may(person.user_id, roles.needed_for_typed(question.act)):
            desk.awaited.end(person.user_id)
            return False
        return await self.typed(desk, person, text)

    async def on_file(self, desk: Desk, person: Visit, message: TelegramMessage) -> bool:
        """Take a file as a new list of contacts."""
        if not desk.is_admin(person.user_id):
            return False
        if await _has_role(desk, person, CONTACTS):
            await self.file(desk, person, message)
        return True


async def _has_role(desk: Desk, person: Visit, what: str) -> bool:
    """Say whether her role includes something; she hears it when not."""
    if desk.staff.may(person.user_id, what):
        return True
    await person.say(render_not_your_role(person.speak))
    return False
