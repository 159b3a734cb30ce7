"""What admins do with news, over the sandbox: edit, approve by two, go alone, compose, correct, withdraw, look back."""

from bot.core.alert import DRAFT
from tests.journeys.conftest import ADMIN, SAM
from tests.journeys.scenes import TWO, a_card, a_draft, a_published, a_reader, admins, card


async def test_card__source_headline_summary_reasons_readers_and_a_preview_in_each_language(town) -> None:
    await town.start()
    admin, shown = await a_card(town, headline={"en": "A law", "ru": "Закон"}, reasons=("names a law",))
    for part in ("A law", "It takes effect", "Source: Example News", "Why: names a law", "fewer than ten readers"):
        assert part in shown.text
    admin.press(shown.message_id, "Preview")
    english = await admin.expect(lambda m: m.text.startswith("English") and "A law" in m.text)
    russian = await admin.expect(lambda m: m.text.startswith("Русский") and "Закон" in m.text)
    assert "New message" in english.text
    assert "Новое сообщение" in russian.text


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
