"""A delivery: one alert to one subscriber, and what becomes of it after each outcome."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.core.alert import Alert, severity_rank
from bot.core.subscriber import (
    Subscriber,
    after_quiet,
    due_at,
    in_digest,
    is_paused,
    next_digest_at,
    passes_quiet,
    wants,
)

SEND, EDIT, WITHDRAW = "send", "edit", "withdraw"
PLANNED, SENT, GONE, DEAD, EXPIRED = "planned", "sent", "gone", "dead", "expired"

MESSAGES_KEPT = timedelta(hours=48)
"""How long Telegram lets a bot delete a message, and so how long its id is kept."""

URGENT_RANK = severity_rank("Severe")
LEASE = timedelta(seconds=60)
LONGEST_BACK_OFF = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Sent:
    """Telegram took it; `message_id` is what can be edited or deleted later."""

    message_id: int


@dataclass(frozen=True, slots=True)
class Throttled:
    """Telegram asks to wait."""

    retry_in: timedelta


@dataclass(frozen=True, slots=True)
class Gone:
    """The reader blocked the bot or left Telegram: forget her."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The chat has a new id."""

    to: int = field(repr=False)


@dataclass(frozen=True, slots=True)
class Rejected:
    """Our fault: the same request would be refused again. `reason` is Telegram's text, without ids."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unsure:
    """It was not taken, or nobody knows whether it was. `reason` names the class of the error.

    `may_have_arrived`: False when the request surely had no effect, because it never left or was refused clearly.
    """

    reason: str = ""
    may_have_arrived: bool = True


Outcome = Sent | Throttled | Gone | Moved | Rejected | Unsure


@dataclass(frozen=True, slots=True)
class Delivery:
    """One alert on its way to one subscriber; `act` is send, edit or withdraw, `rank` that of the severity.

    `message_id` is 0 until it was sent. Deliveries with `in_digest` that are due together are one message.
    """

    id: str = field(repr=False)
    alert: str
    subscriber: str = field(repr=False)
    due_at: datetime
    version: int = 1
    rank: int = 2
    act: str = SEND
    state: str = PLANNED
    in_digest: bool = False
    attempt: int = 0
    leased_until: datetime | None = None
    expires_at: datetime | None = None
    message_id: int = field(default=0, repr=False)
    sent_at: datetime | None = None
    reason: str = ""


def leased(delivery: Delivery, until: datetime) -> Delivery:
    """Return it held until then."""
    return _with(
        delivery, delivery.state, delivery.attempt, until, delivery.message_id, delivery.sent_at, delivery.reason
    )


def _with(
    each: Delivery,
    state: str,
    attempt: int,
    leased_until: datetime | None,
    message_id: int,
    sent_at: datetime | None,
    reason: str,
) -> Delivery:
    """Return a copy with what changes on the way of nearly all; `replace` takes three times as long for it."""
    return Delivery(
        each.id,
        each.alert,
        each.subscriber,
        each.due_at,
        each.version,
        each.rank,
        each.act,
        state,
        each.in_digest,
        attempt,
        leased_until,
        each.expires_at,
        message_id,
        sent_at,
        reason,
    )


@dataclass(frozen=True, slots=True)
class Claim:
    """What one worker holds under a lease: one message to one subscriber, from one or more deliveries."""

    subscriber: Subscriber
    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How a push goes: copies sent, waiting to go now, due later (in a digest), and failed for good."""

    sent: int = 0
    waiting: int = 0
    later: int = 0
    failed: int = 0


def plan(subscriber: Subscriber, alert: Alert, now: datetime) -> Delivery | None:
    """Return the delivery of a published alert to a reader, or None when it is not for her."""
    if not wants(subscriber, alert):
        return None
    return Delivery(
        id=f"{alert.id}.{subscriber.key}",
        alert=alert.id,
        subscriber=subscriber.key,
        due_at=due_at(subscriber, alert, now),
        version=alert.version,
        rank=alert.rank,
        in_digest=in_digest(subscriber, alert, now),
        expires_at=alert.expires_at,
    )


def plan_wider(subscriber: Subscriber, before: Alert, later: Alert, now: datetime) -> Delivery | None:
    """Return the delivery of a corrected alert to a reader whom the version before was not for, else None.

    An all-clear is for those who had the warning, however its texts are corrected.
    """
    if later.is_all_clear or wants(subscriber, before):
        return None
    return plan(subscriber, later, now)


def planned_anew(subscriber: Subscriber, alert: Alert, delivery: Delivery, now: datetime) -> Delivery | None:
    """Return what is planned as the reader's settings of now want it; None for one that must not be touched.

    What waits for a digest follows her new hour, clock or pause; what is on its way at once only waits for a pause.
    """
    if not is_paused(subscriber, now) and (not delivery.in_digest or delivery.due_at <= now):
        return None
    return replace(delivery, due_at=due_at(subscriber, alert, now), in_digest=in_digest(subscriber, alert, now))


