"""Long polling that we own: updates are acknowledged only after their effects, and no error ends it for good."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import timedelta
from typing import Any

import structlog
from telegram import Update
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.ext import Application

from bot.chat.limiter import span

log = structlog.get_logger("bot.chat")

POLL_FOR = timedelta(seconds=25)
ALLOWED = (Update.MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER, Update.CHANNEL_POST)
LONGEST_WAIT = 60.0

AnyApplication = Application[Any, Any, Any, Any, Any, Any]


def wait_after(error: TelegramError, failures: int) -> float:
    """Return the seconds to wait after that many failures in a row: what Telegram asks for, else 1, 2, 4 ... 60."""
    if isinstance(error, RetryAfter):
        return float(span(error).total_seconds())
    if isinstance(error, TimedOut) and failures <= 1:
        return 0.0
    # Two pollers on one token (409) or a refused token (401, 404) can be a blip: slow down, never stop.
    floor = 5.0 if isinstance(error, Conflict | InvalidToken) else 1.0
    return min(floor * float(2 ** min(failures - 1, 6)), LONGEST_WAIT)


class Poller:
    """Asks Telegram for updates and hands them on; `heard_at` tells when it last answered."""

    def __init__(
        self,
        application: AnyApplication,
        sleep: Callable[[float], Coroutine[Any, Any, None]] = asyncio.sleep,
        heard: Callable[[], None] = lambda: None,
    ) -> None:
        self._application, self._sleep, self._heard = application, sleep, heard
        self._offset = 0
        self.trouble = ""

    async def run(self) -> None:
        """Poll until cancelled."""
        failures = 0
        while True:
            try:
                updates = await self._ask()
            except TelegramError as error:
                failures += 1
                self._tell(error)
                await self._sleep(wait_after(error, failures))
                continue
            failures, self.trouble = 0, ""
            self._heard()
            await process(self._application, updates)
            if updates:
                self._offset = updates[-1].update_id + 1

    async def acknowledge(self) -> None:
        """Tell Telegram what was handled last, so that a restart does not bring it again."""
        if self._offset:
            try:
                await self._application.bot.get_updates(offset=self._offset, limit=1, timeout=0)
            except TelegramError as error:
                self._tell(error)

    async def _ask(self) -> tuple[Update, ...]:
        updates: tuple[Update, ...] = await self._application.bot.get_updates(
            offset=self._offset or None,
            timeout=POLL_FOR,
            read_timeout=POLL_FOR.total_seconds() + 10,
            allowed_updates=list(ALLOWED),
        )
        return updates

    def _tell(self, error: TelegramError) -> None:
        kind = type(error).__name__
        if kind != self.trouble and not isinstance(error, TimedOut):
            level = log.warning if isinstance(error, NetworkError) else log.error
            level("polling is in trouble", error=kind)
        self.trouble = kind


async def process(application: AnyApplication, updates: Sequence[Update]) -> None:
    """Handle updates, those of one chat in their order and different chats side by side."""
    chats: dict[int, list[Update]] = {}
    for update in updates:
        chats.setdefault(update.effective_chat.id if update.effective_chat else 0, []).append(update)
    await asyncio.gather(*(_in_order(application.process_update, of_chat) for of_chat in chats.values()))


async def _in_order(handle: Callable[[object], Awaitable[None]], updates: Sequence[Update]) -> None:
    for update in updates:
        await handle(update)
