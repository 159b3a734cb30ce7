"""A thousand days of digests: the clock jumps, the reader changes her clock twice a year, and each slot comes once."""

from collections import Counter
from datetime import timedelta

import pytest

from bot.flows import moderate
from bot.storage.memory_store import MemoryStore
from tests.builders import a_subscriber, an_alert
from tests.flows.conftest import Phones
from tests.flows.days import READER, Days

DAYS = 1000
HOUR = 18


@pytest.mark.parametrize(("frequency", "seed"), [("daily", 1), ("daily", 2), ("weekly", 3)])
async def test_a_thousand_days__each_slot_exactly_once_and_no_alert_lost_or_twice(frequency, seed) -> None:
    store, phones, days = MemoryStore(), Phones(), Days(seed)
    await store.open()
    await store.change_subscriber(
        READER,
        lambda one: a_subscriber(frequency=frequency, digest_hour=HOUR, utc_offset=timedelta(hours=1), seen_month="x"),
    )
    told: list[str] = []
    slots: Counter[str] = Counter()
    whole = phones.send

    async def send(chat_id, message, *, silent=False, **more):
        local = days() + timedelta(hours=days.offset)
        # Late is no sin, an hour of sleep may lie between: the slot is the last one before.
        slot = local.replace(hour=HOUR, minute=0) - timedelta(days=local.hour < HOUR)
        slots[slot.date().isoformat()] += 1
        told.extend(button.data for row in message.buttons for button in row)
        return await whole(chat_id, message, silent=silent)

    phones.send = send
    published: list[str] = []
    # Seldom enough that a week is one message.
    often = 0.06 if frequency == "daily" else 0.03
    async for left in days.pass_by(DAYS, store, phones):
        if days.chance.random() < often and left > timedelta(days=8):
            name = f"a{len(published)}"
            published.append(f"r:{name}")
            await moderate.publish(store, days, an_alert(name, created_at=days(), severity="Moderate"))
    await store.close()
    assert sorted(told) == sorted(published)
    assert len(published) > 500
    assert max(slots.values()) == 1, [slot for slot, count in slots.items() if count > 1]
