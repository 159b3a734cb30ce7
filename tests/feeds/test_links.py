"""Visiting the addresses of the directory: what is dead is named, what is only unfriendly to programs is not."""

import asyncio
from collections import Counter

import pytest
from aiohttp import web
from yarl import URL

from bot.feeds import links
from bot.feeds.links import Visit, visit, visit_all

PLACES = {
    "moved": "/ok",
    "front": "/",
    "gone-host": "http://localhost:{port}/ok",
    "circle": "/circle",
    "elsewhere": "ftp://127.0.0.1/",
}


class Site:
    """A server on loopback with one page for each way to answer."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.agents: set[str] = set()
        self.under_way = self.most_under_way = 0
        self.closing = asyncio.Event()
        self.url = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked[f"{request.method} {request.path}"] += 1
        self.agents.add(request.headers["User-Agent"])
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            return await self._answer(request)
        finally:
            self.under_way -= 1

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        page, is_head = request.path.strip("/"), request.method == "HEAD"
        if page in PLACES:
            raise web.HTTPFound(PLACES[page].replace("{port}", str(request.url.port)))
        if page.isdigit():
            return web.Response(status=int(page))
        if page == "reset" or (page == "head-breaks" and is_head):
            assert request.transport is not None
            request.transport.abort()
        elif page == "starting":
            return web.Response(status=200 if self.asked[f"{request.method} /starting"] > 1 else 503)
        elif page == "cookie" and "seen" not in request.cookies:
            found = web.HTTPFound("/cookie")
            found.set_cookie("seen", "1")
            raise found
        elif page == "get-only" and is_head:
            return web.Response(status=405)
        elif page == "head-fails" and is_head:
            return web.Response(status=500)
        elif page == "hang":
            await self.closing.wait()
        elif page == "slow-body":
            return await self._endless(request)
        return web.Response()

    async def _endless(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        if request.method == "GET":
            await self.closing.wait()
        return response


@pytest.fixture
async def site():
    site = Site()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", site.answer)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    yield site
    site.closing.set()
    await runner.cleanup()


ANSWERS = [
    ("ok", Visit()),
    ("moved", Visit()),
    ("cookie", Visit()),
    ("front", Visit("it leads to the front page")),
    ("gone-host", Visit("it leads to another site, localhost")),
    ("get-only", Visit()),
    ("head-fails", Visit()),
    ("head-breaks", Visit()),
    ("slow-body", Visit()),
    ("404", Visit("the server answered 404", is_dead=True)),
    ("410", Visit("the server answered 410", is_dead=True)),
    ("500", Visit("the server answered 500", is_dead=True)),
    ("503", Visit("the server answered 503", is_dead=True)),
    ("401", Visit("the server answered 401")),
    ("403", Visit("the server answered 403")),
    ("429", Visit("the server answered 429")),
    ("circle", Visit("it leads through more than 5 redirects", is_dead=True)),
    ("elsewhere", Visit("the address is not http or https", is_dead=True)),
    ("reset", Visit("the connection broke (ServerDisconnectedError)", is_dead=True)),
]


@pytest.mark.parametrize(("path", "expected"), ANSWERS, ids=[path for path, _ in ANSWERS])
async def test_visit__each_way_to_answer__is_judged(site, path, expected) -> None:
    assert await visit(site.url + path, True, 10) == expected


async def test_visit__a_server_that_hangs__is_given_up_at_the_deadline(site) -> None:
    assert await visit(site.url + "hang", True, 0.2) == Visit("no answer within 0.2 seconds", is_dead=True)


async def test_visit__head_answered_well__get_is_not_asked(site) -> None:
    await visit(site.url + "ok", True, 10)
    assert site.asked == {"HEAD /ok": 1}


async def test_visit__too_many_requests__is_not_asked_again(site) -> None:
    await visit(site.url + "429", True, 10)
    assert site.asked == {"HEAD /429": 1}


async def test_visit__nobody_listens__the_server_cannot_be_reached(unused_tcp_port) -> None:
    found = await visit(f"http://127.0.0.1:{unused_tcp_port}/", True, 10)
    assert found == Visit("the server cannot be reached", is_dead=True)


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "https://10.0.0.1/", "http://[::1]/", "https://localhost/"])
async def test_visit__a_private_address__is_never_visited(url) -> None:
    assert await visit(url, False, 10) == Visit("the address leads into a private network", is_dead=True)


async def test_visit__an_unusual_port__is_left_to_a_person() -> None:
    found = await visit("https://refuge.example.org:8443/", False, 10)
    assert found == Visit("it uses an unusual port and was not visited")


async def test_visit__something_that_is_no_address__is_dead_and_raises_nothing() -> None:
    assert (await visit("http://[refuge/", True, 10)).is_dead


async def test_visit_all__many_pages_of_one_host__one_at_a_time_each_once_with_an_honest_name(site) -> None:
    urls = [f"{site.url}ok/{number % 5}" for number in range(10)]
    began = asyncio.get_running_loop().time()
    found = await visit_all(urls, allow_private=True, pause=0.1)
    assert asyncio.get_running_loop().time() - began >= 4 * 0.1
    assert found == dict.fromkeys(urls, Visit())
    assert site.asked.total() == 5
    assert site.most_under_way == 1
    assert site.agents == {links.USER_AGENT}
    assert "Waypost" in links.USER_AGENT


async def test_visit_all__one_host_hangs__the_others_are_judged_all_the_same(site) -> None:
    other = site.url.replace("127.0.0.1", "localhost")
    found = await visit_all([site.url + "hang", other + "404"], allow_private=True, deadline=0.5, pause=0)
    assert [visit.is_dead for visit in found.values()] == [True, True]
    assert found[other + "404"].reason == "the server answered 404"


async def test_visit_all__a_server_that_was_just_being_restarted__is_asked_once_more_and_lives(site) -> None:
    urls = [site.url + "starting", site.url + "404"]
    assert await visit_all(urls, allow_private=True, pause=0) == {
        urls[0]: Visit(),
        urls[1]: Visit("the server answered 404", is_dead=True),
    }
    assert site.asked["GET /404"] == 2


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        ("http://refuge.example.org/help", "it leads to an address that is not https"),
        ("https://www.refuge.example.org/en/help", ""),
        ("https://refuge.example.org/", "it leads to the front page"),
        ("https://refuge.example.org/?page=help", ""),
        ("https://parked.example/", "it leads to another site, parked.example"),
    ],
)
def test_elsewhere__where_redirects_end__is_told_when_an_editor_should_look(end, reason) -> None:
    assert links._elsewhere(URL("https://refuge.example.org/help"), URL(end)) == reason
