"""The web server: a webhook that only Telegram can use, limits of size and time, and answers that give nothing away."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from aiohttp import ClientSession, web
from prometheus_client import CollectorRegistry

from bot.web import server
from bot.web.export import Published
from bot.web.published import AlertFeeds
from bot.web.server import LARGEST_UPDATE, SECRET_HEADER, Doors, build_web, listen
from tests.builders import a_directory

SECRET = "a-secret-of-the-webhook"


async def nothing(*_: Any) -> list[str]:
    return []


class NoAlerts(AlertFeeds):
    def __init__(self) -> None: ...

    async def rss(self, *_: str) -> bytes:
        return b"<rss/>"

    async def cap_index(self, *_: str) -> bytes:
        return b"<feed/>"

    async def cap(self, *_: str) -> bytes | None:
        return None


@pytest.fixture
def taken() -> list[dict[str, Any]]:
    return []


def doors(taken: list[dict[str, Any]], **changes: Any) -> Doors:
    async def take(update: dict[str, Any]) -> None:
        taken.append(update)

    published = Published(a_directory, lambda: date(2026, 11, 23))
    given = {"webhook_path": "/hook", "webhook_secret": SECRET, "take_update": take, "published": published}
    return Doors(nothing, CollectorRegistry(), nothing, **given | {"alerts": NoAlerts()} | changes)  # type: ignore[arg-type]


@pytest.fixture
async def runner(taken, monkeypatch) -> AsyncIterator[web.AppRunner]:
    monkeypatch.setattr(server, "HEAD_WITHIN", 0.4)
    monkeypatch.setattr(server, "BODY_WITHIN", 0.4)
    runner = await listen(build_web(doors(taken)), "127.0.0.1", 0)
    yield runner
    await runner.cleanup()


@pytest.fixture
def base(runner) -> str:
    return f"http://127.0.0.1:{runner.addresses[0][1]}"


async def post(base: str, secret: str | bytes | None, body: bytes = b'{"update_id": 1}') -> int:
    headers = {} if secret is None else {SECRET_HEADER: secret}
    async with ClientSession() as session, session.post(base + "/hook", data=body, headers=headers) as answer:  # type: ignore[arg-type]
        return answer.status


async def raw(runner: web.AppRunner, sent: bytes, within: float = 5) -> bytes:
    """Send bytes, then nothing more, and return what comes until the server hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", runner.addresses[0][1])
    writer.write(sent)
    try:
        async with asyncio.timeout(within):
            return await reader.read()
    finally:
        writer.close()


async def test_webhook__right_secret__is_taken(base, taken) -> None:
    assert await post(base, SECRET) == 200
    assert taken == [{"update_id": 1}]


@pytest.mark.parametrize("secret", [None, "", SECRET[:-1], SECRET + "x", SECRET.upper(), "wrong"])
async def test_webhook__any_other_secret__403_and_nothing_is_taken(base, taken, secret) -> None:
    assert await post(base, secret) == 403
    assert taken == []


async def test_webhook__bytes_that_are_no_text_in_the_secret__403(runner, taken) -> None:
    answer = await raw(
        runner,
        b"POST /hook HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n"
        + SECRET_HEADER.encode()
        + b": \xff\xfe\r\n\r\n{}",
    )
    assert answer.startswith((b"HTTP/1.1 403", b"HTTP/1.0 400")) and taken == []


async def test_webhook__the_secret__is_compared_in_constant_time(base, monkeypatch) -> None:
    compared: list[tuple[bytes, bytes]] = []
    real = hmac.compare_digest

    def watched(one: bytes, two: bytes) -> bool:
        compared.append((one, two))
        return real(one, two)

    monkeypatch.setattr(server.hmac, "compare_digest", watched)
    await post(base, "wrong")
    assert compared == [(b"wrong", SECRET.encode())]


async def test_webhook__without_any_secret_set__takes_nothing(taken) -> None:
    runner = await listen(build_web(doors(taken, webhook_secret="")), "127.0.0.1", 0)
    assert await post(f"http://127.0.0.1:{runner.addresses[0][1]}", "") == 403
    await runner.cleanup()
    assert taken == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff", b"{}", b'{"update_id": "1", "message": {}}'])
