"""After a real run, five thousand known numbers stand nowhere: not on the disk, not in a backup, not in the logs."""

from __future__ import annotations

import asyncio
import base64
import io
import logging
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import structlog

from bot import cli
from bot.errors import VaultError
from bot.logs import set_up_logs
from bot.settings import read_settings
from bot.storage.backup import MAGIC
from bot.storage.vault import Vault, parse_keys
from tests.builders import an_alert
from tests.canary import numbers_in
from tests.journeys.conftest import ADMIN, KEY, TOKEN, Town

READERS = 5_000
AWAKE = 40
"""Readers of these who are told at once; the others wait for their digest, planned on the disk."""

FIELDS = ("subscriber", "delivery", "trace", "staff")
"""What is encrypted in a row, by the names to which it is bound."""

QUESTION = "мне нужен адвокат в Тбилиси, меня ищет семья"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Everything that is logged, as it is logged when the bot runs, at the most talkative level."""
    stream = io.StringIO()
    before = logging.getLogger().handlers[:], logging.getLogger().level
    set_up_logs("DEBUG", [TOKEN, KEY], stream)
    yield stream
    logging.getLogger().handlers[:], level = before
    logging.getLogger().setLevel(level)
    structlog.reset_defaults()


def known_numbers() -> list[int]:
    chance = random.Random(2017)
    small = chance.sample(range(100_000_000, 1 << 32), READERS // 2)
    return small + chance.sample(range(5_000_000_000, 9_000_000_000), READERS // 2)


async def a_run(town: Town, people: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let people ask, subscribe, err, leave; publish to all of them; let some things fail."""
    house = await town.start(LOG_LEVEL="DEBUG")
    store = house.store
    for chat_id in people[:AWAKE]:
        town.sandbox.person(chat_id, f"Person{chat_id}", "ru", f"user_{chat_id}").say("/subscribe now")
    await asyncio.gather(
        *(
            store.change_subscriber(each, lambda one: replace(one, is_subscribed=True, frequency="daily"))
            for each in people[AWAKE:]
        )
    )
    readers = [town.sandbox.person(chat_id) for chat_id in people[:AWAKE]]
    for reader in readers:
        await reader.expect(lambda m: "/stop" in m.text)
    asked = readers[0].say(QUESTION)
    await readers[0].expect(lambda m: m.from_bot, within=20, after=asked.message_id)

    def breaks(*_: object) -> None:
        raise ValueError(f"{QUESTION} of {people[0]}")

    with monkeypatch.context() as broken:
        for words in ("render_answer", "render_nothing", "render_chatter"):
            broken.setattr(f"bot.texts.answers.{words}", breaks)
        readers[0].say(QUESTION + "!")
        await readers[0].expect(lambda m: "/sos" in m.text and "стороне" in m.text, within=20)
    readers[1].say("/forget")
    asked = await readers[1].expect(lambda m: "Удалить" in str(m.buttons))
    readers[1].press_data(asked.message_id, "forget:yes")

    async def is_forgotten() -> bool:
        return await store.subscriber(people[1]) is None

    await town.until(is_forgotten)
    readers[2].block()
    town.sandbox.fail_next("sendMessage", 500, times=3)
    await store.save_alert(an_alert("a1", created_at=house.desk().now()))
    admin = town.sandbox.person(ADMIN)
    shown = await admin.expect(lambda m: m.from_bot)
    admin.press_data(shown.message_id, town.button(ADMIN, "m:yes:a1"))
    for reader in readers[3:]:
        await reader.expect(lambda m: "Новое сообщение" in m.text, within=20)

    async def all_sent() -> bool:
        return (await store.counts(house.desk().now() + timedelta(days=2))).sent >= AWAKE - 4

    await town.until(all_sent)


def without_sealed(raw: bytes, vault: Vault) -> bytes:
    """Return bytes without what really is encrypted (it opens with the key): in random letters anything can be found."""

    def is_sealed(token: str, key: str) -> bool:
        for field in FIELDS:
            try:
                vault.decrypt(token, field, key)
            except VaultError:
                continue
            return True
        return False

    def cleaned(found: re.Match[bytes]) -> bytes:
        key, token = found[1].decode(), found[3].decode()
        return b'"key":""' + found[2] if is_sealed(token, key) else found[0]

    row = rb'"key":"([^"]+)"([^{}]*?)"(?:blob|message)":"([A-Za-z0-9_=-]+)"'
    names = re.compile(rb"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{22}(?![A-Za-z0-9_-])")
    return names.sub(b"", re.sub(row, cleaned, raw))


