"""An editor changes the list of contacts from Telegram."""

import asyncio
from threading import Event

from bot.errors import StoreError
from bot.resources.shelf import FolderShelf
from bot.resources.versions import Versions
from bot.sandbox.faults import Fault
from tests.journeys.conftest import ADMIN, SAM, SECOND_ADMIN


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


async def test_queue__the_contact_was_changed_after_it_was_shown__nobody_assures_what_she_did_not_read(town) -> None:
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
    admin.press(card.message_id, "Still right")
    await admin.expect(lambda m: "has been changed meanwhile" in m.text and "New way out" in m.text)
    assert town.resources.read_text(encoding="utf-8").count("assured:") == 1
