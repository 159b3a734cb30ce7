"""What a delivery is on the disk, which is written by hand for its speed."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta

import orjson
import pytest

from bot.core.delivery import EDIT, SENT, Delivery
from bot.storage.documents import DELIVERIES, from_document, to_document
from bot.storage.vault import Vault
from tests.builders import NOW, a_delivery
from tests.storage.conftest import KEY

CHANGED = {
    "alert": "a2",
    "subscriber": "k2",
    "due_at": NOW + timedelta(hours=1),
    "version": 3,
    "rank": 0,
    "act": EDIT,
    "state": SENT,
    "in_digest": True,
    "attempt": 4,
    "expires_at": NOW + timedelta(days=1),
    "message_id": 77,
    "sent_at": NOW + timedelta(seconds=5),
    "reason": "no",
}


def kept(delivery: Delivery) -> Delivery:
    """Return a delivery after it was on the disk."""
    vault = Vault([KEY])
    document = orjson.loads(orjson.dumps(to_document(delivery.id, delivery, vault)))
    found = from_document(DELIVERIES, document, vault)
    assert isinstance(found, Delivery)
    return found


@pytest.mark.parametrize("name", CHANGED)
def test_delivery__each_field_alone__is_kept(name):
    delivery = replace(a_delivery(), **{name: CHANGED[name]})
    assert kept(delivery) == delivery


def test_delivery__all_fields_but_its_lease__are_kept():
    assert set(CHANGED) == {each.name for each in fields(Delivery)} - {"id", "leased_until"}
    delivery = a_delivery(**CHANGED)
    assert kept(replace(delivery, leased_until=NOW)) == delivery


def test_delivery__as_it_was_planned__says_no_more_than_it_must():
    assert set(to_document("a1.k1", a_delivery(), Vault([KEY]))) == {"key", "alert", "subscriber", "due_at"}
