"""The way to Telegram: python-telegram-bot's requests over one aiohttp session, pushes over their own road."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import lru_cache
from typing import Any, cast
from urllib.request import getproxies, proxy_bypass

import aiohttp
import orjson
from telegram._utils.defaultvalue import DefaultValue
from telegram.error import NetworkError, RetryAfter, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

from bot.chat.road import NotTaken, Road

CONNECT_TIMEOUT = 10.0
READ_TIMEOUT = 20.0
OK, REDIRECTED, TOO_MANY, SERVER_ERROR = 200, 300, 429, 500
RESULT = b'"result"'

LEAST_PAUSE, MOST_PAUSE = 1, 30 * 86_400
"""Seconds that a refusal may ask for: what is less, or no number at all, must not make us ask again at full pace, and
what is more is no number that a calendar could hold."""

IN_WORDS = re.compile(r"retry after (\d{1,9})")

JSON = {"Content-Type": "application/json"}


class AiohttpRequest(BaseRequest):
    """A BaseRequest over aiohttp; errors carry no URL, because the URL holds the token.

    `pool` is how many connections may be open at once (0: as many as there are requests, so that an answer to a
    person never waits until a push lets go of one); `read_timeout` is in seconds; `road`: what pushes take instead.
    """

    def __init__(self, pool: int = 0, read_timeout: float = READ_TIMEOUT, road: Road | None = None) -> None:
        self._pool, self._read_timeout, self._road = pool, read_timeout, road
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Seconds that an answer may take unless the call says otherwise."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the session; safe to call twice."""
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=self._pool, keepalive_timeout=60, ttl_dns_cache=300)
            # Telegram sets no cookies, and looking for some costs every request.
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    async def shutdown(self) -> None:
        """Close the session; safe to call twice."""
        if self._session is not None:
            await self._session.close()
            self._session = None
        if self._road is not None:
            await self._road.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Send one request; return status and body. Raises TimedOut, NotTaken or NetworkError."""
        if self._session is None:
            await self.initialize()
        assert self._session is not None
        reading = _seconds(read_timeout, self._read_timeout)
        timeout = _timeout(reading, _seconds(connect_timeout, CONNECT_TIMEOUT))
        target = URL(url)
        proxy = _proxy(target.scheme, target.host or "")
        try:
            async with self._session.request(
                method, target, timeout=timeout, proxy=proxy, allow_redirects=False, **_body(request_data)
            ) as answer:
                status, body = answer.status, await answer.read()
                if status != OK:
                    self._check_origin(status, body, answer.headers.get("Retry-After", ""))
                elif method == "POST" and RESULT not in body:
                    # the library stumbles over it, and not with an error of its own
                    raise NetworkError("the answer holds no result")
                return status, body
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotTaken(type(error).__name__) from None
        except (TimeoutError, aiohttp.ServerTimeoutError):
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from None

    async def call(self, url: str, body: bytes) -> Any:
        """Post a JSON body that was made before; return the bare result, without building objects of the library.

        Raises what the library raises for the same answer.
        """
        return await self._read(*await self.do_request(url, "POST", cast(RequestData, body)))

    async def push(self, url: str, body: bytes) -> Any:
        """Do the same as `call` on the road of pushes, where there is one."""
        if self._road is None:
            return await self.call(url, body)
        status, payload, retry_after = await self._road.post(url, body)
        if status != OK:
            self._check_origin(status, payload, retry_after)
        return await self._read(status, payload)

    async def _read(self, status: int, payload: bytes) -> Any:
        if status != OK:
            payload = await self._told(status, payload)
        parsed = self.parse_json_payload(payload)
        if "result" not in parsed:
            raise NetworkError("a refusal that says that all is well")
        return parsed["result"]

    async def _told(self, status: int, payload: bytes) -> bytes:
        """Let the library say what a refusal means; return the payload of what is none."""
        answered = _Answered(status, payload)
        return await answered._request_wrapper("", "POST")

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Read Telegram's answer; what cannot be one (a proxy's page, a cut-off body) is a NetworkError."""
        try:
            parsed = orjson.loads(payload)
        except orjson.JSONDecodeError:
            raise NetworkError("the answer is not JSON") from None
        if not isinstance(parsed, dict) or not ("result" in parsed or parsed.get("ok") is False):
            raise NetworkError("the answer is not Telegram's")
        return parsed

    @classmethod
    def _check_origin(cls, status: int, body: bytes, retry_after: str) -> None:
        """Make sure that a refusal is Telegram's own, and one that the library can read: that of a proxy must not
        count as one for good, nor may an error of ours.

        Raises NetworkError, or RetryAfter when whoever refused said how long.
        """
        try:
            told = cls.parse_json_payload(body)
        except NetworkError:
            if status == TOO_MANY and retry_after:
                raise RetryAfter(_pause(retry_after)) from None
            raise NetworkError(f"HTTP {status} without Telegram's words") from None
        found, words = told.get("parameters") or {}, told.get("description") or ""
        if not isinstance(found, dict) or not isinstance(words, str):
            raise NetworkError(f"HTTP {status} in words that nobody knows")
        if status == TOO_MANY or found.get("retry_after"):
            said = IN_WORDS.search(words)
            raise RetryAfter(_pause(found.get("retry_after") or (said and said[1])))
        if status >= SERVER_ERROR:
            raise NotTaken(f"HTTP {status}")
        if not isinstance(found.get("migrate_to_chat_id") or 0, int) or (status < REDIRECTED and "result" not in told):
            raise NetworkError(f"HTTP {status} in words that nobody knows")


