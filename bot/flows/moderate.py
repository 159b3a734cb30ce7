"""Moderation: consent or refusal, publication, correction and withdrawal, each with its line in the audit trail."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from weakref import WeakKeyDictionary

from bot.core import alert as life
from bot.core import delivery
from bot.core.alert import Alert
from bot.core.audit import AuditEntry
from bot.core.delivery import Delivery
from bot.core.subscriber import Subscriber, wants
from bot.errors import NotAllowed, Overtaken
from bot.flows.ports import Clock, Plan, Store

LONGEST_ABOUT = 80


_deciding: WeakKeyDictionary[Store, asyncio.Lock] = WeakKeyDictionary()


def deciding(store: Store) -> asyncio.Lock:
    """Return the lock under which drafts are decided on: two admins who tap at once must see each other's decision."""
    return _deciding.setdefault(store, asyncio.Lock())


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of a draft: `planned` deliveries, or None while `missing` more admins must agree."""

    alert: Alert
    planned: int | None
    missing: int = 0


async def approve(
    store: Store,
    clock: Clock,
    alert_id: str,
    by: str,
    approvals: int,
    *,
    deciders: Collection[str] | None = None,
    seen: str = "",
) -> Decision:
    """Add an admin's consent and publish when enough of the `deciders` (None: of anybody) agreed.

    `seen`: the seal of the draft that she was shown. Raises Overtaken when it is another one by now, NotAllowed when it
    was decided already.
    """
    async with deciding(store):
        draft = _as_seen(whole(await existing(store, alert_id)), seen)
        alert = life.approve(draft if deciders is None else life.heeding(draft, deciders), by, clock())
        needed = await approvals_needed(store, alert, approvals)
        if not life.is_approved(alert, needed):
            await record(store, clock, by, "approved", alert)
            await store.save_alert(alert)
            return Decision(alert, None, needed - len(alert.approvals))
        return await _go_out(store, clock, alert, by, "published")


async def override(store: Store, clock: Clock, alert_id: str, by: str, *, seen: str = "") -> Decision:
    """Publish on one admin's word alone; the caller tells every other. Raises as `approve` does."""
    async with deciding(store):
        alert = life.approve(_as_seen(whole(await existing(store, alert_id)), seen), by, clock())
        return await _go_out(store, clock, alert, by, "published alone")


async def approvals_needed(store: Store, alert: Alert, approvals: int) -> int:
    """Return how many must agree: as many as for what a correction changes, or an all-clear ends, be it milder now."""
    before = [alert.corrects] if alert.corrects else alert.references if alert.is_all_clear else ()
    found = [alert, *[each for name in before if (each := await store.alert(name)) is not None]]
    return max(life.approvals_needed(each, approvals) for each in found)


def _as_seen(alert: Alert, seen: str) -> Alert:
    """Return the alert. Raises Overtaken when an admin was shown another text than the one that stands."""
    if seen and alert.state == life.DRAFT and life.seal_of(alert) != seen:
        raise Overtaken("the draft was changed since it was shown")
    return alert


async def _go_out(store: Store, clock: Clock, alert: Alert, by: str, act: str) -> Decision:
    # The trail first: what went out is never without its line, a line may be without what a crash kept back.
    if alert.corrects:
        return await _correct(store, clock, alert, by, act)
    life.publish(alert, clock())
    await record(store, clock, by, act, alert)
    return await publish(store, clock, alert)


async def reject(store: Store, clock: Clock, alert_id: str, by: str, *, seen: str = "") -> Alert:
    """Refuse a draft. Raises as `approve` does."""
    async with deciding(store):
        alert = life.reject(_as_seen(await existing(store, alert_id), seen))
        await record(store, clock, by, "rejected", alert)
        await store.save_alert(alert)
        return alert


async def publish(store: Store, clock: Clock, alert: Alert) -> Decision:
    """Publish a draft now and plan a delivery for each subscriber whom it is for, in one durable write.

    The caller holds `deciding`, unless nobody else can know the draft.
    """
    now = clock()
    published = life.publish(alert, now)
    planned = await store.publish(published, await _plan(store, published, now))
    return Decision(published, planned)


async def _plan(store: Store, alert: Alert, now: datetime) -> Plan:
    """Return who gets an alert: whoever wants it; an all-clear goes to those who had the alarm."""
    had = await _had(store, alert, now) if alert.is_all_clear else None

    def decide(subscriber: Subscriber) -> Delivery | None:
        if had is not None and subscriber.key not in had:
            return None
        return delivery.plan(subscriber, alert, now)

    return decide


async def _had(store: Store, alert: Alert, now: datetime) -> frozenset[str] | None:
    """Return the keys of those who had what an all-clear ends; None (anybody) when nobody knows any more."""
    found: set[str] = set()
    for alert_id in alert.references:
        old = await store.alert(alert_id)
        if old is None or old.published_at is None or now - old.published_at >= delivery.MESSAGES_KEPT:
            return None
        found |= await store.reached(alert_id)
    return frozenset(found)


