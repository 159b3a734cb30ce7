"""The audit trail as admins see it: every act of the last 90 days, page by page, and nothing that is older."""

from datetime import timedelta

from bot.core.audit import AuditEntry
from bot.texts.trail import ENTRIES_SHOWN
from tests.journeys.conftest import ADMIN
from tests.journeys.scenes import a_card, admins


async def trail(admin):
    sent = admin.say("/admin")
    panel = await admin.expect(lambda m: "Only totals" in m.text, after=sent.message_id)
    admin.press(panel.message_id, "Audit")
    return await admin.expect(lambda m: "90 days" in m.text and m.message_id == panel.message_id)


async def test_trail__of_what_was_rejected__stands_for_90_days_and_is_then_in_no_file(town, later) -> None:
    house = await town.start()
    admin, shown = await a_card(town, headline={"en": "Kingfisher report"})
    admin.press(shown.message_id, "Reject")
    await admin.expect(lambda m: "Rejected" in m.text)
    assert "admin 1 · rejected: Kingfisher report" in (await trail(admin)).text
    later(days=89, hours=23)
    await house.store.purge(house.desk().now())
    assert "Kingfisher" in (await trail(admin)).text
    later(hours=1)
    assert "Nobody did anything in the last 90 days" in (await trail(admin)).text, "even before it is purged"
    await house.store.purge(house.desk().now())
    assert await house.store.audit(house.desk().now() - timedelta(days=1000)) == []
    await town.stop()
    kept = b"".join(path.read_bytes() for path in (town.folder / "data").rglob("*") if path.is_file())
    assert b"Kingfisher" not in kept


async def test_trail__very_much_was_done__every_act_is_on_some_page(town) -> None:
    house = await town.start()
    now, number = house.desk().now(), 2 * ENTRIES_SHOWN + 3
    for minutes in range(number):
        about = f"Report {minutes:02} " + "about what was decided that day " * 5
        await house.store.record_audit(
            AuditEntry(now - timedelta(minutes=minutes), "admin 1", "published alone", "a", about[:80], "description")
        )
    admin, _ = admins(town)
    page = await trail(admin)
    text = page.text
    for least in (ENTRIES_SHOWN, 2 * ENTRIES_SHOWN):
        admin.press(page.message_id, "▶")
        page = await admin.expect(lambda m, least=least: f"Report {least:02}" in m.text)
        text += page.text
    assert [each for each in range(number) if f"Report {each:02}" not in text] == []
    assert "▶" not in page.buttons
    admin.press(page.message_id, "◀")
    await admin.expect(lambda m: f"Report {ENTRIES_SHOWN:02}" in m.text and m.message_id == page.message_id)
    admin.press_data(page.message_id, town.button(ADMIN, "adm:audit:9999999"))
    await admin.expect(lambda m: f"Report {number - 1:02}" in m.text and m.message_id == page.message_id)
