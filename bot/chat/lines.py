"""Updates under way: those of one chat in their order, different chats side by side, whatever one of them floods."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from itertools import islice
from typing import Protocol

import structlog
from telegram import Update

log = structlog.get_logger("bot.chat")

REMEMBERED = 2000
"""Update ids that are remembered. In memory: after a crash Telegram repeats what was not acknowledged, and what a
person said is done again rather than lost. A durable offset would cost a write for every update, and could not be
written in the same moment as the effect either. After an orderly stop nothing is repeated."""

CROWD = 20
"""Updates of one chat under way from which on it floods, however slowly they were written: Telegram shows no more than
a hundred that are not acknowledged, and others must find room among them."""

Handle = Callable[[Update], Coroutine[object, object, None]]


class Watcher(Protocol):
    """Sees the line of a chat before it is handled (`bot.chat.watch`)."""

    def crowd(self, chat_id: int) -> None:
        """Hear that very much of a chat waits."""

    async def is_past(self, update: Update, behind: Iterable[Update]) -> bool:
        """Say whether an update is past being handled because of what waits behind it."""


class Seen:
    """Which updates were handled lately, so that one that Telegram repeats has no second effect."""

    def __init__(self) -> None:
        self._done: OrderedDict[int, asyncio.Event] = OrderedDict()

    async def once(self, update: Update, handle: Handle) -> None:
        """Handle an update, or wait for the end of its first handling: only then may it be acknowledged."""
        done = self._done.get(update.update_id)
        if done is not None:
            await done.wait()
            return
        done = self._done[update.update_id] = asyncio.Event()
        while len(self._done) > REMEMBERED:
            self._done.popitem(last=False)
        try:
            await handle(update)
        except BaseException:
            # What was broken off had no effect that counts: it may come again.
            self._done.pop(update.update_id, None)
            raise
        finally:
            done.set()


class Lines:
    """One line for each chat that wrote.

    `offset` is the first update that Telegram must not take for handled; 0 before the first.
    """

    def __init__(self, seen: Seen, handle: Handle, watch: Watcher | None = None) -> None:
        self._seen, self._handle, self._watch = seen, handle, watch
        self._lines: dict[int, deque[Update]] = {}
        self._open: set[int] = set()
        self._done: set[int] = set()
        self._next = 0
        self._is_idle = asyncio.Event()
        self._is_idle.set()

    @property
    def offset(self) -> int:
        """Return the first update that is still under way, or the one after the last that was handled."""
        return min(self._open, default=self._next)

    @property
    def is_idle(self) -> bool:
        """Say whether everything was handled."""
        return not self._open

    def take(self, updates: Iterable[Update], tasks: asyncio.TaskGroup) -> None:
        """Put updates into the lines of their chats, and walk those that were empty; repeated ones are passed over.

        Telegram counts anew from any number after a week without updates, and a Bot API server that lost its queue at
        once. Asked from the old number on, it would bring the same hundred for ever and nothing behind them.
        """
        updates = tuple(updates)
        if updates and self.is_idle and max(update.update_id for update in updates) < self._next:
            self._next, self._done = 0, set()
        for update in updates:
            number, chat_id = update.update_id, update.effective_chat.id if update.effective_chat else 0
            if number in self._open or number in self._done:
                continue
            self._open.add(number)
            self._next = max(self._next, number + 1)
            self._is_idle.clear()
            line = self._lines.get(chat_id)
            if line is None:
                line = self._lines[chat_id] = deque()
                tasks.create_task(self._walk(chat_id, line))
            line.append(update)
            if len(line) == CROWD and self._watch is not None:
                self._watch.crowd(chat_id)

    async def rest(self, seconds: float) -> None:
        """Return when everything was handled, or after so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._is_idle.wait()

    async def _walk(self, chat_id: int, line: deque[Update]) -> None:
        while line:
            try:
                is_past = self._watch is not None and await self._watch.is_past(line[0], islice(line, 1, None))
                await self._seen.once(line[0], _pass_over if is_past else self._handle)
            except Exception as error:  # one update must not end the others
                log.error("an update failed", exc_info=error)
            self._end(line.popleft())
        del self._lines[chat_id]

    def _end(self, update: Update) -> None:
        self._open.discard(update.update_id)
        self._done.add(update.update_id)
        self._done = {number for number in self._done if number >= self.offset}
        if not self._open:
            self._is_idle.set()


async def _pass_over(_: Update) -> None:
    """Do nothing about an update that is past being handled."""
