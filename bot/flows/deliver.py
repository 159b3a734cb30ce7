"""Delivery: claim what is due, send it, settle what became of it; a crash in between sends a handful twice at most."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.core import delivery as rules
from bot.core.alert import Alert
from bot.core.delivery import Claim, Delivery, Gone, Moved, Outcome, Rejected, Sent
from bot.flows.ports import Clock, Messenger, Store
from bot.texts.alerts import render_digest, render_push, render_withdrawn
from bot.texts.catalogues import Words, words


async def deliver_due(
    store: Store, messenger: Messenger, clock: Clock, size: int, go_on: Callable[[], bool] = lambda: True
) -> int:
    """Bring everything that is due to its readers, `size` messages at a time; return how many were settled.

    One round is claimed, sent and settled before the next: what a crash can send twice is one round. No round
    begins once `go_on` says no.
    """
    settled = 0
    while go_on() and (claims := await store.claim(clock(), clock() + rules.LEASE, size)):
        outcomes = await asyncio.gather(*(_bring(store, messenger, claim) for claim in claims))
        await _settle(store, clock, claims, outcomes)
        settled += len(claims)
        if not any(isinstance(outcome, Sent | Gone | Moved | Rejected) for outcome in outcomes):
            break
    return settled


async def _bring(store: Store, messenger: Messenger, claim: Claim) -> Outcome:
    """Send, edit or withdraw one message."""
    found = [await store.alert(delivery.alert) for delivery in claim.deliveries]
    alerts = [alert for alert in found if alert is not None]
    if not alerts:
        return Rejected("the alert is gone")
    speak = words(claim.subscriber.language or "en")
    first = claim.deliveries[0]
    match first.act:
        case rules.EDIT:
            message = render_push(alerts[0], claim.subscriber, speak)
            return await messenger.edit(claim.subscriber.chat_id, first.message_id, message)
        case rules.WITHDRAW:
            return await _withdraw(messenger, claim, first, speak)
        case _:
            return await _send(messenger, claim, alerts, speak)


async def _send(messenger: Messenger, claim: Claim, alerts: Sequence[Alert], speak: Words) -> Outcome:
    subscriber = claim.subscriber
    silent = subscriber.is_silent or not any(alert.is_urgent for alert in alerts)
    if len(alerts) == 1:
        return await messenger.send(subscriber.chat_id, render_push(alerts[0], subscriber, speak), silent=silent)
    outcome: Outcome = Sent(0)
    for message in render_digest(alerts, subscriber, speak):
        outcome = await messenger.send(subscriber.chat_id, message, silent=silent)
        if not isinstance(outcome, Sent):
            break
    return outcome


async def _withdraw(messenger: Messenger, claim: Claim, delivery: Delivery, speak: Words) -> Outcome:
    """Delete a copy; where Telegram no longer lets us, say in its place that it was withdrawn."""
    outcome = await messenger.delete(claim.subscriber.chat_id, [delivery.message_id])
    if isinstance(outcome, Rejected):
        return await messenger.edit(claim.subscriber.chat_id, delivery.message_id, render_withdrawn(speak))
    return outcome


async def _settle(store: Store, clock: Clock, claims: Sequence[Claim], outcomes: Sequence[Outcome]) -> None:
    now = clock()
    settled = []
    for claim, outcome in zip(claims, outcomes, strict=True):
        settled += [rules.after(delivery, _kept(delivery, outcome), now) for delivery in claim.deliveries]
    await store.settle(settled)
    for claim, outcome in zip(claims, outcomes, strict=True):
        if isinstance(outcome, Gone):
            await store.forget(claim.subscriber.chat_id)
        elif isinstance(outcome, Moved):
            await store.move_subscriber(claim.subscriber.chat_id, outcome.to)


def _kept(delivery: Delivery, outcome: Outcome) -> Outcome:
    """An edit or withdrawal keeps the id of the message that it changed."""
    if isinstance(outcome, Sent) and delivery.act != rules.SEND:
        return replace(outcome, message_id=delivery.message_id)
    return outcome
