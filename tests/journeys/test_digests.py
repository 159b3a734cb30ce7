"""What arrives when: digests that open and close, quiet hours, a pause, and how serious news must be."""

from functools import partial

from tests.builders import an_alert
from tests.journeys.conftest import ADMIN, AMINA, SAM


async def publish(town, *names: str, **changes) -> None:
    """Let an admin approve drafts, as she does it every day."""
    admin = town.sandbox.person(ADMIN, "Admin", "en")
    admin.say("/start")
    for name in names:
        alert = an_alert(name, headline={"en": f"Report {name}"}, created_at=town.house.desk().now(), **changes)
        await town.house.store.save_alert(alert)
        shown = await admin.expect(lambda m: m.from_bot)
        admin.press_data(shown.message_id, town.button(ADMIN, f"m:yes:{name}"))

        async def stands(name=name) -> bool:
            return (await town.house.store.alert(name)).state == "published"

        await town.until(stands)


async def subscribed(town, *presses: str):
    reader = town.sandbox.person(AMINA, "Amina", "en")
    reader.say("/subscribe now")
    page = await reader.expect(lambda m: "/stop" in m.text)
    for data in presses:
        before = await town.house.store.subscriber(AMINA)
        reader.press_data(page.message_id, data)

        async def changed(before=before) -> bool:
            return await town.house.store.subscriber(AMINA) != before

        await town.until(changed)
    return reader


async def test_digest__discreet__read_one_hide_it_and_the_others_are_there_again(town, later) -> None:
    await town.start()
    reader = await subscribed(town, "set:frequency:daily")
    await publish(town, "a1", "a2", "a3")
    assert not any("new message" in m.text for m in reader.messages)
    later(hours=24)
    digest = await reader.expect(lambda m: m.text == "3 new messages")

    async def settled() -> bool:
        return len(await town.house.store.copies(AMINA, digest.message_id)) == 3

    await town.until(settled)
    reader.press(digest.message_id, "Read 2")
    read = await reader.expect(lambda m: "Report a" in m.text)
    assert read.message_id == digest.message_id
    reader.press(read.message_id, "Hide")
    await reader.expect(lambda m: m.text == "3 new messages" and m.message_id == digest.message_id)


async def test_digest__not_discreet__a_line_each_by_area(town, later) -> None:
    await town.start()
    reader = await subscribed(town, "set:frequency:daily", "set:discreet:0")
    await publish(town, "a1", area=("RU",))
    await publish(town, "b1", area=("GE",))
    later(hours=24)
    digest = await reader.expect(lambda m: "2 new messages" in m.text)
    assert "Russia\n" in digest.text and "Georgia\n" in digest.text
    assert "Report a1" in digest.text and "Report b1" in digest.text


async def test_digest__one_withdrawn__the_others_stay(town, later) -> None:
    await town.start()
    reader = await subscribed(town, "set:frequency:daily")
    await publish(town, "a1", "a2", "a3")
    later(hours=24)
    digest = await reader.expect(lambda m: m.text == "3 new messages")

    async def settled() -> bool:
        return len(await town.house.store.copies(AMINA, digest.message_id)) == 3

    await town.until(settled)
    admin = town.sandbox.person(ADMIN)
    shown = await admin.expect(lambda m: m.from_bot)
    admin.press_data(shown.message_id, town.button(ADMIN, "x:yes:a2"))
    await reader.expect(lambda m: m.text == "2 new messages" and m.message_id == digest.message_id)


async def test_quiet_hours__moderate_waits_for_the_morning_and_extreme_does_not(town, later) -> None:
    await town.start()
    hour = town.house.desk().now().hour
    reader = await subscribed(town, f"set:quiet:{hour}-{(hour + 2) % 24}")
    await publish(town, "m1", severity="Moderate")
    await publish(town, "x1", severity="Extreme")
    await reader.expect(lambda m: "Please read it soon" in m.text)
    assert not any(m.text == "New message" for m in reader.messages)
    later(hours=2)
    await reader.expect(lambda m: m.text == "New message")


async def test_pause_and_severity__chosen_by_buttons__hold(town, later) -> None:
    await town.start()
    reader = await subscribed(town)
    reader.say("/settings")
    page = await reader.expect(lambda m: "At least: For information" in m.text)
    reader.press(page.message_id, "How serious")
    await reader.expect(lambda m: "How serious must news be" in m.text)
    reader.press(page.message_id, "Serious danger")
    await reader.expect(lambda m: "✓ Serious danger" in m.buttons)
    reader.press(page.message_id, "◀ Back")
    await reader.expect(lambda m: "At least: Serious danger" in m.text)
    reader.press(page.message_id, "Pause")
    await reader.expect(lambda m: "In a pause nothing arrives" in m.text)
    reader.press(page.message_id, "1 day")
    await reader.expect(lambda m: "Paused until" in m.text)
    other = town.sandbox.person(SAM, "Sam", "en")
    other.say("/subscribe now")
    await other.expect(lambda m: "/stop" in m.text)
    await publish(town, "m1", severity="Moderate")
    await publish(town, "s1", severity="Severe")
    await other.expect(lambda m: "Please read it soon" in m.text)
    await other.expect(lambda m: m.text == "New message")
    await town.until(partial(nothing_under_way, town))
    assert not any("message" in m.text.lower() and "ew message" in m.text for m in reader.messages)
    later(days=1)
    await reader.expect(lambda m: "Please read it soon" in m.text)
    assert not any(m.text == "New message" for m in reader.messages)


async def nothing_under_way(town) -> bool:
    return (await town.house.store.counts(town.house.desk().now())).due == 0


async def test_areas_of_news__union_and_worldwide_come_first(town) -> None:
    house = await town.start()
    reader = await subscribed(town)
    page = await reader.expect(lambda m: m.from_bot)
    reader.press_data(page.message_id, "go:newsareas")
    areas = await reader.expect(lambda m: "News about which places" in m.text)
    assert list(areas.buttons)[:2] == ["European Union", "Worldwide"]
    reader.press(areas.message_id, "European Union")
    await reader.expect(lambda m: "✓ European Union" in m.buttons)
    assert (await house.store.subscriber(AMINA)).areas == ("EU",)
