"""Moderation: an admin's consent or refusal, and the publication that plans every delivery in one write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core import alert as life
from bot.core import delivery
from bot.core.alert import Alert
from bot.core.subscriber import Subscriber, wants
from bot.errors import NotAllowed
from bot.flows.ports import Clock, Messenger, Store
from bot.texts.admin import render_draft_notice
from bot.texts.catalogues import words

RINGS_EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of a draft: `planned` deliveries, or None while `missing` more admins must agree."""

    alert: Alert
    planned: int | None
    missing: int = 0


async def approve(store: Store, clock: Clock, alert_id: str, by: str, approvals: int) -> Decision:
    """Add an admin's consent and publish when enough agreed. Raises NotAllowed when it was decided already."""
    alert = life.approve(await _draft(store, alert_id), by, clock())
    if not life.is_approved(alert, approvals):
        await store.save_alert(alert)
        return Decision(alert, None, life.approvals_needed(alert, approvals) - len(alert.approvals))
    return await publish(store, clock, alert)


async def reject(store: Store, alert_id: str) -> Alert:
    """Refuse a draft. Raises NotAllowed when it was decided already."""
    alert = life.reject(await _draft(store, alert_id))
    await store.save_alert(alert)
    return alert


async def publish(store: Store, clock: Clock, alert: Alert) -> Decision:
    """Publish a draft now and plan a delivery for each subscriber who wants it, in one durable write."""
    now = clock()
    published = life.publish(alert, now)
    planned = await store.publish(published, lambda subscriber: delivery.plan(subscriber, published, now))
    return Decision(published, planned)


async def _draft(store: Store, alert_id: str) -> Alert:
    alert = await store.alert(alert_id)
    if alert is None:
        raise NotAllowed("there is no such alert")
    return alert


async def count_readers(store: Store, alert: Alert, clock: Clock) -> int:
    """Return how many subscribers would get this draft."""
    as_published = life.publish(alert, clock()) if alert.state == life.DRAFT else alert

    def would_get(subscriber: Subscriber) -> bool:
        return wants(subscriber, as_published)

    return sum([would_get(subscriber) async for subscriber in store.subscribers()])


async def drafts(store: Store) -> list[Alert]:
    """Return what waits for an admin: the most severe first, then the oldest."""
    waiting = await store.alerts(state=life.DRAFT)
    return sorted(waiting, key=lambda alert: (alert.rank, alert.created_at))


class AdminBell:
    """Tells admins that drafts wait, at most once in ten minutes unless lives may depend on it."""

    def __init__(self, store: Store, messenger: Messenger, clock: Clock, admin_ids: Sequence[int]) -> None:
        self._store, self._messenger, self._clock, self._admin_ids = store, messenger, clock, admin_ids
        self._rang_at: datetime | None = None

    async def ring(self, *, is_urgent: bool) -> None:
        """Send the notice to each admin; one who cannot be reached does not keep it from the others."""
        now = self._clock()
        if not is_urgent and self._rang_at is not None and now - self._rang_at < RINGS_EVERY:
            return
        self._rang_at = now
        waiting = len(await drafts(self._store))
        for admin_id in self._admin_ids:
            known = await self._store.subscriber(admin_id)
            notice = render_draft_notice(waiting, words(known.language if known and known.language else "en"))
            await self._messenger.send(admin_id, notice, silent=not is_urgent)
