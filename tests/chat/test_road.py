"""The road of pushes: what it must take care of by itself, for no library does."""

import asyncio
import gzip

import pytest

from bot.chat import transport
from bot.chat.application import build_bot
from bot.chat.road import MOST_ANSWER
from bot.core.delivery import Sent, Unsure
from tests.chat.liar import (
    GOOD,
    dripping,
    head,
    liar,
    says,
    whole,
)
from tests.chat.ways import NOBODY_KNOWS, TOKEN, is_unsure, way


@pytest.mark.parametrize(
    "say",
    [
        says(whole(b" " * (MOST_ANSWER + 1))),
        says(head("X-Flood: " + "x" * MOST_ANSWER) + GOOD),
        says(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\nxxx"),
        says(head("Content-Length: 5", "Transfer-Encoding: chunked") + GOOD),
        says(whole(gzip.compress(GOOD), "Content-Encoding: gzip"), stays=True),
    ],
    ids=["a flood", "a flood of headers", "an upgrade", "two lengths", "gzip"],
)
async def test_road__what_telegram_never_says__nobody_knows_and_the_next_one_is_sent(say):
    async with liar() as server, way(server.url, "road") as it:
        server.script.append(say)
        assert is_unsure(await it.push(), may_have_arrived=NOBODY_KNOWS)
        assert await it.push(2) == Sent(7)


async def test_road__an_answer_that_never_ends__is_given_up_in_time():
    async with liar() as server, way(server.url, "road") as it:
        it.impatient(0.3)
        server.script.append(dripping)
        async with asyncio.timeout(2):
            assert await it.push() == Unsure("TimedOut")


@pytest.mark.parametrize(
    "said", [whole(b'{"ok":true,"result":{"message_id":666}}'), b"\r\n"], ids=["answer", "rubbish"]
)
async def test_road__something_is_said_to_nobody__the_connection_is_not_used_again(said):
    async with liar() as server, way(server.url, "road") as it:
        assert await it.push() == Sent(7)
        server.writers[0].write(said)
        while it.request._road._lines:
            await asyncio.sleep(0.01)
        assert await it.push(2) == Sent(7)
        assert server.connections == 2


async def test_road__rested_too_long__goes_over_a_new_connection(monkeypatch):
    monkeypatch.setattr("bot.chat.road.IDLE_FOR", 0.0)
    async with liar() as server, way(server.url, "road") as it:
        assert await it.push() == Sent(7)
        assert await it.push(2) == Sent(7)
        assert server.connections == 2


async def test_road__request__asks_for_plain_json_and_names_the_server():
    async with liar() as server, way(f"{server.url}/under/", "road") as it:
        await it.push()
        lines = server.heads[0].decode().split("\r\n")
    assert lines[0] == f"POST /under//bot{TOKEN}/sendMessage HTTP/1.1"
    assert f"Host: {server.url.removeprefix('http://')}" in lines
    assert "Accept-Encoding: identity" in lines


async def test_road__closed__lets_go_of_every_connection():
    async with liar() as server, way(server.url, "road") as it:
        await asyncio.gather(*(it.push(chat) for chat in range(1, 5)))
        await it.request.shutdown()
        assert it.request._road._lines == set()
        assert not it.request._road._idle


@pytest.mark.parametrize("url", ["http://user:word@localhost:1", "http://localhost:1?a=b", "ftp://localhost"])
def test_road_to__an_address_that_only_aiohttp_knows_how_to_take__none(url):
    assert transport.road_to(url, 8) is None


def test_road_to__a_proxy_lies_between__none(monkeypatch):
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:3128")
    transport._proxy.cache_clear()
    try:
        assert transport.road_to("https://api.telegram.org", 8) is None
        assert transport.road_to("http://127.0.0.1:8081", 8) is not None
    finally:
        transport._proxy.cache_clear()


def test_road__shown__tells_no_token():
    request = build_bot(TOKEN, "http://localhost:1", 0, 8).bot.request
    assert TOKEN not in repr(request._road) + repr(vars(request._road))
