"""What every store does with deliveries: claim, settle, purge, count."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.alert import PUBLISHED, cancel
from bot.core.delivery import EDIT, WITHDRAW, Gone, Rejected, Sent, Throttled, after, correction, plan
from tests.builders import NOW, a_subscriber, an_alert
from tests.storage.conftest import published, settle_all, subscribe, subscribed

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SOON = NOW + MINUTE


def ids(claims):
    return [each.id.partition(".")[0] for claim in claims for each in claim.deliveries]


@pytest.mark.parametrize("is_withdrawn", [False, True])
async def test_settle__alert_changed_while_under_way__the_copy_is_due_for_the_change(store, is_withdrawn):
    await subscribe(store, 1)
    alert = await published(store)
    [claim] = await store.claim(NOW, SOON, 9)
    later = cancel(alert) if is_withdrawn else replace(alert, version=2, msg_type="Update")
    await store.correct(later, lambda each: correction(each, later, NOW))
    await store.settle([after(each, Sent(3), NOW) for each in claim.deliveries])
    [again] = await store.claim(NOW, SOON, 9)
    [delivery] = again.deliveries
    assert delivery.act == (WITHDRAW if is_withdrawn else EDIT) and (delivery.message_id, delivery.version) == (3, 2)


async def test_claim__several_due__by_rank_then_by_due_time(store):
    await subscribe(store, 1)
    for number, severity in enumerate(["Minor", "Extreme", "Severe", "Extreme"]):
        alert = an_alert(f"a{number}", severity=severity, state=PUBLISHED)
        at = NOW - number * MINUTE
        await store.publish(alert, lambda one, alert=alert, at=at: plan(one, alert, at))
    assert ids(await store.claim(NOW, SOON, 3)) == ["a3", "a1", "a2"]
    assert ids(await store.claim(NOW, SOON, 3)) == ["a0"]


async def test_claim__nothing_due_yet__is_empty_until_then(store):
    await subscribe(store, 1)
    alert = an_alert(state=PUBLISHED)
    await store.publish(alert, lambda one: plan(one, alert, NOW + HOUR))
    assert await store.claim(NOW, SOON, 9) == []
    assert len(await store.claim(NOW + HOUR, NOW + 2 * HOUR, 9)) == 1


async def test_claim__held_by_another__is_free_when_the_lease_is_over(store):
    await subscribe(store, 1)
    await published(store)
    assert len(await store.claim(NOW, SOON, 9)) == 1
    assert await store.claim(NOW, SOON, 9) == []
    assert len(await store.claim(SOON, SOON + MINUTE, 9)) == 1


async def test_claim__worker_died__is_free_as_soon_as_the_store_is_open_again(reopen):
    store = await reopen()
    await subscribe(store, 1)
    await published(store)
    await store.claim(NOW, NOW + HOUR, 9)
    assert len(await (await reopen()).claim(NOW, SOON, 9)) == 1


async def test_claim__two_workers_at_once__no_message_twice(store):
    await subscribe(store, *range(20))
    await published(store)
    taken = await asyncio.gather(*(store.claim(NOW, SOON, 6) for _ in range(4)))
    chats = [claim.subscriber.chat_id for claims in taken for claim in claims]
    assert sorted(chats) == list(range(20))


async def test_claim__digest__all_that_is_due_to_one_reader_is_one_message(store):
    await store.change_subscriber(1, lambda one: a_subscriber(frequency="daily", digest_hour=18))
    await subscribe(store, 2)
    for name, severity in [("a1", "Minor"), ("a2", "Moderate"), ("a3", "Severe")]:
        await published(store, name, severity=severity)
    claims = await store.claim(NOW + DAY, NOW + DAY + MINUTE, 99)
    assert sorted([(claim.subscriber.chat_id, len(claim.deliveries)) for claim in claims]) == [
        (1, 1), (1, 2), (2, 1), (2, 1), (2, 1),
    ]  # fmt: skip
    digest = next(claim for claim in claims if len(claim.deliveries) == 2)
    assert ids([digest]) == ["a2", "a1"] and await store.claim(NOW + DAY, NOW + DAY + MINUTE, 9) == []


async def test_claim__expired__is_set_aside_and_not_due_any_more(reopen):
    store = await reopen()
    await subscribe(store, 1)
    await published(store, "a1", severity="Extreme")
    await published(store, "a2", severity="Minor")
    late = NOW + 4 * DAY
    assert ids(await store.claim(late, late + MINUTE, 1)) == ["a2"]
    store = await reopen()
    assert (await store.counts(late)).due == 1


async def test_claim__hundreds_expired__the_live_one_behind_them_is_found(store):
    await asyncio.gather(*(store.change_subscriber(number, subscribed) for number in range(1200)))
    await published(store, "a1", severity="Extreme")
    await published(store, "a2", severity="Minor")
    late = NOW + 4 * DAY
    assert ids(await store.claim(late, late + MINUTE, 1)) == ["a2"]


async def test_claim__clock_set_back__waits_for_the_due_time_again(store):
    await subscribe(store, 1)
    await published(store)
    assert await store.claim(NOW - HOUR, NOW, 9) == []
    assert len(await store.claim(NOW, SOON, 9)) == 1


async def test_settle__sent__is_kept_with_its_message_id(reopen):
    store = await reopen()
    await subscribe(store, 1)
    await published(store)
    await settle_all(store, Sent(123456789))
    store = await reopen()
    assert (await store.counts(NOW)).sent == 1 and await store.forget(1) == (123456789,)


async def test_settle__erased_meanwhile__is_dropped_and_returned_and_the_others_are_kept(store):
    await subscribe(store, 1, 2)
    await published(store)
    claims = await store.claim(NOW, SOON, 9)
    settled = [after(each, Sent(7), NOW) for claim in claims for each in claim.deliveries]
    gone = claims[0].subscriber
    await store.forget(gone.chat_id)
    assert [each.subscriber for each in await store.settle(settled)] == [gone.key]
    assert (await store.counts(NOW)).sent == 1


async def test_settle__throttled__is_due_later(store):
    await subscribe(store, 1)
    await published(store)
    await settle_all(store, Throttled(30 * MINUTE))
    assert await store.claim(NOW + 29 * MINUTE, NOW + HOUR, 9) == []
    assert len(await store.claim(NOW + 30 * MINUTE, NOW + HOUR, 9)) == 1


async def test_settle__rejected__is_dead_with_its_reason(reopen):
    store = await reopen()
    await subscribe(store, 1)
    await published(store)
    await settle_all(store, Rejected("Bad Request: message text is empty"))
    counts = await (await reopen()).counts(NOW)
    assert (counts.dead, counts.due, counts.sent) == (1, 0, 0)


async def test_settle__subscriber_forgotten_meanwhile__is_dropped(store):
    await subscribe(store, 1)
    await published(store)
    [claim] = await store.claim(NOW, SOON, 9)
    await store.forget(1)
    await store.settle([after(each, Gone(), NOW) for each in claim.deliveries])
    assert await store.claim(NOW + HOUR, NOW + 2 * HOUR, 9) == [] and (await store.counts(NOW)).sent == 0


async def test_settle__gone__forgets_nobody_by_itself(store):
    await subscribe(store, 1)
    await published(store)
    await settle_all(store, Gone())
    assert await store.subscriber(1) is not None


async def test_settle__nothing__is_fine(store):
    await store.settle([])


async def test_purge__message_older_than_48_hours__its_id_is_gone_and_still_counted(reopen):
    store = await reopen()
    await subscribe(store, 1)
    await published(store)
    await settle_all(store, Sent(5))
    assert await store.purge(NOW + 47 * HOUR) == 0
    assert await store.purge(NOW + 48 * HOUR) == 1
    store = await reopen()
    assert (await store.counts(NOW)).sent == 1 and await store.forget(1) == ()


async def test_purge__withdrawal_that_could_not_be_brought_yet__waits_two_days_more_and_no_longer(reopen):
    store = await reopen()
    await subscribe(store, 1)
    alert = await published(store)
    await settle_all(store, Sent(5))
    later = cancel(alert)
    await store.correct(later, lambda each: correction(each, later, NOW + 47 * HOUR))
    assert await store.purge(NOW + 49 * HOUR) == 0
    store = await reopen()
    [claim] = await store.claim(NOW + 50 * HOUR, NOW + 51 * HOUR, 9)
    assert [(each.act, each.message_id) for each in claim.deliveries] == [(WITHDRAW, 5)]
    assert await store.purge(NOW + 96 * HOUR) == 1 and await store.forget(1) == ()


async def test_purge__one_of_a_digest_is_withdrawn_late__the_others_stay_known_until_it_is_edited(store):
    await store.change_subscriber(1, lambda one: a_subscriber(frequency="daily", digest_hour=18))
    alerts = [await published(store, name) for name in ("a1", "a2")]
    await settle_all(store, Sent(5), sent_at := NOW + 6 * HOUR)
    later = cancel(alerts[0])
    await store.correct(later, lambda each: correction(each, later, sent_at + 47 * HOUR))
    await store.purge(sent_at + 49 * HOUR)
    assert sorted(each.alert for each in await store.copies(1, 5)) == ["a1", "a2"]
    await settle_all(store, Sent(5), sent_at + 50 * HOUR)
    assert await store.purge(sent_at + 51 * HOUR) == 2 and await store.copies(1, 5) == []


async def test_purge__alert_older_than_30_days__goes_with_its_deliveries(reopen):
    store = await reopen()
    await subscribe(store, 1)
    await published(store)
    await settle_all(store, Rejected("no"))
    assert await store.purge(NOW + 29 * DAY) == 0
    assert await store.purge(NOW + 30 * DAY) == 2
    store = await reopen()
    assert await store.alerts() == [] and (await store.counts(NOW)).dead == 0


async def test_purge__somebody_still_waits__the_alert_stays(store):
    await subscribe(store, 1)
    await published(store)
    assert await store.purge(NOW + 31 * DAY) == 0
    assert await store.alert("a1") is not None


async def test_counts__a_bit_of_everything__totals(store):
    await subscribe(store, 1, 2)
    await store.change_subscriber(3, lambda one: replace(one, language="ar"))
    await store.save_alert(an_alert("draft"))
    await published(store)
    await settle_all(store, Sent(1))
    await published(store, "a2")
    counts = await store.counts(NOW)
    assert (counts.subscribers, counts.drafts, counts.due, counts.sent, counts.dead) == (2, 1, 2, 2, 0)


async def test_claim__newest_first__the_gravest_and_of_these_the_newest(store):
    await subscribe(store, 1, 2)
    for number, severity in enumerate(["Minor", "Severe", "Severe", "Severe"]):
        alert = an_alert(f"a{number}", severity=severity, state=PUBLISHED)
        at = NOW - (3 - number) * MINUTE
        await store.publish(alert, lambda one, alert=alert, at=at: plan(one, alert, at))
    assert ids(await store.claim(NOW, SOON, 3, newest_first=True)) == ["a3", "a3", "a2"]
    newer = an_alert("a4", severity="Severe", state=PUBLISHED)
    await store.publish(newer, lambda one: plan(one, newer, NOW))
    assert ids(await store.claim(NOW, SOON, 3, newest_first=True)) == ["a4", "a4", "a2"]
    assert ids(await store.claim(NOW, SOON, 9)) == ["a1", "a1", "a0", "a0"]


async def test_claim__clock_set_back_an_hour__what_was_due_stays_due_and_waits_do_not_grow(store):
    await subscribe(store, 1, 2, 3)
    await published(store)
    first, second = (await store.claim(NOW, SOON, 2))[:2]
    await store.settle([after(each, Throttled(timedelta(seconds=30)), NOW) for each in first.deliveries])
    back = NOW - HOUR
    assert len(await store.claim(back, back + MINUTE, 9)) == 1, "the third was due before the clock was set back"
    assert len(await store.claim(back + timedelta(seconds=30), back + 2 * MINUTE, 9)) == 1, "the first was to wait 30 s"
    assert len(await store.claim(back + MINUTE, back + 2 * MINUTE, 9)) >= 1, "the lease of the second was a minute"
    await store.settle([after(each, Sent(1), back) for each in second.deliveries])


async def test_claim__clock_set_back__a_digest_waits_for_its_hour(store):
    await subscribe(store, 1)
    alert = an_alert(state=PUBLISHED)
    soon = NOW + 2 * MINUTE
    await store.publish(alert, lambda one: replace(plan(one, alert, NOW), due_at=soon, in_digest=True))
    assert await store.claim(NOW, SOON, 9) == []
    assert await store.claim(NOW - HOUR, NOW, 9) == []
    assert await store.claim(soon - timedelta(seconds=1), soon, 9) == []
    assert len(await store.claim(soon, soon + MINUTE, 9)) == 1
