"""Buttons of admins carry a random handle instead of what they do: bound to a chat and an act, and soon expired."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.chat.roles import PRESSES
from bot.flows.ports import Clock
from bot.texts.message import Button, Message

LIVES = timedelta(hours=24)
REMEMBERED = 5000
MARK = "!"

ONCE = (
    "m:yes", "m:force", "m:no", "x:yes", "res:put", "res:undo", "res:right", "res:down",
    "st:invite", "st:agree", "st:refuse", "st:remove",
)  # fmt: skip
"""Acts that a second tap must not repeat."""


def is_guarded(data: str) -> bool:
    """Say whether a button with that data is an admin's."""
    return data.partition(":")[0] in PRESSES


@dataclass(frozen=True, slots=True)
class Handle:
    """What a button does, in which chat, until when."""

    chat_id: int = field(repr=False)
    data: str
    until: datetime


class Handles:
    """Gives out handles and takes them back; in memory: after a restart, old buttons are old.

    At most `REMEMBERED` live at once; the oldest go first. `chance` returns a fresh unguessable text.
    """

    def __init__(self, clock: Clock, chance: Callable[[], str] = lambda: secrets.token_urlsafe(9)) -> None:
        self._clock, self._chance = clock, chance
        self._handles: OrderedDict[str, Handle] = OrderedDict()
        self._names: dict[tuple[int, str], str] = {}

    def issue(self, chat_id: int, data: str) -> str:
        """Return the callback data of a button in that chat; the same act there keeps its handle while it lives."""
        now = self._clock()
        name = self._names.get((chat_id, data), "")
        if not name or self._handles[name].until <= now:
            self._drop(name)
            name = MARK + self._chance()
        self._handles[name] = Handle(chat_id, data, now + LIVES)
        self._handles.move_to_end(name)
        self._names[chat_id, data] = name
        while len(self._handles) > REMEMBERED:
            self._drop(next(iter(self._handles)))
        return name

    def redeem(self, chat_id: int, name: str) -> str:
        """Return what a button does; empty when the handle is not known, of another chat, expired or used up."""
        handle = self._handles.get(name)
        if handle is None or handle.chat_id != chat_id:
            return ""
        if handle.until <= self._clock():
            self._drop(name)
            return ""
        if handle.data.startswith(ONCE):
            self._drop(name)
        return handle.data

    def forget(self, chat_id: int) -> None:
        """Make every button of a chat an old one."""
        for name in [name for name, handle in self._handles.items() if handle.chat_id == chat_id]:
            self._drop(name)

    def sealed(self, message: Message, chat_id: int) -> Message:
        """Return the message with handles in the place of what its admins' buttons do."""
        rows = tuple(tuple(self._sealed(button, chat_id) for button in row) for row in message.buttons)
        return message if rows == message.buttons else Message(message.html, rows)

    def _sealed(self, button: Button, chat_id: int) -> Button:
        return replace(button, data=self.issue(chat_id, button.data)) if is_guarded(button.data) else button

    def _drop(self, name: str) -> None:
        handle = self._handles.pop(name, None)
        if handle is not None:
            self._names.pop((handle.chat_id, handle.data), None)
