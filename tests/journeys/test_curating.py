"""An editor changes the list of contacts from Telegram."""

import asyncio
from datetime import UTC, datetime
from threading import Event

import aiohttp
import pytest

from bot.errors import StoreError
from bot.resources.shelf import FolderShelf
from bot.resources.versions import Versions
from bot.sandbox.faults import Fault
from tests.journeys.conftest import ADMIN, AMINA, SAM, SECOND_ADMIN, says


async def test_resources__the_file_comes_back_and_a_changed_one_serves_after_a_tap(town) -> None:
    await town.start()
    admin, sam = town.sandbox.person(ADMIN), town.sandbox.person(SAM, "Sam", "en")
    admin.say("/resources")
    document = await admin.expect(lambda m: m.document is not None)
    await admin.expect(lambda m: "5 contacts serve" in m.text)
    assert document.document.data.decode() == town.resources.read_text(encoding="utf-8")
    changed = document.document.data.replace(b"+49 30 23125 001", b"+49 30 23125 555")
    admin.send_document("resources.yaml", changed)
    diff = await admin.expect(lambda m: "would change this" in m.text)
    assert "de-asylum (phones)" in diff.text
    admin.press(diff.message_id, "Put in place")
    await admin.expect(lambda m: "The new list serves" in m.text)
    sam.say("asylum germany")
    await sam.expect(lambda m: "+49 30 23125 555" in m.text)
    admin.say("/resources")
    state = await admin.expect(
        lambda m: m.reply_markup is not None and "contacts serve" in m.text, after=diff.message_id
    )
    admin.press(state.message_id, "Undo last change")
    await admin.expect(lambda m: "The earlier list serves again" in m.text)
    assert "+49 30 23125 001" in town.resources.read_text(encoding="utf-8")


async def test_resources__a_file_with_mistakes__each_with_its_line_and_nothing_changes(town) -> None:
    await town.start()
    admin = town.sandbox.person(ADMIN)
    before = town.resources.read_text(encoding="utf-8")
    admin.send_document("resources.yaml", before.replace("[asylum, legal]", "[asylm]").encode())
    answer = await admin.expect(lambda m: "Nothing was changed" in m.text)
    assert "`asylm` is no topic; write asylum" in answer.text
    assert town.resources.read_text(encoding="utf-8") == before


async def test_resources__a_file_that_is_too_large__is_not_fetched_and_says_how_large_it_may_be(town) -> None:
    await town.start()
    admin = town.sandbox.person(ADMIN)
    admin.send_document("resources.yaml", town.resources.read_bytes() + b"#" * 5_000_000)
    answer = await admin.expect(lambda m: "Nothing was changed" in m.text)
    assert "larger than 5 MB" in answer.text


async def test_resources__telegram_does_not_hand_the_file_over__the_admin_is_told_and_may_send_it_again(town) -> None:
    await town.start()
    admin = town.sandbox.person(ADMIN)
    town.sandbox.faults.add(
        "getFile", Fault(error_code=400, description="Bad Request: file is temporarily unavailable")
    )
    changed = town.resources.read_bytes().replace(b"+49 30 23125 001", b"+49 30 23125 555")
    admin.send_document("resources.yaml", changed)
    told = await admin.expect(lambda m: "Nothing was changed" in m.text)
    assert "Please send it again" in told.text
    admin.send_document("resources.yaml", changed)
    await admin.expect(lambda m: "would change this" in m.text)


async def test_resources__a_file_that_takes_long_to_check__others_are_answered_meanwhile(town, monkeypatch) -> None:
    await town.start()
    admin, sam = town.sandbox.person(ADMIN), town.sandbox.person(SAM, "Sam", "en")
    begun, is_answered, examine = Event(), Event(), Versions.examine

    def slow(self, content):
        begun.set()
        assert is_answered.wait(5)
        return examine(self, content)

    monkeypatch.setattr(Versions, "examine", slow)
    before = town.resources.read_bytes()
    admin.send_document("resources.yaml", before.replace(b"+49 30 23125 001", b"+49 30 23125 555"))
    assert await asyncio.to_thread(begun.wait, 5)
    sam.say("asylum germany")
    await sam.expect(lambda m: "+49 30 23125 001" in m.text)
    is_answered.set()
    diff = await admin.expect(lambda m: "would change this" in m.text)
    admin.press(diff.message_id, "Do nothing")
    await admin.expect(lambda m: m.text == "Nothing was changed.")
    assert list((town.folder / "data" / "versions").glob("*")) == []
    assert town.resources.read_bytes() == before


