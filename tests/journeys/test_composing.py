"""An alert that an admin writes herself, in earnest or as a test."""

from tests.journeys.scenes import TWO, a_reader, admins


async def test_alert__composed_by_hand__preview_approve_and_it_arrives(town) -> None:
    await town.start()
    reader = await a_reader(town)
    admin, _ = admins(town)
    admin.say("/alert")
    await admin.expect(lambda m: "Write the headline" in m.text)
    admin.say("Checks at the station tonight")
    editor = await admin.expect(lambda m: "what should change" in m.text)
    admin.press(editor.message_id, "Text")
    await admin.expect(lambda m: m.text == "In which language?")
    admin.press(editor.message_id, "English")
    await admin.expect(lambda m: "Text (English)" in m.text)
    admin.say("Avoid the main hall.")
    editor = await admin.expect(lambda m: "Avoid the main hall." in m.text)
    admin.press(editor.message_id, "Done")
    shown = await admin.expect(lambda m: "Draft 1 of 1" in m.text)
    assert "written by admin 1" in shown.text
    admin.press(shown.message_id, "Approve")
    push = await reader.expect(lambda m: m.text == "New message")
    reader.press(push.message_id, "Read")
    await reader.expect(lambda m: "Avoid the main hall." in m.text)


async def test_alert__only_a_test__goes_to_admins_alone(town) -> None:
    await town.start(**TWO)
    reader = await a_reader(town)
    first, second = admins(town)
    first.say("/alert Fire drill")
    editor = await first.expect(lambda m: "what should change" in m.text)
    first.press(editor.message_id, "Only a test")
    await first.expect(lambda m: "This is a test" in m.text)
    first.press(editor.message_id, "Done")
    shown = await first.expect(lambda m: "admins only" in m.text)
    first.press(shown.message_id, "Approve")
    await first.expect(lambda m: "to nobody else" in m.text)
    push = await second.expect(lambda m: m.text == "New message")
    assert not any("Fire drill" in m.text for m in second.messages)
    second.press(push.message_id, "Read")
    await second.expect(lambda m: "This is a test" in m.text and "Fire drill" in m.text)
    reader.say("/news")
    await reader.expect(lambda m: "No news has been published yet" in m.text)
    assert not any("message" in m.text and "New" in m.text for m in reader.messages if m.from_bot)
