"""What both sides wrote deletes itself, and news that was read hides its text again; neither is lost by a restart."""

from datetime import timedelta

from bot.sandbox.faults import Fault
from tests.journeys.conftest import AMINA, SAM
from tests.journeys.scenes import a_push, asked, gone, kept, settled


async def test_memory__question_answer_and_a_page_turned_by_a_button__both_sides_are_remembered(town, sam) -> None:
    await town.start()
    question = sam.say("asylum germany")
    answer = await sam.expect(lambda m: "+49 30" in m.text)
    sam.press(answer.message_id, "Topics")
    await sam.expect(lambda m: m.message_id == answer.message_id and "What do you need" in m.text)
    await kept(town, SAM, question, answer)
    assert len(await town.house.store.messages(SAM)) == 2


async def test_memory__one_question__one_write_for_both_sides(town, sam, monkeypatch) -> None:
    house = await town.start()
    writes, change = [], house.store.change_trace

    async def counted(chat_id, changes):
        writes.append(chat_id)
        return await change(chat_id, changes)

    monkeypatch.setattr(house.store, "change_trace", counted)
    await asked(town, sam)
    assert writes.count(SAM) == 1


async def test_memory__a_disk_that_fails__the_answer_comes_and_the_next_update_brings_the_numbers(
    town, sam, monkeypatch
) -> None:
    from bot.errors import StoreError

    house = await town.start()
    change = house.store.change_trace

    async def fails(*_):
        raise StoreError("the disk is full")

    monkeypatch.setattr(house.store, "change_trace", fails)
    question = sam.say("asylum germany")
    answer = await sam.expect(lambda m: "+49 30" in m.text)
    monkeypatch.setattr(house.store, "change_trace", change)
    second = sam.say("/help")
    await kept(town, SAM, question, answer, second)


async def test_tidy__a_stranger_after_a_day__question_and_answer_are_gone_on_both_sides(town, sam, later) -> None:
    await town.start()
    question, answer = await asked(town, sam)
    later(hours=23)
    await town.house.tidier.tidy()
    assert sam.deleted == []
    later(hours=1, minutes=1)
    await town.house.tidier.tidy()
    await gone(town, sam, question, answer)
    assert await town.house.store.trace(SAM) is None


async def test_tidy__an_hour_chosen_by_a_button__after_an_hour_even_after_a_restart(town, sam, later) -> None:
    await town.start()
    sam.say("/settings")
    page = await sam.expect(lambda m: "Tidy: after 24 hours" in m.text)
    sam.press(page.message_id, "Tidy up")
    page = await sam.expect(lambda m: "After 1 hour" in m.buttons)
    sam.press(page.message_id, "After 1 hour")
    await sam.expect(lambda m: "✓ After 1 hour" in m.buttons)
    question = sam.say("asylum germany")
    answer = await sam.expect(lambda m: "+49 30" in m.text)
    await kept(town, SAM, question, answer, page)
    await town.stop()
    later(minutes=61)
    await town.start()
    await town.house.tidier.tidy()
    await gone(town, sam, question, answer, page)


async def test_tidy__switched_off__nothing_deletes_itself_and_the_numbers_go_after_two_days(town, sam, later) -> None:
    house = await town.start()
    sam.say("/settings")
    page = await sam.expect(lambda m: "Tidy" in m.text)
    sam.press_data(page.message_id, "set:tidy:0")
    await sam.expect(lambda m: "Tidy: off" in m.text)
    await kept(town, SAM, page)
    later(hours=47)
    await house.tidier.tidy()
    assert sam.deleted == []
    later(hours=2)
    await house.store.purge(house.desk().now())
    assert await house.store.messages(SAM) == ()


async def test_tidy__telegram_does_not_answer__tried_again_at_the_next_turn(town, sam, later) -> None:
    house = await town.start()
    question, answer = await asked(town, sam)
    later(hours=25)
    refuses = Fault(500, "Internal Server Error")
    town.sandbox.faults.hook = lambda method, params: refuses if method == "deleteMessages" else None
    await house.tidier.tidy()
    assert sam.deleted == []
    town.sandbox.faults.hook = None
    await house.tidier.tidy()
    await gone(town, sam, question, answer)


async def test_tidy__one_message_too_old_for_telegram__the_others_go_all_the_same(town, sam, later) -> None:
    house = await town.start()
    question, answer = await asked(town, sam)
    question.date -= timedelta(hours=49)
    later(hours=25)
    await house.tidier.tidy()
    assert sam.deleted == [answer.message_id]
    assert await house.store.messages(SAM) == ()


async def test_tidy__news__unread_stays_and_read_goes_when_it_can_no_longer_be_corrected(town, later) -> None:
    house = await town.start()
    reader = town.sandbox.person(AMINA, "Amina", "en")
    reader.say("/subscribe now")
    await reader.expect(lambda m: "/stop" in m.text)
    read = await a_push(town, reader, "a1")
    await settled(town)
    reader.press(read.message_id, "Read")
    await reader.expect(lambda m: "Report a1" in m.text)
    unread = await a_push(town, reader, "a2")
    later(hours=30)
    await house.tidier.tidy()
    assert not {read.message_id, unread.message_id} & set(reader.deleted)
    later(hours=17, minutes=5)
    await house.tidier.tidy()
    await gone(town, reader, read)
    assert unread.message_id not in reader.deleted
