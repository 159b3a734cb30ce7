"""Long polling that we own: updates are acknowledged only after their effects, and no error ends it for good."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import timedelta
from typing import Any

import structlog
from telegram import Update
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TimedOut
from telegram.ext import Application

from bot.chat.limiter import Limiter, span
from bot.chat.lines import Lines, Seen
from bot.core.rival import Rival, met, told

log = structlog.get_logger("bot.chat")

POLL_FOR = timedelta(seconds=25)
ALLOWED = (Update.MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER, Update.CHANNEL_POST)
LONGEST_WAIT = 15.0
"""Seconds. Whoever writes when Telegram is back after hours must not wait for a minute before anybody listens."""

BESIDE = 0.25
"""Seconds after which others are looked for while a chat's updates are still under way."""

BEGIN_ANEW_AFTER = 5.0

WATCH = "watch"
"""Under this name the application keeps what sees the lines of chats before they are handled."""

AnyApplication = Application[Any, Any, Any, Any, Any, Any]


def wait_after(error: Exception, failures: int) -> float:
    """Return the seconds to wait after that many failures in a row: what Telegram asks for, else 1, 2, 4, 8, 15."""
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
        self._rival = Rival()
        self._under_way: Lines | None = None
        self.trouble = ""

    async def run(self) -> None:
        """Poll until cancelled; what breaks it off, though nothing should, only makes it begin anew."""
        while True:
            try:
                await self._poll()
            except Exception as error:
                log.error("polling broke off; it begins anew", exc_info=error)
                await self._sleep(BEGIN_ANEW_AFTER)

    async def _poll(self) -> None:
        """Poll; while one chat's updates are under way, those of others are looked for."""
        lines = self._under_way = _lines(self._application)
        async with asyncio.TaskGroup() as tasks:
            while True:
                updates = await self._next(lines)
                lines.take(updates, tasks)
                await lines.rest(BESIDE)

    async def _next(self, lines: Lines) -> tuple[Update, ...]:
        """Return what Telegram brings next; wait after an error, ever longer."""
        failures = 0
        while True:
            try:
                await self._sit_out()
                updates = await self._ask(lines)
            except Exception as error:  # noqa: BLE001 - polling must not end
                # Not only the library's errors: it also stumbles over answers that are no updates.
                failures += 1
                await self._tell(error)
                await self._note_conflict(error)
                await self._sleep(wait_after(error, failures))
                continue
            self.trouble = ""
            self._heard()
            return updates

    async def acknowledge(self) -> None:
        """Tell Telegram what was handled last, so that a restart does not bring it again."""
        if self._under_way is not None and self._under_way.offset:
            try:
                await self._sit_out()
                await self._application.bot.get_updates(offset=self._under_way.offset, limit=1, timeout=0)
            except Exception as error:  # noqa: BLE001 - polling must not end
                await self._tell(error)

    async def _ask(self, lines: Lines) -> tuple[Update, ...]:
        """Ask for what comes; where something is under way Telegram brings it again, and so does not wait."""
        updates: tuple[Update, ...] = await self._application.bot.get_updates(
            offset=lines.offset or None,
            timeout=POLL_FOR if lines.is_idle else timedelta(),
            read_timeout=POLL_FOR.total_seconds() + 10,
            allowed_updates=list(ALLOWED),
        )
        return updates

    async def _note_conflict(self, error: Exception) -> None:
        """Warn, once, when somebody else goes on reading what people write: perhaps with a stolen token."""
        if not isinstance(error, Conflict):
            return
        self._rival = met(self._rival, asyncio.get_running_loop().time())
        if self._rival.must_be_told and self._warn is not None:
            self._rival = told(self._rival)
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


async def process(application: AnyApplication, updates: Sequence[Update]) -> None:
    """Handle updates once each, those of one chat in their order and different chats side by side."""
    lines = _lines(application)
    async with asyncio.TaskGroup() as tasks:
        lines.take(updates, tasks)


def _lines(application: AnyApplication) -> Lines:
    """Return empty lines that share what was seen: an update that came by two roads has one effect."""
    seen: Seen = application.bot_data.setdefault("seen", Seen())
    return Lines(seen, application.process_update, application.bot_data.get(WATCH))
