"""Owners invite and remove, together where there are two; everybody of the team is told, and roles hold."""

import re
from datetime import UTC, datetime, timedelta

from bot.core.alert import DRAFT, PUBLISHED
from tests.builders import an_alert
from tests.journeys.conftest import ADMIN, SAM, SECOND_ADMIN

TWO = {"ADMIN_IDS": f"{ADMIN},{SECOND_ADMIN}"}
GUEST = 900003


def people(town):
    first, second = town.sandbox.person(ADMIN, "Admin", "en"), town.sandbox.person(SECOND_ADMIN, "Second", "en")
    second.say("/start")
    return first, second, town.sandbox.person(GUEST, "Guest", "en")


async def team_page(admin):
    sent = admin.say("/admin")
    panel = await admin.expect(lambda m: "Only totals" in m.text, after=sent.message_id)
    admin.press(panel.message_id, "Team")
    return await admin.expect(lambda m: m.text.startswith("Team") and m.message_id == panel.message_id)


async def invited(first, second, button="Invite approver"):
    """Let the first owner invite and the second agree; return the words of the link."""
    page = await team_page(first)
    first.press(page.message_id, button)
    await first.expect(lambda m: "Another owner must agree" in m.text)
    notice = await second.expect(lambda m: "admin 1 wants to invite" in m.text)
    second.press(notice.message_id, "Open")
    open_page = await second.expect(lambda m: "Agree" in m.buttons)
    second.press(open_page.message_id, "Agree")
    link = await first.expect(lambda m: "?start=adm_" in m.text)
    assert not any("?start=adm_" in m.text for m in second.messages), "one link, for the one who asked for it"
    return "/start " + re.search(r"adm_[\w-]{22}", link.text)[0]


async def test_invite__two_owners__the_guest_comes_in_once_and_may_what_her_role_may(town) -> None:
    house = await town.start(**TWO)
    first, second, guest = people(town)
    words = await invited(first, second)
    await first.expect(lambda m: m.text == "Invited by admin 2: approver.")
    guest.say(words)
    await guest.expect(lambda m: "You are in the team now" in m.text and "approver 1" in m.text)
    for owner in (first, second):
        await owner.expect(lambda m: m.text == "Joined the team: approver 1.")
    sam = town.sandbox.person(SAM, "Sam", "en")
    sam.say(words)
    await sam.expect(lambda m: "Here you find people who help" in m.text)
    assert house.office.staff.role_of(SAM) == ""
    sent = guest.say("/resources")
    await guest.expect(lambda m: "role does not include" in m.text, after=sent.message_id)
    await house.store.save_alert(an_alert("d1", severity="Severe", created_at=house.desk().now()))
    sent = guest.say("/pending")
    card = await guest.expect(lambda m: "Draft 1 of 1" in m.text, after=sent.message_id)
    guest.press(card.message_id, "Approve")
    await second.expect(lambda m: "1 of 2 approved" in m.text)
    assert [each.by for each in (await house.store.alert("d1")).approvals] == ["approver 1"]


async def test_invite__the_same_owner_taps_agree_herself__nothing_happens(town) -> None:
    house = await town.start(**TWO)
    first, _, _ = people(town)
    page = await team_page(first)
    first.press(page.message_id, "Invite editor")
    await first.expect(lambda m: "Another owner must agree" in m.text)
    (proposal,) = house.office.staff.book.proposals
    first.press_data(page.message_id, town.button(ADMIN, f"st:agree:{proposal.id}"))
    await first.expect(lambda m: "another owner must decide" in m.text)
    assert house.office.staff.book.invitations == ()


