"""What both ways of a push make of a refusal: for how long, for good or not, in whatever words."""

import json
from datetime import timedelta

import pytest

from bot.core.delivery import Gone, Rejected, Sent, Throttled, Unsure
from tests.chat.liar import (
    liar,
    says,
    whole,
)
from tests.chat.ways import HELLO, NOBODY_KNOWS, is_unsure, way


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        ("403 Forbidden", b'{"ok":false,"error_code":403,"description":"Forbidden: user is deactivated"}', Gone()),
        (
            "400 Bad Request",
            b'{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}',
            Rejected("chat not found"),
        ),
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


WAIT = b'{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 7"%b}'


@pytest.mark.parametrize(
    ("status", "body", "seconds"),
    [
        ("429 Too Many Requests", WAIT % b"", 7),
        ("429 Too Many Requests", WAIT % b',"parameters":{"retry_after":"8"}', 8),
        ("429 Too Many Requests", WAIT % b',"parameters":{"retry_after":8.2}', 8.2),
        ("429 Too Many Requests", WAIT % b',"parameters":{"retry_after":1e300}', 30 * 86_400),
        ("429 Too Many Requests", WAIT % b',"parameters":{"retry_after":-5}', 1),
        ("429 Too Many Requests", WAIT % b',"parameters":[]', 7),
        ("429 Too Many Requests", b'{"ok":false,"error_code":429,"description":"Too Many Requests"}', 1),
        ("200 OK", WAIT % b',"parameters":{"retry_after":8}', 8),
        ("503 Later", b'{"ok":false,"error_code":503,"description":"x","parameters":{"retry_after":8}}', 8),
    ],
)
async def test_push__asked_to_wait_in_whatever_form__as_long_as_was_said(kind, status, body, seconds):
    async with liar() as server, way(server.url, kind) as it:
        server.script.append(says(whole(body, status=status), stays=True))
        assert await it.push() == Throttled(timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (b'{"ok": false, "error_code": 403, "description": "Forbidden: bot was blocked by the user"}', Gone()),
        (b'{"error_code":400,"description":"Bad Request: chat not found","ok":false}', Rejected("chat not found")),
        (b'{"ok":false,"error_code":502,"description":"Bad Gateway"}', Unsure("NotTaken", False)),
        (b'{"ok":true,"result":{"message_id":7,"future":{"ok":false}}}', Sent(7)),
    ],
)
async def test_push__a_refusal_under_200__is_what_its_words_say(kind, body, outcome):
    async with liar() as server, way(server.url, kind) as it:
        server.script.append(says(whole(body), stays=True))
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
        whole(b'{"ok":false,"description":"Bad Request"}'),
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
