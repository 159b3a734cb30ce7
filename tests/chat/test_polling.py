"""Polling goes on whatever Telegram answers, never in haste, and what it repeats has no second effect."""

import asyncio
import json

import pytest
from telegram import Update
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TimedOut
from telegram.ext import TypeHandler

from bot.chat.application import build_bot
from bot.chat.polling import Poller, process, wait_after
from bot.sandbox import Sandbox, serve
from tests.chat.conftest import TOKEN

LATER = 900_000_000  # the number of an update after all of the sandbox


class Line:
    """A poller at a sandbox whose waits take no time and are written down."""

    def __init__(self, sandbox, application) -> None:
        self.sandbox, self.application = sandbox, application
        self.waits: list[float] = []
        self.heard: list[str] = []
        self.poller = Poller(application, self.sleep)
        self.running: asyncio.Task | None = None
        application.add_handler(TypeHandler(Update, self.on_update))

    async def stop(self) -> None:
        if self.running is not None:
            self.running.cancel()
            await asyncio.gather(self.running, return_exceptions=True)

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        await asyncio.sleep(0)

    async def on_update(self, update, context) -> None:
        self.heard.append(update.effective_message.text)

    async def hears(self, *texts: str) -> None:
        async with asyncio.timeout(10):
            while self.heard[-len(texts) :] != list(texts):
                await asyncio.sleep(0.01)


@pytest.fixture
async def line():
    sandbox = Sandbox(token=TOKEN)
    async with serve(sandbox) as url:
        application = build_bot(TOKEN, url, 25)
        await application.initialize()
        made = Line(sandbox, application)
        made.running = asyncio.create_task(made.poller.run())
        try:
            yield made
        finally:
            await made.stop()
            await application.shutdown()


@pytest.mark.parametrize(
    "fault",
    [
        {"error_code": 401, "description": "Unauthorized"},
        {"error_code": 404, "description": "Not Found"},
        {"error_code": 409, "description": "Conflict: terminated by other getUpdates request"},
        {"error_code": 500, "description": "Internal Server Error"},
        {"close": "before"},
        {"close": "after"},
        {"body": b""},
        {"body": b'{"ok":true,"result":[{"upd'},
        {"body": b'{"ok":true,"result":{"a":1}}'},
        {"body": b'{"ok":true,"result":[{"message":5}]}'},
        {"body": b"<html>", "status": 403},
    ],
    ids=lambda fault: str(next(iter(fault.values()))),
)
async def test_polling__one_bad_answer_after_the_other__goes_on_and_hears_the_next_word(line, fault):
    sam = line.sandbox.person(5, "Sam", "en")
    sam.say("before")
    await line.hears("before")
    line.sandbox.fail_next("getUpdates", times=4, **fault)
    # the poll that is under way knows of no fault yet
    sam.say("between")
    await line.hears("between")
    sam.say("after")
    await line.hears("after")
    assert line.heard == ["before", "between", "after"]
    assert len(line.waits) >= 3
    assert line.waits == sorted(line.waits)


async def test_polling__an_update_that_makes_no_sense__is_passed_over_and_those_beside_it_are_heard(line):
    sam = line.sandbox.person(5, "Sam", "en")
    sam.say("before")
    await line.hears("before")
    chat = {"id": 5, "type": "private", "first_name": "Sam"}
    good = {"message_id": 9_000, "date": 1, "chat": chat, "from": {"id": 5, "is_bot": False, "first_name": "Sam"}}
    bad = {"update_id": LATER, "message": {"message_id": "x", "date": [], "chat": 7}}
    answer = {"ok": True, "result": [bad, {"update_id": LATER + 1, "message": {**good, "text": "beside"}}]}
    line.sandbox.fail_next("getUpdates", body=json.dumps(answer).encode())
    # the poll that is under way knows of no fault yet, and the next one waits for a word
    sam.say("still")
    await line.hears("still")
    sam.say("replaced")
    await line.hears("beside")
    assert line.waits == []


async def test_polling__a_429__waits_as_long_as_it_was_told_and_so_does_everybody(line):
    sam = line.sandbox.person(5, "Sam", "en")
    line.sandbox.fail_next("getUpdates", error_code=429, retry_after=1)
    sam.say("one")
    sam.say("two")
    await line.hears("one", "two")
    # the poll under way brought the first; the next was refused and told everybody to wait
    if not line.waits:
        async with asyncio.timeout(30):
            while not line.waits:
                sam.say("more")
                await asyncio.sleep(0.05)
    assert line.waits[0] == 1


