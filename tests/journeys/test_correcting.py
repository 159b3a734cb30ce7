"""What was published is corrected, also for a place more, or called off; a draft whose time is over gets a later one."""

from dataclasses import replace
from datetime import timedelta

from tests.journeys.conftest import ADMIN, AMINA, SAM
from tests.journeys.scenes import a_card, a_published, a_reader, chosen


async def test_correct__the_reader_who_opens_it_later_sees_the_new_text(town) -> None:
    house = await town.start()
    reader = await a_reader(town)
    push = await a_published(town, reader)
    admin = town.sandbox.person(ADMIN)
    reader.press(push.message_id, "Read")
    await reader.expect(lambda m: "It takes effect in January" in m.text)
    shown = await chosen(town, admin)
    admin.press(shown.message_id, "Correct")
    await admin.expect(lambda m: "what should change" in m.text)
    admin.press_data(shown.message_id, town.button(ADMIN, "e:d1-2:description:en"))
    await admin.expect(lambda m: "Text (English)" in m.text)
    admin.say("It takes effect in March.")
    editor = await admin.expect(lambda m: "in March" in m.text)
    assert (await house.store.alert("d1")).description == {"en": "It takes effect in January."}, "not yet approved"
    admin.press(editor.message_id, "Done")
    draft = await admin.expect(lambda m: "Correction of a published alert" in m.text)
    admin.press(draft.message_id, "Approve")
    await admin.expect(lambda m: "Corrected." in m.text)
    await reader.expect(lambda m: m.text == "New message" and m.message_id == push.message_id)
    reader.press(push.message_id, "Read")
    read = await reader.expect(lambda m: "in March" in m.text and m.message_id == push.message_id)
    assert "Corrected:" in read.text
    later = await house.store.alert("d1")
    assert (later.version, later.msg_type) == (2, "Update")


async def test_all_clear__only_those_who_had_the_warning_get_it(town) -> None:
    await town.start()
    reader = await a_reader(town)
    await a_published(town, reader)
    late = await a_reader(town, SAM)
    admin = town.sandbox.person(ADMIN)
    shown = await chosen(town, admin)
    admin.press(shown.message_id, "All-clear")
    await admin.expect(lambda m: "why the danger is over" in m.text)
    admin.say("The court stopped it.")
    draft = await admin.expect(lambda m: "All-clear: it goes to those" in m.text)
    admin.press(draft.message_id, "Approve")
    first = min(m.message_id for m in reader.messages if m.text == "New message")
    push = await reader.expect(lambda m: m.text == "New message", after=first)
    reader.press(push.message_id, "Read")
    await reader.expect(lambda m: "The danger is over" in m.text and "The court stopped it." in m.text)
    assert not any(m.text == "New message" for m in late.messages)


async def in_area(house, chat: int, area: str) -> None:
    await house.store.change_subscriber(chat, lambda one: replace(one, areas=(area,)))


async def test_correct__georgia_is_added__its_reader_gets_a_push_and_the_first_reader_only_an_edit(town) -> None:
    house = await town.start()
    amina, sam = await a_reader(town), await a_reader(town, SAM)
    await in_area(house, AMINA, "RU")
    await in_area(house, SAM, "GE")
    push = await a_published(town, amina)
    admin = town.sandbox.person(ADMIN)
    shown = await chosen(town, admin)
    admin.press(shown.message_id, "Correct")
    await admin.expect(lambda m: "what should change" in m.text)
    admin.press_data(shown.message_id, town.button(ADMIN, "e:d1-2:area"))
    await admin.expect(lambda m: "Write the places" in m.text)
    admin.say("Russia, Georgia")
    editor = await admin.expect(lambda m: "Where: Russia, Georgia" in m.text)
    admin.press(editor.message_id, "Done")
    draft = await admin.expect(lambda m: "Correction of a published alert" in m.text)
    assert "readers whom it concerns only now" in draft.text
    admin.press(draft.message_id, "Approve")
    await admin.expect(lambda m: "Readers whom it concerns only now get it as a new alert" in m.text)
    fresh = await sam.expect(lambda m: m.text == "New message")
    sam.press(fresh.message_id, "Read")
    await sam.expect(lambda m: "It takes effect in January" in m.text)
    assert [m.message_id for m in amina.messages if m.text == "New message"] == [push.message_id]


async def test_draft__its_time_is_over__the_admin_chooses_a_later_one_and_then_it_goes_out(town) -> None:
    house = await town.start()
    reader = await a_reader(town)
    admin, shown = await a_card(town, expires_at=house.desk().now() - timedelta(minutes=1))
    admin.press(shown.message_id, "Approve")
    told = await admin.expect(lambda m: "its time is over" in m.text)
    admin.press(told.message_id, "Until when")
    days = await admin.expect(lambda m: m.message_id == told.message_id and any("day" in each for each in m.buttons))
    admin.press_data(days.message_id, town.button(ADMIN, "e:d1:until:3"))
    editor = await admin.expect(lambda m: "what should change" in m.text)
    admin.press(editor.message_id, "Done")
    shown = await admin.expect(lambda m: "Draft 1 of 1" in m.text and m.message_id == editor.message_id)
    admin.press(shown.message_id, "Approve")
    await reader.expect(lambda m: m.text == "New message")
