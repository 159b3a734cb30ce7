"""What a reader chose about news, by its buttons: the languages in which she reads, and that nothing makes a sound."""

from tests.journeys.conftest import ADMIN, AMINA, SAM
from tests.journeys.scenes import a_draft, a_reader, admins, card


async def settings_of(reader):
    sent = reader.say("/settings")
    return await reader.expect(lambda m: "Sound:" in m.text, after=sent.message_id)


async def reads_only_russian(reader) -> None:
    page = await settings_of(reader)
    assert "News in: any language" in page.text
    reader.press(page.message_id, "News language")
    await reader.expect(lambda m: "In which languages do you read news?" in m.text and "✓ Any language" in m.buttons)
    reader.press(page.message_id, "Русский")
    await reader.expect(lambda m: "✓ Русский" in m.buttons and "✓ Any language" not in m.buttons)
    reader.press(page.message_id, "◀ Back")
    await reader.expect(lambda m: "News in: Русский" in m.text)


async def approved(town, admin, **changes) -> None:
    await a_draft(town, **changes)
    shown = await card(admin)
    admin.press(shown.message_id, "Approve")
    await admin.expect(lambda m: "Published." in m.text and m.message_id == shown.message_id)


async def nothing_due(town) -> None:
    async def is_so() -> bool:
        return (await town.house.store.counts(town.house.desk().now())).due == 0

    await town.until(is_so)


def pushes(reader) -> list[str]:
    return [m.text for m in reader.messages if m.from_bot and m.text.startswith("New message")]


async def test_news_language__only_russian__no_english_news_but_russian_and_danger_in_any(town) -> None:
    await town.start()
    russian, anybody = await a_reader(town), await a_reader(town, SAM)
    await reads_only_russian(russian)
    admin, _ = admins(town)
    await approved(town, admin, id="en", headline={"en": "A law"})
    await anybody.expect(lambda m: m.text == "New message")
    await nothing_due(town)
    assert pushes(russian) == []
    await approved(town, admin, id="both", headline={"en": "A second law", "ru": "Второй закон"})
    push = await russian.expect(lambda m: m.text == "New message")
    russian.press(push.message_id, "Read")
    await russian.expect(lambda m: "second law" in m.text)
    await approved(town, admin, id="raid", severity="Severe", headline={"en": "A raid"})
    await russian.expect(lambda m: "Please read it soon" in m.text)


async def test_news_language__a_russian_headline_is_added_by_a_correction__it_comes_now(town) -> None:
    await town.start()
    russian = await a_reader(town)
    await reads_only_russian(russian)
    admin, _ = admins(town)
    await approved(town, admin)
    await nothing_due(town)
    assert pushes(russian) == []
    sent = admin.say("/retract")
    listed = await admin.expect(lambda m: "which one?" in m.text, after=sent.message_id)
    admin.press(listed.message_id, "Choose 1")
    await admin.expect(lambda m: "What should happen" in m.text)
    admin.press(listed.message_id, "Correct")
    await admin.expect(lambda m: "what should change" in m.text)
    admin.press_data(listed.message_id, town.button(ADMIN, "e:d1-2:headline:ru"))
    await admin.expect(lambda m: "Write it in your next message" in m.text)
    said = admin.say("Закон принят")
    editor = await admin.expect(lambda m: "what should change" in m.text, after=said.message_id)
    admin.press(editor.message_id, "Done")
    await admin.expect(lambda m: "Correction of a published alert" in m.text)
    admin.press(editor.message_id, "Approve")
    await russian.expect(lambda m: m.text == "New message")


async def test_news_language__forged__nothing_is_kept(town) -> None:
    house = await town.start()
    reader = await a_reader(town)
    page = await settings_of(reader)
    reader.press_data(page.message_id, "set:newslanguage:xx")
    await reader.expect(lambda m: "too old" in m.text)
    assert (await house.store.subscriber(AMINA)).languages == ()


async def test_silent__chosen_by_a_button__even_danger_to_life_makes_no_sound_and_others_hear_it(town) -> None:
    await town.start()
    silent, other = await a_reader(town), await a_reader(town, SAM)
    page = await settings_of(silent)
    assert "Sound: only for urgent news" in page.text
    silent.press(page.message_id, "No sound")
    await silent.expect(lambda m: "Sound: off" in m.text)
    admin, _ = admins(town)
    await approved(town, admin, severity="Extreme")
    assert (await silent.expect(lambda m: "Please read it soon" in m.text)).silent
    assert not (await other.expect(lambda m: "Please read it soon" in m.text)).silent
    silent.press(page.message_id, "✓ No sound")
    await silent.expect(lambda m: "Sound: only for urgent news" in m.text)
    await approved(town, admin, id="d2", severity="Extreme")
    first = min(m.message_id for m in silent.messages if "Please read it soon" in m.text)
    assert not (await silent.expect(lambda m: "Please read it soon" in m.text, after=first)).silent
