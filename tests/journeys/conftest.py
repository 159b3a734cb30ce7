"""A whole town for a journey: the sandbox plays Telegram over HTTP, and the real bot runs against it."""

import asyncio
import base64
import contextlib
import io
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from prometheus_client import generate_latest

from bot.app import House
from bot.core.flood import Pace
from bot.logs import set_up_logs
from bot.sandbox import Message, Person, Sandbox, serve
from bot.settings import read_settings
from tests.canary import Canaries
from tests.lookup.lexicons import real

TOKEN = "1:sandbox"
ADMIN, SECOND_ADMIN, AMINA, SAM = 900001, 900002, 100001, 100002
KEY = base64.b64encode(b"k" * 32).decode()
HERE = Path(__file__).parent


@dataclass
class Town:
    """The sandbox, the people in it, and the bot that can be started and stopped."""

    sandbox: Sandbox
    url: str
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    canaries: Canaries = field(default_factory=Canaries)
    house: House | None = None
    running: asyncio.Task | None = None

    @property
    def store(self) -> str:
        """Where the bot keeps what it keeps."""
        return self.environment.get("STORE", f"tinydb:{self.folder / 'data'}")

    @property
    def resources(self) -> Path:
        return self.folder / "resources.yaml"

    async def start(self, **changes: str) -> House:
        """Open the bot and wait until it serves."""
        environment = {
            "BOT_TOKEN": TOKEN,
            "BOT_API_URL": self.url,
            "SECRET_KEY": KEY,
            "STORE": self.store,
            "RESOURCES": str(self.resources),
            "ADMIN_IDS": str(ADMIN),
            "ALLOW_PRIVATE_FEEDS": "1",
            "PORT": "0",
            "SEND_RATE": "0",
        }
        house = House(read_settings(environment | self.environment | changes))
        ready = asyncio.Event()
        self.running = asyncio.create_task(house.run(ready.set, obeys_signals=False))
        waiting = asyncio.create_task(ready.wait())
        done, _ = await asyncio.wait({self.running, waiting}, timeout=20, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if self.running in done:
            self.running.result()
        assert ready.is_set(), "the bot did not begin to serve"
        self.house = house
        return house

    async def stop(self) -> None:
        """Close the bot as SIGTERM does."""
        if self.house is not None and self.running is not None:
            await self._look_for_canaries(self.house)
            self.house.stop()
            await asyncio.wait_for(self.running, 5)
        self.house = self.running = None

    def button(self, chat: int, data: str) -> str:
        """Return the callback data of an admin's button that does this, as the bot would make it."""
        assert self.house is not None
        return self.house.office.handles.issue(chat, data)

    async def _look_for_canaries(self, house: House) -> None:
        """Make sure that neither the metrics nor the reasons against readiness tell of anybody."""
        await house.health.measure()
        shown = generate_latest(house.health.registry).decode() + " ".join(await house.health.reasons())
        assert self.canaries.in_text(shown) == [], "in /metrics or /readyz"

    async def until(self, holds: Callable[[], Awaitable[bool]], within: float = 10) -> None:
        """Wait until something holds, asking again after each call that Telegram gets."""
        async with asyncio.timeout(within):
            while not await holds():
                await asyncio.sleep(0.02)


async def says(person: Person, text: str) -> Message:
    """Let a person write, and return the bot's answer to that."""
    said = person.say(text)
    return await person.expect(lambda message: message.message_id > said.message_id)


@pytest.fixture
def sam(town: Town) -> Person:
    """A reader without any record yet."""
    return town.sandbox.person(SAM, "Sam", "en")


@pytest.fixture(autouse=True)
def _lexicons_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.resources.serve.load_lexicons", real)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let the bot's clock run ahead: `later(hours=3)`."""
    ahead = [timedelta()]

    def forward(**span: float) -> None:
        ahead[0] += timedelta(**span)

    monkeypatch.setattr("bot.clock.now", lambda: datetime.now(UTC) + ahead[0])
    return forward


@pytest.fixture
def no_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let answers leave at once; Telegram's pace of one a second in a chat is not what is tested there."""
    monkeypatch.setattr("bot.chat.pace.GAP", 0.0)


@pytest.fixture
def no_pace(no_gap: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one person write as much as she likes, and answers leave at once."""
    monkeypatch.setattr("bot.chat.floods.ONE_CHAT", Pace(burst=1000, rate=1000))


@pytest.fixture
def logs_as_in_production() -> Iterator[io.StringIO]:
    """Let errors be logged as when the bot runs; without this, tests show their local variables."""
    stream = io.StringIO()
    before = logging.getLogger().handlers[:], logging.getLogger().level
    set_up_logs("INFO", [TOKEN, KEY], stream)
    yield stream
    logging.getLogger().handlers[:], level = before
    logging.getLogger().setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
async def town(tmp_path: Path, canaries: Canaries) -> AsyncIterator[Town]:
    sandbox = Sandbox(token=TOKEN, first_admin=ADMIN)
    async with serve(sandbox) as url:
        made = Town(sandbox, url, tmp_path, canaries=canaries)
        text = (HERE / "resources.yaml").read_text(encoding="utf-8").replace("{url}", url)
        made.resources.write_text(text, encoding="utf-8")
        sandbox.person(ADMIN, "Admin", "en").say("/start")
        try:
            yield made
        finally:
            if made.running is not None:
                with contextlib.suppress(Exception):
                    await made.stop()
