"""A year without a sign: asked whether she is still there, and removed only when she does not answer."""

from __future__ import annotations

from itertools import count

from tests.journeys.conftest import AMINA, SAM, Town


async def days(town: Town) -> None:
    """Let some real days pass for the guard against clocks that jump."""
    for _ in range(4):
        await town.house.parting.tick()


async def test_year_of_silence__who_presses_stays_and_who_does_not_is_forgotten(town, later) -> None:
    house = await town.start()
    steps = count(0, 90_000)
    house.parting._elapsed = lambda: float(next(steps))
    amina, sam = town.sandbox.person(AMINA, "Amina", "ru"), town.sandbox.person(SAM, "Sam", "en")
    for reader in (amina, sam):
        reader.say("/subscribe now")
        await reader.expect(lambda m: "/stop" in m.text)
    later(days=340)
    await days(town)
    asked = await sam.expect(lambda m: m.text.startswith("Are you still there?"))
    await amina.expect(lambda m: m.text.startswith("Вы ещё здесь?"))
    sam.press(asked.message_id, "I am here")
    await sam.expect(lambda m: m.text == "Thank you. Everything stays as it is." and m.message_id == asked.message_id)
    later(days=75)
    await days(town)
    assert await house.store.subscriber(AMINA) is None
    assert await house.store.subscriber(SAM) is not None


async def test_any_sign__once_a_month__is_kept_as_a_month(town, later) -> None:
    house = await town.start()
    amina = town.sandbox.person(AMINA, "Amina", "ru")
    amina.say("/subscribe now")
    await amina.expect(lambda m: "/stop" in m.text)
    later(days=70)
    amina.say("убежище в Германии")
    await amina.expect(lambda m: "Германия" in m.text)
    known = await house.store.subscriber(AMINA)
    assert known.seen_month == f"{house.desk().now():%Y-%m}"


async def test_question__from_somebody_without_a_record__still_leaves_none(town) -> None:
    house = await town.start()
    amina = town.sandbox.person(AMINA, "Amina", "ru")
    amina.say("убежище в Германии")
    await amina.expect(lambda m: "Германия" in m.text)
    assert await house.store.subscriber(AMINA) is None


async def test_year_of_silence__where_strangers_meet_the_cover__who_was_forgotten_looks_like_one(town, later) -> None:
    house = await town.start(FRONT="cover", START_CODES="leaflet-7Hq2")
    steps = count(0, 90_000)
    house.parting._elapsed = lambda: float(next(steps))
    sam = town.sandbox.person(SAM, "Sam", "en")
    sam.say("/start leaflet-7Hq2")
    await sam.expect(lambda m: "What do you need" in m.text)
    sam.say("/subscribe now")
    await sam.expect(lambda m: "/stop" in m.text)
    said = sam.say("/stop")
    await sam.expect(lambda m: m.message_id > said.message_id)

    async def sees(*commands: str) -> bool:
        return [command["command"] for command in sam.commands][: len(commands)] == list(commands)

    await town.until(lambda: sees("help"))
    later(days=430)
    await days(town)
    assert await house.store.subscriber(SAM) is None
    assert await sees("weather", "news", "help")
    said = sam.say("/settings")
    answer = await sam.expect(lambda m: m.message_id > said.message_id)
    assert "forecast" in answer.text
