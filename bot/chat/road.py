"""The road of pushes: prepared requests over a few kept connections, past all that a push does not need.

llhttp reads what comes back. Everything else, and pushes where a proxy lies between, goes over aiohttp
(docs/decisions/0018-a-road-for-pushes.md).
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections import deque
from contextlib import suppress
from math import inf
from typing import NamedTuple, cast

from aiohappyeyeballs import start_connection
from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser
from telegram.error import NetworkError, TimedOut
from yarl import URL

MOST_ANSWER = 1024 * 1024
"""Bytes of one answer, its headers included. Telegram's answer to a message has about a thousand."""

IDLE_FOR = 15.0
"""Seconds that a connection may rest: servers let it rest longer, so that none closes it under a request."""

SECOND_ADDRESS_AFTER = 0.25
CLOSE_WITHIN = 1.0
NAMES = {len("content-length"), len("transfer-encoding"), len("retry-after")}
"""How long the names of those headers are that matter: most others need no closer look."""

FIRST_FINAL = 200
"""Answers below this status only say that another one follows."""

HEAD = (
    "POST {path} HTTP/1.1\r\nHost: {host}\r\nAccept: application/json\r\nAccept-Encoding: identity\r\n"
    "Content-Type: application/json\r\nContent-Length: "
)


class NotTaken(NetworkError):
    """The request surely had no effect: it never left, or Telegram said itself that it failed."""


class Answer(NamedTuple):
    """What came back: status, body, and the header that says how long to wait ('' where there is none)."""

    status: int
    body: bytes
    retry_after: str

    def __repr__(self) -> str:
        return f"Answer(of status {self.status})"


