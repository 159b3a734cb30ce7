"""One feed over HTTP: conditional, capped in time and size, public addresses only; parsed in a process of its own."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from weakref import WeakValueDictionary

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from bot import __version__
from bot.core.feed import Feed, FeedState, Fetched
from bot.errors import FeedError
from bot.feeds.asking import MOST_REDIRECTS, REDIRECTS, in_words
from bot.feeds.headers import fresh_for, mark, retry_after
from bot.feeds.inflate import LARGEST_BODY, PIECE, TOO_LARGE, Body
from bot.feeds.parsers import Parsers
from bot.feeds.public import PublicResolver, check_url, public_socket
from bot.feeds.steady import Keys, keys_of, steadied

DEADLINE = 30.0
AT_ONCE = 20
MOST_FEEDS_KNOWN = 500
OWN_MACHINE = ("127.0.0.1", "::1", "localhost")
USER_AGENT = f"Waypost/{__version__} (news reader of an aid project)"
ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, application/cap+xml, "
    "application/xml;q=0.9, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"
)
Answer = tuple[Fetched, bytes, str]
"""What the headers say, the body ('' when nothing is new) and its content type."""


class HttpFeedReader:
    """A FeedReader over aiohttp; `allow_private` lets feeds live on loopback, for tests and the sandbox.

    `deadline` is the seconds for connecting, redirects and the whole answer together. No proxy is used.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        *,
        allow_private: bool = False,
        deadline: float = DEADLINE,
        resolver: AbstractResolver | None = None,
        parsers: Parsers | None = None,
    ) -> None:
        self._clock, self._allow_private, self._deadline = clock, allow_private, deadline
        self._resolver, self._parsers = resolver, parsers or Parsers()
        self._session: aiohttp.ClientSession | None = None
        self._is_closed = False
        self._hosts: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._known: OrderedDict[str, Keys] = OrderedDict()

    async def close(self) -> None:
        """Close the connections and end the parsing processes, within two seconds; safe to call twice."""
        self._is_closed = True
        session, self._session = self._session, None
        if session is not None:
            await session.close()
        await self._parsers.close()

    async def read(self, feed: Feed, state: FeedState) -> Fetched:
        """Fetch and parse one feed. Raises FeedError with the reason, in words for admins, and nothing else."""
        try:
            fetched, body, content_type = await self._fetch(feed, state)
            if fetched.not_modified:
                return fetched
            self._stop_if_closed()
            entries = await self._parsers.parse(body, feed, content_type)
        except FeedError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a hostile server provokes costs this feed this turn
            raise FeedError(in_words(error)) from None
        entries = steadied(entries, self._known.pop(feed.id, {}), self._clock())
        self._known[feed.id] = keys_of(entries)
        while len(self._known) > MOST_FEEDS_KNOWN:
            self._known.popitem(last=False)
        return Fetched(entries, fetched.etag, fetched.last_modified, poll_again_in=fetched.poll_again_in)

    async def _fetch(self, feed: Feed, state: FeedState) -> Answer:
        url = URL(feed.url)
        check_url(url, self._allow_private)
        host = self._hosts.setdefault(_turns_of(url), asyncio.Lock())
        try:
            # Feeds of one host are read one after the other; the wait is no fault of the feed and has its own limit.
            async with asyncio.timeout(self._deadline):
                await host.acquire()
        except TimeoutError:
            raise FeedError("another feed of this host takes too long") from None
        try:
            async with asyncio.timeout(self._deadline):
                return await self._follow(url, state)
        except TimeoutError:
            raise FeedError(f"no whole answer within {self._deadline:.0f} seconds") from None
        finally:
            host.release()

    async def _follow(self, url: URL, state: FeedState) -> Answer:
        headers = {"User-Agent": USER_AGENT, "Accept": ACCEPT, "Accept-Encoding": "gzip, deflate"}
        if state.etag:
            headers["If-None-Match"] = state.etag
        if state.last_modified:
            headers["If-Modified-Since"] = state.last_modified
        for _ in range(MOST_REDIRECTS + 1):
            check_url(url, self._allow_private)
            async with self._opened().get(url, headers=headers, allow_redirects=False) as answer:
                if answer.status not in REDIRECTS or "Location" not in answer.headers:
                    return await self._taken(answer, asked_whether_new=bool(state.etag or state.last_modified))
                url = redirected(url, answer.headers["Location"])
        raise FeedError(f"more than {MOST_REDIRECTS} redirects")

    def _stop_if_closed(self) -> None:
        if self._is_closed:
            raise FeedError("reading was stopped")

    def _opened(self) -> aiohttp.ClientSession:
        self._stop_if_closed()
        if self._session is None:
            connector = aiohttp.TCPConnector(
                limit=AT_ONCE,
                resolver=self._resolver if self._allow_private else PublicResolver(self._resolver),
                socket_factory=None if self._allow_private else public_socket,
                use_dns_cache=False,
                force_close=True,
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None),
                auto_decompress=False,
                trust_env=False,
            )
        return self._session

    async def _taken(self, answer: aiohttp.ClientResponse, *, asked_whether_new: bool) -> Answer:
        wait = retry_after(answer.headers, self._clock())
        again = wait if wait is not None else fresh_for(answer.headers)
        if answer.status == 304 and asked_whether_new:
            return Fetched(not_modified=True, poll_again_in=again), b"", ""
        if answer.status != 200:
            seconds = wait.total_seconds() if wait else None
            raise FeedError(f"the server answered {answer.status}", retry_in_seconds=seconds)
        if (answer.content_length or 0) > LARGEST_BODY:
            raise FeedError(TOO_LARGE)
        body = Body(answer.headers.get("Content-Encoding", ""))
        async for piece in answer.content.iter_chunked(PIECE):
            body.take(piece)
        marks = Fetched(
            etag=mark(answer.headers, "ETag"), last_modified=mark(answer.headers, "Last-Modified"), poll_again_in=again
        )
        return marks, body.whole(), answer.headers.get("Content-Type", "")[:200]


def _turns_of(url: URL) -> str:
    """Return with what an address takes turns: strangers are spared, a bridge on this machine need not be."""
    return str(url) if url.host in OWN_MACHINE else f"{url.host}:{url.port}"


def redirected(url: URL, location: str) -> URL:
    """Return where a redirect leads. Raises FeedError when it leaves encryption, ValueError when it is no address."""
    target = url.join(URL(location))
    if url.scheme == "https" and target.scheme == "http":
        raise FeedError("the address leads from an encrypted connection to an open one")
    return target
