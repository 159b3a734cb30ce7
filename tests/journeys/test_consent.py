"""Consent over the sandbox: what was shown is what is approved, by those who are of the team at that moment."""

from bot.core.alert import DRAFT, PUBLISHED
from tests.journeys.conftest import ADMIN, SECOND_ADMIN
from tests.journeys.scenes import TWO, a_draft, a_reader, admins, card
from tests.journeys.test_team import GUEST, invited


async def test_approve__edited_since_the_card_was_shown__nothing_goes_out_until_she_has_seen_it(town) -> None:
    house = await town.start(**TWO)
    await a_draft(town)
    first, second = admins(town)
    shown = await card(first)
    other = await card(second)
    second.press_data(other.message_id, town.button(SECOND_ADMIN, "e:d1:severity:Minor"))
    await second.expect(lambda m: "what should change" in m.text)
    first.press(shown.message_id, "Approve")
    await first.expect(lambda m: "changed since you saw it" in m.text and m.message_id == shown.message_id)
    assert (await house.store.alert("d1")).state == DRAFT
    first.press(shown.message_id, "Open")
    await first.expect(lambda m: "For information" in m.text and m.message_id == shown.message_id)
    first.press(shown.message_id, "Approve")
    await first.expect(lambda m: "Published." in m.text)
    assert (await house.store.alert("d1")).state == PUBLISHED


async def test_publish_alone__edited_after_the_question__asks_to_look_again(town) -> None:
    house = await town.start(**TWO)
    await a_draft(town, severity="Severe")
    first, second = admins(town)
    shown = await card(first)
    first.press(shown.message_id, "Approve")
    await first.expect(lambda m: "1 more admin" in m.text)
    first.press(shown.message_id, "Publish alone")
    await first.expect(lambda m: "on your word alone" in m.text)
    other = await card(second)
    second.press_data(other.message_id, town.button(SECOND_ADMIN, "e:d1:severity:Extreme"))
    await second.expect(lambda m: "what should change" in m.text)
    first.press(shown.message_id, "Publish now")
    await first.expect(lambda m: "changed since you saw it" in m.text)
    assert (await house.store.alert("d1")).state == DRAFT


async def test_approve__who_agreed_first_was_removed_from_the_team__two_others_must(town) -> None:
    house = await town.start(**TWO)
    first, second = admins(town)
    guest = town.sandbox.person(GUEST, "Guest", "en")
    guest.say(await invited(first, second))
    await guest.expect(lambda m: "You are in the team now" in m.text)
    await a_draft(town, severity="Extreme")
    shown = await card(guest)
    guest.press(shown.message_id, "Approve")
    await first.expect(lambda m: "1 of 2 approved" in m.text)
    staff = house.office.staff
    wish = await staff.remove(ADMIN, 1)
    await staff.agree(SECOND_ADMIN, wish.proposal.id)
    shown = await card(first)
    assert "2 admins must approve it" in shown.text and "Approved by" not in shown.text
    first.press(shown.message_id, "Approve")
    await first.expect(lambda m: "1 more admin must approve it" in m.text)
    assert (await house.store.alert("d1")).state == DRAFT


async def test_correct__an_urgent_one_made_milder__still_needs_a_second_admin(town) -> None:
    house = await town.start(**TWO)
    await a_reader(town)
    first, second = admins(town)
    await a_draft(town, severity="Severe")
    await _published_alone(town, first)
    draft_id = "d1-2"
    first.press_data((await card_of_list(first)).message_id, town.button(ADMIN, "x:fix:d1"))
    editor = await first.expect(lambda m: "what should change" in m.text)
    first.press_data(editor.message_id, town.button(ADMIN, f"e:{draft_id}:severity:Minor"))
    await first.expect(lambda m: "For information" in m.text and m.message_id == editor.message_id)
    first.press(editor.message_id, "Done")
    shown = await first.expect(lambda m: "Correction of a published alert" in m.text)
    assert "2 admins must approve it" in shown.text
    first.press(shown.message_id, "Approve")
    await second.expect(lambda m: "1 of 2 approved" in m.text)
    assert (await house.store.alert("d1")).version == 1


async def _published_alone(town, admin):
    shown = await card(admin)
    admin.press_data(shown.message_id, town.button(ADMIN, "m:force:d1"))
    await admin.expect(lambda m: "Published." in m.text)


async def card_of_list(admin):
    sent = admin.say("/retract")
    return await admin.expect(lambda m: "which one?" in m.text, after=sent.message_id)


async def test_edit__two_admins_answer_at_once_in_two_languages__both_texts_stay(town) -> None:
    house = await town.start(**TWO)
    await a_draft(town, description={})
    first, second = admins(town)
    for turn in range(5):
        for admin, chat, language in ((first, ADMIN, "en"), (second, SECOND_ADMIN, "ru")):
            page = (await card(admin)).message_id
            admin.press_data(page, town.button(chat, f"e:d1:description:{language}"))
            await admin.expect(lambda m: "Write it in your next message" in m.text, after=page - 1)
        said = first.say(f"Text {turn}"), second.say(f"Слова {turn}")
        for admin, message in zip((first, second), said, strict=True):
            await admin.expect(lambda m: "what should change" in m.text, after=message.message_id)
        assert (await house.store.alert("d1")).description == {"en": f"Text {turn}", "ru": f"Слова {turn}"}


async def test_approve_and_alone__telegram_fails_when_the_others_are_told__they_hear_of_it_all_the_same(town) -> None:
    house = await town.start(**TWO)
    first, second = admins(town)
    await a_draft(town, severity="Extreme")
    shown = await card(first)
    await card(second)
    town.sandbox.fail_next("sendMessage", 500)
    first.press(shown.message_id, "Approve")
    await first.expect(lambda m: "1 more admin must approve it" in m.text)
    await owes(town, 1)
    await house.office.tick()
    asked = await second.expect(lambda m: "1 of 2 approved" in m.text)
    assert not asked.silent
    await owes(town, 0)
    first.press(shown.message_id, "Publish alone")
    await first.expect(lambda m: "on your word alone" in m.text)
    town.sandbox.fail_next("sendMessage", 500, times=2)
    first.press(shown.message_id, "Publish now")
    await first.expect(lambda m: "Published." in m.text)
    await owes(town, 1)
    await house.office.tick()
    await second.expect(lambda m: "Published by admin 1 alone" in m.text)


async def owes(town, number) -> None:
    async def holds() -> bool:
        return len(town.house.office.team._owed) == number

    await town.until(holds)
