"""A post office: courier, store and the real ways to a sandbox over HTTP, without handlers, feeds and polling."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from yarl import URL

from bot.chat.application import build_bot
from bot.chat.polling import AnyApplication
from bot.chat.road import Road
from bot.chat.sender import Sender
from bot.chat.transport import AiohttpRequest
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

    @property
    def road(self) -> Road | None:
        """The road of pushes, where they do not take aiohttp's."""
        return self.application.bot.request._road

    def be_impatient(self, seconds: float) -> None:
        """Wait no longer for an answer."""
        self.application.bot.request._read_timeout = seconds
        if self.road is not None:
            self.road._reading = seconds

    @contextlib.asynccontextmanager
    async def out_of_reach(self) -> AsyncIterator[list[int]]:
        """Let nobody listen at Telegram's address; yield what grows with each message that meets that."""
        request, road, met = self.application.bot.request, self.road, []
        real = road.post if road is not None else request.do_request

        async def nowhere(url: str, *args: Any, **kwargs: Any) -> Any:
            met.append(1)
            closed = URL(url).with_port(9)
            if road is not None:
                return await Road(closed.origin(), 1, 1, 1).post(str(closed), *args)
            other = AiohttpRequest()
            try:
                return await other.do_request(str(closed), *args, **kwargs)
            finally:
                await other.shutdown()

        setattr(road or request, "post" if road is not None else "do_request", nowhere)
        yield met
        setattr(road or request, "post" if road is not None else "do_request", real)

    def copies(self) -> dict[int, int]:
        """Return how many messages stand in each chat."""
        return {chat: len(self.sandbox.person(chat).messages) for chat in self.chats}


@pytest.fixture(params=["road", "aiohttp"])
async def office(request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    async with open_office(has_road=request.param == "road") as made:
        yield made


@contextlib.asynccontextmanager
async def open_office(size: int = 8, rate: float = 0, *, has_road: bool = True) -> AsyncIterator[Office]:
    sandbox, store, clock = Sandbox(token=TOKEN), MemoryStore(), Clock()
    async with serve(sandbox) as url:
        application = build_bot(TOKEN, url, rate, size if has_road else 0)
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


@pytest.fixture(params=["aiohttp", "road"])
def kind(request: pytest.FixtureRequest) -> str:
    """Which of the two ways a push takes."""
    return request.param
