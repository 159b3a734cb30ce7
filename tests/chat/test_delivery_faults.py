"""Whatever Telegram or the way to it does: who can be reached gets the alert, and nobody twice without a reason."""

import asyncio
import random
from datetime import timedelta

import pytest

from bot.core import delivery as rules
from bot.sandbox import Fault, Limits
from tests.chat.conftest import open_office

EFFECT, NONE = True, False
PAGE = b"<html>Bad gateway</html>"


@pytest.fixture(autouse=True)
def _soon_again(monkeypatch):
    """A try after a failure comes in hundredths of a second: waiting itself is tested in tests/core."""
    monkeypatch.setattr(rules, "back_off", lambda attempt: timedelta(seconds=0.01))


@pytest.mark.parametrize(
    ("fault", "had_effect"),
    [
        (Fault(500, "Internal Server Error"), NONE),
        (Fault(502, "Bad Gateway"), NONE),
        (Fault(401, "Unauthorized"), NONE),
        (Fault(404, "Not Found"), NONE),
        (Fault(close="before"), NONE),
        (Fault(close="after"), EFFECT),
        (Fault(body=b""), EFFECT),
        (Fault(body=b'{"ok":true,"resu'), EFFECT),
        (Fault(body=b'{"ok":true}'), EFFECT),
        (Fault(body=b'{"ok":true,"result":[]}'), EFFECT),
        (Fault(body=b"[]"), EFFECT),
        (Fault(body=PAGE), EFFECT),
        (Fault(body=PAGE, status=400), EFFECT),
        (Fault(body=PAGE, status=403), EFFECT),
        (Fault(body=PAGE, status=429), EFFECT),
        (Fault(body=PAGE, status=302), EFFECT),
    ],
    ids=lambda value: "" if isinstance(value, bool) else f"{value.error_code or value.close or value.body}",
)
async def test_push__one_bad_answer__arrives_and_only_what_had_an_effect_arrives_twice(office, fault, had_effect):
    await office.readers(5)
    office.sandbox.faults.add("sendMessage", fault)
    await office.publish()
    await office.delivered()
    copies = office.copies()
    assert sum(copies.values()) == 5 + had_effect
    assert min(copies.values()) == 1
    assert (await office.store.counts(office.clock())).dead == 0


@pytest.mark.parametrize(
    ("fault", "copies"),
    [
        (Fault(500, "Internal Server Error"), 1),
        (Fault(401, "Unauthorized"), 1),
        (Fault(409, "Conflict"), 1),
        (Fault(close="after"), 1),
        (Fault(body=b"{"), 1),
        (Fault(close="before"), 0),
    ],
)
async def test_digest__one_bad_answer__again_only_if_it_surely_did_not_arrive(office, fault, copies):
    await office.readers(1, frequency="daily")
    await office.publish("law", "Minor")
    office.sandbox.faults.add("sendMessage", fault)
    office.clock.ahead = timedelta(days=1)
    await office.delivered()
    assert office.copies() == {1: copies}


async def test_digest__telegram_cannot_be_reached__comes_when_it_can(office):
    await office.readers(1, frequency="daily")
    await office.publish("law", "Minor")
    office.clock.ahead = timedelta(days=1)
    async with office.out_of_reach() as met, asyncio.timeout(5):
        office.courier.wake()
        while not met:
            await asyncio.sleep(0.01)
    await office.delivered()
    assert office.copies() == {1: 1}


async def test_push__no_answer_in_time__arrives(office):
    office.be_impatient(0.2)
    await office.readers(3)
    office.sandbox.fail_next("sendMessage", hang="after")
    await office.publish()
    await office.delivered()
    assert sorted(office.copies().values()) == [1, 1, 2]


async def test_push__within_the_limit__nothing_is_refused_and_nothing_broken():
    async with open_office(rate=50) as office:
        office.sandbox.limits = Limits(overall=50, per_chat=1)
        await office.readers(120)
        await office.publish()
        await office.delivered()
        assert set(office.copies().values()) == {1}
        assert (office.sandbox.limits.refused, office.sandbox.limits.broken) == (0, 0)


async def test_push__a_storm_of_429__each_is_sat_out_and_everybody_gets_it_once():
    async with open_office(size=1) as office:
        office.sandbox.limits = Limits(overall=20, retry_after=1)
        await office.readers(60)
        await office.publish()
        await office.delivered(within=30)
        assert set(office.copies().values()) == {1}
        assert office.sandbox.limits.refused > 0
        assert office.sandbox.limits.broken == 0


