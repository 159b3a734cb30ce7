"""Faults on order and limits."""

import asyncio

import aiohttp
import pytest
from sandbox_client import READER, Bot, Clock

from bot.sandbox import Fault, Limits, Person, Sandbox


async def test_fault__429__carries_retry_after_and_ends(bot: Bot, sandbox: Sandbox, reader: Person) -> None:
    sandbox.fail_next("sendMessage", 429, retry_after=7, times=2)
    for _ in range(2):
        status, body = await bot.ask("sendMessage", chat_id=READER, text="x")
        assert (status, body["parameters"]) == (429, {"retry_after": 7})
        assert body["description"] == "Too Many Requests: retry after 7"
    await bot.send()
    assert [c.status for c in sandbox.calls] == [429, 429, 200]
    assert len(reader.messages) == 2


async def test_fault__500__has_no_effect(bot: Bot, sandbox: Sandbox, reader: Person) -> None:
    sandbox.fail_next(error_code=500)
    status, body = await bot.ask("sendMessage", chat_id=READER, text="x")
    assert (status, body["description"]) == (500, "Internal Server Error")
    assert len(reader.messages) == 1


@pytest.mark.parametrize(("when", "arrived"), [("before", 1), ("after", 2)])
async def test_fault__connection_cut__before_or_after_the_effect(
    bot: Bot, sandbox: Sandbox, reader: Person, when: str, arrived: int
) -> None:
    sandbox.fail_next("sendMessage", close=when)
    with pytest.raises(aiohttp.ClientError):
        await bot.ask("sendMessage", chat_id=READER, text="x")
    assert len(reader.messages) == arrived
    assert sandbox.calls[-1].status == 0


async def test_fault__garbage__is_sent_after_the_effect(bot: Bot, sandbox: Sandbox, reader: Person) -> None:
    sandbox.fail_next("sendMessage", body=b"<html>Bad gateway</html>", status=502)
    url = f"{bot.base}/bot{bot.token}/sendMessage"
    async with bot.session.post(url, json={"chat_id": READER, "text": "x"}) as answer:
        assert (answer.status, await answer.read()) == (502, b"<html>Bad gateway</html>")
    assert len(reader.messages) == 2


async def test_fault__hang__keeps_silent_until_released(bot: Bot, sandbox: Sandbox, reader: Person) -> None:
    sandbox.fail_next("sendMessage", hang="after")
    waiting = asyncio.ensure_future(bot.send("slow"))
    await reader.expect(lambda m: m.text == "slow")
    assert not waiting.done()
    sandbox.faults.release()
    assert (await waiting)["text"] == "slow"


async def test_fault__hook__decides_by_the_call(bot: Bot, sandbox: Sandbox, reader: Person) -> None:
    sandbox.faults.hook = lambda method, params: Fault(400, "no luck") if params.get("text") == "bad" else None
    await bot.send("good")
    assert await bot.refusal("sendMessage", chat_id=READER, text="bad") == "Bad Request: no luck"


async def test_limits__beyond__answer_429_until_the_time_is_over(
    bot: Bot, sandbox: Sandbox, reader: Person, clock: Clock
) -> None:
    sandbox.limits = Limits(overall=2, retry_after=3)
    await bot.send()
    await bot.send()
    status, body = await bot.ask("sendMessage", chat_id=READER, text="x")
    assert (status, body["parameters"]) == (429, {"retry_after": 3})
    clock.turn(seconds=2)
    assert (await bot.ask("sendMessage", chat_id=READER, text="x"))[1]["parameters"] == {"retry_after": 1}
    assert sandbox.limits.broken == 1
    clock.turn(seconds=1)
    await bot.send()


async def test_limits__per_chat__leave_other_chats_alone(bot: Bot, sandbox: Sandbox, reader: Person) -> None:
    sandbox.person(502).say("hi")
    sandbox.limits = Limits(per_chat=1)
    await bot.send()
    assert (await bot.ask("sendMessage", chat_id=READER, text="x"))[0] == 429
    await bot.send(chat_id=502)
    await bot.do("sendChatAction", chat_id=READER, action="typing")


async def test_calls__are_recorded_with_typed_parameters(bot: Bot, sandbox: Sandbox, reader: Person) -> None:
    await bot.send("x", disable_notification=True, reply_markup={"inline_keyboard": []})
    assert sandbox.calls[-1] == (
        "sendMessage",
        {"chat_id": READER, "text": "x", "disable_notification": True, "reply_markup": {"inline_keyboard": []}},
        200,
    )
    assert sandbox.calls_of("sendMessage")[0]["text"] == "x"
