"""Each part of a draft is changed by replying, in each language; what cannot be taken gets a plain sentence and loses nothing."""

from datetime import timedelta

import pytest

from bot.core.alert import DRAFT, PUBLISHED
from bot.texts.editor import LONGEST_TEXTS
from tests.journeys.conftest import ADMIN, SAM
from tests.journeys.scenes import a_card, a_reader, admins, card

EDITING = "what should change"
BUTTONS = {"headline": "Headline", "description": "Text", "instruction": "What to do"}


async def an_editor(town, **changes):
    """Put a draft into the store; return an admin and the editor in which she changes it."""
    admin, shown = await a_card(town, **changes)
    admin.press(shown.message_id, "Edit")
    return admin, await admin.expect(lambda m: EDITING in m.text and m.message_id == shown.message_id)


async def asked_for(admin, editor, field: str, language: str):
    """Press the way to one text in one language; return what asks for it."""
    admin.press(editor.message_id, BUTTONS[field])
    await admin.expect(lambda m: m.text == "In which language?" and m.message_id == editor.message_id)
    button = next(each for each in admin.message(editor.message_id).buttons if each.endswith(language))
    admin.press(editor.message_id, button)
    return await admin.expect(lambda m: "Write it in your next message" in m.text and m.message_id == editor.message_id)


async def replies(admin, prompt, text: str):
    """Reply to what asked; return the editor that comes then."""
    said = admin.say(text, reply_to=prompt.message_id)
    return await admin.expect(lambda m: EDITING in m.text, after=said.message_id)


async def test_edit__text_and_advice_in_each_language__are_kept_and_readers_get_them_in_theirs(town) -> None:
    house = await town.start()
    english, russian = await a_reader(town), await a_reader(town, SAM, "ru")
    admin, editor = await an_editor(town, headline={"en": "A law", "ru": "Закон"})
    written = {
        ("description", "English"): "It was voted\non <b>Friday</b>.",
        ("description", "Русский"): "За него проголосовали в пятницу.",
        ("instruction", "English"): "Delete old chats.",
        ("instruction", "Русский"): "Удалите старые чаты.",
    }
    for (field, language), text in written.items():
        prompt = await asked_for(admin, editor, field, language)
        editor = await replies(admin, prompt, text)
    kept = await house.store.alert("d1")
    assert kept.description == {"en": written["description", "English"], "ru": written["description", "Русский"]}
    assert kept.instruction == {"en": written["instruction", "English"], "ru": written["instruction", "Русский"]}
    assert kept.headline == {"en": "A law", "ru": "Закон"}
    admin.press(editor.message_id, "Done")
    shown = await admin.expect(lambda m: "Draft 1 of 1" in m.text and m.message_id == editor.message_id)
    admin.press(shown.message_id, "Approve")
    push = await english.expect(lambda m: m.text == "New message")
    english.press(push.message_id, "Read")
    read = await english.expect(lambda m: "on <b>Friday</b>." in m.text)
    assert "What you can do: Delete old chats." in read.text
    push = await russian.expect(lambda m: m.text == "Новое сообщение")
    russian.press(push.message_id, "Прочитать")
    read = await russian.expect(lambda m: "в пятницу" in m.text)
    assert "Удалите старые чаты." in read.text and "Delete" not in read.text


async def test_edit__advice_is_left_out_with_a_dash__and_the_other_language_stays(town) -> None:
    house = await town.start()
    admin, editor = await an_editor(town, instruction={"en": "Go.", "ru": "Идите."})
    prompt = await asked_for(admin, editor, "instruction", "Русский")
    assert "It now reads: Идите." in prompt.text
    await replies(admin, prompt, "-")
    assert (await house.store.alert("d1")).instruction == {"en": "Go."}