async def test_push__429_for_everybody_again_and_again__no_request_inside_any_of_them(office):
    await office.readers(30)
    office.sandbox.fail_next("sendMessage", error_code=429, retry_after=1, times=2)
    loop, until, inside = asyncio.get_running_loop(), 0.0, 0
    request = office.application.bot.request
    place, name = (office.road, "post") if office.road is not None else (request, "do_request")
    real = getattr(place, name)

    async def watched(*args, **kwargs):
        nonlocal until, inside
        inside += loop.time() < until
        status, *rest = await real(*args, **kwargs)
        if status == 429:
            until = max(until, loop.time() + 1)
        return status, *rest

    setattr(place, name, watched)
    await office.publish()
    await office.delivered()
    assert set(office.copies().values()) == {1}
    assert inside == 0


async def test_outage__telegram_is_away__the_gravest_go_first_afterwards(office):
    await office.readers(40)
    office.sandbox.faults.hook = lambda method, params: Fault(500, "Internal Server Error")
    await office.publish("minor", "Minor")
    async with asyncio.timeout(5):
        while office.reach != [False]:
            await asyncio.sleep(0.01)
    await office.publish("grave", "Extreme")
    office.sandbox.faults.hook = None
    await office.delivered()
    assert office.reach == [False, True]
    assert set(office.copies().values()) == {2}
    sent = [call.params["text"] for call in office.sandbox.calls if call.status == 200 and "text" in call.params]
    # one knock may be a routine one that was tried before the grave one came
    assert sum("soon" in text for text in sent[:41]) >= 39


async def test_outage__of_days__what_expired_is_dropped_and_counted(office):
    await office.readers(20)
    office.sandbox.faults.hook = lambda method, params: Fault(close="before")
    await office.publish("old", "Extreme")
    async with asyncio.timeout(5):
        while office.reach != [False]:
            await asyncio.sleep(0.01)
    office.clock.ahead = timedelta(days=4)
    await office.publish("new", "Minor")
    office.sandbox.faults.hook = None
    await office.delivered()
    # the knock that was under way when the days passed may still arrive
    assert sum(office.late) >= 19
    assert sum(office.copies().values()) == 40 - sum(office.late)


async def test_push__half_of_the_readers_blocked_us__they_are_forgotten_and_the_rest_gets_it(office):
    await office.readers(40)
    for chat in office.chats[::2]:
        office.sandbox.person(chat).blocked = True
    await office.publish()
    await office.delivered()
    left = [each.chat_id async for each in office.store.subscribers()]
    async with asyncio.timeout(5):  # who is gone is forgotten after her delivery is settled
        while len(left) > 20:
            await asyncio.sleep(0.01)
            left = [each.chat_id async for each in office.store.subscribers()]
    assert sorted(left) == office.chats[1::2]
    assert all(office.copies()[chat] == 1 for chat in left)


async def test_push__one_message_takes_long__the_others_do_not_wait_for_it(office):
    await office.readers(60)
    office.sandbox.fail_next("sendMessage", delay=60)
    await office.publish()
    async with asyncio.timeout(5):
        while sum(office.copies().values()) < 59:
            await asyncio.sleep(0.01)
    office.sandbox.faults.clear()
    await office.delivered()
    assert set(office.copies().values()) == {1}


KINDS = (
    (Fault(500, "Internal Server Error"), NONE),
    (Fault(401, "Unauthorized"), NONE),
    (Fault(close="before"), NONE),
    (Fault(close="after"), EFFECT),
    (Fault(body=b"{"), EFFECT),
    (Fault(body=PAGE, status=502), EFFECT),
    (Fault(delay=0.03), NONE),
    (Fault(retry_after=1), NONE),
)


@pytest.mark.parametrize("has_road", [True, False], ids=["road", "aiohttp"])
@pytest.mark.parametrize("seed", range(4))
async def test_chaos__who_can_be_reached_gets_each_alert_and_nobody_twice_without_a_fault(seed, has_road):
    chance = random.Random(seed)
    excused: dict[int, int] = {}
    storms = 0

    def strike(method, params):
        nonlocal storms
        if method != "sendMessage" or chance.random() > 0.15:
            return None
        fault, had_effect = chance.choice(KINDS)
        if fault.retry_after:
            storms += 1
            if storms > 1:
                return None
        if had_effect:
            chat = int(params["chat_id"])
            excused[chat] = excused.get(chat, 0) + 1
        return fault

    async with open_office(size=chance.choice((1, 3, 8, 20)), has_road=has_road) as office:
        await office.readers(40)
        office.sandbox.faults.hook = strike
        for number in range(2):
            await office.publish(f"a{number}", chance.choice(("Minor", "Severe", "Extreme")))
        await office.delivered(within=40)
        for chat, copies in office.copies().items():
            assert 2 <= copies <= 2 + excused.get(chat, 0), chat
        assert office.troubles == []
