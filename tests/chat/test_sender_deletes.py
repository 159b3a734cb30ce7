"""Deleting many messages: a hundred a call, and one that Telegram keeps does not save the others."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.chat.application import build_bot
from bot.chat.sender import Sender
from bot.core.delivery import Rejected, Sent, Throttled, Unsure
from bot.sandbox import Sandbox, serve
from tests.chat.conftest import TOKEN


@pytest.fixture
async def phone():
    """A person with 250 messages of both sides in her chat."""
    sandbox = Sandbox(token=TOKEN)
    async with serve(sandbox) as url:
        application = build_bot(TOKEN, url, 25)
        await application.initialize()
        person = sandbox.person(5, "Sam", "en")
        person.started = True
        for number in range(250):
            sandbox.world.add(person.chat, person.user, "hello", [], from_bot=number % 2 == 0)
        yield sandbox, person, Sender(application.bot)
        await application.shutdown()


def ids(person) -> list[int]:
    return [each.message_id for each in person.messages]


async def test_delete__hundreds__three_calls_and_all_are_gone(phone) -> None:
    sandbox, person, sender = phone
    assert await sender.delete(5, ids(person)) == Sent(0)
    assert person.messages == []
    assert len(sandbox.calls_of("deleteMessages")) == 3


async def test_delete__some_are_too_old__the_others_are_gone(phone) -> None:
    _, person, sender = phone
    old = [person.messages[3], person.messages[120], person.messages[249]]
    for message in old:
        message.date -= timedelta(hours=49)
    assert isinstance(await sender.delete(5, ids(person)), Rejected)
    assert person.messages == old


async def test_delete__none_at_all__no_call(phone) -> None:
    sandbox, _, sender = phone
    assert await sender.delete(5, []) == Sent(0)
    assert sandbox.calls_of("deleteMessages") == []


async def test_delete__telegram_failed__surely_did_not_happen_so_that_it_is_tried_again(phone) -> None:
    sandbox, person, sender = phone
    sandbox.fail_next("deleteMessages", 500)
    assert await sender.delete(5, ids(person)[:10]) == Unsure("NotTaken", may_have_arrived=False)


async def test_delete__telegram_asks_for_a_long_pause__said_so_that_it_is_tried_after_that(phone) -> None:
    sandbox, person, sender = phone
    sandbox.fail_next("deleteMessages", retry_after=100)
    found = await sender.delete(5, ids(person)[:10])
    assert isinstance(found, Throttled)
    assert timedelta(seconds=99) <= found.retry_in <= timedelta(seconds=101)


@pytest.mark.parametrize("fault", [{"error_code": 500}, {"retry_after": 100}], ids=["500", "429"])
@pytest.mark.parametrize("call", [2, 3], ids=["in another hundred", "in a half"])
async def test_delete__one_is_too_old_and_telegram_is_in_trouble__it_is_tried_again(phone, call, fault) -> None:
    """What Telegram keeps for its age must not pass for the end of what it did not answer about."""
    sandbox, person, sender = phone
    wanted = ids(person)[: 100 if call == 3 else 200]
    person.messages[0].date -= timedelta(hours=49)
    for _ in range(call - 1):
        sandbox.fail_next("deleteMessages", delay=0)
    sandbox.fail_next("deleteMessages", **fault)
    assert isinstance(await sender.delete(5, wanted), Unsure | Throttled)
    assert len(person.messages) > 1