async def test_acknowledge__inside_a_pause__waits_for_its_end(line):
    line.sandbox.person(5, "Sam", "en").say("one")
    await line.hears("one")
    async with asyncio.timeout(5):
        while not (line.poller._under_way and line.poller._under_way.offset):
            await asyncio.sleep(0.01)
    await line.stop()  # as a bot that ends does, before it tells what it handled
    await line.application.bot.rate_limiter.hold(RetryAfter(1))
    loop = asyncio.get_running_loop()
    begun = loop.time()
    await line.poller.acknowledge()
    assert loop.time() - begun >= 1


@pytest.mark.parametrize(
    ("error", "waits"),
    [
        (Conflict("other"), [5, 10, 15, 15, 15, 15]),
        (InvalidToken(), [5, 10, 15, 15, 15, 15]),
        (NetworkError("reset"), [1, 2, 4, 8, 15, 15]),
        (TimedOut(), [0, 2, 4, 8, 15, 15]),
        (KeyError("result"), [1, 2, 4, 8, 15, 15]),
        (RetryAfter(7), [7, 7, 7, 7, 7, 7]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_wait_after__each_error__never_in_haste_and_never_for_ever(error, waits):
    assert [wait_after(error, failures) for failures in range(1, 7)] == waits


async def test_updates__telegram_repeats_them__one_effect_each(line):
    sam = line.sandbox.person(5, "Sam", "en")
    sam.say("once")
    await line.hears("once")
    update = Update.de_json({"update_id": 900, "message": sam.messages[0].as_json()}, line.application.bot)
    await process(line.application, [update])
    await process(line.application, [update, update])
    assert line.heard == ["once", "once"]


async def test_updates__repeated_while_the_first_is_handled__the_second_waits_for_its_end(line):
    sam = line.sandbox.person(5, "Sam", "en")
    sam.say("hello")
    await line.hears("hello")
    going, done = asyncio.Event(), []

    async def slow(update, context):
        await going.wait()
        done.append(update.update_id)

    line.application.add_handler(TypeHandler(Update, slow), group=1)
    update = Update.de_json({"update_id": 901, "message": sam.messages[0].as_json()}, line.application.bot)
    first = asyncio.create_task(process(line.application, [update]))
    second = asyncio.create_task(process(line.application, [update]))
    await asyncio.sleep(0.02)
    assert not second.done()
    going.set()
    await asyncio.gather(first, second)
    assert done == [901]


async def test_polling__conflicts_again_and_again__admins_are_warned_once_and_it_goes_on(line):
    warned = []

    async def warn() -> None:
        warned.append(len(line.waits))
        raise NetworkError("the way is blocked")

    line.poller._warn = warn
    line.sandbox.fail_next("getUpdates", error_code=409, description="Conflict: terminated", times=6)
    line.sandbox.person(1, "Amina", "en").say("hello")
    await line.hears("hello")
    assert warned == [2], "the third in a row"


async def test_polling__conflicts_with_good_answers_between__admins_are_warned_all_the_same(line):
    """So it is when a thief reads along now and then: each of his polls breaks off one of ours."""
    warned = []

    async def warn() -> None:
        warned.append(len(line.waits))

    line.poller._warn = warn
    amina = line.sandbox.person(1, "Amina", "en")
    for number in range(4):
        line.sandbox.fail_next("getUpdates", error_code=409, description="Conflict: terminated")
        # the poll under way brings the first word and then comes the conflict; the second word comes after it
        amina.say(f"one {number}")
        amina.say(f"two {number}")
        await line.hears(f"two {number}")
        async with asyncio.timeout(10):
            while len(line.waits) <= number:
                amina.say("more")
                await asyncio.sleep(0.02)
    assert warned == [2], "at the third, once"


async def test_polling__one_conflict__nobody_is_warned(line):
    warned = []

    async def warn() -> None:
        warned.append(1)

    line.poller._warn = warn
    line.sandbox.fail_next("getUpdates", error_code=409, description="Conflict: terminated", times=2)
    line.sandbox.person(1, "Amina", "en").say("hello")
    await line.hears("hello")
    assert warned == []


async def test_updates__of_many_people__leave_no_numbers_behind(line):
    """python-telegram-bot would keep those of everybody who ever wrote, also of who wiped her chat."""
    for chat in range(700, 760):
        line.sandbox.person(chat, "Person", "en").say("hello")
    async with asyncio.timeout(10):
        while len(line.heard) < 60:
            await asyncio.sleep(0.01)
    held = [
        name
        for kind in type(line.application).__mro__
        for name in getattr(kind, "__slots__", ())
        if isinstance(found := getattr(line.application, name, None), set | dict) and 730 in found
    ]
    assert held == []
