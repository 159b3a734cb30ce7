"""What both ways of a push make of whatever comes back: sent, surely not taken, or nobody knows."""

import asyncio
import contextlib
import gzip
import json
import ssl
from datetime import timedelta

import pytest

from bot.chat import transport
from bot.chat.application import build_bot
from bot.chat.road import MOST_ANSWER
from bot.chat.sender import Sender
from bot.core.delivery import Gone, Outcome, Rejected, Sent, Throttled, Unsure
from bot.texts.message import Message
from tests.chat.liar import (
    GOOD,
    certificate,
    chunked,
    dripping,
    good,
    head,
    liar,
    reset,
    says,
    silent,
    whole,
)

TOKEN = "1:sandbox"
HELLO = Message("Hello")
NOBODY_KNOWS, NOT_TAKEN = True, False


class Way:
    """A sender over one of the two ways."""

    def __init__(self, url: str, kind: str, keep: int = 8) -> None:
        self.application = build_bot(TOKEN, url, 0, keep if kind == "road" else 0)
        self.request = self.application.bot.request
        assert (self.request._road is not None) == (kind == "road")
        self.sender = Sender(self.application.bot)

    async def push(self, chat: int = 1) -> Outcome:
        return await self.sender.send(chat, HELLO)

    def impatient(self, seconds: float) -> None:
        self.request._read_timeout = seconds
        if self.request._road is not None:
            self.request._road._reading = seconds


@pytest.fixture(params=["aiohttp", "road"])
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@contextlib.asynccontextmanager
async def way(url: str, kind: str, keep: int = 8):
    made = Way(url, kind, keep)
    try:
        yield made
    finally:
        await made.request.shutdown()


def is_unsure(outcome: Outcome, *, may_have_arrived: bool) -> bool:
    return isinstance(outcome, Unsure) and outcome.may_have_arrived == may_have_arrived


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


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        ("403 Forbidden", b'{"ok":false,"error_code":403,"description":"Forbidden: user is deactivated"}', Gone()),
        ("400 Bad Request", b'{"ok":false,"error_code":400,"description":"Bad Request: no"}', Rejected("No")),
        ("500 Oops", b'{"ok":false,"error_code":500,"description":"Internal"}', Unsure("NotTaken", False)),
        (
            "429 Too Many Requests",
            b'{"ok":false,"error_code":429,"description":"Too","parameters":{"retry_after":7}}',
            Throttled(timedelta(seconds=7)),
        ),
    ],
)
async def test_push__refused_in_telegrams_words__is_what_they_say(kind, status, body, outcome):
    async with liar() as server, way(server.url, kind) as it:
        server.script.append(says(whole(body, status=status), stays=True))
        assert await it.push() == outcome


async def test_push__a_proxy_says_how_long_to_wait__is_obeyed(kind):
    async with liar() as server, way(server.url, kind) as it:
        server.script.append(says(whole(b"slow down", "retry-After: 9", status="429 Slow down"), stays=True))
        assert await it.push() == Throttled(timedelta(seconds=9))


def refusal(status: str = "429 Too Many Requests", **told: object) -> bytes:
    return whole(json.dumps({"ok": False, "error_code": int(status[:3]), **told}).encode(), status=status)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        (refusal(parameters={"retry_after": 0}), 1),
        (refusal(parameters={"retry_after": -5}), 1),
        (refusal(parameters={"retry_after": 7.5}), 7.5),
        (refusal(parameters={"retry_after": "7"}), 7),
        (refusal(parameters={"retry_after": [7]}), 1),
        (refusal(parameters={"retry_after": 10**9}), 30 * 86_400),
        (refusal(parameters={"retry_after": 10**300}), 30 * 86_400),
        (refusal(parameters={}), 1),
        (refusal(parameters=None), 1),
        (refusal(), 1),
        (refusal(description="Too Many Requests: retry after 9"), 9),
        (refusal("503 Restarting", parameters={"retry_after": 4}), 4),
        (whole(b"slow down", "Retry-After: 0", status="429 Slow down"), 1),
        (whole(b"slow down", "Retry-After: -3", status="429 Slow down"), 1),
        (whole(b"slow down", "Retry-After: 2.5", status="429 Slow down"), 2.5),
        (whole(b"slow down", "Retry-After: nan", status="429 Slow down"), 1),
        (whole(b"slow down", "Retry-After: \u00b2", status="429 Slow down"), 1),
        (whole(b"slow down", f"Retry-After: {'9' * 5000}", status="429 Slow down"), 30 * 86_400),
        (whole(b"slow down", "Retry-After: Wed, 21 Oct 2026 07:28:00 GMT", status="429 Slow down"), 1),
    ],
)
async def test_push__a_429_that_says_strangely_how_long__is_a_pause_and_no_refusal_for_good(kind, said, seconds):
    async with liar() as server, way(server.url, kind) as it:
        server.script.append(says(said, stays=True))
        assert await it.push() == Throttled(timedelta(seconds=seconds))
        limiter = it.application.bot.rate_limiter
        assert seconds < limiter.pause_left() + 1 < seconds + 2
        assert limiter._pace._all.under_way == 0


