"""The life of an alert."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.alert import approvals_needed, approve, cancel, is_approved, may_publish_itself, publish, reject
from bot.errors import NotAllowed
from tests.builders import an_alert

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_approve__severe_and_two_needed__one_admin_is_not_enough_even_twice() -> None:
    once = approve(an_alert(severity="Severe"), "admin 1", NOW)
    twice = approve(once, "admin 1", NOW)
    assert not is_approved(twice, 2)
    assert is_approved(approve(twice, "admin 2", NOW), 2)


def test_approve__moderate__one_admin_is_enough() -> None:
    alert = approve(an_alert(severity="Moderate"), "admin 1", NOW)
    assert is_approved(alert, approvals_needed(alert, 2))


def test_publish__a_draft__dated_and_with_an_expiry() -> None:
    published = publish(an_alert(severity="Extreme"), NOW)
    assert (published.state, published.published_at, published.expires_at) == (
        "published",
        NOW,
        NOW + timedelta(days=3),
    )
    assert not published.is_expired(NOW)
    assert published.is_expired(NOW + timedelta(days=3))


@pytest.mark.parametrize(
    "act", [lambda alert: approve(alert, "admin 1", NOW), lambda alert: publish(alert, NOW), reject]
)
def test_a_decided_alert__cannot_be_decided_again(act) -> None:
    with pytest.raises(NotAllowed):
        act(reject(an_alert()))


def test_cancel__published__is_the_next_version_and_says_cancel() -> None:
    cancelled = cancel(publish(an_alert(), NOW))
    assert (cancelled.state, cancelled.msg_type, cancelled.version) == ("cancelled", "Cancel", 2)


def test_cancel__a_draft__not_allowed() -> None:
    with pytest.raises(NotAllowed):
        cancel(an_alert())


@pytest.mark.parametrize(
    ("severity", "trust", "expected"),
    [
        ("Minor", "publish", True),
        ("Moderate", "publish", True),
        ("Severe", "publish", False),
        ("Extreme", "publish", False),
        ("Unknown", "publish", False),
        ("Minor", "review", False),
    ],
)
def test_may_publish_itself__only_harmless_ones_of_a_trusted_feed(severity, trust, expected) -> None:
    assert may_publish_itself(an_alert(severity=severity), trust) is expected
