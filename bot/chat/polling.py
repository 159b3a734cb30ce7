"""Long polling that we own: updates are acknowledged only after their effects, and no error ends it for good."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Sequence
from datetime import timedelta
from typing import Any

import structlog
from telegram import Update
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TimedOut
from telegram.ext import Application

from bot.chat.limiter import Limiter, span

log = structlog.get_logger("bot.chat")

POLL_FOR = timedelta(seconds=25)
ALLOWED = (Update.MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER, Update.CHANNEL_POST)
LONGEST_WAIT = 60.0

REMEMBERED = 2000
"""Update ids that are remembered. In memory: after a crash Telegram repeats what was not acknowledged, and what a
person said is done again rather than lost. A durable offset would cost a write for every update, and could not be
written in the same moment as the effect either. After an orderly stop nothing is repeated."""

CONFLICTS_TO_WARN = 3
"""Conflicts in a row before admins are warned; one or two are the end of a poll that a process before us left."""

AnyApplication = Application[Any, Any, Any, Any, Any, Any]


def wait_after(error: Exception, failures: int) -> float:
    """Return the seconds to wait after that many failures in a row: what Telegram asks for, else 1, 2, 4 ... 60."""
    if isinstance(error, RetryAfter):
        return float(span(error).total_seconds())
    if isinstance(error, TimedOut) and failures <= 1:
        return 0.0
    # Two pollers on one token (409) or a refused token (401, 404) can be a blip: slow down, never stop.
    floor = 5.0 if isinstance(error, Conflict | InvalidToken) else 1.0
    return min(floor * float(2 ** min(failures - 1, 6)), LONGEST_WAIT)


class Poller:
    """Asks Telegram for updates and hands them on; nothing that it answers ends that, nor makes it ask in haste."""

    def __init__(
        self,
        application: AnyApplication,
        sleep: Callable[[float], Coroutine[Any, Any, None]] = asyncio.sleep,
        heard: Callable[[], None] = lambda: None,
        warn: Callable[[], Coroutine[Any, Any, None]] | None = None,
    ) -> None:
        self._application, self._sleep, self._heard, self._warn = application, sleep, heard, warn
        self._conflicts = 0
        self._offset = 0
        self.trouble = ""

    async def run(self) -> None:
        """Poll until cancelled."""
        failures = 0
        while True:
            try:
                await self._sit_out()
                updates = await self._ask()
            except Exception as error:  # noqa: BLE001 - polling must not end
                # Not only the library's errors: it also stumbles over answers that are no updates.
                failures += 1
                await self._tell(error)
                await self._note_conflict(error)
                await self._sleep(wait_after(error, failures))
                continue
            failures, self._conflicts, self.trouble = 0, 0, ""
            self._heard()
            await process(self._application, updates)
            if updates:
                self._offset = updates[-1].update_id + 1

    async def acknowledge(self) -> None:
        """Tell Telegram what was handled last, so that a restart does not bring it again."""
        if self._offset:
            try:
                await self._sit_out()
                await self._application.bot.get_updates(offset=self._offset, limit=1, timeout=0)
            except Exception as error:  # noqa: BLE001 - polling must not end
                await self._tell(error)

    async def _ask(self) -> tuple[Update, ...]:
        updates: tuple[Update, ...] = await self._application.bot.get_updates(
            offset=self._offset or None,
            timeout=POLL_FOR,
            read_timeout=POLL_FOR.total_seconds() + 10,
            allowed_updates=list(ALLOWED),
        )
        return updates

    async def _note_conflict(self, error: Exception) -> None:
        """Warn, once, when somebody else goes on reading what people write: perhaps with a stolen token."""
        if not isinstance(error, Conflict):
            return
        self._conflicts += 1
        if self._conflicts == CONFLICTS_TO_WARN and self._warn is not None:
            try:
                await self._warn()
            except Exception as trouble:  # noqa: BLE001 - polling must not end
                log.error("the admins could not be warned", error=type(trouble).__name__)

    async def _sit_out(self) -> None:
        """Wait out what Telegram asked everybody to wait: the library does not lead getUpdates past the limiter."""
        limiter = self._application.bot.rate_limiter
        if isinstance(limiter, Limiter):
            await limiter.sit_out()

    async def _tell(self, error: Exception) -> None:
        limiter = self._application.bot.rate_limiter
        if isinstance(error, RetryAfter) and isinstance(limiter, Limiter):
            await limiter.hold(error)
        kind = type(error).__name__
        if kind != self.trouble and not isinstance(error, TimedOut):
            level = log.warning if isinstance(error, NetworkError) else log.error
            level(_in_words(error), error=kind)
        self.trouble = kind


def _in_words(error: Exception) -> str:
    if isinstance(error, Conflict):
        return "another process polls with this token, or a webhook is set: standing by"
    if isinstance(error, InvalidToken):
        return "Telegram does not know the token; it is asked again"
    return "polling is in trouble"


class Seen:
    """Which updates were handled lately, so that one that Telegram repeats has no second effect."""

    def __init__(self) -> None:
        self._done: OrderedDict[int, asyncio.Event] = OrderedDict()

    async def once(self, update: Update, handle: Callable[[Update], Coroutine[Any, Any, None]]) -> None:
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


async def process(application: AnyApplication, updates: Sequence[Update]) -> None:
    """Handle updates once each, those of one chat in their order and different chats side by side."""
    seen = application.bot_data.setdefault("seen", Seen())
    chats: dict[int, list[Update]] = {}
    for update in updates:
        chats.setdefault(update.effective_chat.id if update.effective_chat else 0, []).append(update)
    await asyncio.gather(*(_in_order(application, seen, of_chat) for of_chat in chats.values()))


async def _in_order(application: AnyApplication, seen: Seen, updates: Sequence[Update]) -> None:
    for update in updates:
        await seen.once(update, application.process_update)
