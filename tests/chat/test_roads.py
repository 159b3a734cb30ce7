"""What both ways of a push make of whatever comes back: sent, surely not taken, or nobody knows."""

import asyncio
import contextlib

import pytest

from bot.core.delivery import Sent, Unsure
from tests.chat.liar import (
    GOOD,
    chunked,
    good,
    head,
    liar,
    reset,
    says,
    silent,
    whole,
)
from tests.chat.ways import NOBODY_KNOWS, NOT_TAKEN, is_unsure, way


@pytest.mark.parametrize(
    "say",
    [
        good(),
        good(piece=1),
        says(chunked(GOOD), stays=True),
        says(chunked(GOOD[:5], GOOD[5:9], GOOD[9:]), stays=True, piece=3),
        says(b"HTTP/1.1 100 Continue\r\n\r\n" + whole(), stays=True),
        says(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + whole(), stays=True, piece=7),
        says(whole(GOOD, "Connection: close")),
        says(head(version="1.0") + GOOD),
        says(head("Connection: close") + GOOD, piece=5),
    ],
    ids=["length", "byte by byte", "chunk", "chunks", "100", "103", "close", "1.0 to the end", "to the end"],
)
async def test_push__a_good_answer_in_any_shape__is_sent_and_so_is_the_next(kind, say):
    async with liar() as server, way(server.url, kind) as it:
        server.script.append(say)
        assert await it.push() == Sent(7)
        assert await it.push(2) == Sent(7)
        assert len(server.bodies) == 2


@pytest.mark.parametrize(
    "say",
    [
        says(b""),
        reset,
        says(b"HTTP/1.1 200 OK\r\nContent-Le"),
        says(whole()[:-5]),
        says(chunked(GOOD, end=b"")),
        says(chunked(GOOD[:9], end=b"")),
        says(b"it is a bad day\r\n\r\n"),
        says(b"\x16\x03\x01\x00\xff" * 40),
        says(b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n" + GOOD),
        says(whole(b"<html>Bad gateway</html>"), stays=True),
        says(whole(b""), stays=True),
        says(b"HTTP/1.1 204 No Content\r\n\r\n", stays=True),
        says(whole(b"moved", "Location: /elsewhere", status="302 Found"), stays=True),
        says(whole(b"<html>502</html>", status="502 Bad Gateway"), stays=True),
        says(head(version="1.0") + GOOD[:-7]),
    ],
    ids=[
        "hangs up",
        "resets",
        "half a head",
        "cut off",
        "no last chunk",
        "half a chunk",
        "no HTTP",
        "TLS",
        "bad length",
        "a page",
        "empty",
        "204",
        "302",
        "502 of a proxy",
        "1.0 cut off",
    ],
)
async def test_push__after_the_request_was_read_no_clear_answer__nobody_knows_and_the_next_one_is_sent(kind, say):
    async with liar() as server, way(server.url, kind) as it:
        server.script.append(say)
        assert is_unsure(await it.push(), may_have_arrived=NOBODY_KNOWS)
        assert await it.push(2) == Sent(7)
        assert [b'"chat_id":%d,' % chat in body for chat, body in zip((1, 2), server.bodies, strict=True)] == [True] * 2


async def test_push__nobody_listens__surely_not_taken(kind):
    async with liar() as server:
        url = server.url
    async with way(url, kind) as it:
        assert is_unsure(await it.push(), may_have_arrived=NOT_TAKEN)


async def test_push__a_name_that_nobody_has__surely_not_taken(kind):
    async with way("http://telegram.invalid", kind) as it:
        assert is_unsure(await it.push(), may_have_arrived=NOT_TAKEN)


async def test_push__no_answer__nobody_knows_after_the_time_and_a_late_one_is_not_taken_for_the_next(kind):
    async with liar() as server, way(server.url, kind) as it:
        it.impatient(0.2)
        server.script.append(silent)
        assert await it.push() == Unsure("TimedOut")
        it.impatient(5)
        assert await it.push(2) == Sent(7)
        assert server.connections == 2


async def test_push__given_up_meanwhile__the_connection_is_not_used_again(kind):
    async with liar() as server, way(server.url, kind) as it:
        server.script.append(silent)
        pushing = asyncio.create_task(it.push())
        while not server.bodies:
            await asyncio.sleep(0.01)
        pushing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await pushing
        async with asyncio.timeout(1):
            while it.request._road is not None and it.request._road._lines:
                await asyncio.sleep(0.01)
        assert await it.push(2) == Sent(7)
        assert server.connections == 2


async def test_push__one_after_the_other__over_one_connection(kind):
    async with liar() as server, way(server.url, kind) as it:
        for chat in range(1, 6):
            assert await it.push(chat) == Sent(7)
        assert server.connections == 1


async def test_push__the_server_closed_a_resting_connection__goes_over_a_new_one_once(kind):
    async with liar() as server, way(server.url, kind) as it:
        assert await it.push() == Sent(7)
        await server.hang_up()
        await asyncio.sleep(0.05)  # the other end must have seen it: that is what this test is about
        assert await it.push(2) == Sent(7)
        assert (len(server.bodies), server.connections) == (2, 2)


async def test_push__two_answers_to_one_request__the_second_is_not_taken_for_the_next_ones(kind):
    async with liar() as server, way(server.url, kind) as it:
        other = b'{"ok":true,"result":{"message_id":666}}'
        server.script.append(says(whole() + whole(other), stays=True))
        assert await it.push() == Sent(7)
        assert await it.push(2) == Sent(7)
        assert server.connections == 2


async def test_push__many_at_once__all_are_sent_and_no_more_connections_than_that(kind):
    async with liar() as server, way(server.url, kind, keep=3) as it:
        assert await asyncio.gather(*(it.push(chat) for chat in range(1, 21))) == [Sent(7)] * 20
        assert server.connections <= 20
        first = server.connections
        assert await asyncio.gather(*(it.push(chat) for chat in range(21, 24))) == [Sent(7)] * 3
        assert server.connections == first
