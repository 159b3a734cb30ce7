"""What every store does with traces: the numbers of messages, the face of a chat, and leaving without them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.delivery import MESSAGES_KEPT, Sent
from bot.core.trace import COVER, MENU, OPEN, READ, Opened, Said, Trace, covered, remembered, without
from bot.errors import StoreError
from bot.flows.forget import forget, settle
from bot.flows.wipe import wipe
from bot.storage.tinydb_store import TinyDBStore
from bot.storage.vault import Vault
from tests.builders import NOW
from tests.flows.conftest import Phones
from tests.storage.conftest import KEY, Reopen, published, settle_all, subscribe
from tests.storage.failing_files import FailingFiles
from tests.storage.test_tinydb_privacy import assert_no_trace, everything, shapes

AT = int(NOW.timestamp())
CHAT = 7_312_345_678
FIRST, SECOND = Said(4_242_424_242, AT), Said(4_242_424_243, AT - 3600, READ)


def saying(*messages: Said, opened: tuple[Opened, ...] = ()):
    return lambda trace: remembered(trace, messages, opened, NOW)


async def test_trace__unknown_chat__is_none(store) -> None:
    assert await store.trace(1) is None


async def test_change_trace__messages_open_texts_and_face__are_the_same_after_reopening(reopen: Reopen) -> None:
    store = await reopen()
    kept = await store.change_trace(CHAT, saying(FIRST, SECOND, opened=(Opened(FIRST.message_id, "a1", AT + 60),)))
    assert kept.chat_id == CHAT and len(kept.key) == 22
    kept = await store.change_trace(CHAT, lambda one: replace(one, face=OPEN, passphrase="$x"))
    found = await (await reopen()).trace(CHAT)
    assert found == kept
    assert found.messages[1].kind == READ


async def test_change_trace__nothing_left__no_row_is_left(reopen) -> None:
    store = await reopen()
    await store.change_trace(1, lambda one: one)
    assert await store.trace(1) is None
    await store.change_trace(1, saying(FIRST))
    await store.change_trace(1, lambda one: without(one, [FIRST.message_id]))
    assert await store.trace(1) is None
    assert [each async for each in (await reopen()).traces()] == []


async def test_change_trace__many_at_once__each_message_is_kept(reopen) -> None:
    store = await reopen()
    await asyncio.gather(*(store.change_trace(1, saying(Said(number, AT))) for number in range(1, 40)))
    found = await (await reopen()).trace(1)
    assert {each.message_id for each in found.messages} == set(range(1, 40))


async def test_traces__some__each_once(store) -> None:
    for chat in (1, 2, 3):
        await store.change_trace(chat, saying(FIRST))
    assert sorted([each.chat_id async for each in store.traces()]) == [1, 2, 3]


async def test_messages__what_was_said_and_news__all_numbers_once(store) -> None:
    await subscribe(store, 1)
    await published(store)
    await settle_all(store, Sent(77))
    await store.change_trace(1, saying(Said(5, AT), Said(77, AT, READ)))
    assert await store.messages(1) == (5, 77)
    assert await store.messages(2) == ()


async def test_forget__a_chat_without_a_record__returns_its_messages_and_leaves_nothing(reopen) -> None:
    store = await reopen()
    await store.change_trace(1, saying(FIRST))
    assert await store.forget(1) == (FIRST.message_id,)
    assert await (await reopen()).trace(1) is None


async def test_forget__leaving_a_cover__only_that_is_left(reopen) -> None:
    store = await reopen()
    await subscribe(store, 1)
    await published(store)
    await settle_all(store, Sent(77))
    await store.change_trace(1, saying(Said(5, AT)))
    assert await store.forget(1, covered("$hash")) == (5, 77)
    store = await reopen()
    left = await store.trace(1)
    assert (left.chat_id, left.face, left.passphrase, left.messages) == (0, COVER, "$hash", ())
    assert await store.subscriber(1) is None
    assert await store.messages(1) == ()


async def test_change_trace__a_covered_chat__stays_without_its_number(store) -> None:
    await store.forget(CHAT, covered("$hash"))
    assert (await store.change_trace(CHAT, saying(FIRST))).chat_id == 0
    assert (await store.trace(CHAT)) == Trace(0, (await store.trace(CHAT)).key, face=COVER, passphrase="$hash")
    assert (await store.change_trace(CHAT, lambda one: replace(one, face=OPEN, passphrase=""))).chat_id == CHAT


async def test_forget__leaving_a_cover_where_nothing_was__the_cover_is_kept(reopen) -> None:
    store = await reopen()
    assert await store.forget(1, covered("")) == ()
    assert (await (await reopen()).trace(1)).is_covered


async def test_purge__after_two_days__numbers_are_gone_and_the_face_stays(reopen) -> None:
    store = await reopen()
    await store.change_trace(1, saying(FIRST))
    await store.change_trace(2, lambda one: replace(saying(FIRST)(one), face=OPEN))
    assert await store.purge(NOW + timedelta(hours=47)) == 0
    assert await store.purge(NOW + timedelta(hours=48)) == 2
    store = await reopen()
    assert await store.trace(1) is None
    assert (await store.trace(2)).messages == ()
    assert (await store.trace(2)).face == OPEN


async def test_move_subscriber__a_covered_chat_with_a_record__stays_covered(store) -> None:
    await subscribe(store, 1)
    await store.change_trace(1, lambda one: replace(one, face=OPEN, messages=(FIRST,)))
    await store.move_subscriber(1, 2)
    assert await store.trace(1) is None
    assert (await store.trace(2)).face == OPEN
    assert (await store.trace(2)).messages == ()


async def test_repr__of_a_trace_in_a_store__tells_nobody(store) -> None:
    await store.change_trace(CHAT, saying(FIRST))
    trace = await store.trace(CHAT)
    assert str(CHAT) not in repr(trace) and trace.key not in repr(trace)


# the disk


async def test_files__messages_are_remembered__tell_neither_chat_nor_numbers(folder, disk_store) -> None:
    await disk_store.change_trace(CHAT, saying(FIRST, SECOND))
    await disk_store._commits.erase()
    await disk_store.change_trace(CHAT, saying(Said(4_242_424_999, AT)))
    for number in (CHAT, FIRST.message_id, SECOND.message_id, 4_242_424_999, AT):
        assert_no_trace(folder, *shapes(number))


async def test_files__few_messages_and_some__look_alike(folder, disk_store) -> None:
    await disk_store.change_trace(1, saying(Said(1, AT)))
    await disk_store.change_trace(2, saying(*(Said(number, AT) for number in range(1, 12))))
    assert len({len(document) for document in disk_store._disk._rows["traces"].values()}) == 1


async def test_forget__leaving_a_cover__nothing_of_what_was_before_is_in_any_file(folder, disk_store) -> None:
    await subscribe(disk_store, CHAT)
    await disk_store.change_trace(CHAT, saying(FIRST))
    before = {
        bytes(disk_store._disk._rows[name][key])
        for name in ("subscribers", "traces")
        for key in disk_store._disk._rows[name]
    }
    blobs = [row.split(b'"blob":"')[1].split(b'"')[0] for row in before]
    assert all(blob in everything(folder) for blob in blobs)
    await disk_store.forget(CHAT, covered("$hash"))
    assert_no_trace(folder, *blobs)


@pytest.mark.parametrize("act", [wipe, forget])
async def test_wipe_and_forget__done_to_the_end__neither_what_was_nor_what_was_owed_is_in_any_file(
    folder, disk_store, act
) -> None:
    blobs, phones = [], Phones()

    async def delete(*_) -> Sent:
        # What is owed lies on the disk while Telegram deletes.
        rows = [bytes(row) for name in ("subscribers", "traces") for row in disk_store._disk._rows[name].values()]
        blobs.extend(row.split(b'"blob":"')[1].split(b'"')[0] for row in rows)
        return Sent(0)

    phones.delete = delete
    await subscribe(disk_store, CHAT)
    await disk_store.change_trace(CHAT, saying(FIRST, SECOND))
    await delete()
    await disk_store.change_trace(2, saying(SECOND))
    done = await act(disk_store, phones, CHAT, NOW)
    if act is wipe:
        await settle(disk_store, CHAT, (MENU, *done))
    others = [bytes(row) for row in disk_store._disk._rows["traces"].values()]
    mine = [blob for blob in blobs if not any(blob in row for row in others)]
    assert len(mine) >= 3
    assert_no_trace(folder, *mine)
    trace = await disk_store.trace(CHAT)
    assert (trace is None) == (act is forget)
    assert trace is None or (trace.chat_id, trace.messages) == (0, ())


async def test_tidied__then_purged__the_old_numbers_are_in_no_file(folder, disk_store) -> None:
    await disk_store.change_trace(CHAT, saying(FIRST, SECOND))
    [row] = disk_store._disk._rows["traces"].values()
    blob = bytes(row).split(b'"blob":"')[1].split(b'"')[0]
    await disk_store.change_trace(CHAT, lambda one: without(one, [FIRST.message_id]))
    assert blob in everything(folder)
    await disk_store.purge(NOW)
    assert_no_trace(folder, blob)


async def test_purge__after_two_days__what_it_let_go_is_in_no_file(folder, disk_store) -> None:
    await disk_store.change_trace(CHAT, saying(FIRST, SECOND))
    await disk_store.change_trace(CHAT, lambda one: replace(one, face=OPEN))
    rows = [bytes(row) for row in disk_store._disk._rows["traces"].values()]
    blobs = [row.split(b'"blob":"')[1].split(b'"')[0] for row in rows]
    await disk_store.purge(NOW + MESSAGES_KEPT + timedelta(hours=1))
    for blob in blobs:
        assert_no_trace(folder, blob)


async def test_forget__the_disk_fails__nothing_was_forgotten_and_the_next_call_does_it(folder) -> None:
    files = FailingFiles()
    store = TinyDBStore(folder, Vault([KEY]), files=files)
    await store.open()
    await store.change_trace(1, saying(FIRST))
    files.fail_on("write")
    with pytest.raises(StoreError):
        await store.forget(1, covered("$hash"))
    assert (await store.trace(1)).messages == (FIRST,)
    files.mend()
    assert await store.forget(1, covered("$hash")) == (FIRST.message_id,)
    assert await store.trace(1) == Trace(0, (await store.trace(1)).key, face=COVER, passphrase="$hash")
    await store.close()
