"""What every store does for admins and for digests: the audit trail, progress, who had what, planning anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.core.alert import cancel
from bot.core.audit import AuditEntry
from bot.core.delivery import Progress, Rejected, Sent, correction, planned_anew
from tests.builders import NOW, a_subscriber
from tests.storage.conftest import published, settle_all, subscribe

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def an_entry(act: str = "approved", **changes) -> AuditEntry:
    return AuditEntry(**{"at": NOW, "by": "admin 1", "act": act, "alert": "a1", "about": "A law"} | changes)


async def test_audit__after_reopening__newest_first(reopen):
    store = await reopen()
    first, second = an_entry(), an_entry("published", at=NOW + HOUR, detail="x")
    await store.record_audit(first)
    await store.record_audit(second)
    store = await reopen()
    assert await store.audit(NOW) == [second, first]
    assert await store.audit(NOW + MINUTE) == [second]


async def test_audit__the_same_moment__both_are_kept(store):
    await store.record_audit(an_entry("edited", detail="area"))
    await store.record_audit(an_entry("edited", detail="topics"))
    assert len(await store.audit(NOW)) == 2


async def test_purge__audit_older_than_90_days__is_gone(reopen):
    store = await reopen()
    await store.record_audit(an_entry())
    assert await store.purge(NOW + 90 * DAY - MINUTE) == 0
    assert await store.purge(NOW + 90 * DAY) == 1
    assert await (await reopen()).audit(NOW) == []


async def test_progress__sent_waiting_later_failed__counted_and_kept_after_a_purge(reopen):
    store = await reopen()
    await subscribe(store, 1)
    await published(store)
    assert await store.progress("a1") == Progress(waiting=1)
    await settle_all(store, Sent(1))
    await store.change_subscriber(2, lambda one: a_subscriber(frequency="daily"))
    await published(store)
    assert await store.progress("a1") == Progress(sent=1, later=1)
    await store.purge(NOW + 3 * DAY)
    assert (await (await reopen()).progress("a1")).sent == 1


async def test_progress__refused__failed(store):
    await subscribe(store, 1)
    await published(store)
    await settle_all(store, Rejected("no"))
    assert await store.progress("a1") == Progress(failed=1)
    assert await store.progress("unknown") == Progress()


async def test_progress__withdrawn__waits_for_the_deletion(store):
    await subscribe(store, 1)
    alert = await published(store)
    await settle_all(store, Sent(1))
    gone = cancel(alert)
    await store.correct(gone, lambda copy: correction(copy, gone, NOW))
    assert await store.progress("a1") == Progress(waiting=1)


async def test_reached__who_has_a_copy_or_waits_for_one__and_nobody_else(store):
    await subscribe(store, 1)
    await published(store)
    await settle_all(store, Sent(1))
    await store.change_subscriber(2, lambda one: a_subscriber(frequency="daily"))
    await published(store)
    await subscribe(store, 3)
    keys = {(await store.subscriber(chat)).key for chat in (1, 2)}
    assert await store.reached("a1") == keys
    assert await store.reached("unknown") == frozenset()


async def test_copies__a_digest__all_that_came_in_it(reopen):
    store = await reopen()
    await subscribe(store, 1, 2)
    await published(store, "a1")
    await published(store, "a2")
    await settle_all(store, Sent(7))
    store = await reopen()
    assert [each.alert for each in await store.copies(1, 7)] == ["a1", "a2"]
    assert await store.copies(1, 8) == [] and await store.copies(1, 0) == [] and await store.copies(9, 7) == []


async def test_replan__another_hour__what_waits_follows(reopen):
    store = await reopen()
    await store.change_subscriber(1, lambda one: a_subscriber(frequency="daily", digest_hour=18))
    await published(store)
    await store.change_subscriber(1, lambda one: replace(one, digest_hour=20))
    changed = await store.replan(1, lambda one, alert, delivery: planned_anew(one, alert, delivery, NOW))
    assert changed == 1
    store = await reopen()
    assert await store.claim(NOW + 7 * HOUR, NOW + 8 * HOUR, 9) == []
    assert len(await store.claim(NOW + 8 * HOUR, NOW + 9 * HOUR, 9)) == 1


async def test_replan__under_way_sent_or_unknown__stays(store):
    def later(one, alert, delivery):
        return replace(delivery, due_at=NOW + DAY)

    await subscribe(store, 1)
    await published(store, "a1")
    await settle_all(store, Sent(1))
    await published(store, "a2")
    await store.claim(NOW, NOW + MINUTE, 9)
    assert await store.replan(1, later) == 0
    assert await store.replan(404, later) == 0
