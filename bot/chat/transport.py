"""The road to Telegram: python-telegram-bot's requests over one aiohttp session."""

from __future__ import annotations

from typing import Any

import aiohttp
import orjson
from telegram._utils.defaultvalue import DefaultValue
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECT_TIMEOUT = 10.0
READ_TIMEOUT = 20.0


class AiohttpRequest(BaseRequest):
    """A BaseRequest over aiohttp; errors carry no URL, because the URL holds the token.

    `pool` is how many connections may be open at once; `read_timeout` is in seconds.
    """

    def __init__(self, pool: int = 64, read_timeout: float = READ_TIMEOUT) -> None:
        self._pool, self._read_timeout = pool, read_timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Seconds that an answer may take unless the call says otherwise."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the session; safe to call twice."""
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=self._pool, keepalive_timeout=60, ttl_dns_cache=300)
            self._session = aiohttp.ClientSession(connector=connector, trust_env=True, auto_decompress=True)

    async def shutdown(self) -> None:
        """Close the session; safe to call twice."""
        if self._session is not None:
            await self._session.close()
            self._session = None

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
        """Send one request; return status and body. Raises TimedOut or NetworkError."""
        if self._session is None:
            await self.initialize()
        assert self._session is not None
        reading = _seconds(read_timeout, self._read_timeout)
        timeout = aiohttp.ClientTimeout(
            total=CONNECT_TIMEOUT + reading, sock_connect=_seconds(connect_timeout, CONNECT_TIMEOUT), sock_read=reading
        )
        try:
            async with self._session.request(method, url, timeout=timeout, **_body(request_data)) as answer:
                return answer.status, await answer.read()
        except (TimeoutError, aiohttp.ServerTimeoutError):
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from None

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Read Telegram's answer; what is no JSON object (a proxy's page, a cut-off body) is a NetworkError."""
        try:
            parsed = orjson.loads(payload)
        except orjson.JSONDecodeError:
            raise NetworkError("the answer is not JSON") from None
        if not isinstance(parsed, dict):
            raise NetworkError("the answer is not a JSON object")
        return parsed


def _seconds(given: Any, default: float) -> float:
    value = DefaultValue.get_value(given)
    return default if value is None else float(value)


def _body(data: RequestData | None) -> dict[str, Any]:
    """Return the body as aiohttp wants it: a form, in parts when there are files."""
    if data is None:
        return {}
    if not data.multipart_data:
        return {"data": data.json_parameters}
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return {"data": form}
