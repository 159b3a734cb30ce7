"""Whether web addresses still answer: visited politely, one request at a time for each host."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import NamedTuple

import aiohttp
from yarl import URL

from bot import __version__
from bot.errors import FeedError
from bot.feeds.asking import MOST_REDIRECTS, REDIRECTS, in_words
from bot.feeds.public import PORTS, PublicResolver, check_url

DEADLINE = 10.0
PAUSE = 1.0
"""Seconds between two addresses of one host."""

AT_ONCE = 8
UNSURE = frozenset({401, 402, 403, 405, 406, 407, 415, 418, 425, 429, 451, 999})
"""What servers answer to a program although the page may be there for a person with a browser."""
USER_AGENT = f"Waypost/{__version__} (link check of an aid project)"


class Visit(NamedTuple):
    """What came of visiting one address: '' when it answered well; `is_dead` False when only a person can tell."""

    reason: str = ""
    is_dead: bool = False


async def visit_all(
    urls: Iterable[str], *, allow_private: bool = False, deadline: float = DEADLINE, pause: float = PAUSE
) -> dict[str, Visit]:
    """Visit each address once, 8 hosts at a time, and return what came of it; what seems dead is asked once more.

    `deadline`: seconds for one address with all its redirects; `pause`: those between two addresses of one host.
    Only public addresses are visited, unless `allow_private` (tests).
    """
    hosts: dict[str, list[str]] = {}
    for url in dict.fromkeys(urls):
        hosts.setdefault(_host(url), []).append(url)
    places = asyncio.Semaphore(AT_ONCE)
    found: dict[str, Visit] = {}

    async def visit_host(listed: list[str]) -> None:
        async with places:
            for number, url in enumerate(listed):
                await asyncio.sleep(pause if number else 0)
                found[url] = await visit(url, allow_private, deadline)
            # A server that was just being restarted is not dead, and nobody shall take its contact down.
            for url in [url for url in listed if found[url].is_dead]:
                await asyncio.sleep(pause)
                found[url] = await visit(url, allow_private, deadline)

    await asyncio.gather(*(visit_host(listed) for listed in hosts.values()))
    return found


def _host(url: str) -> str:
    try:
        return URL(url).authority
    except ValueError:
        return url


async def visit(url: str, allow_private: bool, deadline: float) -> Visit:
    """Visit one address. Never raises for what the network does."""
    try:
        target = URL(url)
        if not allow_private and target.port not in PORTS:
            return Visit("it uses an unusual port and was not visited")
        async with asyncio.timeout(deadline):
            return await _judged(target, allow_private)
    except TimeoutError:
        return Visit(f"no answer within {deadline:g} seconds", is_dead=True)
    except FeedError as error:
        return Visit(error.reason, is_dead=True)
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return Visit(_in_words(error), is_dead=True)


async def _judged(url: URL, allow_private: bool) -> Visit:
    """Ask with HEAD, and with GET when HEAD is not answered well: many servers know only GET."""
    # A jar of its own for each visit: some sites redirect in circles until their cookie comes back.
    jar = aiohttp.CookieJar(unsafe=allow_private)
    resolver = None if allow_private else PublicResolver()
    connector = aiohttp.TCPConnector(resolver=resolver, force_close=True)
    headers = {"User-Agent": USER_AGENT, "Accept": "text/html, */*;q=0.5"}
    try:
        async with aiohttp.ClientSession(connector=connector, cookie_jar=jar, headers=headers) as session:
            try:
                status, end = await _status(session, "HEAD", url, allow_private)
            except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError, aiohttp.TooManyRedirects):
                status = 0
            if not 200 <= status < 300 and status != 429:
                status, end = await _status(session, "GET", url, allow_private)
    finally:
        if resolver is not None:
            await resolver.close()
    if 200 <= status < 300:
        return Visit(_elsewhere(url, end))
    return Visit(f"the server answered {status}", is_dead=status not in UNSURE)


def _elsewhere(url: URL, end: URL) -> str:
    """Return what an editor should know of where the redirects end; '' when all is well."""
    if url.scheme == "https" and end.scheme != "https":
        return "it leads to an address that is not https"
    if (url.host or "").removeprefix("www.") != (end.host or "").removeprefix("www."):
        return f"it leads to another site, {end.host}"
    if url.path.strip("/") and not end.path.strip("/") and not end.query_string:
        return "it leads to the front page"
    return ""


async def _status(session: aiohttp.ClientSession, method: str, url: URL, allow_private: bool) -> tuple[int, URL]:
    """Return the status at the end of the redirects, and where that is; the body is never read.

    Raises TooManyRedirects, FeedError.
    """
    for _ in range(MOST_REDIRECTS + 1):
        check_url(url, allow_private)
        async with session.request(method, url, allow_redirects=False) as answer:
            if answer.status not in REDIRECTS or "Location" not in answer.headers:
                return answer.status, url
            url = url.join(URL(answer.headers["Location"]))
    raise aiohttp.TooManyRedirects(answer.request_info, (answer,))


def _in_words(error: Exception) -> str:
    cause = error.__cause__
    if isinstance(cause, FeedError):
        return cause.reason
    if isinstance(error, aiohttp.TooManyRedirects):
        return f"it leads through more than {MOST_REDIRECTS} redirects"
    return in_words(error)