def _pause(said: Any) -> timedelta:
    """Return how long to wait by what a refusal says of it, be that a number or none."""
    try:
        seconds = float(said)
    except (TypeError, ValueError):
        seconds = LEAST_PAUSE
    # whatever is no number compares as neither more nor less
    return timedelta(seconds=min(seconds, MOST_PAUSE) if seconds > LEAST_PAUSE else LEAST_PAUSE)


class _Answered(BaseRequest):
    """A request that was answered already: the library only has to read the answer."""

    def __init__(self, status: int, payload: bytes) -> None:
        self._found = status, payload

    @property
    def read_timeout(self) -> float | None:
        """Nothing is waited for."""
        return None

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(self, *_: Any, **__: Any) -> tuple[int, bytes]:
        """Return what was answered."""
        return self._found

    parse_json_payload = staticmethod(AiohttpRequest.parse_json_payload)


def road_to(api_url: str, keep: int) -> Road | None:
    """Return a road for pushes that keeps so many connections; None where only aiohttp knows the way: by a proxy."""
    base = URL(api_url)
    is_plain = base.scheme in ("http", "https") and bool(base.host) and not (base.user or base.query_string)
    if not is_plain or _proxy(base.scheme, base.host or "") is not None:
        return None
    return Road(base, keep, CONNECT_TIMEOUT, READ_TIMEOUT)


@lru_cache(maxsize=64)
def _timeout(reading: float, connecting: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=CONNECT_TIMEOUT + reading, sock_connect=connecting, sock_read=reading)


@lru_cache(maxsize=64)
def _proxy(scheme: str, host: str) -> str | None:
    """Return the proxy that the environment names for a host. aiohttp would look it up anew for every request."""
    return None if proxy_bypass(host) else getproxies().get(scheme)


def _seconds(given: Any, default: float) -> float:
    value = DefaultValue.get_value(given)
    return default if value is None else float(value)


def _body(data: RequestData | bytes | None) -> dict[str, Any]:
    """Return the body as aiohttp wants it: a form, in parts when there are files."""
    if data is None:
        return {}
    if isinstance(data, bytes):
        return {"data": data, "headers": JSON}
    if not data.multipart_data:
        return {"data": data.json_parameters}
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return {"data": form}
