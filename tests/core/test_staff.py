"""Roles and the book of the team."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import staff
from bot.core.staff import APPROVER, EDITOR, OWNER, Invitation, Proposal, Staffbook
from tests.builders import NOW

OWNER_ID = 777001
OWNERS = (OWNER_ID,)
LATER = NOW + timedelta(hours=1)


def a_book(*roles: str) -> Staffbook:
    book = Staffbook()
    for number, role in enumerate(roles, 1):
        book = staff.invited(book, Invitation(f"d{number}", role, LATER, OWNER_ID))
        book = staff.joined(book, f"d{number}", 1000 + number, NOW, OWNERS)
    return book


def a_proposal(**changes) -> Proposal:
    return Proposal(**{"id": "p1", "act": "remove", "by": "admin 1", "by_id": 1, "until": LATER, "number": 1} | changes)


@pytest.mark.parametrize(
    ("role", "includes"),
    [
        (EDITOR, {"look", "edit", "contacts", "feeds"}),
        (APPROVER, {"look", "edit", "decide", "compose", "retract"}),
        (OWNER, {"look", "edit", "decide", "compose", "retract", "contacts", "feeds", "team"}),
        ("", set()),
        ("anything", set()),
    ],
)
def test_may__each_role__exactly_this(role, includes) -> None:
    everything = {what for whats in staff.MAY.values() for what in whats}
    assert {what for what in everything if staff.may(role, what)} == includes


@pytest.mark.parametrize(("owners", "needed"), [(0, 1), (1, 1), (2, 2), (5, 2)])
def test_owners_needed__two_wherever_there_are_two(owners, needed) -> None:
    assert staff.owners_needed(owners) == needed


def test_joined__a_code_counts_once_and_only_in_its_time() -> None:
    book = staff.invited(Staffbook(), Invitation("d", EDITOR, LATER, OWNER_ID))
    assert staff.joined(book, "other", 7, NOW, OWNERS) == book
    assert staff.joined(book, "d", 7, LATER, OWNERS) == book
    inside = staff.joined(book, "d", 7, NOW, OWNERS)
    assert [each.label for each in inside.staffers] == ["editor 1"]
    assert staff.joined(inside, "d", 8, NOW, OWNERS) == inside


def test_removed__her_number_is_never_given_again() -> None:
    book = staff.removed(a_book(EDITOR, APPROVER), 2)
    book = staff.joined(staff.invited(book, Invitation("d9", APPROVER, LATER, OWNER_ID)), "d9", 9, NOW, OWNERS)
    assert [each.label for each in book.staffers] == ["editor 1", "approver 3"]


def test_removed__what_was_open_about_her_goes_too() -> None:
    book = staff.proposed(a_book(EDITOR), a_proposal())
    assert staff.removed(book, 1).proposals == ()


def test_proposed__the_same_wish_again__takes_the_place_of_the_first() -> None:
    book = staff.proposed(staff.proposed(Staffbook(), a_proposal()), a_proposal(id="p2"))
    assert [each.id for each in book.proposals] == ["p2"]
    assert book.proposal("p2", NOW) is not None and book.proposal("p2", LATER) is None


def test_swept__what_expired__is_gone() -> None:
    book = staff.invited(staff.proposed(a_book(EDITOR), a_proposal()), Invitation("d", EDITOR, LATER, OWNER_ID))
    swept = staff.swept(book, LATER)
    assert (swept.proposals, swept.invitations, swept.staffers) == ((), (), book.staffers)


def test_repr__shows_no_id_and_no_code() -> None:
    book = staff.invited(
        staff.proposed(a_book(EDITOR), a_proposal(by_id=777001)), Invitation("digest", EDITOR, LATER, OWNER_ID)
    )
    for secret in ("1001", "777001", "digest"):
        assert secret not in repr(book)


@given(st.one_of(st.none(), st.integers(1, 9)), st.integers(0, 9))
def test_approvals_needed__never_more_than_there_are_and_two_unless_the_operator_says_else(given, deciders) -> None:
    needed = staff.approvals_needed(given, deciders)
    assert 1 <= needed <= max(1, deciders)
    if given is None and deciders >= 2:
        assert needed == 2