async def test_queue__writing_takes_long__others_are_answered_meanwhile_and_acts_follow_each_other(
    town, monkeypatch
) -> None:
    await town.start(ADMIN_IDS=f"{ADMIN},{SECOND_ADMIN}")
    admin, second = town.sandbox.person(ADMIN), town.sandbox.person(SECOND_ADMIN, "Second", "en")
    sam = town.sandbox.person(SAM, "Sam", "en")
    begun, is_answered, assure, under_way, most = Event(), Event(), Versions.assure, [], []

    def slow(self, *words):
        under_way.append(1)
        most.append(len(under_way))
        begun.set()
        assert is_answered.wait(5)
        assure(self, *words)
        under_way.pop()

    monkeypatch.setattr(Versions, "assure", slow)
    for one in (admin, second):
        one.say("/resources")
        state = await one.expect(lambda m: "Never checked: 4" in m.text)
        one.press(state.message_id, "What is due")
    first, other = [await one.expect(lambda m: "To check: 1 of 4" in m.text) for one in (admin, second)]
    admin.press(first.message_id, "Still right")
    assert await asyncio.to_thread(begun.wait, 5)
    second.press(other.message_id, "Still right")
    sam.say("asylum germany")
    await sam.expect(lambda m: "+49 30 23125 001" in m.text)
    is_answered.set()
    for one in (admin, second):
        await one.expect(lambda m: "is still right" in m.text and "To check: 1 of 3" in m.text)
    assert most == [1, 1]
    assert town.resources.read_text(encoding="utf-8").count("assured:") == 2


async def test_resources__a_disk_that_refuses__is_told_to_whoever_sent_the_file(town, monkeypatch) -> None:
    def refuse(*_):
        raise StoreError("the file cannot be written (No space left on <device>)")

    monkeypatch.setattr(FolderShelf, "write", refuse)
    await town.start()
    admin = town.sandbox.person(ADMIN)
    before = town.resources.read_bytes()
    admin.send_document("resources.yaml", before.replace(b"+49 30 23125 001", b"+49 30 23125 555"))
    await admin.expect(lambda m: m.text == "The disk refused: the file cannot be written (No space left on <device>)")
    admin.say("/resources")
    state = await admin.expect(lambda m: "Never checked: 4" in m.text)
    admin.press(state.message_id, "What is due")
    card = await admin.expect(lambda m: "To check: 1 of 4" in m.text)
    admin.press(card.message_id, "Still right")
    await admin.expect(lambda m: m.message_id == card.message_id and "The disk refused" in m.text)
    assert town.resources.read_bytes() == before


async def test_resources__somebody_who_is_no_admin__cannot(town) -> None:
    await town.start()
    sam = town.sandbox.person(SAM, "Sam", "en")
    sam.send_document("resources.yaml", b"version: 1\n")
    await sam.expect(lambda m: "I can only read text" in m.text)
    sam.say("/resources")
    await sam.expect(lambda m: "do not know this command" in m.text)


async def test_queue__still_right__todays_date_and_the_chosen_name_on_the_card(town) -> None:
    await town.start()
    admin, sam = town.sandbox.person(ADMIN), town.sandbox.person(SAM, "Sam", "en")
    admin.say("/admin name Anna of the Circle")
    await admin.expect(lambda m: "Anna of the Circle" in m.text)
    admin.say("/resources")
    state = await admin.expect(lambda m: "Never checked: 4" in m.text)
    admin.press(state.message_id, "What is due")
    first = await admin.expect(lambda m: "To check: 1 of 4" in m.text)
    assert "Way out" in first.text, "what people in danger see comes first"
    admin.press(first.message_id, "Still right")
    await admin.expect(lambda m: "is still right" in m.text and "To check: 1 of 3" in m.text)
    assert "Anna of the Circle" in town.resources.read_text(encoding="utf-8")
    sam.say("help me to get out of russia")
    await sam.expect(lambda m: "by Anna of the Circle" in m.text)


