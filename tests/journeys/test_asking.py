"""Somebody asks, in words of her own, and nothing of it stays."""

from datetime import timedelta

import pytest

from bot.flows.identity import checked
from bot.logs import set_up_logs
from tests.journeys.conftest import AMINA, SAM, says


async def test_ask__in_russian__the_card_with_every_channel_in_russian(town) -> None:
    await town.start()
    amina = town.sandbox.person(AMINA, "Amina", "ru")
    amina.say("убежище в Германии")
    message = await amina.expect(lambda m: "+49 30 23125 001" in m.text)
    for words in (
        "Консультация по убежищу в Германии",
        "https://circle.example.org/berlin",
        "Вход виден с улицы",
        "Проверено",
    ):
        assert words in message.text
    assert "Дом в Тбилиси" not in message.text


async def test_ask__as_the_very_first_message__is_answered_too(town) -> None:
    await town.start()
    sam = town.sandbox.person(SAM, "Sam", "en")
    sam.say("i need shelter in georgia, tbilisi")
    message = await sam.expect(lambda m: "house@circle.example.org" in m.text)
    assert "Not yet checked by us" in message.text


async def test_ask__in_danger_in_chechnya__the_way_out_comes_before_any_police(town) -> None:
    await town.start()
    amina = town.sandbox.person(AMINA, "Amina", "ru")
    amina.say("меня хотят убить, я в Грозном")
    message = await amina.expect(lambda m: "+7 495 000 00 01" in m.text)
    assert "112" not in message.text or message.text.index("+7 495 000 00 01") < message.text.index("112")
    assert message.text.startswith("Похоже, вы в опасности")


async def test_ask__small_talk__a_friendly_line_and_no_card(town) -> None:
    await town.start()
    sam = town.sandbox.person(SAM, "Sam", "en")
    sam.say("hi, what is the weather tomorrow?")
    message = await sam.expect(lambda m: m.from_bot)
    assert "circle.example.org" not in message.text


async def test_ask__something_unknown__topics_as_buttons(town) -> None:
    await town.start()
    sam = town.sandbox.person(SAM, "Sam", "en")
    sam.say("I need a dentist in Peru")
    message = await sam.expect(lambda m: m.from_bot)
    assert "It is not your fault" in message.text
    sam.press(message.message_id, "Shelter")
    await sam.expect(lambda m: "House in Tbilisi" in m.text)


async def test_ask__a_voice_message__a_kind_sentence(town) -> None:
    await town.start()
    sam = town.sandbox.person(SAM, "Sam", "en")
    sam.send_document("voice.ogg", b"...")
    await sam.expect(lambda m: "I can only read text" in m.text)


async def test_ask__an_old_button__a_kind_sentence(town) -> None:
    await town.start()
    sam = town.sandbox.person(SAM, "Sam", "en")
    sam.say("/start")
    message = await sam.expect(lambda m: m.reply_markup is not None)
    sam.press_data(message.message_id, "a:x:0:zzzzz")
    await sam.expect(lambda m: "too old" in m.text)


async def test_ask__nothing_is_kept(town) -> None:
    await town.start()
    amina = town.sandbox.person(AMINA, "Amina", "ru")
    amina.say("убежище в Германии")
    await amina.expect(lambda m: "+49" in m.text)
    amina.say("/mydata")
    await amina.expect(lambda m: "О вас ничего не хранится" in m.text)
    await town.stop()
    for file in (town.folder / "data").rglob("*"):
        if file.is_file() and "resources" not in file.name:
            content = file.read_bytes()
            assert "убежище".encode() not in content
            assert str(AMINA).encode() not in content


