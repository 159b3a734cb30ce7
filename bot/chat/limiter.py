"""Requests wait in their lane until the pace lets them go: replies, then urgent pushes, then routine ones."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from datetime import timedelta
from math import ceil, inf
from typing import Any, NamedTuple, TypeVar

from telegram.error import RetryAfter, TelegramError
from telegram.ext import BaseRateLimiter

from bot.chat.pace import LANES, REPLY, ROUTINE, URGENT, Pace
from bot.flows.heed import Heed

__all__ = ["REPLY", "ROUTINE", "URGENT", "Limiter", "span"]

T = TypeVar("T")

REPLY_TRIES = 3
LONGEST_WAIT = {REPLY: 60.0, URGENT: 1.0, ROUTINE: 1.0}
"""Seconds of a pause that a request sits out. A push goes back to the store instead, where it can be withdrawn."""

MESSAGES = ("send", "edit", "copy", "forward")

LOOKS = ("setMy", "deleteMy")
"""How the methods begin that set the bot's menu, name and description, or take a menu away. A refusal of these for long
is about how often they are set, and says nothing about messages: it must not keep anybody from help."""


def span(error: RetryAfter) -> timedelta:
    """Return how long Telegram asks to wait."""
    wait = error.retry_after
    return wait if isinstance(wait, timedelta) else timedelta(seconds=wait)


class _Apart(TelegramError):
    """A refusal that says nothing about other requests."""

    def __init__(self, refusal: RetryAfter) -> None:
        super().__init__("refused for long")
        self.refusal = refusal


async def _or_apart(call: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Call; a refusal for longer than a reply waits becomes one that stands apart."""
    try:
        return await call()
    except RetryAfter as error:
        if span(error).total_seconds() > LONGEST_WAIT[REPLY]:
            raise _Apart(error) from None
        raise


class Waiting(NamedTuple):
    """A request in its lane; `go` is set when it was counted and must leave."""

    lane: str
    chat_id: int
    go: asyncio.Future[None]

    def __repr__(self) -> str:
        return f"Waiting(in {self.lane})"


