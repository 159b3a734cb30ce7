"""News that was read hides its text again, after a minute or as long as she chose; no restart changes that."""

from bot.flows import moderate
from tests.journeys.conftest import AMINA
from tests.journeys.scenes import a_push, a_reader, gone, published, settled


async def opened(town, is_open: bool = True) -> None:
    """Wait until the store knows that news stands open in Amina's chat, or none."""

    async def known() -> bool:
        trace = await town.house.store.trace(AMINA)
        return trace is not None and bool(trace.opened) == is_open

    await town.until(known)


async def reading(town, *wishes: str):
    """Let a reader, with those settings, open the news that just arrived; return her and what arrived."""
    reader = await a_reader(town)
    for wish in wishes:
        reader.press_data(reader.messages[-1].message_id, wish)
    push = await a_push(town, reader)
    await settled(town)
    reader.press(push.message_id, "Read")
    await reader.expect(lambda m: "Report a1" in m.text)
    await opened(town)
    return reader, push


async def test_read__after_a_minute__hides_itself_and_a_second_look_opens_it_again(town, later) -> None:
    house = await town.start()
    reader, push = await reading(town)
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
    reader, push = await reading(town)
    await town.stop()
    later(minutes=2)
    await town.start()
    await reader.expect(lambda m: m.message_id == push.message_id and m.text == "Message read")


async def test_read__five_minutes_chosen__open_for_five_and_hidden_by_the_button_at_once(town, later) -> None:
    house = await town.start()
    reader, push = await reading(town, "set:reading:300")
    later(minutes=4)
    await house.tidier.hide()
    assert "Report a1" in reader.message(push.message_id).text
    reader.press(push.message_id, "Hide")
    await reader.expect(lambda m: m.text == "Message read")
    await opened(town, False)


async def test_read__then_help_is_looked_for__help_stays_and_the_news_hides_itself(town, later) -> None:
    house = await town.start()
    reader, push = await reading(town)
    reader.press(push.message_id, "Find help")
    page = await reader.expect(lambda m: m.message_id > push.message_id and "What do you need" in m.text)
    assert "Report a1" in reader.message(push.message_id).text
    later(minutes=2)
    await reader.expect(lambda m: m.message_id == push.message_id and m.text == "Message read")
    await moderate.withdraw(house.store, house.desk().clock, "a1", "admin 1")
    house.courier.wake()
    await gone(town, reader, push)
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
    reader, push = await reading(town)
    await moderate.withdraw(house.store, house.desk().clock, "a1", "admin 1")
    house.courier.wake()
    await gone(town, reader, push)
    later(minutes=2)
    await opened(town, False)
    assert not any("Message read" in each.text for each in reader.messages)
