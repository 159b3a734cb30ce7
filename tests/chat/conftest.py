"""A post office: courier, store and the real road to a sandbox over HTTP, without handlers, feeds and polling."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from bot.chat.application import build_bot
from bot.chat.polling import AnyApplication
from bot.chat.sender import Sender
from bot.core.delivery import PLANNED
from bot.flows import moderate
from bot.flows.deliver import Courier
from bot.flows.subscribe import Defaults, subscribe
from bot.sandbox import Sandbox, serve
from bot.storage.memory_store import MemoryStore
from tests.builders import an_alert

TOKEN = "1:sandbox"


class Clock:
    """The real time, which a test may set forward."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class Office:
    """What a push needs, and the phones on which it arrives."""

    sandbox: Sandbox
    application: AnyApplication
    store: MemoryStore
    clock: Clock
    courier: Courier
    troubles: list[Exception] = field(default_factory=list)
    late: list[int] = field(default_factory=list)
    reach: list[bool] = field(default_factory=list)
    chats: list[int] = field(default_factory=list)

    async def readers(self, number: int, frequency: str = "now") -> None:
        """Let so many people subscribe."""
        for chat in range(1, number + 1):
            self.sandbox.person(chat, "Reader", "en").started = True
            await subscribe(self.store, self.clock, Defaults(), chat, frequency, "en")
            self.chats.append(chat)

    async def publish(self, alert_id: str = "a1", severity: str = "Severe", **changes) -> None:
        """Publish an alert to everybody and wake the courier."""
        alert = an_alert(alert_id, severity=severity, created_at=self.clock(), **changes)
        await moderate.publish(self.store, self.clock, alert)
        self.courier.wake()

    async def delivered(self, within: float = 15) -> None:
        """Wait until nothing is planned any more; the courier ticks as in the timetable, only faster."""
        async with asyncio.timeout(within):
            while self.store._tables.states[PLANNED] or self.courier._pump._under_way:
                self.courier.wake()
                await asyncio.sleep(0.01)

    def copies(self) -> dict[int, int]:
        """Return how many messages stand in each chat."""
        return {chat: len(self.sandbox.person(chat).messages) for chat in self.chats}


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with open_office() as made:
        yield made


@contextlib.asynccontextmanager
async def open_office(size: int = 8, rate: float = 0) -> AsyncIterator[Office]:
    sandbox, store, clock = Sandbox(token=TOKEN), MemoryStore(), Clock()
    async with serve(sandbox) as url:
        application = build_bot(TOKEN, url, rate)
        await store.open()
        await application.initialize()
        troubles, late, reach = [], [], []
        courier = Courier(store, Sender(application.bot), clock, size, troubles.append, late.append, reach.append)
        running = asyncio.create_task(courier.run())
        try:
            yield Office(sandbox, application, store, clock, courier, troubles, late, reach)
        finally:
            courier.stop()
            sandbox.faults.clear()
            await asyncio.wait_for(running, 5)
            await application.shutdown()
            await store.close()
