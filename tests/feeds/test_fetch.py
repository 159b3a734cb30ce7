"""One feed over HTTP: what is sent, what is kept, and where no connection is ever made."""

import asyncio
import socket
import sys
from collections.abc import Sequence
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver
from yarl import URL

from bot.core.feed import FeedState
from bot.errors import FeedError
from bot.feeds.fetch import HttpFeedReader, redirected
from tests.builders import NOW, a_feed, a_feed_state
from tests.feeds.hostile import GOOD, Everywhere

PUBLIC, LOOPBACK = "93.184.215.14", "127.0.0.1"
CONNECTED: list[object] = []


def _listen(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect":
        CONNECTED.append(arguments[1])


sys.addaudithook(_listen)


class Saying(AbstractResolver):
    """Answers each question with the next of some lists of addresses."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)

    async def resolve(self, host, port=0, family=socket.AF_INET):
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [self.result(address, port) for address in found]

    def result(self, address, port):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return {"hostname": "x", "host": address, "port": port, "family": family, "proto": 0, "flags": 0}

    async def close(self):
        pass


class TwoFaced(Saying):
    """Shows a public address to who checks, and loopback to who looks again."""

    def result(self, address, port):
        class Result(dict):
            looks = 0

            def __getitem__(self, key):
                if key == "host":
                    self.looks += 1
                    return PUBLIC if self.looks == 1 else LOOPBACK
                return super().__getitem__(key)

        return Result(super().result(address, port))


async def refused(url: str, resolver: AbstractResolver | None = None, times: int = 1) -> str:
    """The reason of the last of some reads; fails when anything connected to a private address."""
    reader = HttpFeedReader(lambda: NOW, resolver=resolver)
    CONNECTED.clear()
    reason = ""
    for _ in range(times):
        with pytest.raises(FeedError) as error:
            await reader.read(a_feed(url=url), FeedState("x"))
        reason = error.value.reason
    await reader.close()
    assert CONNECTED == []
    return reason


@pytest.mark.parametrize(
    "addresses", [[LOOPBACK], ["10.0.0.1"], ["169.254.169.254"], ["::1"], ["::ffff:127.0.0.1"], ["64:ff9b::7f00:1"], [PUBLIC, LOOPBACK]]
)  # fmt: skip
async def test_read__name_that_leads_inside__no_connection(addresses) -> None:
    assert "private" in await refused("https://news.example.org/rss", Saying(addresses))


async def test_read__name_that_is_bound_anew_between_two_visits__no_connection() -> None:
    assert "private" in await refused("http://news.example.org/rss", Saying([PUBLIC], [LOOPBACK]), times=2)


async def test_read__name_that_changes_between_check_and_connection__no_connection() -> None:
    assert "private" in await refused("http://news.example.org/rss", TwoFaced([PUBLIC]))


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "[::1]", "2130706433", "0x7f000001", "127.1", "0177.1", "0"]
)
async def test_read__this_machine_by_any_name__no_connection(host) -> None:
    assert await refused(f"http://{host}/rss")


def test_redirected__from_encryption_to_none__refused() -> None:
    with pytest.raises(FeedError, match="open one"):
        redirected(URL("https://a.example.org/x"), "http://a.example.org/x")
    assert str(redirected(URL("https://a.example.org/x/y"), "../z")) == "https://a.example.org/z"
    assert str(redirected(URL("http://a.example.org/x"), "//b.example.org/z")) == "http://b.example.org/z"


class Source:
    """A server that remembers what it was asked, and how many at once."""

    def __init__(self) -> None:
        self.asked: list[web.Request] = []
        self.under_way = self.most = 0
        self.pause = 0.0
        self.more: dict[str, str] = {}

    async def on_feed(self, request: web.Request) -> web.Response:
        self.asked.append(request)
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await asyncio.sleep(self.pause)
        self.under_way -= 1
        if request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304, headers={"Cache-Control": "max-age=600", **self.more})
        marks = {
            "ETag": '"1"',
            "Last-Modified": "Mon, 23 Nov 2026 10:00:00 GMT",
            "Cache-Control": "max-age=900",
            **self.more,
        }
        return web.Response(body=GOOD, content_type="text/xml", headers=marks)

    async def on_circle(self, request: web.Request) -> web.Response:
        self.asked.append(request)
        return web.Response(status=302, headers={"Location": "/circle"})

    async def on_moved(self, _: web.Request) -> web.Response:
        return web.Response(status=301, headers={"Location": "/feed"})


@pytest.fixture
async def source():
    made = Source()
    application = web.Application()
    application.router.add_get("/feed", made.on_feed)
    application.router.add_get("/moved", made.on_moved)
    application.router.add_get("/circle", made.on_circle)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.port = runner.addresses[0][1]
    yield made
    await runner.cleanup()


@pytest.fixture
async def reader():
    made = HttpFeedReader(lambda: NOW, allow_private=True, resolver=Everywhere())
    yield made
    await made.close()


async def test_read__first_visit__says_who_we_are_and_keeps_the_marks(source, reader, monkeypatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    fetched = await reader.read(a_feed(url=f"http://a.example:{source.port}/feed"), FeedState("x"))
    headers = source.asked[0].headers
    assert headers["User-Agent"].startswith("Waypost/")
    assert not {"Cookie", "Referer", "Authorization", "If-None-Match", "Proxy-Connection"} & set(headers)
    assert (fetched.etag, fetched.last_modified) == ('"1"', "Mon, 23 Nov 2026 10:00:00 GMT")
    assert fetched.poll_again_in == timedelta(minutes=15)
    assert len(fetched.entries) == 2


async def test_read__nothing_new__is_not_modified(source, reader) -> None:
    fetched = await reader.read(
        a_feed(url=f"http://a.example:{source.port}/moved"), a_feed_state(etag='"1"', last_modified="x")
    )
    assert fetched.not_modified
    assert fetched.poll_again_in == timedelta(minutes=10)
    assert source.asked[0].headers["If-Modified-Since"] == "x"


async def test_read__well_answered_but_told_to_stay_away__for_as_long(source, reader) -> None:
    source.more = {"Retry-After": "7200", "Set-Cookie": "who=we"}
    feed = a_feed(url=f"http://a.example:{source.port}/feed")
    assert (await reader.read(feed, FeedState("x"))).poll_again_in == timedelta(hours=2)
    again = await reader.read(feed, a_feed_state(etag='"1"'))
    assert again.not_modified and again.poll_again_in == timedelta(hours=2)
    assert not any("Cookie" in request.headers for request in source.asked)


async def test_read__redirects_without_an_end__five_are_followed(source, reader) -> None:
    with pytest.raises(FeedError, match="more than 5 redirects"):
        await reader.read(a_feed(url=f"http://a.example:{source.port}/circle"), FeedState("x"))
    assert len(source.asked) == 6


async def test_read__feeds_of_one_host__one_after_the_other(source, reader) -> None:
    source.pause = 0.05
    urls = [f"http://a.example:{source.port}/feed?{number}" for number in range(4)]
    await asyncio.gather(*(reader.read(a_feed(url, url=url), FeedState(url)) for url in urls))
    assert source.most == 1


async def test_read__feeds_of_several_hosts__at_once(source, reader) -> None:
    source.pause = 0.1
    urls = [f"http://host{number}.example:{source.port}/feed" for number in range(4)]
    await asyncio.gather(*(reader.read(a_feed(url, url=url), FeedState(url)) for url in urls))
    assert source.most > 1


async def test_read__host_that_keeps_its_other_feeds_waiting__costs_them_a_turn(source) -> None:
    source.pause = 1.0
    reader = HttpFeedReader(lambda: NOW, allow_private=True, resolver=Everywhere(), deadline=0.2)
    url = f"http://a.example:{source.port}/feed"
    results = await asyncio.gather(
        *(reader.read(a_feed(str(number), url=url), FeedState("x")) for number in range(3)), return_exceptions=True
    )
    await reader.close()
    assert all(isinstance(result, FeedError) for result in results)


async def test_close__twice_and_without_a_visit__is_fine() -> None:
    reader = HttpFeedReader(lambda: NOW)
    await reader.close()
    await reader.close()
    with pytest.raises(FeedError, match="stopped"):
        await reader.read(a_feed(), FeedState("x"))
