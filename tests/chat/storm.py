"""A Telegram that misbehaves by a script, on a virtual clock: what stands between the bot and it is one fake session."""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson
from telegram.error import NetworkError, TimedOut

from bot.chat import road
from tests.chat.virtual import now

READ = re.compile(r'"r:([^"]+)"')
PAGE = b"<html>Bad gateway</html>"
REFUSALS = {
    400: "Bad Request: chat not found",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request",
    500: "Internal Server Error",
    502: "Bad Gateway",
}

NO_EFFECT = ("500", "502", "401", "404", "before", "refused", "connecting", "silent-before")
EFFECT = ("after", "empty", "truncated", "garbage", "foreign", "page", "silent-after")
KINDS = (*NO_EFFECT, *EFFECT, "late", "429", "429-chat", "429-page", "409", "slow")


@dataclass(frozen=True)
class Phase:
    """From `start` to `end` (seconds of the script) a share of all requests meets one kind of trouble."""

    start: float
    end: float
    kind: str
    share: float
    retry_after: int = 3


@dataclass
class Answer:
    """What aiohttp would give."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    async def read(self) -> bytes:
        return self.body


class Storm:
    """The server: what it took, whom it told to wait, and who broke that."""

    def __init__(self, chance: random.Random, phases: tuple[Phase, ...]) -> None:
        self.chance, self.phases = chance, phases
        self.begun = now()
        self.copies: Counter[tuple[int, str]] = Counter()
        self.excused: Counter[int] = Counter()
        self.unclear: Counter[int] = Counter()
        self.inside: list[str] = []
        self.requests = self.refused = 0
        self.gone: set[int] = set()
        self.answers: Counter[int] = Counter()
        self._until, self._told_at, self._chat_until = 0.0, 0.0, Counter[int]()
        self._message_id = 0
        self._updates: list[dict[str, Any]] = []
        self._polls = 0

    def say(self, chat: int, text: str) -> None:
        """Let a person write to the bot."""
        person = {"id": chat, "is_bot": False, "first_name": "Reader", "language_code": "en"}
        where = {"id": chat, "type": "private", "first_name": "Reader"}
        number = self._polls = self._polls + 1
        message = {"message_id": number, "date": 1_800_000_000, "chat": where, "from": person, "text": text}
        self._updates.append({"update_id": number, "message": message})

    @contextlib.asynccontextmanager
    async def request(self, method: str, url: Any, *, timeout: aiohttp.ClientTimeout, **sent: Any):
        """Take a request as aiohttp.ClientSession.request does."""
        name = str(url).rpartition("/")[2]
        params = sent.get("data") or {}
        params = orjson.loads(params) if isinstance(params, bytes) else params
        self._note_start(name, int(params.get("chat_id", 0)))
        try:
            async with asyncio.timeout(timeout.sock_read):
                answer = await self._answer(name, params)
        except aiohttp.ConnectionTimeoutError:
            raise
        except TimeoutError:
            raise aiohttp.SocketTimeoutError from None
        self._note_pause(answer, int(params.get("chat_id", 0)))
        yield answer

    async def close(self) -> None:
        """There is nothing to close."""

    closed = False

    async def post(self, url: str, body: bytes) -> road.Answer:
        """Take a push as the road of pushes does."""
        try:
            async with self.request("POST", url, timeout=aiohttp.ClientTimeout(sock_read=20), data=body) as answer:
                return road.Answer(answer.status, answer.body, answer.headers.get("Retry-After", ""))
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise road.NotTaken(type(error).__name__) from None
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from None

    def _note_start(self, name: str, chat: int) -> None:
        self.requests += 1
        until = max(self._until, self._chat_until[chat] if chat else 0)
        # what leaves in the very turn of the loop in which the answer comes cannot know of it
        if now() < until and now() > self._told_at + 1e-6:
            self.inside.append(f"{name} {until - now():.3f} s early")

    def _note_pause(self, answer: Answer, chat: int) -> None:
        """From the moment on at which the bot knows of it, a pause counts."""
        if answer.status != 429:
            return
        wait, self._told_at = int(answer.headers["Retry-After"]), now()
        if answer.headers.get("For") == "chat":
            self._chat_until[chat] = max(self._chat_until[chat], now() + wait)
        else:
            self._until = max(self._until, now() + wait)

    async def _answer(self, name: str, params: dict[str, Any]) -> Answer:
        chat = int(params.get("chat_id", 0))
        await asyncio.sleep(self.chance.uniform(0.005, 0.06))
        if name == "getUpdates":
            return await self._give_updates(params)
        phase = self._phase()
        kind = phase.kind if phase else ""
        if kind == "slow":
            await asyncio.sleep(self.chance.uniform(0.5, 8))
        if kind in ("429", "429-chat", "429-page"):
            return self._pause(kind, phase.retry_after if phase else 1)
        if kind in ("500", "502", "401", "404"):
            return _refusal(int(kind))
        if kind == "before":
            self.unclear[chat] += 1
            raise aiohttp.ServerDisconnectedError
        if kind == "refused":
            raise aiohttp.ClientConnectorError(_NOWHERE, OSError(111, "refused"))
        if kind == "connecting":
            await asyncio.sleep(10)
            raise aiohttp.ConnectionTimeoutError
        if kind == "silent-before":
            self.unclear[chat] += 1
            await asyncio.sleep(3600)
        answer = self._take(name, chat, params)
        if kind == "late":
            await asyncio.sleep(self.chance.uniform(2, 15))
        if kind in EFFECT and answer.status == 200:
            self.unclear[chat] += 1
            self.excused[chat] += 1
        return await self._spoilt(kind, answer)

    async def _spoilt(self, kind: str, answer: Answer) -> Answer:
        if kind == "after":
            raise aiohttp.ServerDisconnectedError
        if kind == "silent-after":
            await asyncio.sleep(3600)
        bodies = {
            "empty": b"",
            "truncated": answer.body[: len(answer.body) // 2],
            "garbage": b"\x00\xff{",
            "page": PAGE,
        }
        if kind == "foreign":
            return Answer(200, b'{"ok":true,"result":[]}')
        if kind in bodies:
            return Answer(self.chance.choice((200, 403, 502)) if kind == "page" else 200, bodies[kind])
        return answer

    def _take(self, name: str, chat: int, params: dict[str, Any]) -> Answer:
        if chat in self.gone:
            return _refusal(403)
        result: Any = True
        if name == "sendMessage":
            self._message_id += 1
            result = {"message_id": self._message_id, "date": 1_800_000_000, "chat": {"id": chat, "type": "private"}}
            markup = params.get("reply_markup") or {}
            for alert in READ.findall(markup if isinstance(markup, str) else orjson.dumps(markup).decode()):
                self.copies[chat, alert] += 1
            if params["text"].startswith("echo"):
                self.answers[chat] += 1
        elif name == "getMe":
            result = {"id": 1, "is_bot": True, "first_name": "Bot", "username": "storm_bot"}
        return Answer(200, orjson.dumps({"ok": True, "result": result}))

    async def _give_updates(self, params: dict[str, Any]) -> Answer:
        phase = self._phase()
        if phase and phase.kind in ("401", "404", "409", "500", "502"):
            return _refusal(int(phase.kind))
        if phase and phase.kind in ("garbage", "empty", "truncated", "page"):
            return await self._spoilt(phase.kind, Answer(200, b'{"ok":true,"result":[]}'))
        if phase and phase.kind == "429":
            return self._pause("429", phase.retry_after)
        offset = int(params.get("offset") or 0)
        self._updates = [each for each in self._updates if each["update_id"] >= offset]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(float(params.get("timeout") or 0)):
                while not self._updates:
                    await asyncio.sleep(0.5)
        return Answer(200, orjson.dumps({"ok": True, "result": self._updates}))

    def _pause(self, kind: str, wait: int) -> Answer:
        self.refused += 1
        headers = {"Retry-After": str(wait)}
        if kind == "429-page":
            return Answer(429, PAGE, headers)
        if kind == "429-chat":
            headers["For"] = "chat"
        body = {"ok": False, "error_code": 429, "description": "Too Many", "parameters": {"retry_after": wait}}
        return Answer(429, orjson.dumps(body), headers)

    def _phase(self) -> Phase | None:
        at = now() - self.begun
        for phase in self.phases:
            if phase.start <= at < phase.end and self.chance.random() < phase.share:
                return phase
        return None


def _refusal(code: int) -> Answer:
    body = {"ok": False, "error_code": code, "description": REFUSALS[code]}
    return Answer(code, orjson.dumps(body))


_NOWHERE: Any = type("Key", (), {"host": "telegram.invalid", "port": 443, "is_ssl": False, "ssl": True})()


def script(chance: random.Random) -> tuple[Phase, ...]:
    """Return phases of trouble within ten minutes, some of them long and total."""

    def phases() -> Iterator[Phase]:
        for _ in range(chance.randint(2, 7)):
            start = chance.uniform(0, 480)
            span = chance.choice((2.0, 10.0, 40.0, 180.0))
            share = chance.choice((0.05, 0.3, 0.9, 1.0))
            yield Phase(start, start + span, chance.choice(KINDS), share, chance.choice((1, 3, 7, 40)))

    return tuple(phases())