async def test_webhook__no_update_in_the_body__400(base, taken, body) -> None:
    assert await post(base, SECRET, body) == 400
    assert taken == []


async def test_webhook__too_large__refused_unread(base, taken) -> None:
    assert await post(base, SECRET, b'"' + b"x" * LARGEST_UPDATE + b'"') == 413
    assert await post(base, SECRET, b'{"update_id": 1, "x": "' + b"x" * (LARGEST_UPDATE - 40) + b'"}') == 200
    assert len(taken) == 1


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET /healt",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /hea",
        b"POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{",
    ],
)
async def test_slow__a_request_that_never_ends__is_hung_up_on(runner, sent) -> None:
    await raw(runner, sent)


async def test_slow__an_update_that_never_ends__408_and_hung_up_on(runner, taken) -> None:
    head = f"POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n{SECRET_HEADER}: {SECRET}\r\n\r\n{{"
    assert (await raw(runner, head.encode(), within=15)).startswith(b"HTTP/1.1 408")
    assert taken == []


def test_slow__in_earnest__seconds_not_minutes() -> None:
    assert server.HEAD_WITHIN <= 30 and server.BODY_WITHIN <= 30


PATHS = ["/healthz", "/readyz", "/metrics", "/directory", "/directory.json", "/alerts.rss", "/alerts.cap", "/alerts/x.cap", "/nothing"]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
async def test_answer__of_every_page__names_no_version_and_binds_browsers(base, path) -> None:
    async with ClientSession() as session, session.get(base + path) as answer:
        headers, text = answer.headers, await answer.text()
    assert headers["Server"] == "web"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
    assert "aiohttp" not in f"{headers}{text}" and "Python/" not in f"{headers}"


async def test_directory__its_own_style_and_script_and_no_other__are_allowed(base) -> None:
    async with ClientSession() as session, session.get(base + "/directory") as answer:
        policy, page = answer.headers["Content-Security-Policy"], await answer.text()
    assert "style-src 'sha256-" in policy and "script-src 'sha256-" in policy
    assert policy.removesuffix("; frame-ancestors 'none'") in page


@pytest.mark.parametrize("sent", [b"\x16\x03\x01hello\r\n\r\n", b"nonsense\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n"])
async def test_answer__to_what_is_no_http__names_no_version(runner, sent) -> None:
    answer = await raw(runner, sent)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.") and b" 400 " in head
    assert b"aiohttp" not in answer and b"Python" not in answer
    assert body == b"", "what came is not sent back"
    assert b"X-Content-Type-Options: nosniff" in head and b"default-src 'none'" in head


async def test_answer__something_broke_in_debug_mode__tells_neither_text_nor_traceback(taken, caplog) -> None:
    async def breaks() -> list[str]:
        raise RuntimeError("chat 7312345678 asks for asylum")

    loop = asyncio.get_running_loop()
    loop.set_debug(True)
    runner = await listen(build_web(replace(doors(taken), reasons=breaks)), "127.0.0.1", 0)
    try:
        asked = b"GET /readyz HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nConnection: close\r\n\r\n"
        head, _, body = (await raw(runner, asked)).partition(b"\r\n\r\n")
    finally:
        loop.set_debug(False)
        await runner.cleanup()
    assert b" 500 " in head.partition(b"\r\n")[0] and b"Server: web" in head and b"default-src 'none'" in head
    assert body == b""
    assert "Error handling request" in caplog.text, "it is still logged"


@pytest.mark.parametrize("path", ["/alerts.rss", "/alerts.cap", "/alerts/x.cap"])
@pytest.mark.parametrize("host", ["", "h:-1", "user:word@h:99999"])
async def test_host__that_is_none__refused_and_no_error_of_ours(runner, path, host) -> None:
    """Whoever sends it must not be able to fill the log with failures."""
    answer = await raw(runner, f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode(), within=15)
    assert answer.startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("path", ["/hook", "/metrics"])
async def test_other_methods__are_refused(base, path) -> None:
    async with ClientSession() as session, session.put(base + path) as answer:
        assert answer.status == 405
