"""Telegram's side of a limit, on the clock of the running loop: what it takes, what it refuses, what came inside a pause."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from datetime import timedelta

from telegram.error import RetryAfter

from bot.chat.limiter import Limiter, span
from tests.chat.virtual import now


class Server:
    """Takes `limit` messages in any second; one more is refused and closes for `retry_after` seconds.

    `limit` may be changed while it runs; `delay` returns the seconds on the way there, and `back`, if given, those back.
    """

    def __init__(
        self, limit: float = 30, retry_after: int = 3, per_chat: int | None = None, delay=lambda: 0.0, back=None
    ) -> None:
        self.limit, self.retry_after, self.per_chat, self.delay = limit, retry_after, per_chat, delay
        self.back = back or delay
        self.taken: list[tuple[float, int]] = []
        self.refused = 0
        self.starts: list[float] = []
        self.started_inside = 0
        self._last: deque[float] = deque()
        self._of_chat: dict[int, deque[float]] = defaultdict(deque)
        self._closed: dict[int, float] = {}
        self._told: dict[int, float] = {}

    async def take(self, chat: int) -> str:
        """Be sent a message. Raises RetryAfter."""
        self.starts.append(now())
        if now() < max(self._told.get(0, 0), self._told.get(chat, 0)):
            self.started_inside += 1
        await asyncio.sleep(self.delay())
        wait = self._decide(chat)
        await asyncio.sleep(self.back())
        if wait is not None:
            key, until = wait
            self._told[key] = max(self._told.get(key, 0), until)
            raise RetryAfter(timedelta(seconds=max(1, -(-(until - now()) // 1))))
        return "taken"

    def _decide(self, chat: int) -> tuple[int, float] | None:
        at = now()
        for key in (0, chat):
            if at < self._closed.get(key, 0):
                self.refused += 1
                return key, self._closed[key]
        rules = [(0, self._last, self.limit)]
        if self.per_chat is not None:
            rules.append((chat, self._of_chat[chat], self.per_chat))
        for key, log, most in rules:
            while log and at - log[0] >= 1:
                log.popleft()
            if len(log) >= most:
                self.refused += 1
                self._closed[key] = at + self.retry_after
                return key, self._closed[key]
        for _, log, _ in rules:
            log.append(at)
        self.taken.append((at, chat))
        return None


async def send(limits: Limiter, server: Server, lane: str, chat: int = 1, at: float = 0) -> tuple[str, int, float]:
    """Send at a moment and say when it was taken; a push that is sent back comes again when it was told."""
    await asyncio.sleep(at)
    while True:
        try:
            await limits.send(lane, chat, lambda: server.take(chat))
            return lane, chat, now()
        except RetryAfter as error:
            await asyncio.sleep(span(error).total_seconds())