@pytest.mark.parametrize(
    "command",
    [
        "/help",
        "/sos",
        "/start",
        "/news",
        "/settings",
        "/area",
        "/topics",
        "/language",
        "/quiet",
        "/find",
        "/privacy",
        "/mydata",
        "/forget",
        "/safety",
        "/offline",
        "/panic",
        "/verify",
        "/subscribe",
        "/stop",
    ],
)
async def test_every_command__is_answered(town, command) -> None:
    await town.start()
    sam = town.sandbox.person(SAM, "Sam", "en")
    sam.say(command)
    message = await sam.expect(lambda m: m.from_bot)
    assert "went wrong" not in message.text
    assert "do not know this command" not in message.text


async def test_start__says_what_is_stored_and_how_to_vanish_in_a_menu_of_the_readers_language(town) -> None:
    await town.start()
    amina = town.sandbox.person(AMINA, "Amina", "ru")
    amina.say("/start")
    message = await amina.expect(lambda m: m.from_bot)
    assert "/forget" in message.text
    assert "не сохраняется" in message.text
    await town.until(lambda: _has_menu(amina))


async def _has_menu(person) -> bool:
    return any("Поиск" in str(command) for command in person.commands)


async def test_group__the_bot_leaves_without_a_word(town) -> None:
    await town.start()
    sam = town.sandbox.person(SAM, "Sam", "en")
    sam.say_in_group(-1001, "/start")
    await town.until(lambda: _left(town))
    assert not [call for call in town.sandbox.calls_of("sendMessage") if str(call.get("chat_id")) == "-1001"]


async def _left(town) -> bool:
    return bool(town.sandbox.calls_of("leaveChat"))


async def test_help__with_an_area__emergency_help_for_it_first(town) -> None:
    await town.start()
    sam = town.sandbox.person(SAM, "Sam", "en")
    sam.say("/area Chechnya")
    await sam.expect(lambda m: "Settings" in m.text)
    sam.say("/help")
    message = await sam.expect(lambda m: "Emergency help" in m.text)
    assert message.text.index("Way out") < message.text.index("Write what you need")


async def test_settings__language__everything_speaks_it(town) -> None:
    await town.start()
    sam = town.sandbox.person(SAM, "Sam", "en")
    sam.say("/language")
    message = await sam.expect(lambda m: "Choose your language" in m.text)
    sam.press(message.message_id, "Русский")
    await sam.expect(lambda m: "Настройки" in m.text)


async def test_a_new_good_file__serves_within_seconds_and_a_bad_one_does_not(town) -> None:
    await town.start()
    sam = town.sandbox.person(SAM, "Sam", "en")
    text = town.resources.read_text(encoding="utf-8")
    town.resources.write_text(text.replace("+49 30 23125 001", "+49 30 23125 777"), encoding="utf-8")

    async def serves_the_new() -> bool:
        return any("777" in str(s.phones) for s in town.house.serving.index.directory.services)

    await town.until(serves_the_new)
    town.resources.write_text(text.replace("asylum, legal", "asylm"), encoding="utf-8")

    async def faults_are_known() -> bool:
        return bool(town.house.serving.keeper.faults)

    await town.until(faults_are_known)
    sam.say("asylum germany")
    await sam.expect(lambda m: "+49 30 23125 777" in m.text)


async def test_start__a_mode_that_must_be_off_is_on__the_log_says_what_to_do(town, capfd) -> None:
    town.sandbox.world.abilities["can_join_groups"] = True
    set_up_logs("INFO")
    await town.start()
    assert "/setjoingroups, Disable" in capfd.readouterr().err


async def test_channel_and_group__the_bot_leaves_both_without_a_word_and_stays_out(town) -> None:
    await town.start()
    sam = town.sandbox.person(SAM, "Sam", "en")
    sam.add_bot(-1002, kind="channel")
    sam.post_in_channel(-1002, "/start")
    sam.say_in_group(-1003, "/stats", kind="group")

    async def both_left() -> bool:
        return {str(call["chat_id"]) for call in town.sandbox.calls_of("leaveChat")} == {"-1002", "-1003"}

    await town.until(both_left)
    assert not [call for call in town.sandbox.calls_of("sendMessage") if str(call["chat_id"]).startswith("-")]


