"""A thousand days of digests: the clock jumps, the reader changes her clock twice a year, and each slot comes once."""

import random
from collections import Counter
from datetime import datetime, timedelta

import pytest

from bot.flows import moderate
from bot.flows.deliver import deliver_due
from bot.flows.subscribe import Defaults, set_up, setting
from bot.storage.memory_store import MemoryStore
from tests.builders import NOW, a_subscriber, an_alert
from tests.flows.conftest import Phones

DAYS = 1000
STEP = timedelta(minutes=20)
HOUR = 18


class Days:
    """True time moves on in steps; the clock that the bot reads may be wrong for a while or stand still."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.true, self.wrong_by = NOW, timedelta()

    def __call__(self) -> datetime:
        return self.true + self.wrong_by

    def step(self) -> bool:
        """Move on; say whether the bot is awake in this step."""
        self.true += STEP
        if self.chance.random() < 0.05:
            # A clock that ran ahead is set right again: some hours come twice.
            self.wrong_by = timedelta(minutes=self.chance.choice([0, 0, 50, 170]))
        return self.chance.random() > 0.05

    @property
    def summer(self) -> bool:
        """Between the last Sundays of March and October, roughly, as the reader's country has it."""
        return (
            datetime(self.true.year, 3, 28, 1).timestamp()
            <= self.true.timestamp()
            < datetime(self.true.year, 10, 28, 1).timestamp()
        )


@pytest.mark.parametrize(("frequency", "seed"), [("daily", 1), ("daily", 2), ("weekly", 3)])
async def test_a_thousand_days__each_slot_exactly_once_and_no_alert_lost_or_twice(frequency, seed) -> None:
    store, phones, days = MemoryStore(), Phones(), Days(seed)
    await store.open()
    offset = 1
    await store.change_subscriber(
        1,
        lambda one: a_subscriber(frequency=frequency, digest_hour=HOUR, utc_offset=timedelta(hours=1), seen_month="x"),
    )
    told: list[str] = []
    slots: Counter[str] = Counter()
    whole = phones.send

    async def send(chat_id, message, *, silent=False, **more):
        local = days() + timedelta(hours=offset)
        # Late is no sin, an hour of sleep may lie between: the slot is the last one before.
        slot = local.replace(hour=HOUR, minute=0) - timedelta(days=local.hour < HOUR)
        slots[slot.date().isoformat()] += 1
        told.extend(button.data for row in message.buttons for button in row)
        return await whole(chat_id, message, silent=silent)

    phones.send = send
    published: list[str] = []
    # Seldom enough that a week is one message.
    often = 0.06 if frequency == "daily" else 0.03
    end = days.true + timedelta(days=DAYS)
    while days.true < end:
        is_awake = days.step()
        if offset != 1 + days.summer:
            offset = 1 + days.summer
            await set_up(store, days, Defaults(), 1, setting("offset", str(offset)))
        if not is_awake:
            continue
        if days.chance.random() < often and days.true < end - timedelta(days=8):
            name = f"a{len(published)}"
            published.append(f"r:{name}")
            await moderate.publish(store, days, an_alert(name, created_at=days(), severity="Moderate"))
        await deliver_due(store, phones, days, 8)
        if days.chance.random() < 0.01:
            await store.purge(days())
    await store.close()
    assert sorted(told) == sorted(published)
    assert len(published) > 500
    assert max(slots.values()) == 1, [slot for slot, count in slots.items() if count > 1]
