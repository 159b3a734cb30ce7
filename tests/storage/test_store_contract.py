"""What every store does with people, news, and its own life, whatever it is made of."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.alert import DRAFT, PUBLISHED, approve
from bot.core.delivery import Sent, Unsure, after, correction, plan
from bot.core.subscriber import Subscriber
from bot.errors import StoreError
from tests.builders import NOW, a_feed_state, a_subscriber, an_alert
from tests.storage.conftest import Reopen, published, settle_all, subscribe, subscribed

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SOON = NOW + timedelta(minutes=1)


# people


async def test_subscriber__unknown_chat__is_none(store):
    assert await store.subscriber(1) is None


async def test_change_subscriber__unknown_chat__gets_a_fresh_record_with_a_key(store):
    seen = []
    result = await store.change_subscriber(7, lambda fresh: seen.append(fresh) or subscribed(fresh))
    assert seen == [Subscriber(7, result.key)] and len(result.key) == 22 and result.is_subscribed


async def test_change_subscriber__every_field_set__is_the_same_after_reopening(reopen: Reopen):
    store = await reopen()
    full = a_subscriber(
        frequency="weekly", topics=("law", "court"), areas=("RU-CE", "EU"), country="RU", language="ru", languages=("ru",),
        utc_offset=timedelta(hours=5, minutes=30), digest_hour=7, digest_weekday=6, quiet_from=22, quiet_to=6,
        quiet_passes="never", min_severity="Severe", is_silent=True, is_discreet=False, paused_until=NOW + DAY,
        seen_month="2026-11",
    )  # fmt: skip
    kept = await store.change_subscriber(-1001234567890, lambda one: full)
    assert kept == replace(full, chat_id=-1001234567890, key=kept.key)
    assert await (await reopen()).subscriber(-1001234567890) == kept


async def test_change_subscriber__change_rewrites_chat_id_and_key__they_stay(store):
    first = await store.change_subscriber(1, subscribed)
    changed = await store.change_subscriber(1, lambda one: replace(one, chat_id=2, key="x", country="DE"))
    assert changed == replace(first, country="DE")


async def test_change_subscriber__change_raises__nothing_is_kept(store):
    with pytest.raises(ZeroDivisionError):
        await store.change_subscriber(1, lambda one: 1 / 0)
    assert await store.subscriber(1) is None


async def test_change_subscriber__two_at_once__both_changes_are_kept(reopen):
    store = await reopen()
    await asyncio.gather(
        store.change_subscriber(1, lambda one: replace(one, country="DE")),
        store.change_subscriber(1, lambda one: replace(one, language="ru")),
    )
    kept = await (await reopen()).subscriber(1)
    assert (kept.country, kept.language) == ("DE", "ru")


async def test_change_subscriber__caller_gives_up_waiting__the_change_is_kept_whole_or_not_at_all(reopen):
    store = await reopen()
    task = asyncio.ensure_future(store.change_subscriber(1, subscribed))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await store.ping()
    assert (await (await reopen()).subscriber(1)).is_subscribed


async def test_subscribers__some_records__each_once(store):
    await subscribe(store, 1, 2, 3)
    assert sorted([each.chat_id async for each in store.subscribers()]) == [1, 2, 3]


async def test_subscribers__one_forgotten_meanwhile__is_passed_over(store):
    await subscribe(store, 1, 2)
    seen = []
    async for each in store.subscribers():
        seen.append(each.chat_id)
        await store.forget(3 - each.chat_id)
    assert len(seen) == 1


async def test_move_subscriber__new_chat__settings_and_deliveries_go_along(reopen):
    store = await reopen()
    await subscribe(store, 1)
    await published(store)
    await store.move_subscriber(1, 2)
    store = await reopen()
    assert await store.subscriber(1) is None
    [claim] = await store.claim(NOW, SOON, 9)
    assert claim.subscriber.chat_id == 2 and claim.deliveries[0].subscriber == claim.subscriber.key


async def test_move_subscriber__while_claimed__is_due_to_the_new_chat_at_once(store):
    await subscribe(store, 1)
    await published(store)
    [old] = await store.claim(NOW, SOON, 9)
    await store.move_subscriber(1, 2)
    await store.settle([after(each, Unsure(), NOW) for each in old.deliveries])
    assert [claim.subscriber.chat_id for claim in await store.claim(NOW, SOON, 9)] == [2]


async def test_move_subscriber__record_already_there__wins(store):
    await subscribe(store, 1)
    await store.change_subscriber(2, lambda one: replace(one, language="fr"))
    await store.move_subscriber(1, 2)
    assert (await store.subscriber(2)).language == "fr" and await store.subscriber(1) is None


async def test_move_subscriber__unknown_chat__nothing_happens(store):
    await store.move_subscriber(1, 2)
    assert await store.subscriber(2) is None


async def test_forget__known_chat__returns_message_ids_and_leaves_nothing(reopen):
    store = await reopen()
    await subscribe(store, 1, 2)
    await published(store, "a1")
    await settle_all(store, Sent(77))
    await published(store, "a2")
    assert await store.forget(1) == (77,)
    store = await reopen()
    assert await store.subscriber(1) is None and await store.forget(1) == ()
    assert [claim.subscriber.chat_id for claim in await store.claim(NOW, SOON, 9)] == [2]


async def test_forget__digest_of_several_alerts__its_message_id_comes_once(store):
    await subscribe(store, 1)
    await published(store, "a1")
    await published(store, "a2")
    await settle_all(store, Sent(5))
    assert await store.forget(1) == (5,)


async def test_forget__unknown_chat__returns_nothing(store):
    assert await store.forget(404) == ()


async def test_forget__then_subscribed_again__old_deliveries_do_not_come_back(store):
    await subscribe(store, 1)
    await published(store)
    claims = await store.claim(NOW, SOON, 9)
    await store.forget(1)
    await subscribe(store, 1)
    await store.settle([after(each, Sent(9), NOW) for each in claims[0].deliveries])
    assert await store.forget(1) == ()


# news


async def test_feed_states__after_polls__are_the_same_after_reopening(reopen):
    store = await reopen()
    state = a_feed_state(etag='"x"', next_poll_at=NOW + HOUR, errors=2, reason="timed out", seen=("e1", "e2"))
    await store.record_poll(state)
    assert await (await reopen()).feed_states() == {state.feed: state}


async def test_record_poll__with_drafts__both_are_kept(reopen):
    store = await reopen()
    await store.record_poll(a_feed_state(), [an_alert("a1"), an_alert("a2")])
    assert {each.id for each in await (await reopen()).alerts()} == {"a1", "a2"}


async def test_record_poll__alert_is_there_already__stays_as_it_is(store):
    alert = await published(store)
    await store.record_poll(a_feed_state(), [an_alert("a1")])
    assert await store.alert("a1") == alert


async def test_alert__unknown__is_none(store):
    assert await store.alert("a1") is None


async def test_save_alert__with_texts_and_approvals__is_the_same_after_reopening(reopen):
    store = await reopen()
    alert = approve(an_alert(headline={"en": "A", "ru": "А"}, reasons=("law",), entry_at=NOW, story="s1"), "Ann", NOW)
    await store.save_alert(alert)
    assert await (await reopen()).alert("a1") == alert


async def test_alerts__by_state_and_time__newest_first(store):
    for number, state in enumerate([DRAFT, PUBLISHED, DRAFT, DRAFT]):
        await store.save_alert(an_alert(f"a{number}", state=state, created_at=NOW + number * HOUR))
    assert [each.id for each in await store.alerts()] == ["a3", "a2", "a1", "a0"]
    assert [each.id for each in await store.alerts(state=DRAFT, since=NOW + HOUR)] == ["a3", "a2"]


async def test_publish__some_want_it__their_deliveries_are_planned_and_counted(reopen):
    store = await reopen()
    await subscribe(store, 1, 2)
    await store.change_subscriber(3, lambda one: replace(one, language="de"))
    alert = an_alert(state=PUBLISHED)
    assert await store.publish(alert, lambda one: plan(one, alert, NOW)) == 2
    store = await reopen()
    assert await store.alert("a1") == alert
    assert {claim.subscriber.chat_id for claim in await store.claim(NOW, SOON, 9)} == {1, 2}


async def test_publish__a_second_time__plans_nothing_twice(store):
    await subscribe(store, 1)
    alert = await published(store)
    await settle_all(store, Sent(1))
    assert await store.publish(alert, lambda one: plan(one, alert, NOW)) == 0
    assert await store.claim(NOW, SOON, 9) == []


async def test_publish__people_come_and_go_meanwhile__all_who_are_there_at_the_end_are_planned(store):
    await asyncio.gather(*(store.change_subscriber(number, subscribed) for number in range(1000)))
    alert = an_alert(state=PUBLISHED)
    planned, _, _, _ = await asyncio.gather(
        store.publish(alert, lambda one: plan(one, alert, NOW)),
        store.forget(1),
        store.change_subscriber(5000, subscribed),
        store.change_subscriber(2, lambda one: replace(one, is_subscribed=False)),
    )
    assert planned == 999
    chats = {claim.subscriber.chat_id for claim in await store.claim(NOW, SOON, 2000)}
    assert 5000 in chats and not chats & {1, 2} and len(chats) == 999


async def test_publish__plan_raises__nothing_is_kept(store):
    await subscribe(store, 1)
    with pytest.raises(ZeroDivisionError):
        await store.publish(an_alert(state=PUBLISHED), lambda one: 1 / 0)
    assert await store.alert("a1") is None


async def test_correct__sent_and_planned_copies__become_an_edit_and_a_later_version(reopen):
    store = await reopen()
    await subscribe(store, 1)
    alert = await published(store)
    await settle_all(store, Sent(1))
    await subscribe(store, 2)
    await store.publish(alert, lambda one: plan(one, alert, NOW))
    later = replace(alert, version=2, msg_type="Update")
    assert await store.correct(later, lambda each: correction(each, later, NOW)) == 2
    store = await reopen()
    assert await store.alert("a1") == later
    due = [each for claim in await store.claim(NOW, SOON, 9) for each in claim.deliveries]
    assert sorted((each.act, each.version, each.message_id) for each in due) == [("edit", 2, 1), ("send", 2, 0)]


async def test_correct__none_concerned__still_keeps_the_version(store):
    alert = replace(an_alert(state=PUBLISHED), version=2)
    assert await store.correct(alert, lambda each: None) == 0
    assert await store.alert("a1") == alert


# life of the store


async def test_open__twice__is_fine(store):
    await subscribe(store, 1)
    await store.open()
    assert await store.subscriber(1) is not None


async def test_close__twice__is_fine_and_later_acts_raise(store):
    await store.close()
    await store.close()
    with pytest.raises(StoreError):
        await store.change_subscriber(1, subscribed)
    with pytest.raises(StoreError):
        await store.ping()
    with pytest.raises(StoreError):
        await store.save_alert(an_alert())


async def test_ping__all_well__returns(store):
    await store.ping()
