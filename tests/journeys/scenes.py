"""What journeys begin with: readers and admins, a draft, an alert that arrives, a question that was answered."""

from bot.flows import moderate
from tests.builders import an_alert
from tests.journeys.conftest import ADMIN, AMINA, SAM, SECOND_ADMIN

TWO = {"ADMIN_IDS": f"{ADMIN},{SECOND_ADMIN}"}
"""What a town starts with where two admins decide."""

LINK = "leaflet-7Hq2"
"""What the private link holds where strangers meet the cover."""

DULL = "Hello! Here you get short news"
"""How a covered chat begins."""

LAW = (
    "Duma proposes fines for LGBT information",
    "A bill in the Russian parliament would fine publishers of information about LGBT people.",
)
SEED = (
    "European Parliament calls for an inquiry into the persecution of gay men in Chechnya",
    "Members demand an immediate, independent investigation into the abduction, torture and killing of gay men in Chechnya and the release of all who are held.",
)

# readers


async def subscribed(person) -> None:
    """Let a person want news at once."""
    person.say("/subscribe now")
    await person.expect(lambda m: "/stop" in m.text)


async def a_reader(town, chat=AMINA, language="en"):
    """Return a person who wants news at once."""
    person = town.sandbox.person(chat, "Reader", language)
    await subscribed(person)
    return person


async def asked(town, person):
    """Let a person ask; return question and answer, once the store knows both."""
    question = person.say("asylum germany")
    answer = await person.expect(lambda m: "+49 30" in m.text)
    await kept(town, person.user_id, question, answer)
    return question, answer


async def set_passphrase(person, text: str = "three quiet rivers") -> None:
    """Let a person set a passphrase by buttons."""
    person.say("/settings")
    page = await person.expect(lambda m: "Wiping" in m.buttons)
    person.press(page.message_id, "Wiping")
    await person.expect(lambda m: "Passphrase" in m.buttons)
    person.press(page.message_id, "Passphrase")
    await person.expect(lambda m: "Write your passphrase" in m.text)
    said = person.say(text)
    await person.expect(lambda m: "passphrase is set" in m.text)
    assert said.message_id in person.deleted


async def comes_in(person) -> None:
    """Let a person open the private link."""
    said = person.say(f"/start {LINK}")
    await person.expect(lambda m: "What do you need" in m.text)
    assert said.message_id in person.deleted


# admins


def admins(town):
    """Return two admins; the second has pressed Start."""
    first, second = town.sandbox.person(ADMIN, "Admin", "en"), town.sandbox.person(SECOND_ADMIN, "Second", "en")
    second.say("/start")
    return first, second


async def a_draft(town, **changes):
    """Put a draft into the store, as a feed would have."""
    house = town.house
    alert = an_alert(**{"id": "d1", "created_at": house.desk().now()} | changes)
    await house.store.save_alert(alert)
    return alert


async def card(admin):
    """Let an admin ask for the first draft; return its card."""
    sent = admin.say("/pending")
    return await admin.expect(lambda m: "Draft 1 of" in m.text, after=sent.message_id)


async def a_card(town, **changes):
    """Put a draft into the store; return an admin and the card on which she decides."""
    await a_draft(town, **changes)
    admin, _ = admins(town)
    return admin, await card(admin)


async def chosen(town, admin):
    """Let an admin choose the newest of what is published; return the page with what can be done about it."""
    sent = admin.say("/retract")
    listed = await admin.expect(lambda m: "which one?" in m.text, after=sent.message_id)
    admin.press(listed.message_id, "Choose 1")
    return await admin.expect(lambda m: "What should happen" in m.text and m.message_id == listed.message_id)


# alerts


async def first_sight(town) -> None:
    """Wait until the bot has read the feed once: what stands in it then is history."""

    async def seen() -> bool:
        states = await town.house.store.feed_states()
        return "trusted" in states and not states["trusted"].is_new

    await town.until(seen)


async def published(town, name="a1", **changes) -> None:
    """Publish an alert, as a trusted feed would have."""
    store, clock = town.house.store, town.house.desk().clock
    alert = an_alert(name, headline={"en": f"Report {name}"}, created_at=clock(), **changes)
    await moderate.publish(store, clock, alert)
    town.house.courier.wake()


async def a_push(town, reader, name="a1", **changes):
    """Publish an alert; return what arrives."""
    await published(town, name, **changes)
    return await reader.expect(lambda m: m.text.startswith("New message"))


async def a_published(town, reader):
    """Let an admin approve a draft; return the reader's copy, once the store knows of it."""
    admin, shown = await a_card(town)
    admin.press(shown.message_id, "Approve")
    push = await reader.expect(lambda m: m.text == "New message")
    await settled(town)
    return push


# what is so in a while


async def settled(town) -> None:
    """Wait until the store knows that something was sent."""

    async def is_settled() -> bool:
        return (await town.house.store.counts(town.house.desk().now())).sent >= 1

    await town.until(is_settled)


async def kept(town, chat_id: int, *messages) -> None:
    """Wait until the store knows these messages."""

    async def known() -> bool:
        return {each.message_id for each in messages} <= set(await town.house.store.messages(chat_id))

    await town.until(known)


async def gone(town, person, *messages) -> None:
    """Wait until these messages are deleted from a chat."""

    async def deleted() -> bool:
        return {each.message_id for each in messages} <= set(person.deleted)

    await town.until(deleted)


async def owes_nothing(town, chat_id: int = SAM) -> bool:
    """Say whether a chat was wiped and nothing of that is left to do, in memory and on the disk."""
    trace, numbers = await town.house.store.trace(chat_id), await town.house.store.messages(chat_id)
    return trace is not None and trace.is_covered and not trace.messages and not numbers


async def is_recordless(town, chat_id: int = SAM) -> bool:
    """Say whether the store has no record of a chat."""
    return await town.house.store.subscriber(chat_id) is None


async def sees(person, *commands: str) -> bool:
    """Say whether these commands are in the menu of a person."""
    return {command["command"] for command in person.commands} >= set(commands)