async def test_queue__take_down__people_do_not_see_it_any_more(town) -> None:
    await town.start()
    admin = town.sandbox.person(ADMIN)
    admin.say("/resources")
    state = await admin.expect(lambda m: "Never checked: 4" in m.text)
    admin.press(state.message_id, "What is due")
    first = await admin.expect(lambda m: "To check: 1 of 4" in m.text)
    admin.press(first.message_id, "Take down")
    await admin.expect(lambda m: "Taken down" in m.text)
    assert "status: inactive" in town.resources.read_text(encoding="utf-8")


async def test_resources__two_admins_at_once__the_later_one_is_told_and_the_earlier_change_stays(town) -> None:
    await town.start(ADMIN_IDS=f"{ADMIN},{SECOND_ADMIN}")
    admin, second = town.sandbox.person(ADMIN), town.sandbox.person(SECOND_ADMIN, "Second", "en")
    before = town.resources.read_bytes()
    admin.send_document("resources.yaml", before.replace(b"+49 30 23125 001", b"+49 30 23125 555"))
    diff = await admin.expect(lambda m: "would change this" in m.text)
    assert "no longer: +49 30 23125 001" in diff.text
    assert "from now on: +49 30 23125 555" in diff.text
    second.say("/resources")
    state = await second.expect(lambda m: "Never checked: 4" in m.text)
    second.press(state.message_id, "What is due")
    card = await second.expect(lambda m: "To check: 1 of 4" in m.text)
    second.press(card.message_id, "Still right")
    await second.expect(lambda m: "is still right" in m.text)
    admin.press(diff.message_id, "Put in place")
    await admin.expect(lambda m: "the list itself has changed" in m.text)
    assert b"+49 30 23125 001" in town.resources.read_bytes()
    assert town.resources.read_bytes().count(b"assured:") == 2


async def test_resources__undo_after_somebody_elses_change__is_told_and_that_change_stays(town) -> None:
    await town.start(ADMIN_IDS=f"{ADMIN},{SECOND_ADMIN}")
    admin, second = town.sandbox.person(ADMIN), town.sandbox.person(SECOND_ADMIN, "Second", "ru")
    admin.send_document("resources.yaml", town.resources.read_bytes().replace(b"23125 001", b"23125 555"))
    diff = await admin.expect(lambda m: "would change this" in m.text)
    admin.press(diff.message_id, "Put in place")
    await admin.expect(lambda m: "The new list serves" in m.text)
    admin.say("/resources")
    state = await admin.expect(lambda m: "Undo last change" in m.buttons)
    second.send_document("resources.yaml", town.resources.read_bytes().replace(b"23125 555", b"23125 777"))
    diff = await second.expect(lambda m: "Применить" in m.buttons)
    second.press(diff.message_id, "Применить")
    await second.expect(lambda m: "Действует новый список" in m.text)
    told = await admin.expect(lambda m: "admin 2 put another version of the list in place" in m.text)
    assert "555" not in told.text and "undo it" in told.text and not told.silent
    admin.press(state.message_id, "Undo last change")
    await admin.expect(lambda m: "Nothing was undone" in m.text)
    assert b"23125 777" in town.resources.read_bytes()
    admin.say("/resources")
    state = await admin.expect(lambda m: "Undo last change" in m.buttons and m.message_id > state.message_id)
    admin.press(state.message_id, "Undo last change")
    await admin.expect(lambda m: "The earlier list serves again" in m.text)
    assert b"23125 555" in town.resources.read_bytes()


@pytest.mark.parametrize("button", ["Still right", "Take down"])
async def test_queue__the_contact_was_changed_after_it_was_shown__nobody_decides_on_what_she_did_not_read(
    town, button
) -> None:
    await town.start()
    admin = town.sandbox.person(ADMIN)
    admin.say("/resources")
    state = await admin.expect(lambda m: "Never checked: 4" in m.text)
    admin.press(state.message_id, "What is due")
    card = await admin.expect(lambda m: "To check: 1 of 4" in m.text)
    changed = town.resources.read_text(encoding="utf-8").replace("name: {en: Way out", "name: {en: New way out", 1)
    assert "New way out" in changed
    town.resources.write_text(changed, encoding="utf-8")

    async def serves() -> bool:
        return "New way out" in town.house.serving.keeper.current.text

    await town.until(serves)
    admin.press(card.message_id, button)
    await admin.expect(lambda m: "has been changed meanwhile" in m.text and "New way out" in m.text)
    assert town.resources.read_text(encoding="utf-8").count("assured:") == 1
    assert "status: inactive" not in town.resources.read_text(encoding="utf-8")