async def test_editor__sees_drafts_without_deciding_and_hears_so_when_she_tries(town) -> None:
    house = await town.start()
    admin, _, guest = people(town)
    page = await team_page(admin)
    admin.press(page.message_id, "Invite editor")
    link = await admin.expect(lambda m: "?start=adm_" in m.text)
    guest.say("/start " + re.search(r"adm_[\w-]{22}", link.text)[0])
    await guest.expect(lambda m: "editor 1" in m.text)
    await house.store.save_alert(an_alert("d1", created_at=house.desk().now()))
    sent = guest.say("/pending")
    card = await guest.expect(lambda m: "Draft 1 of 1" in m.text, after=sent.message_id)
    assert card.buttons == ["Edit", "Later", "Preview", "◀ Back"]
    guest.press_data(card.message_id, town.button(GUEST, "m:yes:d1"))
    await guest.expect(lambda m: "role does not include" in m.text)
    assert (await house.store.alert("d1")).state == DRAFT
    menu = await _menu(town, guest)
    assert "resources" in menu and "alert" not in menu


async def _menu(town, person):
    person.say("/start")

    async def has_menu() -> bool:
        return any(command["command"] == "pending" for command in person.commands)

    await town.until(has_menu)
    return [command["command"] for command in person.commands]


async def test_remove__two_owners__her_next_command_and_her_old_buttons_are_nobodys(town) -> None:
    house = await town.start(**TWO)
    first, second, guest = people(town)
    guest.say(await invited(first, second))
    await guest.expect(lambda m: "You are in the team now" in m.text)
    await house.store.save_alert(an_alert("d1", created_at=house.desk().now()))
    sent = guest.say("/pending")
    card = await guest.expect(lambda m: "Draft 1 of 1" in m.text, after=sent.message_id)
    page = await team_page(second)
    second.press(page.message_id, "Remove approver 1")
    await second.expect(lambda m: m.text == "Remove approver 1 from the team?")
    second.press(page.message_id, "Remove")
    await second.expect(lambda m: "Another owner must agree" in m.text)
    assert house.office.staff.role_of(GUEST) == "approver"
    notice = await first.expect(lambda m: "wants to remove: approver 1" in m.text)
    first.press(notice.message_id, "Open")
    await first.expect(lambda m: "Agree" in m.buttons and m.message_id == notice.message_id)
    first.press(notice.message_id, "Agree")
    await second.expect(lambda m: m.text == "Removed by admin 1: approver 1.")
    guest.press(card.message_id, "Approve")
    await guest.expect(lambda m: "too old" in m.text)
    sent = guest.say("/pending")
    await guest.expect(lambda m: "do not know this command" in m.text, after=sent.message_id)
    assert (await house.store.alert("d1")).state != PUBLISHED
    first.say("/admin")
    panel = await first.expect(lambda m: "Only totals" in m.text)
    first.press(panel.message_id, "Audit")
    trail = await first.expect(lambda m: "the last 90 days" in m.text)
    for line in (
        "admin 2 · wants to remove: approver 1",
        "admin 1 · removed: approver 1",
        "joined the team",
        "admin 2 · invited",
    ):
        assert line in trail.text
    assert str(GUEST) not in trail.text


async def test_cards__a_day_later__the_admins_chat_is_empty_and_a_readers_is_not(town) -> None:
    house = await town.start(**TWO)
    first, second, _ = people(town)
    sam = town.sandbox.person(SAM, "Sam", "en")
    sam.say("/subscribe now")
    await sam.expect(lambda m: "/stop" in m.text)
    await house.store.save_alert(an_alert("d1", severity="Severe", created_at=house.desk().now()))
    sent = first.say("/pending")
    card = await first.expect(lambda m: "Draft 1 of 1" in m.text, after=sent.message_id)
    first.press(card.message_id, "Approve")
    await second.expect(lambda m: "1 of 2 approved" in m.text)
    first.say("/resources")
    await first.expect(lambda m: "contacts serve" in m.text)

    async def all_are_noted() -> bool:
        return {card.message_id for card in await house.store.cards()} == {
            message.message_id for message in (*first.messages, *second.messages)
        }

    await town.until(all_are_noted)
    assert await house.office.cards.tidy() == 0
    ahead = timedelta(hours=24, minutes=1)
    house.office.cards._clock = lambda: datetime.now(UTC) + ahead

    async def both_are_empty() -> bool:
        await house.office.cards.tidy()
        return first.messages == second.messages == []

    await town.until(both_are_empty)
    assert len(sam.messages) == 2
    assert await house.store.cards() == []
