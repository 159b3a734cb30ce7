"""What becomes of a delivery after each outcome."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.delivery import (
    DEAD,
    EDIT,
    EXPIRED,
    GONE,
    PLANNED,
    SENT,
    WITHDRAW,
    Gone,
    Moved,
    Rejected,
    Sent,
    Throttled,
    Unsure,
    after,
    correction,
    in_next_slot,
    is_claimable,
    is_expired,
    leased,
    plan,
)
from tests.builders import NOW, a_delivery, a_subscriber, an_alert


def test_plan__a_reader_who_wants_it__one_delivery_for_her() -> None:
    alert = an_alert(state="published", severity="Severe")
    planned = plan(a_subscriber(key="k1"), alert, NOW)
    assert planned is not None
    assert (planned.alert, planned.subscriber, planned.due_at, planned.rank) == (alert.id, "k1", NOW, 1)


def test_plan__a_reader_who_does_not__nothing() -> None:
    assert plan(a_subscriber(is_subscribed=False), an_alert(state="published"), NOW) is None


def test_after__sent__keeps_the_message_id() -> None:
    done = after(a_delivery(leased_until=NOW), Sent(7), NOW)
    assert (done.state, done.message_id, done.sent_at, done.leased_until) == (SENT, 7, NOW, None)


def test_after__throttled__due_when_telegram_said_and_no_attempt_counted() -> None:
    done = after(a_delivery(attempt=2), Throttled(timedelta(seconds=30)), NOW)
    assert (done.state, done.due_at, done.attempt) == (PLANNED, NOW + timedelta(seconds=30), 2)


def test_after__gone__never_again() -> None:
    assert after(a_delivery(), Gone(), NOW).state == GONE


def test_after__moved__due_at_once_under_the_new_id() -> None:
    done = after(a_delivery(), Moved(5), NOW)
    assert (done.state, done.due_at) == (PLANNED, NOW)


def test_after__rejected__dead_with_the_reason() -> None:
    done = after(a_delivery(), Rejected("Bad Request: message is too long"), NOW)
    assert (done.state, done.reason) == (DEAD, "Bad Request: message is too long")


def test_after__unsure_about_an_alert__again_later_as_often_as_it_takes() -> None:
    delivery = a_delivery(in_digest=False)
    for _ in range(50):
        delivery = after(delivery, Unsure("TimedOut"), NOW)
    assert delivery.state == PLANNED
    assert NOW < delivery.due_at <= NOW + timedelta(minutes=5)


def test_after__a_digest_that_may_have_arrived__is_not_sent_again() -> None:
    done = after(a_delivery(in_digest=True), Unsure("TimedOut"), NOW)
    assert (done.state, done.reason) == (DEAD, "TimedOut")


def test_after__an_urgent_one_that_waited_for_the_morning_and_may_have_arrived__again() -> None:
    assert after(a_delivery(in_digest=True, rank=1), Unsure("TimedOut"), NOW).state == PLANNED


def test_after__a_digest_that_surely_did_not_arrive__again_later_as_often_as_it_takes() -> None:
    delivery = a_delivery(in_digest=True)
    for _ in range(50):
        delivery = after(delivery, Unsure("NotTaken", may_have_arrived=False), NOW)
    assert delivery.state == PLANNED


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"due_at": NOW}, True),
        ({"due_at": NOW + timedelta(seconds=1)}, False),
        ({"due_at": NOW, "leased_until": NOW + timedelta(seconds=1)}, False),
        ({"due_at": NOW, "leased_until": NOW}, True),
        ({"due_at": NOW, "state": SENT}, False),
    ],
)
def test_is_claimable__due_and_free(changes, expected) -> None:
    assert is_claimable(a_delivery(**changes), NOW) is expected


def test_is_expired__an_old_send_but_never_a_correction() -> None:
    assert is_expired(a_delivery(expires_at=NOW), NOW)
    assert not is_expired(a_delivery(expires_at=NOW, act=WITHDRAW), NOW)


def test_correction__sent_copy_of_an_update__due_for_an_edit() -> None:
    found = correction(a_delivery(state=SENT, message_id=7), an_alert(state="published", version=2), NOW)
    assert found is not None
    assert (found.state, found.act, found.due_at, found.version) == (PLANNED, EDIT, NOW, 2)


def test_correction__sent_copy_of_a_cancelled_alert__due_for_a_withdrawal() -> None:
    found = correction(a_delivery(state=SENT, message_id=7), an_alert(msg_type="Cancel", version=2), NOW)
    assert found is not None
    assert found.act == WITHDRAW


def test_correction__copy_not_yet_sent_of_a_cancelled_alert__never_sent() -> None:
    found = correction(a_delivery(state=PLANNED), an_alert(msg_type="Cancel"), NOW)
    assert found is not None
    assert found.state == EXPIRED


def test_correction__copy_whose_message_id_is_no_longer_known__left_alone() -> None:
    assert correction(a_delivery(state=SENT, message_id=0), an_alert(msg_type="Cancel"), NOW) is None


EVERY_FIELD = {
    "due_at": NOW - timedelta(hours=1),
    "version": 3,
    "rank": 0,
    "act": EDIT,
    "in_digest": True,
    "attempt": 4,
    "expires_at": NOW + timedelta(days=1),
    "message_id": 77,
    "sent_at": NOW - timedelta(minutes=1),
    "reason": "reset",
}


def test_leased__all_else_stays():
    delivery = a_delivery(**EVERY_FIELD)
    assert leased(delivery, NOW) == replace(delivery, leased_until=NOW)


def test_after__sent__all_else_stays():
    delivery = a_delivery(**EVERY_FIELD, leased_until=NOW)
    sent = after(delivery, Sent(78), NOW)
    assert sent == replace(delivery, state=SENT, leased_until=None, attempt=5, message_id=78, reason="")


def test_correction__a_copy_whose_last_edit_was_refused__is_withdrawn_all_the_same() -> None:
    refused = after(a_delivery(act=EDIT, message_id=5, sent_at=NOW), Rejected("message is too long"), NOW)
    assert refused.state == DEAD
    again = correction(refused, an_alert(msg_type="Cancel", version=3), NOW)
    assert again is not None and (again.state, again.act, again.message_id) == (PLANNED, WITHDRAW, 5)
    assert correction(a_delivery(state=DEAD), an_alert(version=2), NOW) is None


def test_correction__waits_for_a_digest_and_is_urgent_now__at_once_or_when_her_quiet_hours_end() -> None:
    planned = a_delivery(due_at=NOW + timedelta(hours=6), in_digest=True)
    later = an_alert(state="published", severity="Severe", version=2)
    weekly = a_subscriber(frequency="weekly")
    now = correction(planned, later, NOW, weekly)
    assert now is not None and (now.due_at, now.in_digest, now.rank) == (NOW, False, 1)
    asleep = correction(planned, later, NOW, replace(weekly, quiet_from=11, quiet_to=14))
    assert asleep is not None and (asleep.due_at, asleep.in_digest) == (NOW + timedelta(hours=2), True)
    paused = correction(planned, later, NOW, replace(weekly, paused_until=NOW + timedelta(days=9)))
    assert paused is not None and paused.due_at == planned.due_at
    milder = correction(planned, replace(later, severity="Minor"), NOW, weekly)
    assert milder is not None and milder.due_at == planned.due_at


def test_in_next_slot__her_hour_is_in_her_quiet_hours__not_before_they_end() -> None:
    reader = a_subscriber(frequency="daily", digest_hour=23, quiet_from=22, quiet_to=7)
    missed = a_delivery(due_at=NOW.replace(hour=7), in_digest=True)
    assert in_next_slot(missed, reader).due_at == NOW.replace(day=24, hour=7)
