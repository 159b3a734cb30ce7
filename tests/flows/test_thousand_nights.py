"""A thousand nights: the bot sleeps, its clock jumps, summer comes and goes; nothing rings in quiet hours or is lost."""

from collections import Counter
from datetime import timedelta

import pytest

from bot.core.delivery import Unsure
from bot.flows import moderate
from bot.storage.memory_store import MemoryStore
from tests.builders import a_subscriber, an_alert
from tests.flows.conftest import Phones
from tests.flows.days import READER, Days

NIGHTS = 1000
QUIET_FROM, QUIET_TO = 22, 7
PASSES = {"Extreme": ("Extreme",), "Severe": ("Extreme", "Severe"), "never": ()}


@pytest.mark.parametrize(
    ("frequency", "passes", "seed"), [("now", "Extreme", 1), ("daily", "Severe", 2), ("now", "never", 3)]
)
async def test_a_thousand_nights__only_what_may_pass_comes_in_quiet_hours_and_all_comes_once(
    frequency, passes, seed
) -> None:
    store, phones, days = MemoryStore(), Phones(), Days(seed)
    await store.open()
    wishes = {"frequency": frequency, "quiet_from": QUIET_FROM, "quiet_to": QUIET_TO, "quiet_passes": passes}
    await store.change_subscriber(
        READER, lambda one: a_subscriber(**wishes, utc_offset=timedelta(hours=1), digest_hour=23, seen_month="x")
    )
    severities: dict[str, str] = {}
    told: list[str] = []
    at_night: Counter[str] = Counter()
    whole = phones.send

    async def send(chat_id, message, **more):
        if days.chance.random() < 0.3:
            return Unsure("NotTaken", may_have_arrived=False)
        hour = (days() + timedelta(hours=days.offset)).hour
        names = [button.data.removeprefix("r:") for row in message.buttons for button in row]
        is_quiet = hour >= QUIET_FROM or hour < QUIET_TO
        at_night.update(severities[name] for name in names if is_quiet)
        told.extend(names)
        return await whole(chat_id, message, **more)

    phones.send = send
    async for left in days.pass_by(NIGHTS, store, phones):
        if days.chance.random() < 0.04 and left > timedelta(days=3):
            name = f"a{len(severities)}"
            severities[name] = days.chance.choice(["Extreme", "Severe", "Moderate", "Minor"])
            await moderate.publish(store, days, an_alert(name, created_at=days(), severity=severities[name]))
    await store.close()
    assert len(severities) > 500
    assert set(at_night) == set(PASSES[passes])
    assert all(count > 30 for count in at_night.values()), "what may pass does"
    assert sorted(told) == sorted(severities)
