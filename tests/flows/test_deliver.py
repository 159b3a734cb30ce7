"""Claim, send, settle: nobody is left out, nobody gets it twice, nobody who left hears from us."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.alert import cancel
from bot.core.delivery import LEASE, Gone, Moved, Rejected, Sent, Throttled, Unsure, correction
from bot.errors import StoreError
from bot.flows.deliver import Courier, deliver_due
from tests.builders import NOW
from tests.flows.conftest import publish_one, readers


async def test_deliver__three_readers__one_message_each_and_nothing_is_due_after(store, clock, phones) -> None:
    await readers(store, clock, 1, 2, 3)
    assert (await publish_one(store, clock)).planned == 3
    assert await deliver_due(store, phones, clock, 2) == 3
    assert sorted(chat for chat, _, _ in phones.sent) == [1, 2, 3]
    assert (await store.counts(clock())).due == 0
    assert await deliver_due(store, phones, clock, 2) == 0


async def test_deliver__moderate_is_silent_and_severe_is_not(store, clock, phones) -> None:
    await readers(store, clock, 1)
    await publish_one(store, clock, id="m", severity="Moderate")
    await deliver_due(store, phones, clock, 8)
    await publish_one(store, clock, id="s", severity="Severe")
    await deliver_due(store, phones, clock, 8)
    assert [silent for _, _, silent in phones.sent] == [True, False]


async def test_deliver__urgent_before_routine(store, clock, phones) -> None:
    await readers(store, clock, 1)
    for severity in ("Minor", "Extreme", "Severe"):
        await publish_one(store, clock, id=severity, severity=severity)
    order = []

    async def send(chat_id, message, *, silent=False, urgent=False):
        order.append(message.buttons[0][0].data)
        return Sent(len(order))

    phones.send = send
    await deliver_due(store, phones, clock, 1)
    assert order == ["r:Extreme", "r:Severe", "r:Minor"]


async def test_deliver__throttled__again_when_telegram_said_and_not_before(store, clock, phones) -> None:
    await readers(store, clock, 1)
    phones.answers[1] = [Throttled(timedelta(seconds=30))]
    await publish_one(store, clock)
    await deliver_due(store, phones, clock, 8)
    clock.now += timedelta(seconds=29)
    await deliver_due(store, phones, clock, 8)
    assert phones.sent == []
    clock.now += timedelta(seconds=1)
    await deliver_due(store, phones, clock, 8)
    assert len(phones.sent) == 1


async def test_deliver__unsure__an_alert_is_tried_again(store, clock, phones) -> None:
    await readers(store, clock, 1)
    phones.answers[1] = [Unsure("TimedOut")]
    await publish_one(store, clock)
    await deliver_due(store, phones, clock, 8)
    clock.now += timedelta(minutes=5)
    await deliver_due(store, phones, clock, 8)
    assert len(phones.sent) == 1


async def test_deliver__rejected__is_set_aside_and_counted(store, clock, phones) -> None:
    await readers(store, clock, 1)
    phones.answers[1] = [Rejected("Bad Request")]
    await publish_one(store, clock)
    await deliver_due(store, phones, clock, 8)
    counts = await store.counts(clock())
    assert (counts.dead, counts.due) == (1, 0)


async def test_courier__messages_are_refused_for_good__the_reason_is_told_but_not_of_copies_that_cannot_be_changed(
    store, clock, phones
) -> None:
    await readers(store, clock, 1, 2, 3)
    phones.answers[1] = [Rejected("Chat not found")]
    phones.answers[2] = [Gone()]
    decision = await publish_one(store, clock)
    troubles, reasons = [], []
    courier = Courier(store, phones, clock, 8, troubles.append, tell_refused=reasons.append)
    running = asyncio.create_task(courier.run())

    async def until(is_so) -> None:
        async with asyncio.timeout(5):
            while not is_so():
                courier.wake()
                await asyncio.sleep(0.01)

    await until(lambda: reasons)

    async def delete(chat_id, message_ids):
        phones.deleted.append(chat_id)
        return Rejected("message can't be deleted for everyone")

    async def edit(chat_id, message_id, message):
        return Rejected("message to edit not found")

    phones.delete, phones.edit = delete, edit
    withdrawn = cancel(decision.alert)
    await store.correct(withdrawn, lambda delivery: correction(delivery, withdrawn, clock()))
    await until(lambda: phones.deleted and not store._tables.states["planned"])
    courier.stop()
    await running
    assert (reasons, troubles) == (["Chat not found"], [])


async def test_deliver__one_that_cannot_be_made__is_set_aside_and_the_others_arrive(store, clock, phones) -> None:
    await readers(store, clock, 1, 2)
    await publish_one(store, clock)
    whole = phones.send

    async def send(chat_id, message, *, silent=False, urgent=False):
        if chat_id == 1:
            raise ValueError("broken text")
        return await whole(chat_id, message, silent=silent)

    phones.send = send
    await deliver_due(store, phones, clock, 8)
    assert [chat for chat, _, _ in phones.sent] == [2]
    assert (await store.counts(clock())).dead == 1


async def test_deliver__the_chat_moved__the_new_one_gets_it(store, clock, phones) -> None:
    await readers(store, clock, 1)
    phones.answers[1] = [Moved(77)]
    await publish_one(store, clock)
    await deliver_due(store, phones, clock, 8)
    await deliver_due(store, phones, clock, 8)
    assert [chat for chat, _, _ in phones.sent] == [77]
    assert await store.subscriber(1) is None


async def test_deliver__a_daily_reader__one_message_for_all_when_it_is_due(store, clock, phones) -> None:
    await readers(store, clock, 1, frequency="daily")
    for number in range(3):
        await publish_one(store, clock, id=f"a{number}")
    await deliver_due(store, phones, clock, 8)
    assert phones.sent == []
    clock.now = clock.now.replace(hour=18)
    await deliver_due(store, phones, clock, 8)
    assert [text for _, text, _ in phones.sent] == ["3 new messages"]


async def test_deliver__an_expired_alert__is_not_sent(store, clock, phones) -> None:
    await readers(store, clock, 1)
    await publish_one(store, clock, severity="Extreme")
    clock.now += timedelta(days=3)
    await deliver_due(store, phones, clock, 8)
    assert phones.sent == []


async def test_deliver__a_cancelled_alert__its_copies_are_withdrawn(store, clock, phones) -> None:
    await readers(store, clock, 1, 2)
    decision = await publish_one(store, clock)
    await deliver_due(store, phones, clock, 8)
    withdrawn = cancel(decision.alert)
    await store.correct(withdrawn, lambda delivery: correction(delivery, withdrawn, clock()))
    await deliver_due(store, phones, clock, 8)
    assert sorted(chat for chat, _ in phones.deleted) == [1, 2]


async def test_deliver__the_clock_jumps_a_day_while_one_is_under_way__it_is_not_sent_twice(
    store, clock, phones
) -> None:
    await readers(store, clock, 1, 2, 3)
    await publish_one(store, clock, severity="Severe")
    arrived, let_go = [], asyncio.Event()

    async def send(chat_id, message, *, silent=False, urgent=False):
        arrived.append(chat_id)
        if len(arrived) == 1:
            await let_go.wait()
        elif len(arrived) == 2:
            clock.now += timedelta(days=1)
            asyncio.get_running_loop().call_later(0.05, let_go.set)
        return Sent(len(arrived))

    phones.send = send
    await deliver_due(store, phones, clock, 2)
    assert sorted(arrived) == [1, 2, 3]
    assert (await store.counts(clock())).due == 0


async def test_deliver__the_clock_is_set_back_an_hour__all_go_at_once(store, clock, phones) -> None:
    await readers(store, clock, 1, 2, 3)
    await publish_one(store, clock, severity="Severe")
    whole = phones.send

    async def send(chat_id, message, *, silent=False, urgent=False):
        clock.now -= timedelta(hours=1)
        return await whole(chat_id, message, silent=silent)

    phones.send = send
    await deliver_due(store, phones, clock, 1)
    assert sorted(chat for chat, _, _ in phones.sent) == [1, 2, 3]


async def test_deliver__what_was_sent_cannot_be_recorded_for_a_moment__it_is_recorded_later_and_nobody_gets_it_twice(
    store, clock, phones, monkeypatch
) -> None:
    await readers(store, clock, 1, 2)
    await publish_one(store, clock, severity="Severe")
    settle, failures = store.settle, [StoreError("the disk is full")]

    async def failing(deliveries):
        if failures:
            raise failures.pop()
        return await settle(deliveries)

    monkeypatch.setattr(store, "settle", failing)
    await deliver_due(store, phones, clock, 8)
    assert (await store.counts(clock())).sent == 2
    clock.now += 2 * LEASE
    await deliver_due(store, phones, clock, 8)
    assert sorted(chat for chat, _, _ in phones.sent) == [1, 2]


async def test_deliver__asked_to_stop__begins_no_further_round(store, clock, phones) -> None:
    await readers(store, clock, 1, 2, 3)
    await publish_one(store, clock)
    assert await deliver_due(store, phones, clock, 1, lambda: not phones.sent) == 1


@pytest.mark.parametrize(
    ("severity", "passes", "comes_at_night"),
    [
        ("Moderate", "Extreme", False),
        ("Severe", "Extreme", False),
        ("Severe", "Severe", True),
        ("Extreme", "Extreme", True),
    ],
)
async def test_deliver__telegram_was_away_until_her_quiet_hours__only_what_passes_them_comes_at_night(
    store, clock, phones, severity, passes, comes_at_night
) -> None:
    await readers(store, clock, 1)
    await store.change_subscriber(1, lambda one: replace(one, quiet_from=22, quiet_to=7, quiet_passes=passes))
    phones.answers[1] = [Unsure("TimedOut", may_have_arrived=False)]
    clock.now = NOW.replace(hour=21)
    await publish_one(store, clock, severity=severity)
    await deliver_due(store, phones, clock, 8)
    assert phones.sent == []
    clock.now = NOW.replace(hour=23, minute=30)
    await deliver_due(store, phones, clock, 8)
    assert len(phones.sent) == comes_at_night
    clock.now = NOW.replace(hour=6, minute=59) + timedelta(days=1)
    await deliver_due(store, phones, clock, 8)
    assert len(phones.sent) == comes_at_night
    clock.now += timedelta(minutes=1)
    await deliver_due(store, phones, clock, 8)
    await deliver_due(store, phones, clock, 8)
    assert len(phones.sent) == 1
