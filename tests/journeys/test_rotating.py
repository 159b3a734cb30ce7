"""A new key while people wait for news: they notice nothing, and the old key opens nothing any more."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import VaultError
from tests.builders import an_alert
from tests.journeys.conftest import ADMIN, AMINA, KEY

NEW = base64.b64encode(b"n" * 32).decode()


async def test_new_key__news_planned_before__arrives_after_and_forget_still_finds_her(town, monkeypatch) -> None:
    ahead = [timedelta()]
    monkeypatch.setattr("bot.clock.now", lambda: datetime.now(UTC) + ahead[0])
    house = await town.start()
    amina, admin = town.sandbox.person(AMINA, "Amina", "en"), town.sandbox.person(ADMIN)
    amina.say("/subscribe daily")
    await amina.expect(lambda m: "/stop" in m.text)
    await house.store.save_alert(an_alert("a1", created_at=house.desk().now()))
    admin.press_data((await admin.expect(lambda m: m.from_bot)).message_id, town.button(ADMIN, "m:yes:a1"))

    async def is_planned() -> bool:
        return (await town.house.store.progress("a1")).later == 1

    await town.until(is_planned)
    await town.stop()
    await town.start(SECRET_KEY=f"{NEW},{KEY}")
    await town.stop()
    with pytest.raises(VaultError):
        await town.start(SECRET_KEY=KEY)
    town.running = None
    house = await town.start(SECRET_KEY=NEW)
    ahead[0] += timedelta(days=1)
    await amina.expect(lambda m: m.text == "New message", within=15)
    amina.say("/forget")
    asked = await amina.expect(lambda m: "forget:yes" in str(m.reply_markup))
    amina.press_data(asked.message_id, "forget:yes")

    async def is_forgotten() -> bool:
        return await house.store.subscriber(AMINA) is None

    await town.until(is_forgotten)


async def test_new_key__a_chat_that_wiped_itself__stays_covered_and_its_passphrase_opens_it(town) -> None:
    await town.start()
    amina = town.sandbox.person(AMINA, "Amina", "en")
    amina.say("/passphrase three quiet rivers")
    await amina.expect(lambda m: "passphrase is set" in m.text)
    amina.say("/panic")
    await amina.expect(lambda m: "weather forecast" in m.text)
    await town.stop()
    await town.start(SECRET_KEY=f"{NEW},{KEY}")
    await town.stop()
    house = await town.start(SECRET_KEY=NEW)
    assert (await house.store.trace(AMINA)).is_covered
    said = amina.say("/sos")
    await amina.expect(lambda m: m.message_id > said.message_id and "forecast" in m.text)
    amina.say("three quiet rivers")
    await amina.expect(lambda m: "What do you need" in m.text)
