"""/forget deletes all that can be deleted and is honest about the rest; /mydata says what is kept."""

import asyncio
from datetime import timedelta

import pytest

from tests.journeys.conftest import SAM
from tests.journeys.scenes import asked, is_recordless, kept, subscribed

pytestmark = pytest.mark.usefixtures("no_gap")


async def test_forget__confirmed__messages_of_both_sides_go_and_only_the_confirmation_stands(town, sam) -> None:
    house = await town.start()
    await subscribed(sam)
    sam.say("asylum germany")
    await sam.expect(lambda m: "+49 30" in m.text)
    sam.say("/forget")
    question = await sam.expect(lambda m: "Delete everything" in m.text)
    for honest in ("older than 48 hours", "Telegram keeps on its servers", "other devices", "the chat in your list"):
        assert honest in question.text
    standing = {each.message_id for each in sam.messages}
    sam.press(question.message_id, "Delete now")
    done = await sam.expect(lambda m: "Nothing about you is stored" in m.text)
    assert standing <= set(sam.deleted)
    assert [each.message_id for each in sam.messages] == [done.message_id]
    await asyncio.sleep(0.05)
    assert await is_recordless(town)
    assert await house.store.trace(SAM) is None


async def test_forget__kept_after_all__nothing_is_deleted(town, sam) -> None:
    await town.start()
    await subscribed(sam)
    sam.say("/forget")
    question = await sam.expect(lambda m: "Delete everything" in m.text)
    sam.press(question.message_id, "Keep")
    await sam.expect(lambda m: "What do you need" in m.text)
    assert sam.deleted == []
    assert not await is_recordless(town)


async def test_forget__a_message_of_three_days_ago__it_alone_stays(town, sam) -> None:
    await town.start()
    old, answer = await asked(town, sam)
    old.date -= timedelta(days=3)
    sam.say("/forget")
    question = await sam.expect(lambda m: "Delete everything" in m.text)
    sam.press(question.message_id, "Delete now")
    await sam.expect(lambda m: "Nothing about you is stored" in m.text)
    assert [each.message_id for each in sam.messages if not each.from_bot] == [old.message_id]
    assert answer.message_id in sam.deleted


async def test_mydata__every_kept_thing__stands_there_in_words_without_the_secrets(town, sam) -> None:
    await town.start()
    sam.say("/passphrase three quiet rivers")
    await sam.expect(lambda m: "passphrase is set" in m.text)
    sam.say("/panicword kiwi")
    page = await sam.expect(lambda m: "word is set" in m.text)
    sam.press_data(page.message_id, "w:friend")
    await sam.expect(lambda m: "?start=w_" in m.text)
    sam.say("/mydata")
    message = await sam.expect(lambda m: "All that is stored about you" in m.text)
    for line in (
        "Tidy: after 24 hours",
        "a hash of your passphrase",
        "your word that wipes this chat",
        "a hash of the code in your friend's link",
        "the numbers of 4 messages in this chat",
        "last heard from you in",
    ):
        assert line in message.text
    for secret in ("rivers", "kiwi", "argon2"):
        assert secret not in message.text


async def test_mydata__a_stranger__only_the_numbers_of_messages(town, sam) -> None:
    await town.start()
    sam.say("/mydata")
    await sam.expect(lambda m: m.text == "Nothing is stored about you.")
    await kept(town, SAM, *sam.messages)
    sam.say("/mydata")
    await sam.expect(lambda m: "except:" in m.text and "the numbers of 2 messages" in m.text)
