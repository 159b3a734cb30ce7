"""Contacts for when Telegram is blocked: a text, and a file that opens without a network."""

import re

from tests.journeys.conftest import AMINA, SAM


async def test_offline__ways_without_telegram_and_a_silent_file_with_a_name_that_tells_nothing(town) -> None:
    await town.start()
    sam = town.sandbox.person(SAM, "Sam", "en")
    sam.say("/offline")
    text = await sam.expect(lambda m: "Without Telegram" in m.text)
    assert "Way out: +7 495 000 00 01" in text.text
    assert "https://circle.example.org" in text.text
    assert "t.me" not in text.text
    message = await sam.expect(lambda m: m.document is not None)
    assert message.silent
    assert message.text == ""
    assert message.document.name == "notes.html"
    assert message.message_id > text.message_id
    page = message.document.data.decode()
    assert len(page) < 150_000
    assert "+49 30 23125 001" in page
    assert not re.search(r"(src|href)=[\"']https?://[^\"']*\.(js|css|png)", page)

    async def is_remembered() -> bool:
        return {text.message_id, message.message_id} <= set(await town.house.store.messages(SAM))

    await town.until(is_remembered)


async def test_offline__in_the_readers_language_alone(town) -> None:
    await town.start()
    amina = town.sandbox.person(AMINA, "Amina", "ru")
    amina.say("/offline")
    message = await amina.expect(lambda m: m.document is not None)
    page = message.document.data.decode()
    assert "Консультация по убежищу в Германии" in page
    assert "Asylum advice Germany" not in page


async def test_offline__the_file_is_refused__the_text_has_come_all_the_same(town) -> None:
    await town.start()
    sam = town.sandbox.person(SAM, "Sam", "en")
    town.sandbox.fail_next("sendDocument", error_code=400, description="Bad Request: file is too big")
    sam.say("/offline")
    await sam.expect(lambda m: "Way out" in m.text)
    sam.say("/help")
    await sam.expect(lambda m: "Emergency help" in m.text)
    assert not any("went wrong" in each.text for each in sam.messages)