@pytest.mark.parametrize(
    "said",
    [
        whole(b'{"ok":false,"error_code":400,"description":"Bad Request"}'),
        whole(b'{"ok":false}', status="201 Created"),
        refusal("400 Bad Request", description=5),
        refusal("403 Forbidden", description=["bot was blocked by the user"]),
        refusal("400 Bad Request", parameters=[1]),
        refusal("429 Too Many Requests", parameters="retry_after"),
        refusal("400 Bad Request", parameters={"migrate_to_chat_id": "-100"}),
        refusal("400 Bad Request", parameters={"migrate_to_chat_id": [1]}),
    ],
)
async def test_push__a_refusal_in_words_that_nobody_knows__is_not_for_good(kind, said):
    async with liar() as server, way(server.url, kind) as it:
        server.script.append(says(said, stays=True))
        assert is_unsure(await it.push(), may_have_arrived=NOBODY_KNOWS)
        assert await it.push(2) == Sent(7)


@pytest.mark.parametrize("act", ["edit", "delete"])
@pytest.mark.parametrize(
    "said",
    [
        whole(b'{"ok":false}'),
        refusal("400 Bad Request", description=5),
        refusal("429 Too Many Requests", parameters=[1]),
        whole(b'{"ok":true,"result":[7]}'),
        whole(b'{"ok":true,"result":{"message_id":[]}}'),
    ],
)
async def test_withdrawal__an_answer_that_makes_no_sense__is_not_for_good(act, said):
    async with liar() as server, way(server.url, "road") as it:
        server.script.append(says(said, stays=True))
        outcome = await (it.sender.edit(1, 7, HELLO) if act == "edit" else it.sender.delete(1, [7]))
        assert isinstance(outcome, Unsure) or (act == "delete" and b"true" in said)


async def test_push__an_error_of_ours_on_the_way__is_no_refusal(kind, monkeypatch):
    async with liar() as server, way(server.url, kind) as it:
        monkeypatch.setattr(it.request, "_check_origin", None)
        server.script.append(says(refusal("500 Oops"), stays=True))
        assert await it.push() == Unsure("TypeError")


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


# over TLS


@pytest.fixture
def trusts(monkeypatch):
    """Let both ways trust a certificate besides those of the system."""

    def trust(file) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        monkeypatch.setattr("aiohttp.connector._SSL_CONTEXT_VERIFIED", ssl.create_default_context(cafile=str(file)))

    return trust


async def test_tls__a_certificate_that_is_trusted__is_sent(kind, tmp_path, trusts):
    context, file = certificate(tmp_path)
    trusts(file)
    async with liar(context) as server, way(server.url, kind) as it:
        assert await it.push() == Sent(7)
        assert await it.push(2) == Sent(7)
        server.script.append(says(b""))
        assert is_unsure(await it.push(3), may_have_arrived=NOBODY_KNOWS)
        assert await it.push(4) == Sent(7)
        assert server.connections == 2


async def test_tls__a_certificate_that_nobody_vouches_for__nothing_is_sent(kind, tmp_path, trusts):
    context, _ = certificate(tmp_path)
    trusts(certificate(tmp_path, "elsewhere")[1])
    async with liar(context) as server, way(server.url, kind) as it:
        assert is_unsure(await it.push(), may_have_arrived=NOT_TAKEN)
        assert server.bodies == []


async def test_tls__a_certificate_of_another_name__nothing_is_sent(kind, tmp_path, trusts):
    context, file = certificate(tmp_path, "elsewhere")
    trusts(file)
    async with liar(context) as server, way(server.url, kind) as it:
        assert is_unsure(await it.push(), may_have_arrived=NOT_TAKEN)
        assert server.bodies == []


async def test_tls__the_server_speaks_none__nothing_is_sent(kind):
    async with liar() as server, way(server.url.replace("http:", "https:"), kind) as it:
        assert is_unsure(await it.push(), may_have_arrived=NOT_TAKEN)
        assert server.bodies == []


# what only the road of pushes must take care of by itself


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
