"""What every store does with the team: kept as a whole, encrypted, and nothing left of who was taken out."""

from datetime import timedelta

import pytest

from bot.core import staff
from bot.core.card import Card
from bot.core.staff import Invitation, Proposal, Staffbook, Staffer
from tests.builders import NOW

UNTIL = NOW + timedelta(hours=24)
BOOK = Staffbook(
    (Staffer(1, "editor", 777_000_111), Staffer(3, "approver", 777_000_333)),
    (Invitation("0123digest", "editor", UNTIL, 777001),),
    (Proposal("p1", "remove", "admin 1", 777_000_999, UNTIL, number=3),),
    3,
)


async def test_staff__nothing_kept__an_empty_book(store):
    assert await store.staff() == Staffbook()


async def test_change_staff__is_the_same_after_reopening(reopen):
    store = await reopen()
    assert await store.change_staff(lambda book: BOOK) == BOOK
    assert await (await reopen()).staff() == BOOK


async def test_change_staff__change_raises__nothing_is_kept(store):
    with pytest.raises(ZeroDivisionError):
        await store.change_staff(lambda book: 1 / 0)
    assert await store.staff() == Staffbook()


async def test_change_staff__on_disk__no_id_no_role_and_no_digest_in_the_clear(disk_store, folder):
    await disk_store.change_staff(lambda book: BOOK)
    await disk_store.change_staff(lambda book: staff.removed(book, 3))
    for file in folder.rglob("*"):
        content = file.read_bytes() if file.is_file() else b""
        for secret in (b"777000", b"approver", b"0123digest"):
            assert secret not in content, file.name


async def test_change_staff__somebody_taken_out__her_encrypted_record_is_erased_as_well(disk_store, folder):
    await disk_store.change_staff(lambda book: BOOK)
    before = {_blob(file) for file in folder.rglob("*") if file.is_file()} - {None}
    await disk_store.change_staff(lambda book: staff.removed(book, 3))
    after = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    assert before and not [blob for blob in before if blob in after]


def _blob(file):
    _, found, rest = file.read_bytes().rpartition(b'"blob":"')
    return rest.partition(b'"')[0] if found else None


def a_card(id: str = "c1", **changes) -> Card:  # noqa: A002
    return Card(**{"id": id, "chat": 777_000_111, "message_id": 4242, "at": NOW} | changes)


async def test_cards__kept__are_the_same_after_reopening_and_gone_when_dropped(reopen):
    store = await reopen()
    await store.keep_card(a_card())
    await store.keep_card(a_card("c2", message_id=4243))
    store = await reopen()
    assert sorted(await store.cards(), key=lambda card: card.id) == [a_card(), a_card("c2", message_id=4243)]
    await store.drop_cards(["c1", "unknown"])
    assert await (await reopen()).cards() == [a_card("c2", message_id=4243)]


async def test_cards__on_disk__no_chat_and_no_number_in_the_clear_and_nothing_left_of_dropped_ones(disk_store, folder):
    await disk_store.keep_card(a_card())
    before = {_blob(file) for file in folder.rglob("*") if file.is_file()} - {None}
    await disk_store.drop_cards(["c1"])
    content = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    assert before and not [blob for blob in before if blob in content]
    assert b"777000" not in content and b"4242" not in content
    assert "777000111" not in repr(a_card())
