"""Wiping: record and messages at once, the cover alone is left; codes that are used once; guesses that cost."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.delivery import Rejected, Sent, Throttled, Unsure
from bot.core.trace import COVER, MENU, OPEN, OWED, Said, remembered
from bot.errors import StoreError
from bot.flows import passphrase
from bot.flows.forget import forget, forget_gone, settle
from bot.flows.passphrase import HASHER, fits, hashed, normal
from bot.flows.subscribe import Defaults, set_up, subscribe
from bot.flows.tidy import Tidier
from bot.flows.wipe import Veiled, code_hash, find_by_code, uncover, wipe, wipe_owed
from bot.storage.memory_store import MemoryStore
from bot.texts.message import Message
from tests.builders import NOW

AT = int(NOW.timestamp())


async def wiped(store, phones, **more) -> None:
    """Wipe chat 1 to the end, as its handler does."""
    await settle(store, 1, (MENU, *await wipe(store, phones, 1, NOW, **more)))


@pytest.fixture
async def store():
    made = MemoryStore()
    await made.open()
    await made.change_subscriber(1, lambda known: replace(known, is_subscribed=True, passphrase="$hash", country="RU"))
    await made.change_trace(1, lambda trace: remembered(trace, [Said(5, AT), Said(6, AT)], (), NOW))
    yield made
    await made.close()


async def test_wipe__a_reader__cover_with_her_passphrase_and_all_messages_deleted(store, phones) -> None:
    await wiped(store, phones, also=[6, 7])
    assert phones.deleted == [(1, (5, 6, 7))]
    assert await store.subscriber(1) is None
    trace = await store.trace(1)
    assert (trace.face, trace.passphrase, trace.chat_id) == (COVER, "$hash", 0)


async def test_wipe__twice__the_passphrase_is_not_lost(store, phones) -> None:
    await wipe(store, phones, 1, NOW)
    await wipe(store, phones, 1, NOW)
    assert (await store.trace(1)).passphrase == "$hash"


@pytest.mark.parametrize("act", [wipe, forget])
async def test_wipe_and_forget__the_process_dies_while_messages_are_deleted__the_next_one_deletes_them(
    store, phones, act
) -> None:
    asked = asyncio.Event()

    async def never(*_):
        asked.set()
        await asyncio.Event().wait()

    delete, phones.delete = phones.delete, never
    leaving = asyncio.create_task(act(store, phones, 1, NOW, also=[7]))
    await asked.wait()
    await asyncio.sleep(0)
    assert await store.subscriber(1) is None
    leaving.cancel()  # all that is left now is what the store holds
    with contextlib.suppress(asyncio.CancelledError):
        await leaving
    phones.delete, dressed = delete, []

    async def dress(chat_id: int) -> bool:
        dressed.append(chat_id)
        return len(dressed) > 1

    tidier = Tidier(store, phones, lambda: NOW, dress)
    await tidier.tidy()
    assert [(chat, sorted(numbers)) for chat, numbers in phones.deleted] == [(1, [5, 6, 7])]
    await tidier.tidy()
    assert len(phones.deleted) == 1
    left = await store.trace(1)
    if act is wipe:
        assert dressed == [1, 1]  # the menu was refused once, and is owed as well
        assert (left.face, left.passphrase, left.messages, left.chat_id) == (COVER, "$hash", (), 0)
    else:
        assert left is None


async def test_tidy__telegram_takes_no_menus__it_is_asked_once_a_round_and_the_messages_go(store, phones) -> None:
    for chat_id in (1, 2, 3):
        await wipe(store, phones, chat_id, NOW, also=[chat_id])
    asked = []

    async def refuses(chat_id: int) -> bool:
        asked.append(chat_id)
        return False

    phones.deleted.clear()
    await Tidier(store, phones, lambda: NOW, refuses).tidy()
    assert len(asked) == 1
    assert sorted(chat for chat, _ in phones.deleted) == [1, 2, 3]


async def test_wipe__the_disk_fails__the_messages_go_all_the_same_and_it_is_said(store, phones, monkeypatch) -> None:
    kept = store.forget

    async def fails(*_):
        raise StoreError("full")

    monkeypatch.setattr(store, "forget", fails)
    with pytest.raises(StoreError):
        await wipe(store, phones, 1, NOW)
    assert phones.deleted == [(1, (5, 6))]
    owed = {1}
    await wipe_owed(store, phones, owed, NOW)
    assert owed == {1}
    monkeypatch.setattr(store, "forget", kept)
    await wipe_owed(store, phones, owed, NOW)
    assert owed == set()
    assert (await store.trace(1)).is_covered


@pytest.mark.parametrize(
    "outcome", [Unsure("TimedOut"), Throttled(timedelta(seconds=100))], ids=["unsure", "throttled"]
)
@pytest.mark.parametrize("act", [wipe, forget])
async def test_wipe_and_forget__telegram_does_not_answer__the_messages_are_owed_and_go_later(
    store, phones, act, outcome
) -> None:
    answers, deleted = [outcome], phones.delete

    async def delete(chat_id, message_ids):
        await deleted(chat_id, message_ids)
        return answers.pop() if answers else Sent(0)

    phones.delete = delete
    await act(store, phones, 1, NOW)
    trace = await store.trace(1)
    assert await store.subscriber(1) is None
    assert {(each.message_id, each.kind) for each in trace.messages} - {(MENU, OWED)} == {(5, OWED), (6, OWED)}
    assert (trace.chat_id, trace.is_covered) == (1, act is wipe)
    phones.deleted.clear()
    await Tidier(store, phones, lambda: NOW).tidy()
    assert phones.deleted == [(1, (5, 6))]
    left = await store.trace(1)
    assert (left is None) == (act is forget)
    assert left is None or (left.chat_id, left.messages, left.passphrase) == (0, (), "$hash")


@pytest.mark.parametrize(("front", "face"), [(OPEN, None), (COVER, OPEN)])
async def test_uncover__the_passphrase_stays_and_the_chat_is_in(store, phones, front, face) -> None:
    await wiped(store, phones)
    await uncover(store, 1, front)
    trace = await store.trace(1)
    assert (trace.face if trace else None) == face
    known = await store.subscriber(1)
    assert (known.passphrase, known.is_subscribed, known.country) == ("$hash", False, "")


async def test_find_by_code__hers_and_no_other(store) -> None:
    await store.change_subscriber(2, lambda known: replace(known, wipe_code=code_hash("x" * 22)))
    assert await find_by_code(store, "x" * 22) == 2
    assert await find_by_code(store, "y" * 22) is None
    assert await find_by_code(store, "") is None


async def test_forget__messages_that_are_not_kept_yet__go_too(store, phones) -> None:
    await forget(store, phones, 1, NOW, also=[0, 9])
    assert phones.deleted == [(1, (5, 6, 9))]
    assert await store.trace(1) is None


async def test_forget_gone__a_covered_chat__stays_covered(store, phones) -> None:
    await wipe(store, phones, 1, NOW)
    await forget_gone(store, 1)
    assert (await store.trace(1)).passphrase == "$hash"
    await store.change_trace(2, lambda trace: replace(trace, face=OPEN))
    await forget_gone(store, 2)
    assert await store.trace(2) is None


async def test_veiled__a_covered_chat__gets_nothing_and_others_all(store, phones) -> None:
    veiled = Veiled(phones, store, lambda: NOW)
    await wipe(store, phones, 1, NOW)
    assert await veiled.send(1, Message("draft")) == Rejected("covered")
    assert await veiled.edit(1, 3, Message("draft")) == Rejected("covered")
    assert await veiled.send(2, Message("draft")) == Sent(1)
    assert await veiled.edit(2, 3, Message("draft")) == Sent(3)
    assert [chat for chat, _, _ in phones.sent] == [2]
    assert await store.messages(2) == (1,)
    assert veiled.room() == phones.room()


async def test_veiled__she_wipes_her_chat_while_it_is_under_way__what_arrives_is_taken_back(store, phones) -> None:
    veiled, send = Veiled(phones, store, lambda: NOW), phones.send

    async def slow(chat_id, message, **how):
        await wiped(store, phones)
        return await send(chat_id, message, **how)

    phones.send = slow
    assert await veiled.send(1, Message("Are you still there?")) == Rejected("covered")
    assert phones.deleted[-1] == (1, (1,))
    assert (await store.trace(1)).messages == ()


async def test_settings__a_tap_that_was_under_way_when_a_friend_wiped_the_chat__leave_no_record(store, phones) -> None:
    await wipe(store, phones, 1, NOW)
    await subscribe(store, lambda: NOW, Defaults(), 1, "now", "en")
    await set_up(store, lambda: NOW, Defaults(), 1, lambda known: replace(known, panic_word="kiwi"))
    assert await store.subscriber(1) is None
    assert (await store.trace(1)).is_covered


# passphrases


@pytest.mark.parametrize("text", ["Three quiet rivers", " three  QUIET rivers\n", "three quiet rivers"])
async def test_fits__as_a_phone_may_write_it__is_the_same(text) -> None:
    kept = await hashed("three quiet rivers")
    assert kept.startswith("$argon2id$")
    assert "river" not in kept
    assert await fits(text, kept)


@pytest.mark.parametrize("text", ["three quiet river", "", "x" * 5000, "$argon2id$"])
async def test_fits__anything_else__is_not(text) -> None:
    assert not await fits(text, await hashed("three quiet rivers"))
    assert not await fits(text, "")
    assert not await fits(text, "no hash at all")


async def test_hashed__twice__differs_by_its_salt() -> None:
    assert await hashed("three quiet rivers") != await hashed("three quiet rivers")


@pytest.mark.parametrize("kept", ["", HASHER.hash("three quiet rivers")], ids=["without", "with"])
async def test_fits__with_a_passphrase_or_without__one_hash_of_the_same_cost_is_worked_out(kept, monkeypatch) -> None:
    worked_out = []

    class Counting:
        hash = HASHER.hash

        def verify(self, kept, text):
            worked_out.append(kept.rsplit("$", 2)[0])
            return HASHER.verify(kept, text)

    monkeypatch.setattr(passphrase, "HASHER", Counting())
    assert not await fits("a wrong guess", kept)
    assert worked_out == [f"$argon2id$v=19$m={HASHER.memory_cost},t={HASHER.time_cost},p=1"]


def test_hasher__its_memory_fits_a_small_server() -> None:
    assert HASHER.memory_cost <= 16 * 1024
    assert HASHER.parallelism == 1


async def test_fits__many_at_once__two_at_a_time_and_the_loop_goes_on() -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.002)
            ticks += 1

    ticking = asyncio.create_task(tick())
    await asyncio.gather(*(fits("guess", "") for _ in range(12)))
    ticking.cancel()
    assert ticks >= 3


def test_normal__full_width_and_spaces__are_evened_out() -> None:
    assert normal("  Ｔｈｒｅｅ\tQuiet ") == "three quiet"