async def _correct(store: Store, clock: Clock, draft: Alert, by: str, act: str) -> Decision:
    """Put a draft in the place of the version that stands: delivered copies become due for an edit.

    Whom it concerns only now, in a place or on a topic that was added, gets it as a new alert. The draft is the last to
    change: after a crash in between it still waits, and to approve it again does no harm.
    """
    now = clock()
    before = await existing(store, draft.corrects)
    later = life.corrected(before, draft, now)
    await record(store, clock, by, "corrected" if act == "published" else act, later)
    changed = await store.correct(later, lambda copy: delivery.correction(copy, later, now))
    changed += await store.publish(later, lambda subscriber: delivery.plan_wider(subscriber, before, later, now))
    await store.save_alert(replace(draft, state=life.APPLIED))
    return Decision(later, changed)


async def withdraw(store: Store, clock: Clock, alert_id: str, by: str) -> int:
    """Withdraw a published alert; return how many copies are due to vanish. Raises NotAllowed when it cannot be."""
    async with deciding(store):
        now = clock()
        alert = life.cancel(await existing(store, alert_id), now)
        await record(store, clock, by, "withdrew", alert)
        changed = await store.correct(alert, lambda copy: delivery.correction(copy, alert, now))
        for draft in await store.alerts(state=life.DRAFT):
            if draft.corrects == alert_id:
                # Nobody could decide on it any more: there is nothing left that it could change.
                await store.save_alert(life.reject(draft))
        return changed


async def edit(
    store: Store, clock: Clock, alert_id: str, by: str, field: str, value: object | Callable[[Alert], object]
) -> Alert:
    """Change one field of a draft; consent to what it was is void. Raises NotAllowed when it was decided already.

    `value`: what it is from now on, or what makes that of the draft as it stands by then: another admin may change
    another language of the same text at the same moment.
    """
    async with deciding(store):
        draft = await existing(store, alert_id)
        alert = life.revise(draft, **{field: value(draft) if callable(value) else value})
        await record(store, clock, by, "edited", alert, field)
        await store.save_alert(alert)
        return alert


async def compose(store: Store, clock: Clock, draft: Alert, by: str) -> Alert:
    """Keep a draft that an admin wrote."""
    async with deciding(store):
        await record(store, clock, by, "composed", draft)
        await store.save_alert(draft)
        return draft


async def correction_of(store: Store, clock: Clock, alert_id: str) -> Alert:
    """Return the draft of a published alert's next version: the one that waits already, or a new one.

    Raises NotAllowed when the alert is not published.
    """
    async with deciding(store):
        draft = life.correction_of(await existing(store, alert_id), clock())
        waiting = await store.alert(draft.id)
        if waiting is not None and waiting.state == life.DRAFT:
            return waiting
        await store.save_alert(draft)
        return draft


async def existing(store: Store, alert_id: str) -> Alert:
    """Return an alert. Raises NotAllowed when there is none of that id."""
    alert = await store.alert(alert_id)
    if alert is None:
        raise NotAllowed("there is no such alert")
    return alert


def whole(alert: Alert) -> Alert:
    """Return the alert. Raises NotAllowed when it has no headline yet."""
    if not any(text.strip() for text in alert.headline.values()):
        raise NotAllowed("this alert has no headline")
    return alert


async def record(store: Store, clock: Clock, by: str, act: str, alert: Alert, detail: str = "") -> None:
    """Keep a line in the audit trail; `by` is the admin's label."""
    about = next(iter(alert.headline.values()), "")[:LONGEST_ABOUT]
    await store.record_audit(AuditEntry(clock(), by, act, alert.id, about, detail))


async def count_readers(store: Store, alert: Alert, clock: Clock) -> int:
    """Return how many subscribers would get this draft; of a correction, also whose copy can be edited."""
    now = clock()
    if alert.corrects:
        return await _count_corrected(store, alert, now)
    if alert.is_expired(now):
        return 0
    as_published = life.publish(alert, now) if alert.state == life.DRAFT else alert
    had = await _had(store, alert, now) if alert.is_all_clear else None

    def would_get(subscriber: Subscriber) -> bool:
        return wants(subscriber, as_published) and (had is None or subscriber.key in had)

    return sum([would_get(subscriber) async for subscriber in store.subscribers()])


async def _count_corrected(store: Store, draft: Alert, now: datetime) -> int:
    """Return how many have a copy that can be edited, or would have it only now."""
    before, reached = await store.alert(draft.corrects), await store.reached(draft.corrects)
    if before is None or before.state != life.PUBLISHED:
        return len(reached)
    later = life.corrected(before, draft, now)
    wider = [
        subscriber.key not in reached and delivery.plan_wider(subscriber, before, later, now) is not None
        async for subscriber in store.subscribers()
    ]
    return len(reached) + sum(wider)


async def drafts(store: Store) -> list[Alert]:
    """Return what waits for an admin: the most severe first, then the oldest."""
    waiting = await store.alerts(state=life.DRAFT)
    return sorted(waiting, key=lambda alert: (alert.rank, alert.created_at))