class Limiter(BaseRateLimiter[str]):
    """Holds every request but getUpdates. Lanes are strict, in a lane the first comes first.

    One that waits for its own chat holds up nobody else. `rate`: pushes a second at most, 0 for no ceiling.
    """

    def __init__(self, rate: float) -> None:
        self._pace = Pace(rate)
        self._lanes: dict[str, deque[Waiting]] = {lane: deque() for lane in LANES}
        self._timer: asyncio.TimerHandle | None = None
        self._heed: Heed | None = None
        self._heed_of_looks: Heed | None = None
        self._looks_from = -inf

    async def remember(self, heed: Heed, of_looks: Heed) -> None:
        """Keep to the pauses that an earlier process was told of, and from now on write down those to come."""
        self._heed, self._heed_of_looks = heed, of_looks
        self._pace.hold(await heed.left(), self._now())
        self._looks_from = self._now() + await of_looks.left()

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Look at no clock any more."""
        if self._timer is not None:
            self._timer.cancel()

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: str | None,
    ) -> Any:
        """Send a request when it may leave, as the library asks for it."""
        is_message = endpoint.startswith(MESSAGES) and endpoint != "sendChatAction"
        chat = data.get("chat_id")
        chat_id = chat if is_message and isinstance(chat, int) else 0
        if endpoint.startswith(LOOKS):
            return await self._send_looks(lambda: callback(*args, **kwargs))
        return await self.send(rate_limit_args or REPLY, chat_id, lambda: callback(*args, **kwargs))

    async def _send_looks(self, call: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Call what sets the bot's looks; a long refusal of that holds for its like alone. Raises RetryAfter."""
        if (left := self._looks_from - self._now()) > 0:
            raise RetryAfter(timedelta(seconds=ceil(left)))
        try:
            return await self.send(REPLY, 0, lambda: _or_apart(call))
        except _Apart as apart:
            seconds = span(apart.refusal).total_seconds()
            self._looks_from = self._now() + seconds
            if self._heed_of_looks is not None:
                await self._heed_of_looks.keep(seconds)
            raise apart.refusal from None

    async def send(self, lane: str, chat_id: int, call: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Call when it may leave (chat 0: it is no message). A reply that meets a 429 is tried again.

        Raises RetryAfter for a push that was refused, or for what would have to sit out too long a pause.
        """
        for attempt in range(REPLY_TRIES):
            if not self._starts_at_once(lane, chat_id):
                await self._stand_in_line(lane, chat_id)
            try:
                result = await call()
            except RetryAfter as error:
                self._pace.refuse(lane, chat_id, span(error).total_seconds(), self._now())
                await self._write_down()
                if lane != REPLY or attempt + 1 == REPLY_TRIES:
                    raise
            except BaseException:
                self._pace.end(lane, chat_id, self._now(), is_taken=False)
                raise
            else:
                self._pace.end(lane, chat_id, self._now(), is_taken=True)
                return result
            finally:
                self._let_go()
        raise AssertionError("unreachable")

    def room(self) -> tuple[int, float]:
        """Return how many pushes may leave now, and, when none may, the seconds until one may (or infinity)."""
        free, wait = self._pace.room(self._now())
        return max(0, free - len(self._lanes[URGENT]) - len(self._lanes[ROUTINE])), wait

    async def hold(self, error: RetryAfter) -> None:
        """Pause everything, because an answer that did not come through here asked for it."""
        self._pace.hold(span(error).total_seconds(), self._now())
        self._let_go()
        await self._write_down()

    def pause_left(self) -> float:
        """Return the seconds left of a pause that was meant for everything; not positive when there is none."""
        return self._pace.pause_left(0, self._now())

    async def sit_out(self) -> None:
        """Return when no pause is left that was meant for everything."""
        while (left := self.pause_left()) > 0:  # noqa: ASYNC110 - a pause may grow meanwhile
            await asyncio.sleep(left)

    async def _write_down(self) -> None:
        """Let a pause that was meant for everything outlive this process."""
        if self._heed is not None and (left := self.pause_left()) > 0:
            await self._heed.keep(left)

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _starts_at_once(self, lane: str, chat_id: int) -> bool:
        """Count a request that may leave now; return whether it does. Raises RetryAfter for too long a pause."""
        now = self._now()
        left = self._pace.pause_left(chat_id, now)
        if left > LONGEST_WAIT[lane]:
            raise RetryAfter(timedelta(seconds=ceil(left)))
        if self._is_anybody_waiting():
            self._let_go()
        if self._pace.wait(lane, chat_id, now) > 0:
            return False
        self._pace.start(lane, chat_id, now)
        return True

    async def _stand_in_line(self, lane: str, chat_id: int) -> None:
        """Return when the request may leave; it is counted before."""
        waiting = Waiting(lane, chat_id, asyncio.get_running_loop().create_future())
        self._lanes[lane].append(waiting)
        self._let_go()
        try:
            await waiting.go
        except asyncio.CancelledError:
            if waiting.go.done() and not waiting.go.cancelled() and waiting.go.exception() is None:
                self._pace.end(lane, chat_id, self._now(), is_taken=False)
            self._let_go()
            raise

    def _is_anybody_waiting(self) -> bool:
        replies, urgent, routine = self._lanes.values()
        return bool(replies or urgent or routine)

    def _let_go(self) -> None:
        """Let everything go that may, and look again when the next one may."""
        if not self._is_anybody_waiting():
            return
        now, soonest = self._now(), inf
        for lane, line in self._lanes.items():
            soonest = min(soonest, self._let_go_of(lane, line, now))
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if soonest < inf:
            self._timer = asyncio.get_running_loop().call_later(soonest, self._let_go)

    def _let_go_of(self, lane: str, line: deque[Waiting], now: float) -> float:
        """Let those of one lane go that may; return the seconds until the next one may."""
        soonest, blocked = inf, []
        while line:
            if lane != REPLY:
                room, wait = self._pace.room(now)
                if not room and self._pace.pause_left(0, now) <= LONGEST_WAIT[lane]:
                    soonest = min(soonest, wait)
                    break
            waiting = line.popleft()
            wait = self._decide(waiting, now)
            if wait > 0:
                blocked.append(waiting)
                soonest = min(soonest, wait)
        line.extendleft(reversed(blocked))
        return soonest

    def _decide(self, waiting: Waiting, now: float) -> float:
        """Let one go or send it back if its time has come; return the seconds it must still wait, else 0."""
        if waiting.go.done():
            return 0.0
        left = self._pace.pause_left(waiting.chat_id, now)
        if left > LONGEST_WAIT[waiting.lane]:
            waiting.go.set_exception(RetryAfter(timedelta(seconds=ceil(left))))
            return 0.0
        wait = self._pace.wait(waiting.lane, waiting.chat_id, now)
        if wait > 0:
            return wait
        self._pace.start(waiting.lane, waiting.chat_id, now)
        waiting.go.set_result(None)
        return 0.0
