"""What journeys begin with: readers and admins, a draft, an alert that arrived, news that stands open."""

from tests.builders import an_alert
from tests.journeys.conftest import ADMIN, AMINA, SECOND_ADMIN

TWO = {"ADMIN_IDS": f"{ADMIN},{SECOND_ADMIN}"}


async def a_draft(town, **changes):
    """Put a draft into the store, as a feed would have."""
    house = town.house
    alert = an_alert(**{"id": "d1", "created_at": house.desk().now()} | changes)
    await house.store.save_alert(alert)
    return alert


async def a_reader(town, chat=AMINA, language="en"):
    person = town.sandbox.person(chat, "Reader", language)
    person.say("/subscribe now")
    await person.expect(lambda m: "/stop" in m.text)
    return person


def admins(town):
    first, second = town.sandbox.person(ADMIN, "Admin", "en"), town.sandbox.person(SECOND_ADMIN, "Second", "en")
    second.say("/start")
    return first, second


async def card(admin):
    sent = admin.say("/pending")
    return await admin.expect(lambda m: "Draft 1 of" in m.text, after=sent.message_id)


async def a_published(town, reader):
    """Publish one alert; return the reader's copy."""
    await a_draft(town)
    admin, _ = admins(town)
    shown = await card(admin)
    admin.press(shown.message_id, "Approve")
    push = await reader.expect(lambda m: m.text == "New message")

    async def settled() -> bool:
        return (await town.house.store.progress("d1")).sent == 1

    await town.until(settled)
    return push


async def chosen(town, admin):
    sent = admin.say("/retract")
    listed = await admin.expect(lambda m: "which one?" in m.text, after=sent.message_id)
    admin.press(listed.message_id, "Choose 1")
    return await admin.expect(lambda m: "What shall happen" in m.text and m.message_id == listed.message_id)


LAW = (
    "Duma proposes fines for LGBT information",
    "A bill in the Russian parliament would fine publishers of information about LGBT people.",
)


SEED = (
    "European Parliament calls for an inquiry into the persecution of gay men in Chechnya",
    "Members demand an immediate, independent investigation into the abduction, torture and killing of gay men in Chechnya and the release of all who are held.",
)


async def first_sight(town) -> None:
    """Wait until the bot has read the feed once: what stands in it then is history."""

    async def seen() -> bool:
        states = await town.house.store.feed_states()
        return "trusted" in states and not states["trusted"].is_new

    await town.until(seen)
