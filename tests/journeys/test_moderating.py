"""What admins do with news, over the sandbox: edit, approve by two, go alone, compose, correct, withdraw, look back."""

from bot.core.alert import DRAFT, PUBLISHED
from tests.builders import an_alert
from tests.journeys.conftest import ADMIN, AMINA, SAM, SECOND_ADMIN

TWO = {"ADMIN_IDS": f"{ADMIN},{SECOND_ADMIN}"}


async def a_draft(town, **changes):
    """Put a draft into the store, as a feed would have."""
    house = town.house
    alert = an_alert(**{"id": "d1", "created_at": house.desk().now()} | changes)
    await house.store.save_alert(alert)
    return alert


async def a_reader(town, chat=AMINA, language="en"):
    person = town.sandbox.person(chat, "Reader", language)
    person.say("/subscribe now")
    await person.expect(lambda m: "/stop" in m.text)
    return person


def admins(town):
    first, second = town.sandbox.person(ADMIN, "Admin", "en"), town.sandbox.person(SECOND_ADMIN, "Second", "en")
    second.say("/start")
    return first, second


async def card(admin):
    sent = admin.say("/pending")
    return await admin.expect(lambda m: "Draft 1 of" in m.text, after=sent.message_id)


async def test_card__source_headline_summary_reasons_readers_and_a_preview_in_each_language(town) -> None:
    await town.start()
    await a_draft(town, headline={"en": "A law", "ru": "Закон"}, reasons=("names a law",))
    admin, _ = admins(town)
    shown = await card(admin)
    for part in ("A law", "It takes effect", "Source: Example News", "Why: names a law", "fewer than ten readers"):
        assert part in shown.text
    admin.press(shown.message_id, "Preview")
    english = await admin.expect(lambda m: m.text.startswith("English") and "A law" in m.text)
    russian = await admin.expect(lambda m: m.text.startswith("Русский") and "Закон" in m.text)
    assert "New message" in english.text
    assert "Новое сообщение" in russian.text


async def test_edit__headline_severity_topics_and_places__all_are_kept_and_readers_get_them(town) -> None:
    house = await town.start()
    reader = await a_reader(town)
    await a_draft(town)
    admin, _ = admins(town)
    shown = await card(admin)
    admin.press(shown.message_id, "Edit")
    editor = await admin.expect(lambda m: "what shall change" in m.text)
    admin.press(editor.message_id, "Headline")
    await admin.expect(lambda m: m.text == "In which language?")
    admin.press(editor.message_id, "Русский")
    await admin.expect(lambda m: "Write it in your next message" in m.text)
    admin.say("Закон принят")
    editor = await admin.expect(lambda m: "what shall change" in m.text, after=editor.message_id)
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
    await a_draft(town)
    admin, _ = admins(town)
    shown = await card(admin)
    admin.press_data(shown.message_id, town.button(ADMIN, "e:d1:headline:en"))
    await admin.expect(lambda m: "Write it in your next message" in m.text)
    admin.say("/cancel")
    await admin.expect(lambda m: "Ended. Nothing was changed." in m.text)
    admin.say("asylum germany")
    await admin.expect(lambda m: "Asylum advice Germany" in m.text)
    assert (await house.store.alert("d1")).headline == {"en": "Parliament passes a law"}


async def test_severe__two_admins__the_second_is_asked_neutrally_and_sees_who_approved(town) -> None:
    house = await town.start(**TWO)
    reader = await a_reader(town)
    await a_draft(town, severity="Severe", headline={"en": "Raid in Grozny"})
    first, second = admins(town)
    shown = await card(first)
    assert "2 admins must approve it" in shown.text
    first.press(shown.message_id, "Approve")
    await first.expect(lambda m: "1 more admin must approve it" in m.text)
    asked = await second.expect(lambda m: "1 of 2 approved" in m.text)
    assert "Grozny" not in asked.text
    second.press(asked.message_id, "Open")
    opened = await second.expect(lambda m: "Raid in Grozny" in m.text)
    assert "Approved by admin 1; 2 needed" in opened.text
    second.press(opened.message_id, "Approve")
    await second.expect(lambda m: "Published." in m.text)
    await second.expect(lambda m: "Sent: fewer than ten" in m.text and "Done." in m.text)
    await reader.expect(lambda m: "Please read it soon" in m.text)
    assert [each.by for each in (await house.store.alert("d1")).approvals] == ["admin 1", "admin 2"]


async def test_severe__approved_by_the_same_admin_twice__is_not_published(town) -> None:
    house = await town.start(**TWO)
    await a_draft(town, severity="Extreme")
    first, _ = admins(town)
    shown = await card(first)
    first.press_data(shown.message_id, town.button(ADMIN, "m:yes:d1"))
    await first.expect(lambda m: "1 more admin" in m.text)
    first.say("/admin name Somebody else")
    await first.expect(lambda m: "Somebody else" in m.text)
    first.press_data(shown.message_id, town.button(ADMIN, "m:yes:d1"))
    shown = await card(first)
    assert (await house.store.alert("d1")).state == DRAFT


