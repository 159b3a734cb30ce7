"""What both sides wrote deletes itself, and news that was read hides its text again; neither is lost by a restart."""

from datetime import timedelta

import pytest

from bot.flows import moderate
from bot.sandbox.faults import Fault
from tests.builders import an_alert
from tests.journeys.conftest import AMINA, SAM


@pytest.fixture
def sam(town):
    return town.sandbox.person(SAM, "Sam", "en")


async def remembered(town, *messages) -> None:
    """Wait until the store knows these messages of Sam's chat."""

    async def known() -> bool:
        return {each.message_id for each in messages} <= set(await town.house.store.messages(SAM))

    await town.until(known)


async def gone(town, person, *messages) -> None:
    async def deleted() -> bool:
        return {each.message_id for each in messages} <= set(person.deleted)

    await town.until(deleted)


async def published(town, name="a1", **changes) -> None:
    """Publish an alert."""
    store, clock = town.house.store, town.house.desk().clock
    await moderate.publish(
        store, clock, an_alert(name, headline={"en": f"Report {name}"}, created_at=clock(), **changes)
    )
    town.house.courier.wake()


async def a_push(town, reader, name="a1", **changes):
    """Publish an alert, and return what arrives."""
    await published(town, name, **changes)
    return await reader.expect(lambda m: m.text.startswith("New message"))


async def settled(town) -> None:
    async def is_settled() -> bool:
        return (await town.house.store.counts(town.house.desk().now())).sent >= 1

    await town.until(is_settled)


async def opened(town, is_open: bool = True) -> None:
    """Wait until the store knows that news stands open in Amina's chat, or none."""

    async def known() -> bool:
        trace = await town.house.store.trace(AMINA)
        return trace is not None and bool(trace.opened) == is_open

    await town.until(known)


async def test_memory__question_answer_and_a_page_turned_by_a_button__both_sides_are_remembered(town, sam) -> None:
    await town.start()
    question = sam.say("asylum germany")
    answer = await sam.expect(lambda m: "+49 30" in m.text)
    sam.press(answer.message_id, "Topics")
    await sam.expect(lambda m: m.message_id == answer.message_id and "What do you need" in m.text)
    await remembered(town, question, answer)
    assert len(await town.house.store.messages(SAM)) == 2


async def test_memory__one_question__one_write_for_both_sides(town, sam, monkeypatch) -> None:
    house = await town.start()
    writes, change = [], house.store.change_trace

    async def counted(chat_id, changes):
        writes.append(chat_id)
        return await change(chat_id, changes)

    monkeypatch.setattr(house.store, "change_trace", counted)
    question = sam.say("asylum germany")
    answer = await sam.expect(lambda m: "+49 30" in m.text)
    await remembered(town, question, answer)
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
    await remembered(town, question, answer, second)


async def test_tidy__a_stranger_after_a_day__question_and_answer_are_gone_on_both_sides(town, sam, later) -> None:
    await town.start()
    question = sam.say("asylum germany")
    answer = await sam.expect(lambda m: "+49 30" in m.text)
    await remembered(town, question, answer)
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
    await remembered(town, question, answer, page)
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
    await remembered(town, page)
    later(hours=47)
    await house.tidier.tidy()
    assert sam.deleted == []
    later(hours=2)
    await house.store.purge(house.desk().now())
    assert await house.store.messages(SAM) == ()


async def test_tidy__telegram_does_not_answer__tried_again_at_the_next_turn(town, sam, later) -> None:
    house = await town.start()
    question = sam.say("asylum germany")
    answer = await sam.expect(lambda m: "+49 30" in m.text)
    await remembered(town, question, answer)
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
    question = sam.say("asylum germany")
    answer = await sam.expect(lambda m: "+49 30" in m.text)
    await remembered(town, question, answer)
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


async def test_read__after_a_minute__hides_itself_and_a_second_look_opens_it_again(town, later) -> None:
    house = await town.start()
    reader = town.sandbox.person(AMINA, "Amina", "en")
    reader.say("/subscribe now")
    await reader.expect(lambda m: "/stop" in m.text)
    push = await a_push(town, reader)
    await settled(town)
    reader.press(push.message_id, "Read")
    await reader.expect(lambda m: "Report a1" in m.text)
    await opened(town)
    later(seconds=50)
    await house.tidier.hide()
    assert "Report a1" in reader.message(push.message_id).text
    later(seconds=11)
    hidden = await reader.expect(lambda m: m.text == "Message read")
    assert hidden.message_id == push.message_id
    reader.press(push.message_id, "Read")
    await reader.expect(lambda m: "Report a1" in m.text)


