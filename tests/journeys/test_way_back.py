"""The way back to a wiped chat: the passphrase, or without one the private link or the word; chatting along locks nobody out."""

import pytest

from bot.flows.passphrase import _fits
from tests.journeys.conftest import SAM, says
from tests.journeys.scenes import DULL, LINK, comes_in, sees

pytestmark = pytest.mark.usefixtures("no_pace")


@pytest.mark.parametrize("front", ["open", "cover"])
async def test_way_back__the_passphrase__opens_goes_at_once_and_holds_for_the_next_time(town, front) -> None:
    house = await town.start(FRONT=front, START_CODES=LINK)
    sam = town.sandbox.person(SAM, "Sam", "en")
    if front == "cover":
        await comes_in(sam)
    for _ in range(2):
        if _ == 0:
            await says(sam, "/passphrase three quiet rivers")
        sam.say("/panic")
        await sam.expect(lambda m: m.text.startswith(DULL))
        await says(sam, "weather")
        said = sam.say(" Three quiet  rivers")
        await sam.expect(lambda m: "What do you need" in m.text)
        assert said.message_id in sam.deleted
        assert (await house.store.subscriber(SAM)).passphrase.startswith("$argon2id$")
        assert not (await house.store.subscriber(SAM)).is_subscribed
    await town.until(lambda: sees(sam, "sos", "panic"))


async def test_way_back__a_passphrase_is_set__neither_link_nor_word_opens(town) -> None:
    await town.start(START_CODES=LINK)
    sam = town.sandbox.person(SAM, "Sam", "en")
    await says(sam, "/passphrase three quiet rivers")
    sam.say("/panic")
    await sam.expect(lambda m: m.text.startswith(DULL))
    for text in (f"/start {LINK}", LINK, "waypost", "/start waypost"):
        assert "What do you need" not in (await says(sam, text)).text


@pytest.mark.parametrize(
    ("codes", "word", "opens"),
    [
        ("", "waypost", True),
        ("", "/start waypost", True),
        ("", "Waypost ", True),
        ("", "way post", False),
        (LINK, f"/start {LINK}", True),
        (LINK, LINK, True),
        (LINK, "waypost", False),
    ],
)
async def test_way_back__no_passphrase__the_link_or_where_there_is_none_the_word(town, codes, word, opens) -> None:
    await town.start(START_CODES=codes)
    sam = town.sandbox.person(SAM, "Sam", "en")
    safety = await says(sam, "/safety")
    assert ("waypost" in safety.text) == (not codes)
    assert ("private link" in safety.text) == bool(codes)
    sam.say("/panic")
    await sam.expect(lambda m: m.text.startswith(DULL))
    answer = await says(sam, word)
    assert ("What do you need" in answer.text) == opens


async def test_way_back__guessing__after_twenty_tries_not_even_the_right_one_for_an_hour(town, later) -> None:
    await town.start()
    sam = town.sandbox.person(SAM, "Sam", "en")
    await says(sam, "/passphrase three quiet rivers")
    sam.say("/panic")
    await sam.expect(lambda m: m.text.startswith(DULL))
    for number in range(20):
        await says(sam, f"three quiet lakes {number}")
    assert "No forecast" in (await says(sam, "three quiet rivers")).text
    later(minutes=61)
    assert "What do you need" in (await says(sam, "three quiet rivers")).text


CHATTER = (
    *(
        "/weather",
        "/news",
        "/help",
        "/settings and more words",
        "hello",
        "Moscow",
        "moscow",
        "Грозный",
        "погода",
        "thanks",
    ),
    *("London", "New York", "Сочи", "weather", "привет", "Berlin!", "спасибо", "Санкт-Петербург", "tomorrow", "yes"),
)


@pytest.mark.parametrize("with_passphrase", [True, False])
async def test_way_back__after_a_day_of_chatting_with_the_dull_bot__her_passphrase_still_opens(
    town, monkeypatch, with_passphrase
) -> None:
    await town.start()
    sam = town.sandbox.person(SAM, "Sam", "en")
    if with_passphrase:
        await says(sam, "/passphrase three quiet rivers")
    sam.say("/panic")
    await sam.expect(lambda m: m.text.startswith(DULL))
    guessed = []
    monkeypatch.setattr("bot.flows.passphrase._fits", lambda text, kept: guessed.append(text) or _fits(text, kept))
    for text in CHATTER * 2:
        await says(sam, text)
    said = sam.send_document("photo.jpg", b"...", caption="three quiet rivers")
    await sam.expect(lambda m: m.message_id > said.message_id)
    assert guessed == []
    answer = await says(sam, "three quiet rivers")
    assert guessed == ["three quiet rivers"]  # it costs the same where there is no passphrase
    assert ("What do you need" in answer.text) == with_passphrase


@pytest.mark.parametrize(
    "easy", ["Moscow", "погода", "Санкт-Петербург", "грозном", "family", "rivers", "/three quiet rivers"]
)
async def test_passphrase__what_anybody_says_to_a_weather_bot__is_refused_and_the_message_is_deleted(
    town, easy
) -> None:
    house = await town.start()
    sam = town.sandbox.person(SAM, "Sam", "en")
    said = sam.say(f"/passphrase {easy}")
    await sam.expect(lambda m: "too easy to guess" in m.text)
    assert said.message_id in sam.deleted
    known = await house.store.subscriber(SAM)
    assert known is None or not known.passphrase