@pytest.mark.parametrize("field", BUTTONS)
async def test_edit__too_long__a_plain_sentence_and_the_question_stays_open(town, field) -> None:
    house = await town.start()
    admin, editor = await an_editor(town)
    before = await house.store.alert("d1")
    prompt = await asked_for(admin, editor, field, "English")
    said = admin.say("a " * (LONGEST_TEXTS[field] // 2) + "end", reply_to=prompt.message_id)
    told = await admin.expect(lambda m: "That is too long" in m.text, after=said.message_id)
    assert f"at most {LONGEST_TEXTS[field]} letters" in told.text.replace("\u2068", "").replace("\u2069", "")
    assert await house.store.alert("d1") == before
    admin.send_document("photo.jpg", b"x")
    await admin.expect(lambda m: m.from_bot, after=told.message_id)
    assert await house.store.alert("d1") == before
    await replies(admin, prompt, "Short enough")
    assert getattr(await house.store.alert("d1"), field) == {"en": "Short enough"}


async def test_edit__severity_and_until_when__stand_on_the_card(town) -> None:
    house = await town.start(ADMIN_IDS=f"{ADMIN},900002")
    admin, editor = await an_editor(town)
    admin.press(editor.message_id, "Severity")
    await admin.expect(lambda m: "How serious is it?" in m.text)
    admin.press(editor.message_id, "Danger to life")
    await admin.expect(lambda m: "Severity: Danger to life" in m.text and EDITING in m.text)
    admin.press(editor.message_id, "Until when")
    await admin.expect(lambda m: "For how long, from now" in m.text)
    admin.press(editor.message_id, next(each for each in admin.message(editor.message_id).buttons if "7" in each))
    await admin.expect(lambda m: EDITING in m.text and m.message_id == editor.message_id)
    kept = await house.store.alert("d1")
    assert kept.severity == "Extreme"
    assert timedelta(days=6, hours=23) < kept.expires_at - house.desk().now() <= timedelta(days=7)
    admin.press(editor.message_id, "Done")
    shown = await admin.expect(lambda m: "Draft 1 of 1" in m.text and m.message_id == editor.message_id)
    assert "Severity: Danger to life" in shown.text and "Until: " in shown.text
    assert "2 admins must approve it" in shown.text
    admin.press(shown.message_id, "Edit")
    await admin.expect(lambda m: EDITING in m.text and m.message_id == editor.message_id)
    admin.press(shown.message_id, "Until when")
    await admin.expect(lambda m: "For how long, from now" in m.text)
    admin.press(shown.message_id, "As usual")
    await admin.expect(lambda m: EDITING in m.text and m.message_id == editor.message_id)
    assert (await house.store.alert("d1")).expires_at is None


async def test_edit__topics__are_added_and_taken_away(town) -> None:
    house = await town.start()
    admin, editor = await an_editor(town)
    admin.press(editor.message_id, "Topics")
    await admin.expect(lambda m: "✓ Laws" in m.buttons)
    admin.press(editor.message_id, "✓ Laws")
    await admin.expect(lambda m: "Laws" in m.buttons)
    admin.press(editor.message_id, "Health")
    await admin.expect(lambda m: "✓ Health" in m.buttons)
    admin.press(editor.message_id, "◀ Back")
    await admin.expect(lambda m: "Topics: Health" in m.text)
    assert (await house.store.alert("d1")).topics == ("health",)


async def test_edit__decided_by_somebody_else_meanwhile__says_so_and_the_text_is_nobodys_question(town) -> None:
    house = await town.start(ADMIN_IDS=f"{ADMIN},900002")
    admin, editor = await an_editor(town)
    _, second = admins(town)
    prompt = await asked_for(admin, editor, "description", "English")
    other = await card(second)
    second.press(other.message_id, "Reject")
    await second.expect(lambda m: "Rejected" in m.text)
    said = admin.say("A better text", reply_to=prompt.message_id)
    await admin.expect(lambda m: "decided already" in m.text, after=said.message_id)
    assert (await house.store.alert("d1")).description == {"en": "It takes effect in January."}


async def test_edit__no_answer_for_a_quarter_of_an_hour__what_comes_then_changes_nothing(town, later) -> None:
    house = await town.start()
    admin, editor = await an_editor(town)
    before = await house.store.alert("d1")
    await asked_for(admin, editor, "description", "English")
    later(minutes=15)
    said = admin.say("asylum germany")
    await admin.expect(lambda m: "Asylum advice Germany" in m.text, after=said.message_id)
    assert await house.store.alert("d1") == before
    assert before.state == DRAFT


async def test_edit__headline_severity_topics_and_places__all_are_kept_and_readers_get_them(town) -> None:
    house = await town.start()
    reader = await a_reader(town)
    admin, editor = await an_editor(town)
    admin.press(editor.message_id, "Headline")
    await admin.expect(lambda m: m.text == "In which language?")
    admin.press(editor.message_id, "Русский")
    await admin.expect(lambda m: "Write it in your next message" in m.text)
    admin.say("Закон принят")
    editor = await admin.expect(lambda m: "what should change" in m.text, after=editor.message_id)
    assert (await house.store.alert("d1")).headline == {"en": "Parliament passes a law", "ru": "Закон принят"}
    admin.press(editor.message_id, "Places")
    await admin.expect(lambda m: "Write the places" in m.text)
    admin.say("Chechnya, Qwertyland")
    await admin.expect(lambda m: "do not know the place “Qwertyland”" in m.text)
    admin.say("Chechnya, EU")
    editor = await admin.expect(lambda m: "Where: Chechnya, European Union" in m.text)
    admin.press(editor.message_id, "Topics")
    await admin.expect(lambda m: "What is it about?" in m.text)
    admin.press(editor.message_id, "Courts")
    await admin.expect(lambda m: "✓ Courts" in m.buttons)
    admin.press(editor.message_id, "◀ Back")
    await admin.expect(lambda m: "Topics: Laws, Courts" in m.text)
    admin.press(editor.message_id, "Done")
    await admin.expect(lambda m: "Draft 1 of 1" in m.text and m.message_id == editor.message_id)
    admin.press(editor.message_id, "Approve")
    await admin.expect(lambda m: "Published." in m.text)
    await reader.expect(lambda m: m.text == "New message")
    kept = await house.store.alert("d1")
    assert (kept.area, kept.topics, kept.state) == (("RU-CE", "EU"), ("law", "court"), PUBLISHED)


async def test_edit__cancelled__the_next_text_is_a_question_again(town) -> None:
    house = await town.start()
    admin, editor = await an_editor(town)
    await asked_for(admin, editor, "headline", "English")
    admin.say("/cancel")
    await admin.expect(lambda m: "Ended. Nothing was changed." in m.text)
    admin.say("asylum germany")
    await admin.expect(lambda m: "Asylum advice Germany" in m.text)
    assert (await house.store.alert("d1")).headline == {"en": "Parliament passes a law"}


async def test_edit__a_headline_without_words__is_asked_for_again_and_nothing_changes(town) -> None:
    house = await town.start()
    admin, editor = await an_editor(town)
    await asked_for(admin, editor, "headline", "English")
    admin.say("-")
    await admin.expect(lambda m: "A headline needs words" in m.text)
    assert (await house.store.alert("d1")).headline == {"en": "Parliament passes a law"}
    admin.say("A better headline")
    await admin.expect(lambda m: "what should change" in m.text and "A better headline" in m.text)
