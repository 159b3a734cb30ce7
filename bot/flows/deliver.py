"""Delivery: claim what is due, send it, settle what became of it; a crash in between sends a handful twice at most."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.core import delivery as rules
from bot.core.alert import Alert
from bot.core.delivery import Claim, Delivery, Gone, Moved, Outcome, Rejected, Sent
from bot.core.subscriber import Subscriber
from bot.flows.ports import Clock, Messenger, Store
from bot.texts.alerts import render_digest, render_push, render_withdrawn
from bot.texts.catalogues import Words, words


class Courier:
    """Delivers whenever something may be due, until asked to stop; trouble is told and tried again a second later."""

    def __init__(
        self, store: Store, messenger: Messenger, clock: Clock, size: int, tell: Callable[[Exception], None]
    ) -> None:
        self._store, self._messenger, self._clock, self._size, self._tell = store, messenger, clock, size, tell
        self._due, self._stopping = asyncio.Event(), False

    def wake(self) -> None:
        """Look for what is due now."""
        self._due.set()

    async def tick(self) -> None:
        """Look for what is due now, as a line of the timetable."""
        self._due.set()

    def stop(self) -> None:
        """Finish the round that is under way and begin no other."""
        self._stopping = True
        self._due.set()

    async def run(self) -> None:
        """Deliver until stopped. A store that cannot record stops the sending: nothing goes out unrecorded."""
        while not self._stopping:
            await self._due.wait()
            self._due.clear()
            try:
                await deliver_due(self._store, self._messenger, self._clock, self._size, lambda: not self._stopping)
            except Exception as error:  # noqa: BLE001 - one bad delivery must not end all others
                self._tell(error)
                await asyncio.sleep(1)


async def deliver_due(
    store: Store, messenger: Messenger, clock: Clock, size: int, go_on: Callable[[], bool] = lambda: True
) -> int:
    """Bring everything that is due to its readers, `size` messages at a time; return how many were settled.

    One round is claimed, sent and settled before the next: what a crash can send twice is one round. No round
    begins once `go_on` says no.
    """
    settled = 0
    while go_on() and (claims := await store.claim(clock(), clock() + rules.LEASE, size)):
        brought = await asyncio.gather(*(_bring(store, messenger, clock, claim) for claim in claims))
        await store.settle([delivery for deliveries, _ in brought for delivery in deliveries])
        for claim, (_, outcome) in zip(claims, brought, strict=True):
            await _part(store, claim, outcome)
        settled += len(claims)
    return settled


async def _bring(
    store: Store, messenger: Messenger, clock: Clock, claim: Claim
) -> tuple[list[Delivery], Outcome | None]:
    """Bring one message; return its deliveries as they stand afterwards, and the outcome if anything was tried."""
    aside, going = [], []
    for delivery in claim.deliveries:
        alert = await store.alert(delivery.alert)
        if alert is None or not rules.is_still_wanted(delivery, alert, claim.subscriber):
            aside.append(rules.set_aside(delivery, "no longer wanted"))
        else:
            going.append((delivery, alert))
    if not going:
        return aside, None
    try:
        outcome = await _act(messenger, claim.subscriber, going)
    except Exception as error:  # noqa: BLE001 - a text that cannot be made must not hold up everybody else's
        outcome = Rejected(type(error).__name__)
    now = clock()
    return aside + [rules.after(delivery, _kept(delivery, outcome), now) for delivery, _ in going], outcome


async def _act(messenger: Messenger, subscriber: Subscriber, going: Sequence[tuple[Delivery, Alert]]) -> Outcome:
    """Send, edit or withdraw."""
    speak = words(subscriber.language or "en")
    delivery, alert = going[0]
    match delivery.act:
        case rules.EDIT:
            return await messenger.edit(subscriber.chat_id, delivery.message_id, render_push(alert, subscriber, speak))
        case rules.WITHDRAW:
            return await _withdraw(messenger, subscriber, delivery, speak)
        case _:
            return await _send(messenger, subscriber, [alert for _, alert in going], speak)


async def _send(messenger: Messenger, subscriber: Subscriber, alerts: Sequence[Alert], speak: Words) -> Outcome:
    silent = subscriber.is_silent or not any(alert.is_urgent for alert in alerts)
    if len(alerts) == 1:
        return await messenger.send(subscriber.chat_id, render_push(alerts[0], subscriber, speak), silent=silent)
    outcome: Outcome = Sent(0)
    for message in render_digest(alerts, subscriber, speak):
        outcome = await messenger.send(subscriber.chat_id, message, silent=silent)
        if not isinstance(outcome, Sent):
            break
    return outcome


async def _withdraw(messenger: Messenger, subscriber: Subscriber, delivery: Delivery, speak: Words) -> Outcome:
    """Delete a copy; where Telegram no longer lets us, say in its place that it was withdrawn."""
    outcome = await messenger.delete(subscriber.chat_id, [delivery.message_id])
    if isinstance(outcome, Rejected):
        return await messenger.edit(subscriber.chat_id, delivery.message_id, render_withdrawn(speak))
    return outcome


async def _part(store: Store, claim: Claim, outcome: Outcome | None) -> None:
    """Forget a reader who is gone, follow one whose chat moved."""
    if isinstance(outcome, Gone):
        await store.forget(claim.subscriber.chat_id)
    elif isinstance(outcome, Moved):
        await store.move_subscriber(claim.subscriber.chat_id, outcome.to)


def _kept(delivery: Delivery, outcome: Outcome) -> Outcome:
    """An edit or withdrawal keeps the id of the message that it changed."""
    if isinstance(outcome, Sent) and delivery.act != rules.SEND:
        return replace(outcome, message_id=delivery.message_id)
    return outcome