async def test_read__the_bot_stops_meanwhile__the_next_start_hides_it(town, later) -> None:
    await town.start()
    reader = town.sandbox.person(AMINA, "Amina", "en")
    reader.say("/subscribe now")
    await reader.expect(lambda m: "/stop" in m.text)
    push = await a_push(town, reader)
    await settled(town)
    reader.press(push.message_id, "Read")
    await reader.expect(lambda m: "Report a1" in m.text)
    await opened(town)
    await town.stop()
    later(minutes=2)
    await town.start()
    await reader.expect(lambda m: m.message_id == push.message_id and m.text == "Message read")


async def test_read__five_minutes_chosen__open_for_five_and_hidden_by_the_button_at_once(town, later) -> None:
    house = await town.start()
    reader = town.sandbox.person(AMINA, "Amina", "en")
    reader.say("/subscribe now")
    page = await reader.expect(lambda m: "/stop" in m.text)
    reader.press_data(page.message_id, "set:reading:300")
    await reader.expect(lambda m: "✓ 5 minutes" in m.buttons)
    push = await a_push(town, reader)
    await settled(town)
    reader.press(push.message_id, "Read")
    await reader.expect(lambda m: "Report a1" in m.text)
    await opened(town)
    later(minutes=4)
    await house.tidier.hide()
    assert "Report a1" in reader.message(push.message_id).text
    reader.press(push.message_id, "Hide")
    await reader.expect(lambda m: m.text == "Message read")
    await opened(town, False)


async def test_read__then_help_is_looked_for__help_stays_and_the_news_hides_itself(town, later) -> None:
    house = await town.start()
    reader = town.sandbox.person(AMINA, "Amina", "en")
    reader.say("/subscribe now")
    await reader.expect(lambda m: "/stop" in m.text)
    push = await a_push(town, reader)
    await settled(town)
    reader.press(push.message_id, "Read")
    await reader.expect(lambda m: "Report a1" in m.text)
    await opened(town)
    reader.press(push.message_id, "Find help")
    page = await reader.expect(lambda m: m.message_id > push.message_id and "What do you need" in m.text)
    assert "Report a1" in reader.message(push.message_id).text
    later(minutes=2)
    await reader.expect(lambda m: m.message_id == push.message_id and m.text == "Message read")
    await moderate.withdraw(house.store, house.desk().clock, "a1", "admin 1")
    house.courier.wake()

    async def is_gone() -> bool:
        return push.message_id in reader.deleted

    await town.until(is_gone)
    assert "What do you need" in reader.message(page.message_id).text


async def test_read__text_at_once_chosen__stays_open(town, later) -> None:
    house = await town.start()
    reader = town.sandbox.person(AMINA, "Amina", "en")
    reader.say("/subscribe now")
    page = await reader.expect(lambda m: "/stop" in m.text)
    reader.press_data(page.message_id, "set:discreet:0")
    await reader.expect(lambda m: "Discreet: off" in m.text)
    assert "Tidy: off" in reader.message(page.message_id).text
    await published(town)
    push = await reader.expect(lambda m: "Report a1" in m.text)
    reader.press(push.message_id, "Hide")
    await reader.expect(lambda m: m.text == "Message read")
    reader.press(push.message_id, "Read")
    await reader.expect(lambda m: m.message_id == push.message_id and "Report a1" in m.text)
    later(minutes=5)
    await house.tidier.hide()
    assert "Report a1" in reader.message(push.message_id).text


async def test_read__one_of_a_digest__after_a_minute_the_digest_is_there_again(town, later) -> None:
    await town.start()
    reader = town.sandbox.person(AMINA, "Amina", "en")
    reader.say("/subscribe daily")
    await reader.expect(lambda m: "once a day" in m.text)
    await published(town, "a1")
    await published(town, "a2")
    later(hours=24)
    digest = await reader.expect(lambda m: m.text == "2 new messages")
    await settled(town)
    reader.press(digest.message_id, "Read 1")
    await reader.expect(lambda m: "Report a" in m.text)
    await opened(town)
    later(minutes=2)
    again = await reader.expect(lambda m: m.message_id == digest.message_id and m.text == "2 new messages")
    assert again.buttons == ["Read 1", "Read 2"]


async def test_read__withdrawn_while_it_stands_open__what_the_correction_says_stays(town, later) -> None:
    house = await town.start()
    reader = town.sandbox.person(AMINA, "Amina", "en")
    reader.say("/subscribe now")
    await reader.expect(lambda m: "/stop" in m.text)
    push = await a_push(town, reader)
    await settled(town)
    reader.press(push.message_id, "Read")
    await reader.expect(lambda m: "Report a1" in m.text)
    await opened(town)
    await moderate.withdraw(house.store, house.desk().clock, "a1", "admin 1")
    house.courier.wake()

    async def is_gone() -> bool:
        return push.message_id in reader.deleted

    await town.until(is_gone)
    later(minutes=2)
    await opened(town, False)
    assert not any("Message read" in each.text for each in reader.messages)
