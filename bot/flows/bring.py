"""One claim on its way: what is still wanted becomes a message, and its outcome what the deliveries are afterwards."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.core import delivery as rules
from bot.core.alert import PUBLISHED, Alert
from bot.core.delivery import Claim, Delivery, Outcome, Rejected, Sent
from bot.core.subscriber import Subscriber
from bot.flows.ports import Clock, Messenger, Store
from bot.texts.alerts import render_digest, render_push, render_withdrawn, split_digest
from bot.texts.catalogues import words
from bot.texts.message import Message

TEXTS_KEPT = 256

Style = tuple[str, timedelta, bool]


@dataclass(frozen=True, slots=True)
class Brought:
    """Deliveries as they stand after a try; `outcome` is None when nothing was tried."""

    deliveries: tuple[Delivery, ...]
    outcome: Outcome | None


class Pushes:
    """The texts of pushes, made once for all readers of one style: language, clock, discreet or not."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, Style], tuple[Alert, Message]] = {}

    def of(self, alert: Alert, reader: Subscriber) -> Message:
        """Return the push of this version of an alert."""
        style = (reader.language or "en", timedelta() if reader.is_discreet else reader.utc_offset, reader.is_discreet)
        made = self._made.get((alert.id, style))
        if made is not None and made[0] is alert:
            return made[1]
        if len(self._made) >= TEXTS_KEPT:
            self._made.clear()
        language, utc_offset, is_discreet = style
        # A reader who is nobody: so nothing of one person can ever stand in the text of another.
        nobody = Subscriber(0, language=language, utc_offset=utc_offset, is_discreet=is_discreet)
        message = render_push(alert, nobody, words(language))
        self._made[alert.id, style] = alert, message
        return message


class Carrier:
    """Brings one claim at a time to its reader; several may be under way."""

    def __init__(self, store: Store, messenger: Messenger, clock: Clock) -> None:
        self._store, self._messenger, self._clock = store, messenger, clock
        self._pushes = Pushes()

    async def bring(self, claim: Claim) -> Brought:
        """Send, edit or withdraw what is still wanted; never raises: what cannot be made is Rejected."""
        aside: list[Delivery] = []
        going: list[tuple[Delivery, Alert]] = []
        now = self._clock()
        try:
            for delivery in claim.deliveries:
                alert = await self._store.alert(delivery.alert)
                if alert is None or not rules.is_still_wanted(delivery, alert, claim.subscriber):
                    aside.append(rules.set_aside(delivery, "no longer wanted"))
                elif held := rules.held_in_quiet(delivery, alert, claim.subscriber, now):
                    aside.append(held)
                else:
                    going.append((delivery, alert))
            outcomes = await self._act(claim.subscriber, going)
        except Exception as error:  # noqa: BLE001 - a text that cannot be made must not hold up everybody else's
            outcomes = [Rejected(type(error).__name__)] * len(going)
        now = self._clock()
        after = [
            rules.after(delivery, _kept(delivery, outcome), now)
            for (delivery, _), outcome in zip(going, outcomes, strict=True)
        ]
        return Brought((*aside, *after), outcomes[-1] if outcomes else None)

    async def _act(self, reader: Subscriber, going: list[tuple[Delivery, Alert]]) -> list[Outcome]:
        """Return an outcome for each delivery; those that are not a digest come alone."""
        if not going:
            return []
        if len(going) > 1:
            return await self._send_digest(reader, going)
        delivery, alert = going[0]
        if delivery.act == rules.SEND:
            return [await self._hand_over(reader, [alert], self._pushes.of(alert, reader))]
        return [await self._change(reader, delivery, alert)]

    async def _send_digest(self, reader: Subscriber, going: list[tuple[Delivery, Alert]]) -> list[Outcome]:
        # One message after the other, each with its own outcome: what arrived is not sent again with the rest.
        speak = words(reader.language or "en")
        found: dict[str, Outcome] = {}
        outcome: Outcome = Sent(0)
        for page in split_digest([alert for _, alert in going], reader, speak):
            if isinstance(outcome, Sent):
                outcome = await self._hand_over(reader, page, render_digest(page, reader, speak))
            found |= dict.fromkeys((alert.id for alert in page), outcome)
        return [found[alert.id] for _, alert in going]

    def _hand_over(self, reader: Subscriber, alerts: Sequence[Alert], message: Message) -> Awaitable[Outcome]:
        urgent = any(alert.is_urgent for alert in alerts)
        silent = reader.is_silent or not urgent
        return self._messenger.send(reader.chat_id, message, silent=silent, urgent=urgent)

    async def _change(self, reader: Subscriber, delivery: Delivery, alert: Alert) -> Outcome:
        """Bring a copy up to date, or take it back; of a digest, all that still stands in it is shown anew."""
        speak = words(reader.language or "en")
        copies = await self._store.copies(reader.chat_id, delivery.message_id)
        if len(copies) > 1:
            standing = await standing_in(self._store, reader.chat_id, delivery.message_id)
            if standing:
                message = render_digest(standing, reader, speak)
                return await self._messenger.edit(reader.chat_id, delivery.message_id, message)
        elif delivery.act == rules.EDIT:
            message = self._pushes.of(alert, reader)
            return await self._messenger.edit(reader.chat_id, delivery.message_id, message)
        outcome = await self._messenger.delete(reader.chat_id, [delivery.message_id])
        if isinstance(outcome, Rejected):
            # Telegram no longer lets us delete it: then it says in its place that it was withdrawn.
            message = render_withdrawn(speak)
            return await self._messenger.edit(reader.chat_id, delivery.message_id, message)
        return outcome


async def standing_in(store: Store, chat_id: int, message_id: int) -> list[Alert]:
    """Return the alerts that one message brought and that still stand, the gravest first."""
    copies = sorted(await store.copies(chat_id, message_id), key=lambda copy: (copy.rank, copy.due_at, copy.id))
    found = [await store.alert(copy.alert) for copy in copies]
    return [alert for alert in found if alert is not None and alert.state == PUBLISHED]


def _kept(delivery: Delivery, outcome: Outcome) -> Outcome:
    """An edit or withdrawal keeps the id of the message that it changed."""
    if isinstance(outcome, Sent) and delivery.act != rules.SEND:
        return replace(outcome, message_id=delivery.message_id)
    return outcome
