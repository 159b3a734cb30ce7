"""Promises of docs/threat-model.md that only the whole bot can keep."""

from __future__ import annotations

import json

from tests.builders import an_alert
from tests.journeys.conftest import ADMIN, AMINA


async def test_messages__of_every_kind__load_no_preview_of_a_link(town) -> None:
    house = await town.start()
    amina, admin = town.sandbox.person(AMINA, "Amina", "ru"), town.sandbox.person(ADMIN)
    amina.say("/subscribe now")
    await amina.expect(lambda m: "/stop" in m.text)
    amina.say("убежище в Германии")
    await amina.expect(lambda m: "https://circle.example.org/berlin" in m.text)
    await house.store.save_alert(an_alert("a1", created_at=house.desk().now()))
    admin.press_data((await admin.expect(lambda m: m.from_bot)).message_id, town.button(ADMIN, "m:yes:a1"))
    push = await amina.expect(lambda m: m.text == "Новое сообщение", within=15)
    amina.press(push.message_id, "Прочитать")
    await amina.expect(lambda m: "https://news.example.org/law" in m.text or "Parliament" in m.text)
    calls = [*town.sandbox.calls_of("sendMessage"), *town.sandbox.calls_of("editMessageText")]
    assert len(calls) >= 5
    for call in calls:
        options = call["link_preview_options"]
        assert (json.loads(options) if isinstance(options, str) else options)["is_disabled"] is True


async def test_verify__says_the_only_name_and_what_we_never_ask_for(town) -> None:
    await town.start()
    amina = town.sandbox.person(AMINA, "Amina", "en")
    amina.say("/verify")
    said = (await amina.expect(lambda m: "@" in m.text)).text
    assert "never ask for your name, address, documents or money" in said


async def test_metrics__one_reader__no_label_of_a_person_and_no_number_of_readers(town) -> None:
    house = await town.start()
    amina = town.sandbox.person(AMINA, "Amina", "ru")
    amina.say("/subscribe now")
    await amina.expect(lambda m: "/stop" in m.text)
    await house.health.measure()
    found = {sample.name: sample for metric in house.health.registry.collect() for sample in metric.samples}
    assert {label for sample in found.values() for label in sample.labels} <= {"feed"}
    assert found["waypost_subscribers"].value == 0