def held_in_quiet(delivery: Delivery, alert: Alert, reader: Subscriber, now: datetime) -> Delivery | None:
    """Return it waiting for the end of her quiet hours, where it would come in them, late after an outage."""
    if delivery.act != SEND or reader.quiet_from is None or passes_quiet(reader, alert):
        return None
    until = after_quiet(reader, now)
    return replace(delivery, due_at=until, in_digest=True, leased_until=None) if until > now else None


def is_claimable(delivery: Delivery, now: datetime) -> bool:
    """Say whether it is due and nobody holds it."""
    if delivery.state != PLANNED or delivery.due_at > now:
        return False
    return delivery.leased_until is None or delivery.leased_until <= now


def is_slot_told(delivery: Delivery, others: Iterable[Delivery], subscriber: Subscriber) -> bool:
    """Say whether the digest for which this one waits was sent before: a clock that was set back shows its hour again.

    `others` are the reader's deliveries that came or wait in a digest.
    """
    if subscriber.frequency == "now":
        return False
    return any(each.state == SENT and each.due_at == delivery.due_at for each in others)


def in_next_slot(delivery: Delivery, subscriber: Subscriber) -> Delivery:
    """Return it waiting for the digest after the one that it missed."""
    return replace(delivery, due_at=after_quiet(subscriber, next_digest_at(subscriber, delivery.due_at)))


def is_expired(delivery: Delivery, now: datetime) -> bool:
    """Say whether it is too late to send it; edits and withdrawals never are."""
    return delivery.act == SEND and delivery.expires_at is not None and now >= delivery.expires_at


def is_still_wanted(delivery: Delivery, alert: Alert, subscriber: Subscriber) -> bool:
    """Say whether it should still go: she may have left or chosen otherwise since, or it was withdrawn."""
    return delivery.act != SEND or wants(subscriber, alert)


def set_aside(delivery: Delivery, reason: str) -> Delivery:
    """Return a delivery that will never be sent."""
    return replace(delivery, state=EXPIRED, leased_until=None, reason=reason)


def correction(delivery: Delivery, alert: Alert, now: datetime, reader: Subscriber | None = None) -> Delivery | None:
    """Return the delivery due again for a later version: an edit, or a withdrawal of a cancelled one.

    A copy not yet sent of a cancelled alert is never sent; one that nobody can edit any more is left alone.
    With its `reader`, one that waits for her hour and is urgent by now waits no longer than that lets it.
    """
    withdrawn = alert.msg_type == "Cancel"
    if delivery.state == PLANNED and delivery.act == SEND:
        if withdrawn:
            return replace(delivery, state=EXPIRED, reason="withdrawn")
        later = replace(delivery, version=alert.version, rank=alert.rank, expires_at=alert.expires_at)
        if reader is None or (sooner := due_at(reader, alert, now)) >= delivery.due_at:
            return later
        return replace(later, due_at=sooner, in_digest=sooner > now)
    # A copy whose last change Telegram refused still stands, and may take this one.
    if delivery.state not in (SENT, PLANNED, DEAD) or not delivery.message_id:
        return None
    act = WITHDRAW if withdrawn else EDIT
    return replace(
        delivery,
        state=PLANNED,
        act=act,
        due_at=now,
        version=alert.version,
        attempt=0,
        leased_until=None,
        in_digest=False,
    )


def back_off(attempt: int) -> timedelta:
    """Return the wait before the next try after that many attempts: 2 s, 4 s ... at most 5 minutes."""
    return min(timedelta(seconds=2 ** min(attempt, 9)), LONGEST_BACK_OFF)


def after(delivery: Delivery, outcome: Outcome, now: datetime) -> Delivery:
    """Return the delivery as it stands after an outcome; the caller writes it and forgets the subscriber if Gone."""
    attempt = delivery.attempt + 1
    if isinstance(outcome, Sent):
        message_id, sent_at = outcome.message_id or delivery.message_id, delivery.sent_at or now
        return _with(delivery, SENT, attempt, None, message_id, sent_at, "")
    if isinstance(outcome, Throttled):
        return replace(delivery, leased_until=None, due_at=now + outcome.retry_in)
    tried = replace(delivery, leased_until=None, attempt=attempt)
    match outcome:
        case Moved():
            return replace(tried, due_at=now)
        case Gone():
            return replace(tried, state=GONE, message_id=0)
        case Rejected(reason):
            return replace(tried, state=DEAD, reason=reason)
        case Unsure(reason, may_have_arrived):
            if delivery.in_digest and delivery.rank > URGENT_RANK and may_have_arrived:
                # A digest twice would only annoy, and what is in it can be read with /news; what is urgent goes again.
                return replace(tried, state=DEAD, reason=reason)
            return replace(tried, due_at=now + back_off(tried.attempt), reason=reason)
