"""A feed server that misbehaves in every way we could think of, next to one healthy feed; loopback only."""

from __future__ import annotations

import asyncio
import gzip
import itertools
import socket
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from tests.feeds.corpus import RUSSIAN, SITE, item, rss

GOOD = rss(item() + item(2)).encode()
RSS = "application/rss+xml"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Wire = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
ENTRIES = "entries"
NUMBERS = itertools.count()


@dataclass(frozen=True, slots=True)
class Hostile:
    """One behaviour: how it answers, and what the reader should make of it (`entries`, or words of the reason)."""

    name: str
    expected: str
    handler: Handler | None = None
    wire: bytes = b""


class Everywhere(AbstractResolver):
    """Resolves every name to loopback, so that each behaviour has a host of its own."""

    async def resolve(self, host: str, port: int = 0, family: int = socket.AF_INET) -> list[ResolveResult]:
        return [ResolveResult(hostname=host, host="127.0.0.1", port=port, family=socket.AF_INET, proto=0, flags=0)]

    async def close(self) -> None:
        pass


def serves(body: bytes, content_type: str = RSS, status: int = 200, **headers: str) -> Handler:
    """Answers with that."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    async def handler(_: web.Request) -> web.Response:
        return web.Response(status=status, body=body, headers={"Content-Type": content_type, **named})

    return handler


def redirects(to: str, status: int = 302) -> Handler:
    return serves(b"", status=status, Location=to)


def feed(items: str) -> Handler:
    return serves(rss(items).encode())


async def silent(_: web.Request) -> web.Response:
    await asyncio.sleep(60)
    raise web.HTTPNoContent


async def _streamed(request: web.Request, piece: bytes, pause: float, **headers: str) -> web.StreamResponse:
    answer = web.StreamResponse(headers={"Content-Type": RSS, **{k.replace("_", "-"): v for k, v in headers.items()}})
    await answer.prepare(request)
    with suppress(ConnectionError):
        while True:
            await answer.write(piece)
            await asyncio.sleep(pause)
    return answer


async def dripping(request: web.Request) -> web.StreamResponse:
    return await _streamed(request, b"<", 0.05)


async def endless(request: web.Request) -> web.StreamResponse:
    return await _streamed(request, b"<item><title>x</title></item>" * 2000, 0)


async def endless_gzip(request: web.Request) -> web.StreamResponse:
    stream = zlib.compressobj(9, wbits=31)
    answer = web.StreamResponse(headers={"Content-Type": RSS, "Content-Encoding": "gzip"})
    await answer.prepare(request)
    with suppress(ConnectionError):
        while True:
            await answer.write(stream.compress(bytes(3_000_000)))
            await asyncio.sleep(0)
    return answer


async def new_guids(_: web.Request) -> web.Response:
    return web.Response(body=rss(item(1).replace("g1", f"g{next(NUMBERS)}")).encode(), content_type=RSS)


async def sets_cookies(request: web.Request) -> web.Response:
    if "Cookie" in request.headers:
        return web.Response(status=400)
    answer = web.Response(body=GOOD, content_type=RSS)
    answer.set_cookie("who", "you")
    return answer


def bomb() -> bytes:
    stream = zlib.compressobj(9, wbits=31)
    return b"".join(stream.compress(bytes(1_000_000)) for _ in range(300)) + stream.flush()


def answer(body: bytes = GOOD, head: bytes = b"HTTP/1.1 200 OK", more: bytes = b"") -> bytes:
    """An answer as it goes over the wire."""
    return head + b"\r\nContent-Type: application/rss+xml\r\n" + more + b"Connection: close\r\n\r\n" + body


JUNK = b"<rss><channel><item><title>" + b"<a b='c'/>&" * 250_000
ENTITY_BOMB = "<!DOCTYPE r [<!ENTITY a 'haha'>" + "".join(
    f"<!ENTITY {name} '{f'&{before};' * 10}'>" for before, name in itertools.pairwise("abcdefgh")
) + "]>"  # fmt: skip
TEN_THOUSAND = "".join(item(number) for number in range(10_000))
LINKS = "".join(
    f"<item><title>T{number}</title><link>{link}</link></item>"
    for number, link in enumerate(
        (
            "javascript:alert(1)",
            "tg://resolve?domain=x",
            "https://bank.example@evil.example/",
            "https://аpple.com/",
            "http://10.0.0.1/",
        )
    )
)

BEHAVIOURS = (
    Hostile("not-found", "answered 404", serves(b"", status=404)),
    Hostile("gone", "answered 410", serves(b"", status=410)),
    Hostile("broken-server", "answered 500", serves(b"<rss/>", status=500)),
    Hostile("too-many-requests", "answered 429", serves(b"", status=429, Retry_After="3600")),
    Hostile("busy-until-date", "answered 503", serves(b"", status=503, Retry_After="Mon, 23 Nov 2099 00:00:00 GMT")),
    Hostile("busy-nonsense", "answered 503", serves(b"", status=503, Retry_After="²" * 50)),
    Hostile("not-modified-unasked", "answered 304", serves(b"", status=304)),
    Hostile("no-content", "answered 204", serves(b"", status=204)),
    Hostile("redirect-nowhere", "answered 302", serves(b"", status=302)),
    Hostile("redirect-to-itself", "redirects", redirects("redirect-to-itself")),
    Hostile("redirect-javascript", "not http", redirects("javascript:alert(1)")),
    Hostile("redirect-file", "not http", redirects("file:///etc/passwd")),
    Hostile("redirect-user-info", "user name", redirects("http://a:b@127.0.0.1/")),
    Hostile("redirect-garbage", "", redirects("http://[::1")),
    Hostile("redirect-huge", "", redirects("/" + "a" * 7000)),
    Hostile("redirect-closed-port", "cannot be reached", redirects("http://127.0.0.1:1/")),
    Hostile("silent", "within", silent),
    Hostile("dripping", "within", dripping),
    Hostile("endless", "larger", endless),
    Hostile("endless-gzip", "larger", endless_gzip),
    Hostile("six-megabytes", "larger", serves(b"<rss>" + b" " * 6_000_000)),
    Hostile("gzip-bomb", "larger", serves(bomb(), Content_Encoding="gzip")),
    Hostile("gzip-in-gzip", "no feed", serves(gzip.compress(gzip.compress(GOOD)), Content_Encoding="gzip")),
    Hostile("gzip-broken", "not compressed", serves(GOOD, Content_Encoding="gzip")),
    Hostile("gzip-cut", "broke off", serves(gzip.compress(GOOD)[:-20], Content_Encoding="gzip")),
    Hostile("gzip-fine", ENTRIES, serves(gzip.compress(GOOD), Content_Encoding="gzip")),
    Hostile("brotli-unasked", "not asked for", serves(GOOD, Content_Encoding="br")),
    Hostile("web-page", "web page", serves(b"<!doctype html><title>Domain for sale</title>", "text/html")),
    Hostile("picture", "no feed", serves(b"\x89PNG\r\n" + bytes(range(256)) * 40, "image/png")),
    Hostile("other-json", "no feed", serves(b'{"error": "no"}', "application/json")),
    Hostile("deep-json", "JSON", serves(b"[" * 1_000_000, "application/json")),
    Hostile("empty", "empty", serves(b"")),
    Hostile("entity-bomb", "entities", serves((ENTITY_BOMB + "<rss><channel><title>&h;</title></channel></rss>").encode())),
    Hostile("external-entity", "entities", serves(b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss>&x;</rss>')),
    Hostile("deep-nesting", "", feed(f"<item><title>{'<b>' * 200_000}{'</b>' * 200_000}</title></item>")),
    Hostile("million-tags", "too many elements", serves(b"<rss><channel>" + b"<a/>" * 1_200_000 + b"</channel></rss>")),
    Hostile("junk-that-takes-long", "", serves(JUNK)),
    Hostile("impossible-character", "", feed("<item><title>&#99999999;</title></item>")),
    Hostile("ten-thousand-entries", ENTRIES, feed(TEN_THOUSAND)),
    Hostile("one-huge-entry", ENTRIES, feed(item(text="word " * 900_000))),
    Hostile("bad-links", ENTRIES, feed(LINKS)),
    Hostile("scripts", ENTRIES, feed(item(text="&lt;script&gt;alert(1)&lt;/script&gt;&lt;img onerror=x&gt;Text"))),
    Hostile("bidi-controls", ENTRIES, feed(item(title="safe\u202ecod.exe\u2066"))),
    Hostile("from-the-future", ENTRIES, feed(item(more="<pubDate>Mon, 23 Nov 2099 10:00:00 GMT</pubDate>"))),
    Hostile("without-dates-and-guids", ENTRIES, feed("<item><title>T</title></item>")),
    Hostile("new-guids-each-time", ENTRIES, new_guids),
    Hostile("windows-1251-undeclared", ENTRIES, serves(rss(item(text=RUSSIAN), head="").encode("cp1251"))),
    Hostile("wrong-declaration", ENTRIES, serves(rss(item(text=RUSSIAN)).encode("utf-16"), "text/xml; charset=us-ascii")),
    Hostile("unknown-charset", ENTRIES, serves(GOOD, "text/xml; charset=zip")),
    Hostile("broken-off", ENTRIES, serves(GOOD[:-40])),
    Hostile("cookies", ENTRIES, sets_cookies),
    Hostile("foreign-etag", ENTRIES, serves(GOOD, ETag="\"жж\"", Last_Modified="вчера")),
    Hostile("length-too-long", "broke", wire=answer(more=b"Content-Length: 99999\r\n")),
    Hostile("length-huge", "larger", wire=answer(more=b"Content-Length: 99999999999\r\n")),
    Hostile("length-nonsense", "broke", wire=answer(more=b"Content-Length: -5\r\n")),
    Hostile("chunks-nonsense", "broke", wire=answer(b"zz\r\nnot a chunk", more=b"Transfer-Encoding: chunked\r\n")),
    Hostile("chunks-cut", "broke", wire=answer(b"ffff\r\n<rss>", more=b"Transfer-Encoding: chunked\r\n")),
    Hostile("no-status", "broke", wire=b"<rss><channel/></rss>"),
    Hostile("status-nonsense", "broke", wire=answer(head=b"HTTP/9.9 OK two hundred")),
    Hostile("header-without-end", "", wire=answer(more=b"X: " + b"a" * 100_000 + b"\r\n")),
    Hostile("ten-thousand-headers", "", wire=answer(more=b"".join(b"X%d: 1\r\n" % number for number in range(10_000)))),
    Hostile("nul-in-header", "broke", wire=answer(more=b"X: a\x00b\r\n")),
    Hostile("continue-for-ever", "", wire=b"HTTP/1.1 100 Continue\r\n\r\n" * 20_000),
    Hostile("closes-at-once", "broke", wire=b" "),
    Hostile("binary", "broke", wire=bytes(range(256)) * 50),
)  # fmt: skip


@asynccontextmanager
async def hostile_server() -> AsyncIterator[Callable[[str], str]]:
    """Run the server; gives a function from the name of a behaviour (or `healthy`) to its address."""
    application = web.Application()
    application.router.add_get("/healthy", serves(GOOD, ETag='"1"'))
    for behaviour in BEHAVIOURS:
        if behaviour.handler is not None:
            application.router.add_get(f"/{behaviour.name}", behaviour.handler)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    wires = {f"/{behaviour.name}": behaviour.wire for behaviour in BEHAVIOURS if behaviour.wire}
    raw = await asyncio.start_server(_raw(wires), "127.0.0.1", 0)
    port, raw_port = runner.addresses[0][1], raw.sockets[0].getsockname()[1]

    def address(name: str) -> str:
        return f"http://{name}.example:{raw_port if f'/{name}' in wires else port}/{name}"

    try:
        yield address
    finally:
        raw.close()
        await raw.wait_closed()
        await runner.cleanup()


def _raw(wires: dict[str, bytes]) -> Wire:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            request = await reader.readuntil(b"\r\n\r\n")
            writer.write(wires[request.split()[1].decode()])
            await writer.drain()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    return connected


HEALTHY_LINKS = (f"{SITE}/1", f"{SITE}/2")
