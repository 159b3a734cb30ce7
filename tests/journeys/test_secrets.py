"""What a reader chooses for herself: the word that wipes, the passphrase that opens; how both are set, typed and taken back."""

import pytest

from bot.chat.wiping import is_panic_word
from bot.core.trace import OWED
from bot.sandbox.faults import Fault
from tests.builders import a_subscriber
from tests.journeys.conftest import SAM
from tests.journeys.scenes import DULL, is_recordless, set_passphrase

pytestmark = pytest.mark.usefixtures("no_gap")


async def test_word__chosen_by_a_button_and_sent_alone__wipes(town, sam) -> None:
    house = await town.start()
    sam.say("/settings")
    page = await sam.expect(lambda m: "Wiping" in m.buttons)
    sam.press(page.message_id, "Wiping")
    await sam.expect(lambda m: "My own word" in m.buttons)
    sam.press(page.message_id, "My own word")
    await sam.expect(lambda m: "will wipe this chat" in m.text)
    said = sam.say("Umbrella")
    await sam.expect(lambda m: "Your word is set" in m.text)
    assert said.message_id in sam.deleted
    sam.say("where is my umbrella?")
    await sam.expect(lambda m: m.from_bot and m.message_id > said.message_id + 1)
    assert not await is_recordless(town)
    sam.say("  umbrella ")
    await sam.expect(lambda m: m.text.startswith(DULL))
    assert await is_recordless(town)
    assert (await house.store.trace(SAM)).is_covered


@pytest.mark.parametrize(
    ("word", "typed", "counts"),
    [
        ("umbrella", "UMBRELLA", True),
        ("umbrella", "Umbrella. ", True),
        ("umbrella", "“umbrella”!", True),
        ("umbrella", "гьикуддф", True),
        ("зонтик", "pjynbr", True),
        ("зонтик", "PJYNBR", True),
        ("my umbrella!", "my  umbrella", True),
        ("umbrella", "umbrellas", False),
        ("umbrella", "where is my umbrella", False),
        ("umbrella", "umbrella " * 99, False),
        ("...", "...", True),
        ("...", "!", False),
        ("", "", False),
    ],
)
def test_word__as_hands_that_shake_may_type_it__is_the_same(word, typed, counts) -> None:
    assert is_panic_word(a_subscriber(panic_word=word), typed) == counts
    assert not is_panic_word(None, typed)


@pytest.mark.parametrize("is_covered", [True, False], ids=["the way back", "chosen"])
async def test_secrets__telegram_does_not_delete_the_message_now__it_goes_with_the_next_tidying(
    town, sam, monkeypatch, is_covered
) -> None:
    """A passphrase that stands in the chat opens it to whoever scrolls there."""
    house = await town.start()
    if is_covered:
        await set_passphrase(sam)
        sam.say("/panic")
        await sam.expect(lambda m: m.text.startswith(DULL))
    fault = Fault(error_code=500)
    monkeypatch.setattr(town.sandbox.faults, "hook", lambda name, _: fault if "deletemessage" in name.lower() else None)
    said = sam.say("three quiet rivers" if is_covered else "/passphrase three quiet rivers")

    async def is_owed() -> bool:
        trace = await house.store.trace(SAM)
        return trace is not None and (said.message_id, OWED) in {
            (each.message_id, each.kind) for each in trace.messages
        }

    await town.until(is_owed)
    assert said.message_id not in sam.deleted


@pytest.mark.parametrize(
    ("command", "words", "is_fit"),
    [
        ("/passphrase", "abc", False),
        ("/passphrase", "x" * 101, False),
        ("/passphrase", "six six", True),
        ("/panicword", "no", False),
        ("/panicword", "kiwi", True),
    ],
)
async def test_secrets__too_short_or_long__said_kindly_and_nothing_is_set(town, sam, command, words, is_fit) -> None:
    house = await town.start()
    said = sam.say(f"{command} {words}")
    message = await sam.expect(lambda m: m.from_bot)
    known = await house.store.subscriber(SAM)
    assert said.message_id in sam.deleted
    assert ("does not work" in message.text) != is_fit
    assert bool(known and (known.passphrase or known.panic_word)) == is_fit


async def test_secrets__the_same_as_passphrase_and_word__refused(town, sam) -> None:
    house = await town.start()
    sam.say("/passphrase three quiet rivers")
    await sam.expect(lambda m: "passphrase is set" in m.text)
    sam.say("/panicword Three  quiet rivers")
    await sam.expect(lambda m: "does not work" in m.text)
    assert (await house.store.subscriber(SAM)).panic_word == ""
    sam.say("/panicword kiwi fruit")
    await sam.expect(lambda m: "word is set" in m.text)
    sam.say("/passphrase kiwi fruit")
    await sam.expect(lambda m: "does not work" in m.text and m.message_id > max(sam.deleted))


async def test_secrets__taken_back_by_buttons__nothing_of_them_is_kept(town, sam) -> None:
    house = await town.start()
    sam.say("/passphrase three quiet rivers")
    await sam.expect(lambda m: "passphrase is set" in m.text)
    sam.say("/panicword kiwi")
    page = await sam.expect(lambda m: "word is set" in m.text)
    sam.press_data(page.message_id, "w:friend")
    await sam.expect(lambda m: "?start=w_" in m.text)
    for data in ("w:nopass", "w:noword", "w:nofriend"):
        sam.press_data(page.message_id, data)

    async def none_left() -> bool:
        known = await house.store.subscriber(SAM)
        return (known.passphrase, known.panic_word, known.wipe_code) == ("", "", "")

    await town.until(none_left)
