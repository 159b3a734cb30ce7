"""How fast requests may leave: pushes within SEND_RATE and one a second a chat, nobody inside a `retry_after`."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

REPLY, PUSH = "reply", "push"
REPLY_TRIES = 3
SLACK = 0.05
"""Seconds added to a pause, because Telegram counts from its own clock."""


def span(error: RetryAfter) -> timedelta:
    """Return how long Telegram asks to wait."""
    wait = error.retry_after
    return wait if isinstance(wait, timedelta) else timedelta(seconds=wait)


class Limiter(BaseRateLimiter[str]):
    """Answers to people go at once; pushes keep to `rate` a second (0: no ceiling); a 429 stops everyone as told.

    `clock` returns seconds that only grow; `sleep` waits for seconds.
    """

    def __init__(
        self,
        rate: float,
        clock: Callable[[], float] | None = None,
        sleep: Callable[[float], Coroutine[Any, Any, None]] = asyncio.sleep,
    ) -> None:
        self._rate, self._sleep = rate, sleep
        self._clock = clock or (lambda: asyncio.get_running_loop().time())
        self._paused_until = 0.0
        self._starts: deque[float] = deque()
        self._last_in_chat: dict[int, float] = {}

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: str | None,
    ) -> Any:
        """Send a request when it may leave. A reply that meets a 429 is tried again; a push raises RetryAfter."""
        is_push = rate_limit_args == PUSH
        for attempt in range(REPLY_TRIES):
            await self._wait(int(data.get("chat_id") or 0) if is_push else 0, is_push)
            try:
                return await callback(*args, **kwargs)
            except RetryAfter as error:
                self._pause(error)
                if is_push or attempt + 1 == REPLY_TRIES:
                    raise
        raise AssertionError("unreachable")

    def _pause(self, error: RetryAfter) -> None:
        self._paused_until = max(self._paused_until, self._clock() + span(error).total_seconds() + SLACK)

    async def _wait(self, chat_id: int, is_push: bool) -> None:
        """Return when a request may leave; the slot is taken before returning."""
        while True:
            wait = self._wait_for(chat_id, is_push)
            if wait <= 0:
                break
            await self._sleep(wait)
        if is_push:
            now = self._clock()
            self._starts.append(now)
            self._last_in_chat[chat_id] = now

    def _wait_for(self, chat_id: int, is_push: bool) -> float:
        now = self._clock()
        wait = self._paused_until - now
        if not is_push:
            return wait
        while self._starts and self._starts[0] <= now - 1:
            self._starts.popleft()
        if self._rate and len(self._starts) >= self._rate:
            wait = max(wait, self._starts[0] + 1 - now)
        if len(self._last_in_chat) > 10_000:
            self._last_in_chat = {chat: at for chat, at in self._last_in_chat.items() if at > now - 1}
        return max(wait, self._last_in_chat.get(chat_id, now - 1) + 1 - now)