@pytest.mark.parametrize("how", ["taken down", "checked too long ago"])
async def test_contact__that_must_not_be_shown__is_nowhere(town, no_pace, later, how) -> None:
    """Not in an answer, a list, a page that is turned, the file, or what other programs are given."""
    text, name = town.resources.read_text(encoding="utf-8"), "Way out"
    entry = "    crisis: true\n  - id: ru-112"
    text = text.replace(entry, "    assured: {date: 2026-11-01, by: Editor, every: 3000d}\n" + entry)
    town.resources.write_text(text.replace("every: 3650d", "every: 9999d"), encoding="utf-8")
    house = await town.start()
    amina, admin = town.sandbox.person(AMINA, "Amina", "en"), town.sandbox.person(ADMIN)
    asked = ["help me to get out of russia", "/sos Russia", "/find evacuation russia", "/help Way out", "/offline"]
    topics = await says(amina, "/find")
    assert "Getting out" in topics.buttons
    for question in asked:
        assert name in (await says(amina, question)).text, question
    file = await amina.expect(lambda m: m.document is not None)
    assert name in file.document.data.decode()
    if how == "taken down":
        text = town.resources.read_text(encoding="utf-8")
        town.resources.write_text(text.replace(entry, "    status: temporarily closed\n" + entry), encoding="utf-8")
        await house.serving.look()
    else:
        later(days=9000)
        await next(tick.act for tick in house._ticks() if tick.name == "new-day")()
    assert "Getting out" not in (await says(amina, "/find")).buttons
    amina.press(topics.message_id, "Getting out")
    answer = await amina.expect(lambda m: m.message_id > file.message_id + 2)
    assert name not in answer.text
    for question in asked:
        assert name not in (await says(amina, question)).text, question
    file = await amina.expect(lambda m: m.document is not None and m.message_id > answer.message_id)
    assert name not in file.document.data.decode()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{house.porch.port}") as client:
        for path in ("/directory", "/directory.json", "/directory.json?language=ru"):
            async with client.get(path) as page:
                told = await page.text()
                assert page.status == 200 and name not in told and "Выезд" not in told, path
    admin.say("/resources")
    state = await admin.expect(lambda m: "What is due" in m.buttons)
    admin.press(state.message_id, "What is due")
    card = await admin.expect(lambda m: "To check: 1 of" in m.text)
    assert (name in card.text) == (how != "taken down"), "admins are told of what waits for them"
    assert ("People do not see it any more" in card.text) == (how != "taken down")
    admin.press(card.message_id, "◀ Back")
    await admin.expect(lambda m: m.message_id == card.message_id and "contacts serve" in m.text)


async def test_reminder__comes_once_a_day_to_whom_keeps_the_list_with_the_way_to_what_is_due(town, later) -> None:
    house = await town.start()
    admin = town.sandbox.person(ADMIN)
    remind = next(tick.act for tick in house._ticks() if tick.name == "remind")
    later(days=1, hours=9 - datetime.now(UTC).hour)
    await remind()
    await remind()
    notice = await admin.expect(lambda m: "Please check contacts" in m.text)
    assert "Never checked: 4" in notice.text
    assert sum("Please check contacts" in m.text for m in admin.messages) == 1
    admin.press(notice.message_id, "What is due")
    await admin.expect(lambda m: "To check: 1 of 4" in m.text)
    await town.stop()
    house = await town.start()
    remind = next(tick.act for tick in house._ticks() if tick.name == "remind")
    await remind()
    assert not any("Please check contacts" in m.text for m in admin.messages if m.message_id > notice.message_id)
    later(days=1)
    await remind()
    await admin.expect(lambda m: "Please check contacts" in m.text and m.message_id > notice.message_id)
