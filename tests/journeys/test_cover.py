"""The cover: a wiped chat is, byte for byte, that of a stranger without the private link; the right word leads back."""

import json
import re

import pytest

from bot.texts.catalogues import every_language, languages
from bot.texts.cover import cover_description, cover_menu, cover_short_description, render_cover, render_cover_notice
from tests.journeys.conftest import ADMIN, AMINA, SAM, says
from tests.journeys.scenes import DULL, LINK, comes_in, sees

pytestmark = pytest.mark.usefixtures("no_pace")

COVERED = {"FRONT": "cover", "START_CODES": f"other-1234, {LINK}"}
SCRIPT = (
    "/start",
    "/start leaflet-7Hq3",
    "/start w_" + "x" * 22,
    "hello",
    "/help",
    "/weather",
    "/news",
    "/settings",
    "/panic",
    "/forget",
    "/sos",
    "/passphrase three quiet rivers",
    "they are beating me, I am in Grozny",
    "Three quiet lakes",
    "waypost",
    "x" * 300,
    "/offline",
    "/admin",
    "/",
)


async def transcript(town, person) -> list[str]:
    """Play the script in a chat; return every call to Telegram that it led to, without the numbers of this chat."""
    begin = len(town.sandbox.calls)
    for text in SCRIPT:
        answer = await says(person, text)
    person.send_document("photo.jpg", b"...")
    answer = await person.expect(lambda m, last=answer: m.message_id > last.message_id)
    for data in ("go:sos", "panic:now", "r:a1", "w:pass", "zzz"):
        before = len(person.callback_answers)
        person.press_data(answer.message_id, data)

        async def is_answered(before=before) -> bool:
            return len(person.callback_answers) > before

        await town.until(is_answered)
    calls = []
    for call in town.sandbox.calls[begin:]:
        if str(call.params.get("chat_id")) != str(person.user_id) and call.method != "answerCallbackQuery":
            continue
        assert call.status == 200 or call.method == "deleteMessage"
        shown = json.dumps([call.method, call.params], sort_keys=True, ensure_ascii=False)
        shown = shown.replace(str(person.user_id), "CHAT")
        calls.append(re.sub(r'"(callback_query_id|message_id)": "?\d+"?', r'"\1": "N"', shown))
    return calls


async def wipes(town, person, *, with_passphrase: bool) -> None:
    """Let a person live in the bot for a while, and wipe."""
    await says(person, "/subscribe now")
    await says(person, "/language ru")
    if with_passphrase:
        await says(person, "/passphrase three quiet rivers")
    await says(person, "asylum germany")
    person.say("/panic")
    await person.expect(lambda m: m.text.startswith(DULL))

    async def has_the_menu() -> bool:
        return [command["command"] for command in person.commands] == ["weather", "news", "help"]

    await town.until(has_the_menu)


@pytest.mark.parametrize("front", ["open", "cover"])
@pytest.mark.parametrize("with_passphrase", [True, False])
async def test_cover__a_wiped_chat_and_a_stranger__the_same_calls_byte_for_byte(town, front, with_passphrase) -> None:
    covered = COVERED if front == "cover" else {"FRONT": "open", "START_CODES": LINK}
    await town.start(**covered)
    sam = town.sandbox.person(SAM, "Sam", "en")
    if front == "cover":
        await comes_in(sam)
    await wipes(town, sam, with_passphrase=with_passphrase)
    after_wiping = await transcript(town, sam)
    await town.stop()
    await town.start(**COVERED)
    stranger = town.sandbox.person(AMINA, "Amina", "en")
    as_stranger = await transcript(town, stranger)
    assert len(as_stranger) == len(SCRIPT) + 1 + 1 + 5  # each an answer, the document too; one deleted link; five taps
    assert after_wiping == as_stranger
    assert {each.text for each in sam.callback_answers[-5:]} == {"Not available right now."}
    assert [(each.text, each.buttons) for each in sam.messages if each.from_bot][1:] == [
        (each.text, each.buttons) for each in stranger.messages if each.from_bot
    ]


async def test_cover__a_stranger__no_word_of_help_and_nothing_is_kept(town) -> None:
    house = await town.start(**COVERED)
    sam = town.sandbox.person(SAM, "Sam", "en")
    for text in SCRIPT:
        answer = await says(sam, text)
        assert not re.search(r"help(?! *$)|asylum|safe|delete|settings", answer.text, re.IGNORECASE)
        assert answer.buttons == []
    assert await house.store.subscriber(SAM) is None
    assert await house.store.trace(SAM) is None


async def test_cover__the_private_link__opens_at_once_and_for_good_and_the_menu_is_the_real_one(town) -> None:
    house = await town.start(**COVERED)
    sam = town.sandbox.person(SAM, "Sam", "en")
    await says(sam, "hello")
    await comes_in(sam)
    await says(sam, "asylum germany")
    await sam.expect(lambda m: "+49 30" in m.text)
    assert await house.store.subscriber(SAM) is None
    await town.until(lambda: sees(sam, "help", "sos"))
    await town.stop()
    house = await town.start(**COVERED)
    sam.say("/mydata")
    await sam.expect(lambda m: "came in by the private link" in m.text)