async def test_severe__one_goes_alone__after_a_question_and_all_are_told_and_it_is_in_the_trail(town) -> None:
    house = await town.start(**TWO)
    reader = await a_reader(town)
    await a_draft(town, severity="Extreme")
    first, second = admins(town)
    shown = await card(first)
    first.press(shown.message_id, "Approve")
    asked = await first.expect(lambda m: "1 more admin" in m.text)
    first.press(asked.message_id, "Publish alone")
    await first.expect(lambda m: "on your word alone" in m.text)
    assert (await house.store.alert("d1")).state == DRAFT
    first.press(asked.message_id, "Publish now")
    await second.expect(lambda m: "Published by admin 1 alone" in m.text)
    await reader.expect(lambda m: "Please read it soon" in m.text)
    first.say("/admin")
    panel = await first.expect(lambda m: "Only totals" in m.text)
    first.press(panel.message_id, "Audit")
    trail = await first.expect(lambda m: "the last 90 days" in m.text)
    assert "admin 1 · published alone, without a second approval: Parliament passes a law" in trail.text
    assert str(ADMIN) not in trail.text


async def test_alert__composed_by_hand__preview_approve_and_it_arrives(town) -> None:
    await town.start()
    reader = await a_reader(town)
    admin, _ = admins(town)
    admin.say("/alert")
    await admin.expect(lambda m: "Write the headline" in m.text)
    admin.say("Checks at the station tonight")
    editor = await admin.expect(lambda m: "what shall change" in m.text)
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
    editor = await first.expect(lambda m: "what shall change" in m.text)
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


async def a_published(town, reader):
    """Publish one alert; return the reader's copy."""
    await a_draft(town)
    admin, _ = admins(town)
    shown = await card(admin)
    admin.press(shown.message_id, "Approve")
    push = await reader.expect(lambda m: m.text == "New message")

    async def settled() -> bool:
        return (await town.house.store.progress("d1")).sent == 1

    await town.until(settled)
    return push


async def chosen(town, admin):
    sent = admin.say("/retract")
    listed = await admin.expect(lambda m: "which one?" in m.text, after=sent.message_id)
    admin.press(listed.message_id, "Choose 1")
    return await admin.expect(lambda m: "What shall happen" in m.text and m.message_id == listed.message_id)


async def test_retract__two_taps__the_copy_vanishes_and_a_read_one_too(town) -> None:
    await town.start()
    reader = await a_reader(town)
    push = await a_published(town, reader)
    admin = town.sandbox.person(ADMIN)
    shown = await chosen(town, admin)
    admin.press(shown.message_id, "Withdraw now")
    await admin.expect(lambda m: "Withdrawn." in m.text)

    async def gone() -> bool:
        return push.message_id in reader.deleted or push.message_id not in [m.message_id for m in reader.messages]

    await town.until(gone)
    reader.say("/news")
    await reader.expect(lambda m: "No news has been published yet" in m.text)


async def test_correct__the_reader_who_opens_it_later_sees_the_new_text(town) -> None:
    house = await town.start()
    reader = await a_reader(town)
    push = await a_published(town, reader)
    admin = town.sandbox.person(ADMIN)
    reader.press(push.message_id, "Read")
    await reader.expect(lambda m: "It takes effect in January" in m.text)
    shown = await chosen(town, admin)
    admin.press(shown.message_id, "Correct")
    await admin.expect(lambda m: "what shall change" in m.text)
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


async def test_admin_buttons_and_commands__somebody_else__cannot(town) -> None:
    house = await town.start()
    await a_draft(town)
    sam = town.sandbox.person(SAM, "Sam", "en")
    start = sam.say("/start")
    page = await sam.expect(lambda m: m.from_bot)
    for data in (
        "m:yes:d1",
        "m:force:d1",
        "m:no:d1",
        "m:see:d1",
        "e:d1:headline:en",
        "e:d1:severity:Extreme",
        "x:yes:d1",
        "adm:audit",
    ):
        before = max(m.message_id for m in sam.messages)
        sam.press_data(page.message_id, data)
        await sam.expect(lambda m: "too old" in m.text, after=before)
    for command in ("/alert Panic", "/retract", "/cancel"):
        sent = sam.say(command)
        await sam.expect(lambda m: "do not know this command" in m.text, after=sent.message_id)
    sam.say("Something typed")
    assert start and (await house.store.alert("d1")) == await _same(house)
    assert await house.store.audit(house.desk().now().replace(year=2000)) == []


async def _same(house):
    (draft,) = await house.store.alerts()
    assert (draft.state, draft.severity) == (DRAFT, "Moderate")
    return draft


async def test_published__over_http__rss_and_cap_of_what_stands(town) -> None:
    import aiohttp

    port = _free_port()
    await town.start(PORT=str(port))
    reader = await a_reader(town)
    await a_published(town, reader)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client:
        async with client.get("/alerts.rss") as answer:
            assert answer.content_type == "application/rss+xml"
            assert "Parliament passes a law" in await answer.text()
        async with client.get("/alerts.cap") as answer:
            assert "/alerts/d1.cap?version=1" in await answer.text()
        async with client.get("/alerts/d1.cap") as answer:
            assert answer.content_type == "application/cap+xml"
            assert "<sender>circle.example.org</sender>" in await answer.text()
        async with client.get("/alerts/unknown.cap") as answer:
            assert answer.status == 404


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