def decoded(raw: bytes) -> bytes:
    """Return what all that could be base64 in some bytes stands for."""
    tokens = re.findall(rb"[A-Za-z0-9_-]{32,}", raw)
    return b"\n".join(base64.urlsafe_b64decode(token[: len(token) // 4 * 4]) for token in tokens)


def everything(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
async def test_five_thousand_numbers__after_a_real_run__stand_in_no_file_no_backup_and_no_log(
    town, tmp_path, lines, monkeypatch
) -> None:
    people, vault = known_numbers(), Vault(parse_keys(KEY))
    # pytest shows records as they are before our filter, with the error that is raised on purpose; `lines` is what is written
    town.canaries.passed_over.add("Captured log call")
    await a_run(town, people, monkeypatch)
    store = f"tinydb:{tmp_path / 'data'}"
    settings = read_settings({"SECRET_KEY": KEY, "STORE": store, "RESOURCES": str(town.resources)})
    assert await asyncio.to_thread(cli.run, ["export", "backup", str(tmp_path / "b.waypost")], settings) == 0
    running = everything(tmp_path / "data")
    await town.stop()
    stopped = everything(tmp_path / "data")
    backup = (tmp_path / "b.waypost").read_bytes()
    names = set(running) | set(stopped)
    assert {"waypost.json", "waypost.json.previous"} <= names and any(name.startswith("journal.") for name in names)

    searched = b"\n".join(without_sealed(raw, vault) for raw in {*running.values(), *stopped.values()})
    assert len(searched) > READERS * 100, "the plans of all readers are in what is searched"
    vault.unseal(backup[len(MAGIC) :], "backup", "store")
    said = lines.getvalue().encode()
    assert b"serving" in said and b"an update failed" in said and b"error=ValueError" in said
    everything_said = searched + backup[: len(MAGIC)] + said
    wanted = [*people, ADMIN]
    assert numbers_in(everything_said, wanted) == []
    # decimal and hexadecimal digits are looked for in what is encrypted as well
    raw = b"\n".join([*running.values(), *stopped.values(), backup])
    digits = b"\n".join(re.findall(rb"\d{9,}", raw))
    assert numbers_in(digits, wanted) == []
    # and so they are in what base64 hides: what only looks encrypted opens with anything that passes for a vault
    assert numbers_in(b"\n".join(re.findall(rb"\d{9,}", decoded(raw))), wanted) == []
    assert b'"country"' not in decoded(raw) and b'"message_id"' not in decoded(raw)
    for secret in (QUESTION, TOKEN, KEY, "адвокат", "Person", "user_"):
        assert secret.encode() not in everything_said + raw, secret


@pytest.mark.slow
async def test_control__one_number_planted_in_each_place__is_found(town, tmp_path) -> None:
    people, vault = known_numbers(), Vault(parse_keys(KEY))
    house = await town.start()
    await house.store.change_subscriber(people[0], lambda one: replace(one, is_subscribed=True))
    await house.store.save_alert(an_alert("a1", headline={"en": f"Call {people[1]}"}))
    await town.stop()
    searched = b"\n".join(without_sealed(raw, vault) for raw in everything(tmp_path / "data").values())
    assert {number for number, _ in numbers_in(searched, people)} == {people[1]}
    blob = base64.urlsafe_b64encode(b'{"chat_id": %d, "country": "DE"}' % people[3])
    assert str(people[3]).encode() in decoded(b'"blob":"' + blob + b'"')
    assert {number for number, _ in numbers_in(searched + blob, people)} == {people[1], people[3]}
    for shape in (people[2].to_bytes(4, "little"), people[-1].to_bytes(8, "big")):
        assert {number for number, _ in numbers_in(searched + shape, people)} == {
            people[1],
            people[2] if len(shape) == 4 else people[-1],
        }
