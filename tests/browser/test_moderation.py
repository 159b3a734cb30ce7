"""News in a real Chromium: two admins approve, a correction and a withdrawal reach the copies, a digest is one message."""

from tests.browser.test_chat_page import pytestmark  # noqa: F401
from tests.journeys.conftest import ADMIN, SAM, SECOND_ADMIN
from tests.journeys.scenes import TWO, a_draft


async def subscribe(chats) -> None:
    await chats.say(SAM, "/subscribe now")
    await chats.sees(SAM, "/stop")


async def publish(town, chats) -> None:
    """Let the admin approve a draft, and wait until Sam has it."""
    await a_draft(town)
    await chats.say(ADMIN, "/pending")
    await chats.sees(ADMIN, "Draft 1 of 1")
    await chats.press(ADMIN, "Approve")
    await chats.sees(ADMIN, "Published.")
    await chats.sees(SAM, "New message")


async def choose_published(chats) -> None:
    await chats.say(ADMIN, "/retract")
    await chats.sees(ADMIN, "which one?")
    await chats.press(ADMIN, "1")
    await chats.sees(ADMIN, "What should happen")


async def test_approval__severe__the_second_admin_sees_who_approved_and_only_then_it_goes_out(town, chats) -> None:
    await town.start(**TWO)
    await subscribe(chats)
    await a_draft(town, severity="Severe", headline={"en": "Raid in Grozny"})
    await chats.say(ADMIN, "/pending")
    await chats.sees(ADMIN, "2 admins must approve it")
    await chats.press(ADMIN, "Approve")
    await chats.sees(ADMIN, "1 more admin must approve it")
    await chats.sees(SECOND_ADMIN, "1 of 2 approved")
    assert (await town.house.store.alert("d1")).state == "draft"
    await chats.press(SECOND_ADMIN, "Open")
    await chats.sees(SECOND_ADMIN, "Approved by admin 1; 2 needed")
    await chats.press(SECOND_ADMIN, "Approve")
    await chats.sees(SECOND_ADMIN, "Published.")
    await chats.sees(SAM, "Please read it soon")


async def test_correction__opened_again__the_new_text_and_that_it_was_corrected(town, chats) -> None:
    await town.start()
    await subscribe(chats)
    await publish(town, chats)
    await chats.press(SAM, "Read")
    await chats.sees(SAM, "It takes effect in January")
    await choose_published(chats)
    await chats.press(ADMIN, "Correct")
    await chats.sees(ADMIN, "what should change")
    await chats.press(ADMIN, "Text")
    await chats.sees(ADMIN, "In which language?")
    await chats.press(ADMIN, "English")
    await chats.sees(ADMIN, "Write it in your next message")
    await chats.say(ADMIN, "It takes effect in March.")
    await chats.sees(ADMIN, "what should change")
    await chats.press(ADMIN, "Done")
    await chats.sees(ADMIN, "Correction of a published alert")
    await chats.press(ADMIN, "Approve")
    await chats.sees(ADMIN, "Corrected.")
    await chats.no_longer_sees(SAM, "It takes effect in January.")
    await chats.press(SAM, "Read")
    await chats.sees(SAM, "It takes effect in March.")
    await chats.sees(SAM, "Corrected:")


async def test_withdrawal__two_taps__the_copy_is_gone_from_the_phone(town, chats) -> None:
    await town.start()
    await subscribe(chats)
    await publish(town, chats)
    await choose_published(chats)
    await chats.press(ADMIN, "Withdraw now")
    await chats.sees(ADMIN, "Withdrawn.")
    await chats.no_longer_sees(SAM, "New message")


async def test_digest__three_reports__one_message_a_day_later_and_each_can_be_read(town, chats, later) -> None:
    await town.start()
    await chats.say(SAM, "/subscribe daily")
    await chats.sees(SAM, "/stop")
    for name in ("a1", "a2", "a3"):
        await a_draft(town, id=name, headline={"en": f"Report {name}"})
        await chats.say(ADMIN, "/pending")
        await chats.sees(ADMIN, f"Report {name}")
        await chats.press(ADMIN, "Approve")
        await chats.sees(ADMIN, "Published.")

        async def stands(name=name) -> bool:
            return (await town.house.store.alert(name)).state == "published"

        await town.until(stands)
    assert await chats.page.locator(f"#p-{SAM}").get_by_text("new message").count() == 0
    later(hours=24)
    await chats.sees(SAM, "3 new messages")
    await chats.press(SAM, "Read")
    await chats.sees(SAM, "Report a")


async def test_quiet_hours__moderate_news_waits_for_their_end_and_danger_to_life_does_not(town, chats, later) -> None:
    await town.start()
    await subscribe(chats)
    hour = town.house.desk().now().hour
    await chats.say(SAM, f"/quiet {hour}-{(hour + 2) % 24}")
    await chats.sees(SAM, f"Quiet hours: {hour}:00 to {(hour + 2) % 24}:00")
    for name, severity in (("m1", "Moderate"), ("x1", "Extreme")):
        await a_draft(town, id=name, severity=severity, headline={"en": f"Report {name}"})
        await chats.say(ADMIN, "/pending")
        await chats.sees(ADMIN, f"Report {name}")
        await chats.press(ADMIN, "Approve")
        await chats.sees(ADMIN, "Published.")
    await chats.sees(SAM, "Please read it soon")
    assert await chats.page.locator(f"#p-{SAM}").get_by_text("New message", exact=True).count() == 0
    later(hours=2)
    await chats.sees(SAM, "New message")
