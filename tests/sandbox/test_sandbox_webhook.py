"""The webhook posts to this machine, with the secret, in order, again after a failure."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from sandbox_client import Bot

from bot.sandbox import Person


class Receiver:
    """A web server that takes updates; answers the statuses given, then 200."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.got: list[tuple[str, dict[str, Any]]] = []
        self.url = ""
        self.arrived = asyncio.Condition()

    async def on_update(self, request: web.Request) -> web.Response:
        async with self.arrived:
            secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
            self.got.append((secret, await request.json()))
            self.arrived.notify_all()
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)

    async def wait_for(self, count: int) -> list[tuple[str, dict[str, Any]]]:
        async with asyncio.timeout(5), self.arrived:
            await self.arrived.wait_for(lambda: len(self.got) >= count)
        return self.got


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.on_update)
    runner = web.AppRunner(app, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


async def test_webhook__updates__are_posted_in_order_with_the_secret(
    bot: Bot, reader: Person, receiver: Receiver
) -> None:
    reader.say("before")
    await bot.do("setWebhook", url=receiver.url, secret_token="s3cret")
    reader.say("after")
    got = await receiver.wait_for(2)
    assert [(secret, update["message"]["text"]) for secret, update in got] == [
        ("s3cret", "before"),
        ("s3cret", "after"),
    ]


async def test_webhook__receiver_fails__is_told_again(bot: Bot, reader: Person, receiver: Receiver) -> None:
    receiver.statuses = [500]
    await bot.do("setWebhook", url=receiver.url)
    reader.say("again")
    got = await receiver.wait_for(2)
    assert got[0] == got[1]
    info = await bot.do("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 500 Internal Server Error"


async def test_webhook__while_set__polling_is_a_conflict(bot: Bot, receiver: Receiver) -> None:
    polling = asyncio.ensure_future(bot.refusal("getUpdates", timeout=30))
    await bot.do("getMe")
    await bot.do("setWebhook", url=receiver.url)
    assert await polling == "Conflict: terminated by setWebhook request"
    assert await bot.refusal("getUpdates") == (
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    )
    await bot.do("deleteWebhook")
    assert await bot.do("getUpdates") == []


async def test_webhook__drop_pending__forgets_what_waits(bot: Bot, reader: Person) -> None:
    reader.say("old")
    await bot.do("deleteWebhook", drop_pending_updates=True)
    assert (await bot.do("getWebhookInfo"))["pending_update_count"] == 0


@pytest.mark.parametrize(
    ("arguments", "description"),
    [
        ({"url": "https://"}, "Bad Request: invalid webhook URL specified"),
        ({"url": "http://127.0.0.1/", "secret_token": "x" * 257}, "Bad Request: secret token is too long"),
        ({"url": "http://127.0.0.1/", "secret_token": "ü"}, "Bad Request: secret token contains unallowed characters"),
        ({"url": "https://example.org/"}, "Bad Request: bad webhook: the sandbox posts to loopback addresses only"),
        ({"url": "http://10.0.0.1/"}, "Bad Request: bad webhook: the sandbox posts to loopback addresses only"),
    ],
)
async def test_webhook__faulty__is_refused(bot: Bot, arguments: dict[str, str], description: str) -> None:
    assert await bot.refusal("setWebhook", **arguments) == description
