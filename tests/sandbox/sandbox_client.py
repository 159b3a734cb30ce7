"""A bot's side of the sandbox over HTTP, and a clock that is turned by hand."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp

READER = 501


@dataclass
class Clock:
    """A clock that a test turns by hand."""

    at: datetime = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def turn(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class Bot:
    """The bot's side: `ask` returns (status, body), `do` the result of a call that must succeed."""

    session: aiohttp.ClientSession
    base: str
    token: str

    async def ask(self, method: str, **arguments: Any) -> tuple[int, dict[str, Any]]:
        async with self.session.post(f"{self.base}/bot{self.token}/{method}", json=arguments) as answer:
            return answer.status, await answer.json()

    async def do(self, method: str, **arguments: Any) -> Any:
        status, body = await self.ask(method, **arguments)
        assert (status, body["ok"]) == (200, True), body
        return body["result"]

    async def refusal(self, method: str, **arguments: Any) -> str:
        """Return the description of a call that must be refused."""
        status, body = await self.ask(method, **arguments)
        assert not body["ok"] and status == body["error_code"], body
        return body["description"]

    async def send(self, text: str = "hello", **arguments: Any) -> dict[str, Any]:
        return await self.do("sendMessage", **{"chat_id": READER, "text": text, **arguments})