class Road:
    """Posts JSON to the server of one base address.

    `keep`: connections that stay open; where more are under way, more are opened. `connecting` and `reading` are the
    most seconds for a connection (its name looked up, TLS agreed) and from a request's first byte to its answer's last.
    """

    def __init__(
        self, base: URL, keep: int, connecting: float, reading: float, context: ssl.SSLContext | None = None
    ) -> None:
        self._base, self._keep, self._context = base, keep, context
        self._connecting, self._reading = connecting, reading
        self._idle: deque[Line] = deque()
        self._lines: set[Line] = set()
        self._heads: dict[str, bytes] = {}
        self._watch: asyncio.TimerHandle | None = None

    async def post(self, url: str, body: bytes) -> Answer:
        """Return what the server says to a JSON body.

        Raises NotTaken when no byte can have reached it; TimedOut or NetworkError when one may have.
        """
        head = self._heads.get(url) or self._head(url)
        line = self._rested() or await self._open()
        asked = line.ask(b"%b%d\r\n\r\n%b" % (head, len(body), body), self._reading)
        if self._watch is None:
            self._watch = asyncio.get_running_loop().call_later(self._reading, self._look)
        try:
            return await asked
        finally:
            line.leave(asked)

    async def close(self) -> None:
        """Let go of every connection; safe to call twice."""
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        lines = list(self._lines)
        for line in lines:
            line.drop()
        if lines:
            await asyncio.wait([line.gone for line in lines], timeout=CLOSE_WITHIN)

    def rest(self, line: Line) -> None:
        """Keep a connection for the next request, unless there are enough."""
        if len(self._idle) < self._keep:
            self._idle.append(line)
        else:
            line.drop()

    def forget(self, line: Line) -> None:
        """Take note that a connection is gone."""
        self._lines.discard(line)
        with suppress(ValueError):
            self._idle.remove(line)

    def _look(self) -> None:
        """End the lines whose time is over. One timer looks after all: each request's own would cost as much as it."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        for line in [line for line in self._lines if line.ends_at <= now]:
            line.time_out()
        first = min((line.ends_at for line in self._lines), default=inf)
        self._watch = loop.call_later(first - now, self._look) if first < inf else None

    def _head(self, url: str) -> bytes:
        """Return a request up to its length, made once for each address."""
        head = HEAD.format(path=URL(url).raw_path_qs, host=self._base.raw_authority).encode("ascii")
        self._heads[url] = head
        return head

    def _rested(self) -> Line | None:
        """Return the connection that rested least, if it is still good."""
        while self._idle:
            line = self._idle.pop()
            if line.is_good:
                return line
            line.drop()
        return None

    async def _open(self) -> Line:
        loop, base = asyncio.get_running_loop(), self._base
        host = base.raw_host or ""
        try:
            async with asyncio.timeout(self._connecting):
                found = await loop.getaddrinfo(host, base.port, type=socket.SOCK_STREAM)
                # A server that has an address of each kind is reached over whichever works.
                plain = await start_connection(found, happy_eyeballs_delay=SECOND_ADDRESS_AFTER)
                plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                secure = base.scheme == "https"
                _, line = await loop.create_connection(
                    lambda: Line(self),
                    sock=plain,
                    ssl=self._trusted() if secure else None,
                    server_hostname=host if secure else None,
                )
        except (OSError, TimeoutError, ValueError) as error:
            raise NotTaken(type(error).__name__) from None
        self._lines.add(line)
        return line

    def _trusted(self) -> ssl.SSLContext:
        if self._context is None:
            self._context = ssl.create_default_context()
            self._context.set_alpn_protocols(["http/1.1"])
        return self._context


class Line(asyncio.Protocol):
    """One connection. At most one request is under way, and only its answer is taken: what else comes ends the line."""

    def __init__(self, road: Road) -> None:
        self._road, self._loop = road, asyncio.get_running_loop()
        self.gone: asyncio.Future[None] = self._loop.create_future()
        self._parser = HttpResponseParser(self)
        self._asked: asyncio.Future[Answer] | None = None
        self._rested_at = self._loop.time()
        self._parts: list[bytes] = []
        self._size, self._retry_after, self._has_end = 0, "", False
        self.ends_at = inf

    @property
    def is_good(self) -> bool:
        """Say whether it can take a request: it stands, and did not rest for too long."""
        return not self._transport.is_closing() and self._loop.time() - self._rested_at < IDLE_FOR

    def ask(self, request: bytes, within: float) -> asyncio.Future[Answer]:
        """Send a whole request; return what becomes its answer, or TimedOut or NetworkError: then it may be taken.

        Raises NotTaken when the line was closed before.
        """
        self._parts, self._size, self._retry_after, self._has_end = [], 0, "", False
        if self._transport.is_closing():
            raise NotTaken("ServerDisconnected")
        self._asked = asked = self._loop.create_future()
        self.ends_at = self._loop.time() + within
        self._transport.write(request)
        return asked

    def leave(self, asked: asyncio.Future[Answer]) -> None:
        """Take note that nobody waits any more; what is still to come must not be taken for the next one's answer."""
        if self._asked is asked:
            self.drop()

    def drop(self) -> None:
        """Close at once."""
        self._transport.abort()

    def time_out(self) -> None:
        """Give up: no whole answer came in time."""
        self._fail(TimedOut())

    def _fail(self, error: NetworkError) -> None:
        asked, self._asked, self.ends_at = self._asked, None, inf
        if asked is not None and not asked.done():
            asked.set_exception(error)
        self.drop()

    # What the event loop tells.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Read on; what nobody asked for, what is too long and what is no HTTP end the line."""
        self._size += len(data)
        if self._asked is None or self._size > MOST_ANSWER:
            self._fail(NetworkError("more came than an answer"))
            return
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade):
            self._fail(NetworkError("the answer is not HTTP"))

    def connection_lost(self, error: Exception | None) -> None:
        """Tell whoever waits; an answer that names no length ends here."""
        if self._asked is not None and error is None and self._parts and not self._has_end:
            self._tell(self._asked)
        self._fail(NetworkError(type(error).__name__ if error else "ServerDisconnected"))
        self._road.forget(self)
        if not self.gone.done():
            self.gone.set_result(None)

    # What the parser tells.

    def on_message_begin(self) -> None:
        """Refuse a second answer to one request."""
        if self._asked is None:
            self.drop()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Note what matters of the headers."""
        if len(name) not in NAMES:
            return
        match name.lower():
            case b"content-length" | b"transfer-encoding":
                self._has_end = True
            case b"retry-after":
                self._retry_after = value.decode("ascii", "replace")

    def on_body(self, body: bytes) -> None:
        """Keep a part of the body."""
        self._parts.append(body)

    def on_message_complete(self) -> None:
        """Hand the answer over, and rest unless the server wants to close."""
        asked = self._asked
        if asked is None or self._parser.get_status_code() < FIRST_FINAL:
            return
        self._tell(asked)
        if self._parser.should_keep_alive():
            self._rested_at = self._loop.time()
            self._road.rest(self)
        else:
            self.drop()

    def _tell(self, asked: asyncio.Future[Answer]) -> None:
        self._asked, self.ends_at = None, inf
        if not asked.done():
            asked.set_result(Answer(self._parser.get_status_code(), b"".join(self._parts), self._retry_after))
