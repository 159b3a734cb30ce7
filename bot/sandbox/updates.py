"""Updates on their way to the bot: numbered, kept for 24 hours, confirmed by offset, taken by one poller at a time."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.sandbox.bell import Bell
from bot.sandbox.errors import conflict

KEPT_IN = timedelta(hours=24)
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
FIRST_ID = 700_000_001


@dataclass(frozen=True)
class Update:
    """One update: its number, its kind (`message`, `callback_query`, ...) and what it carries."""

    update_id: int
    kind: str
    payload: dict[str, Any]
    at: datetime

    def as_json(self) -> dict[str, Any]:
        """Return the Bot API's Update."""
        return {"update_id": self.update_id, self.kind: self.payload}


class Updates:
    """The queue of updates for the bot."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.waiting: list[Update] = []
        self.allowed: frozenset[str] | None = None
        self.bell = Bell()
        self.closing = False
        self._next_id = FIRST_ID
        self._turn = 0
        self._why = ""

    def put(self, kind: str, payload: dict[str, Any]) -> None:
        """Queue an update unless the bot does not want its kind."""
        unwanted = kind in NOT_BY_DEFAULT if self.allowed is None else kind not in self.allowed
        if unwanted:
            return
        self.waiting.append(Update(self._next_id, kind, payload, self.now()))
        self._next_id += 1
        self.bell.ring()

    def allow(self, kinds: Any) -> None:
        """Remember which kinds the bot wants; an empty list means the default, anything else is ignored."""
        if isinstance(kinds, list):
            self.allowed = frozenset(str(kind) for kind in kinds) or None

    def confirm(self, offset: int) -> None:
        """Forget updates before `offset`; a negative one keeps only that many of the newest."""
        oldest = self.now() - KEPT_IN
        self.waiting = [update for update in self.waiting if update.at > oldest]
        if offset < 0:
            self.waiting = self.waiting[offset:]
        elif offset > 0:
            self.waiting = [update for update in self.waiting if update.update_id >= offset]

    def drop(self) -> None:
        """Forget all."""
        self.waiting.clear()

    def interrupt(self, why: str) -> None:
        """End the long poll under way, if any, with a conflict that says why."""
        self._turn += 1
        self._why = why
        self.bell.ring()

    def close(self) -> None:
        """End every long poll quietly: the server goes down."""
        self.closing = True
        self.bell.ring()

    async def poll(self, offset: int, limit: int, wait_in: float) -> list[Update]:
        """Return up to `limit` updates from `offset` on, waiting up to `wait_in` seconds for the first.

        Raises `ApiError` 409 as soon as another poll begins or a webhook is set.
        """
        self.interrupt("terminated by other getUpdates request; make sure that only one bot instance is running")
        turn = self._turn
        self.confirm(offset)
        try:
            async with asyncio.timeout(wait_in):
                while not self.waiting and wait_in > 0 and not self.closing:
                    await self.bell.wait()
                    if turn != self._turn:
                        raise conflict(self._why)
        except TimeoutError:
            return []
        return self.waiting[:limit]