async def test_verify__the_letters_of_the_key_and_a_statement_that_counts(town) -> None:
    house = await town.start()
    sam = town.sandbox.person(SAM, "Sam", "en")
    sam.say("/verify")
    page = await sam.expect(lambda m: "Is this bot real?" in m.text)
    identity = house.desk().identity
    assert identity.fingerprint in page.text
    assert "never ask for your name, address, documents or money" in page.text
    sam.press(page.message_id, "Signed statement")
    shown = await sam.expect(lambda m: "BEGIN WAYPOST IDENTITY" in m.text)
    statement = checked(shown.text, house.desk().now().date(), identity.fingerprint)
    assert statement.bot == "sandbox_bot"


async def test_words__asked_of_the_bot_itself__the_page_comes_in_the_language_in_which_it_was_asked(town) -> None:
    await town.start()
    sam = town.sandbox.person(SAM, "Sam", "en")
    sam.say("что ты хранишь обо мне?")
    await sam.expect(lambda m: m.text.startswith("Что хранится"))
    sam.say("Помощь")
    await sam.expect(lambda m: m.text.startswith("Срочная помощь"))
    sam.say("Россия")
    await sam.expect(lambda m: m.text.startswith("Срочная помощь: Россия"))
    sam.say("стоп")
    await sam.expect(lambda m: "Новостей больше не будет" in m.text)
    assert await town.house.store.subscriber(SAM) is None


async def test_ask__a_few_english_words_on_a_russian_phone__the_answer_is_in_russian(town, no_gap) -> None:
    await town.start()
    amina = town.sandbox.person(AMINA, "Amina", "ru")
    for words, heading in (
        ("asylum", "Убежище"),
        ("asylum germany", "Убежище · Германия"),
        ("tbilisi", "Срочная помощь"),
    ):
        answer = await says(amina, words)
        assert answer.text.startswith(heading)
    in_english = await says(amina, "I want to ask for asylum in Germany")
    assert in_english.text.startswith("Asylum · Germany")


async def test_settings__a_place_or_hours_that_nobody_can_read__she_is_told_so_and_nothing_changes(town) -> None:
    await town.start()
    sam = town.sandbox.person(SAM, "Sam", "en")
    sam.say("/area Atlantis")
    await sam.expect(lambda m: m.text.startswith("I do not know this place") and "Germany" in m.buttons)
    sam.say("/quiet 25-30")
    await sam.expect(lambda m: m.text.startswith("I could not read these hours") and "Clock: UTC+0" in m.text)
    assert await town.house.store.subscriber(SAM) is None


async def test_settings__a_clock_with_half_an_hour__is_kept_and_told_with_the_hour_of_the_digest(town) -> None:
    house = await town.start()
    sam = town.sandbox.person(SAM, "Sam", "en")
    sam.say("/subscribe daily")
    shown = await sam.expect(lambda m: "at 18:00 (clock: UTC+0)" in m.text)
    sam.press(shown.message_id, "Clock")
    await sam.expect(lambda m: "Which clock" in m.text)
    sam.press(shown.message_id, "UTC+4:30")
    await sam.expect(lambda m: "✓ UTC+4:30" in m.buttons)
    assert (await house.store.subscriber(SAM)).utc_offset == timedelta(hours=4, minutes=30)
    sam.say("/subscribe weekly")
    await sam.expect(lambda m: "at 18:00 (clock: UTC+4:30)" in m.text)


async def test_ask__a_greeting_on_a_french_phone_or_a_face_without_words__is_answered_kindly(town) -> None:
    await town.start()
    marie = town.sandbox.person(SAM, "Marie", "fr")
    marie.say("bonjour")
    first = await marie.expect(lambda m: m.text.startswith("I am here"))
    marie.say("\U0001f622")
    await marie.expect(lambda m: m.text.startswith("I am here"), after=first.message_id)
