"""Reject and Later, as the admin sees them, and what becomes of the draft and of later reports of its story."""

from bot.core.alert import DRAFT, REJECTED
from tests.journeys.conftest import ADMIN
from tests.journeys.scenes import LAW, SEED, a_card, a_draft, a_reader, admins, card, first_sight

SEED_AGAIN = (
    "MEPs demand an inquiry into the persecution of gay men in Chechnya",
    "The European Parliament calls for an immediate, independent investigation into the abduction, torture and killing"
    " of gay men in Chechnya and for the release of all who are held.",
)


async def test_reject__a_later_report_of_the_same_story__is_no_draft_and_reaches_nobody(town) -> None:
    house = await town.start()
    reader = await a_reader(town)
    await first_sight(town)
    town.sandbox.feed.publish(*SEED)
    admin = town.sandbox.person(ADMIN)
    await admin.expect(lambda m: "draft is waiting" in m.text, within=15)
    shown = await card(admin)
    admin.press(shown.message_id, "Reject")
    decided = await admin.expect(lambda m: "Rejected" in m.text and m.message_id == shown.message_id)
    assert "Approve" not in decided.buttons
    sent = admin.say("/pending")
    await admin.expect(lambda m: "Draft" not in m.text, after=sent.message_id)
    town.sandbox.feed.publish(*SEED_AGAIN)
    town.sandbox.feed.publish(*LAW)
    await reader.expect(lambda m: m.text == "New message", within=15)
    assert [alert.state for alert in await house.store.alerts() if alert.severity == "Extreme"] == [REJECTED]
    assert await house.store.alerts(state=DRAFT) == []
    assert sum(m.text.startswith("New message") for m in reader.messages) == 1
    assert sum(m.text == "1 draft is waiting." for m in admin.messages) == 1
    admin.say("/admin")
    panel = await admin.expect(lambda m: "Only totals" in m.text)
    admin.press(panel.message_id, "Audit")
    await admin.expect(lambda m: "admin 1 · rejected: European Parliament" in m.text)


async def test_later__the_next_draft_comes_and_then_the_first_again_and_nothing_is_decided(town) -> None:
    house = await town.start()
    reader = await a_reader(town)
    for number in (1, 2):
        await a_draft(town, id=f"d{number}", headline={"en": f"Report {number}"})
    admin, _ = admins(town)
    first = await card(admin)
    assert "Report 1" in first.text
    admin.press(first.message_id, "Later")
    second = await admin.expect(lambda m: "Draft 2 of 2" in m.text and "Report 2" in m.text)
    assert second.message_id == first.message_id
    admin.press(second.message_id, "Later")
    await admin.expect(lambda m: "Draft 1 of 2" in m.text and m.message_id == first.message_id)
    assert [alert.state for alert in await house.store.alerts()] == [DRAFT, DRAFT]
    assert await house.store.audit(house.desk().now().replace(year=2000)) == []
    assert "Report 1" in (await card(admin)).text
    assert not any("New message" in m.text for m in reader.messages)


async def test_later__no_other_draft__says_that_this_one_stays_and_leads_back_to_it(town) -> None:
    house = await town.start()
    admin, shown = await a_card(town)
    admin.press(shown.message_id, "Later")
    told = await admin.expect(lambda m: "It stays among the drafts" in m.text and m.message_id == shown.message_id)
    admin.press(told.message_id, "Drafts")
    await admin.expect(lambda m: "Draft 1 of 1" in m.text and m.message_id == shown.message_id)
    assert (await house.store.alert("d1")).state == DRAFT
