"""What a withdrawal does to copies, young and old: deleted, or saying that it was withdrawn."""

from datetime import timedelta

import pytest

from tests.journeys.conftest import ADMIN
from tests.journeys.scenes import a_card, a_published, a_reader, chosen

WITHDRAWN = "This message was withdrawn because it was not right."


async def withdrawn(town) -> str:
    """Let the admin withdraw what was published; return what she is told."""
    admin = town.sandbox.person(ADMIN)
    shown = await chosen(town, admin)
    admin.press(shown.message_id, "Withdraw now")
    told = await admin.expect(lambda m: "Withdrawn." in m.text and m.message_id == shown.message_id)
    return told.text


async def a_push(town, reader):
    """Publish one alert; return the copy that the reader got, neutral or with the text."""
    admin, shown = await a_card(town)
    admin.press(shown.message_id, "Approve")
    push = await reader.expect(lambda m: m.text == "New message" or "It takes effect in January" in m.text)

    async def settled() -> bool:
        return (await town.house.store.progress("d1")).sent == 1

    await town.until(settled)
    return push


async def at_once(reader) -> None:
    """Let her get the text without a tap."""
    reader.say("/settings")
    page = await reader.expect(lambda m: "Discreet: on" in m.text)
    reader.press(page.message_id, "✓ Discreet")
    await reader.expect(lambda m: "Discreet: off" in m.text)


@pytest.mark.parametrize("is_discreet", [True, False])
async def test_withdrawal__within_48_hours__the_copy_is_gone(town, later, is_discreet) -> None:
    house = await town.start()
    reader = await a_reader(town)
    if not is_discreet:
        await at_once(reader)
    push = await a_push(town, reader)
    later(hours=47, minutes=59)
    push.date -= timedelta(hours=47, minutes=59)
    await house.store.purge(house.desk().now())
    assert "48" not in await withdrawn(town)

    async def gone() -> bool:
        return push.message_id in reader.deleted

    await town.until(gone)


@pytest.mark.parametrize("is_discreet", [True, False])
async def test_withdrawal__after_48_hours__the_copy_says_that_it_was_withdrawn(town, later, is_discreet) -> None:
    await town.start()
    reader = await a_reader(town)
    if not is_discreet:
        await at_once(reader)
    push = await a_push(town, reader)
    later(hours=48, minutes=1)
    push.date -= timedelta(hours=48, minutes=1)
    assert "48 hours" in await withdrawn(town)
    told = await reader.expect(lambda m: m.text == WITHDRAWN and m.message_id == push.message_id)
    assert told.buttons == [] and push.message_id not in reader.deleted


async def test_withdrawal__when_the_number_of_the_copy_is_kept_no_more__it_says_so_as_soon_as_it_is_opened(
    town,
    later,
) -> None:
    house = await town.start()
    reader = await a_reader(town)
    push = await a_push(town, reader)
    later(days=3)
    push.date -= timedelta(days=3)
    await house.store.purge(house.desk().now())
    assert "48 hours" in await withdrawn(town)
    reader.press(push.message_id, "Read")
    await reader.expect(lambda m: m.text == WITHDRAWN and m.message_id == push.message_id)


async def test_retract__two_taps__the_copy_vanishes_and_a_read_one_too(town) -> None:
    await town.start()
    reader = await a_reader(town)
    push = await a_published(town, reader)
    admin = town.sandbox.person(ADMIN)
    shown = await chosen(town, admin)
    admin.press(shown.message_id, "Withdraw now")
    await admin.expect(lambda m: "Withdrawn." in m.text)

    async def gone() -> bool:
        return push.message_id in reader.deleted or push.message_id not in [m.message_id for m in reader.messages]

    await town.until(gone)
    reader.say("/news")
    await reader.expect(lambda m: "No news has been published yet" in m.text)