async def test_cover__deployed_for_strangers__menu_and_profile_are_dull_and_readers_and_admins_are_let_in(town) -> None:
    await town.start()
    reader = town.sandbox.person(AMINA, "Amina", "en")
    await says(reader, "/subscribe now")
    await town.stop()
    await town.start(**COVERED)
    sam, admin = town.sandbox.person(SAM, "Sam", "en"), town.sandbox.person(ADMIN, "Admin", "en")

    async def has_the_menu() -> bool:
        return [command["command"] for command in sam.commands] == ["weather", "news", "help"]

    await town.until(has_the_menu)

    async def has_the_profile() -> bool:
        profile = town.sandbox.world.profile
        return profile.get(("description", "ru"), "").startswith("Короткие новости")

    await town.until(has_the_profile)
    assert town.sandbox.world.profile["short_description", ""] == "Short news and the weather."
    await says(reader, "/settings")
    await reader.expect(lambda m: "Settings" in m.text)
    admin.say("/admin")
    await admin.expect(lambda m: "Drafts" in str(m.buttons) or "Sources" in str(m.buttons))


async def test_cover__the_default__a_stranger_meets_the_real_face_and_any_code_is_a_plain_start(town) -> None:
    house = await town.start()
    sam = town.sandbox.person(SAM, "Sam", "en")
    for text in ("/start", "/start anything", f"/start {LINK}"):
        assert "What do you need" in (await says(sam, text)).text
    assert await house.store.subscriber(SAM) is None


async def test_cover__a_stranger_opens_a_friends_link__that_chat_is_wiped_and_the_answer_is_any_start(town) -> None:
    house = await town.start(**COVERED)
    sam, friend = town.sandbox.person(SAM, "Sam", "en"), town.sandbox.person(AMINA, "Friend", "en")
    await comes_in(sam)
    page = await says(sam, "/settings")
    sam.press_data(page.message_id, "w:friend")
    shown = await sam.expect(lambda m: "?start=w_" in m.text)
    code = re.search(r"start=(w_[\w-]{22})", shown.text)[1]
    answer = await says(friend, f"/start {code}")
    assert answer.text == (await says(friend, "/start")).text

    async def is_wiped() -> bool:
        trace = await house.store.trace(SAM)
        return trace is not None and trace.is_covered

    await town.until(is_wiped)
    assert shown.message_id in sam.deleted
    assert await house.store.trace(AMINA) is None


# the way back


async def test_way_in__after_any_number_of_messages__the_private_link_opens(town) -> None:
    await town.start(**COVERED)
    sam = town.sandbox.person(SAM, "Sam", "en")
    for number in range(25):
        await says(sam, f"hello {number}")
    await comes_in(sam)


async def test_cover__blocked_and_unblocked__still_covered(town) -> None:
    house = await town.start()
    sam = town.sandbox.person(SAM, "Sam", "en")
    await says(sam, "/subscribe now")
    sam.say("/panic")
    await sam.expect(lambda m: m.text.startswith(DULL))
    sam.block()
    sam.unblock()
    answer = await says(sam, "/settings")
    assert "Send the name of a town" in answer.text
    assert (await house.store.trace(SAM)).is_covered


@pytest.mark.parametrize("who", [SAM, ADMIN])
async def test_cover__restarted__still_covered_and_an_admin_gets_no_menu_of_admins(town, who) -> None:
    await town.start()
    sam = town.sandbox.person(who, "Sam", "en")
    await says(sam, "/start")
    sam.say("/panic")
    await sam.expect(lambda m: m.text.startswith(DULL))
    await town.until(lambda: sees(sam, "weather"))
    await town.stop()
    begin = len(town.sandbox.calls)
    await town.start()
    assert "Send the name of a town" in (await says(sam, "/settings")).text

    async def is_introduced() -> bool:
        calls = town.sandbox.calls[begin:]
        return sum(call.method == "setMyDescription" for call in calls) == len(languages())

    await town.until(is_introduced)
    assert [command["command"] for command in sam.commands] == ["weather", "news", "help"]


async def test_cover__something_breaks__no_apology_of_the_real_face(town, monkeypatch, logs_as_in_production) -> None:
    await town.start()
    sam = town.sandbox.person(SAM, "Sam", "en")
    sam.say("/panic")
    await sam.expect(lambda m: m.text.startswith(DULL))

    def breaks(*_):
        raise ZeroDivisionError

    monkeypatch.setattr("bot.chat.cover.render_cover", breaks)
    sam.say("weather")

    async def is_handled() -> bool:
        return not town.sandbox.world.updates.waiting

    await town.until(is_handled)
    assert [each.text for each in sam.messages if each.from_bot][1:] == []
    assert "an update failed" in logs_as_in_production.getvalue()


@pytest.mark.parametrize("speak", list(every_language()), ids=languages())
def test_cover__its_words__hint_at_nothing_and_fit(speak) -> None:
    shown = [render_cover(command, speak).html for command in ("start", "weather", "news", "help", "")]
    shown += [cover_short_description(speak), cover_description(speak), render_cover_notice(speak)]
    shown += [text for _, text in cover_menu(speak)]
    assert not re.search(
        r"помощ|убежищ|безопас|стер|удал|asyl|safe|emergency|/(?!weather|news|help|start)",
        " ".join(shown),
        re.IGNORECASE,
    )
    assert len(cover_short_description(speak)) <= 120
    assert len(cover_description(speak)) <= 512


async def test_cover__deployed_openly_later__a_wiped_chat_keeps_the_dull_menu(town) -> None:
    await town.start(**COVERED)
    sam = town.sandbox.person(SAM, "Sam", "en")
    await comes_in(sam)
    await wipes(town, sam, with_passphrase=False)
    await town.stop()
    await town.start(FRONT="open", START_CODES=LINK)
    amina = town.sandbox.person(AMINA, "Amina", "en")
    await town.until(lambda: sees(amina, "help", "sos"))
    assert [command["command"] for command in sam.commands] == ["weather", "news", "help"]
    assert "forecast" in (await says(sam, "/sos")).text
