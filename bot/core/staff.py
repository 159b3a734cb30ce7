"""Who moderates: owners, whom the operator names, and those they invited; what each role may do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

EDITOR, APPROVER, OWNER = "editor", "approver", "owner"
INVITED_ROLES = (EDITOR, APPROVER)

LOOK, EDIT, DECIDE, COMPOSE, RETRACT = "look", "edit", "decide", "compose", "retract"
CONTACTS, FEEDS, TEAM = "contacts", "feeds", "team"

MAY: dict[str, frozenset[str]] = {
    EDITOR: frozenset({LOOK, EDIT, CONTACTS, FEEDS}),
    APPROVER: frozenset({LOOK, EDIT, DECIDE, COMPOSE, RETRACT}),
    OWNER: frozenset({LOOK, EDIT, DECIDE, COMPOSE, RETRACT, CONTACTS, FEEDS, TEAM}),
}
"""`look`: drafts, totals, the audit trail; `edit`: the text of a draft; `decide`: approve or reject it."""

INVITE, REMOVE = "invite", "remove"
OPEN_FOR = timedelta(hours=24)
"""How long an invitation can be used, and how long a proposal waits for a second owner."""


@dataclass(frozen=True, slots=True)
class Staffer:
    """Somebody who was invited; her number is never given twice, her id is never shown."""

    number: int
    role: str
    user_id: int = field(repr=False)

    @property
    def label(self) -> str:
        """What she is called in the audit trail and on drafts."""
        return f"{self.role} {self.number}"


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that one person can open once; only a hash of its code is kept, and which owner wanted it."""

    digest: str = field(repr=False)
    role: str
    until: datetime
    by_id: int = field(default=0, repr=False)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one owner wants and a second must agree to: to invite somebody as `role`, or to remove `number`."""

    id: str
    act: str
    by: str
    by_id: int = field(repr=False)
    until: datetime
    role: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Staffbook:
    """All who were invited, and what is open; `numbers` counts those given so far.

    `owners`: a mark for each owner in the order of the operator's list, from which they have their labels.
    """

    staffers: tuple[Staffer, ...] = ()
    invitations: tuple[Invitation, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    numbers: int = 0
    owners: tuple[str, ...] = field(default=(), repr=False)

    def of(self, user_id: int) -> Staffer | None:
        """Return who has that id."""
        return next((each for each in self.staffers if each.user_id == user_id), None)

    def numbered(self, number: int) -> Staffer | None:
        """Return who has that number."""
        return next((each for each in self.staffers if each.number == number), None)

    def proposal(self, proposal_id: str, now: datetime) -> Proposal | None:
        """Return an open proposal."""
        return next((each for each in self.proposals if each.id == proposal_id and each.until > now), None)


def may(role: str, what: str) -> bool:
    """Say whether a role includes something; the empty role, that of everybody else, includes nothing."""
    return what in MAY.get(role, ())


def owners_needed(owners: int) -> int:
    """Return how many owners must want somebody in or out: two wherever there are two."""
    return min(2, max(1, owners))


def approvals_needed(given: int | None, deciders: int) -> int:
    """Return how many must approve what is urgent: what the operator chose, never more than there are; else two."""
    return min(2 if given is None else given, max(1, deciders))


def swept(book: Staffbook, now: datetime) -> Staffbook:
    """Return the book without what has expired."""
    return replace(
        book,
        invitations=tuple(each for each in book.invitations if each.until > now),
        proposals=tuple(each for each in book.proposals if each.until > now),
    )


def proposed(book: Staffbook, proposal: Proposal) -> Staffbook:
    """Return the book with one more proposal; the same wish of the same owner takes the place of the earlier one."""
    wish = proposal.act, proposal.by_id, proposal.role, proposal.number
    others = [each for each in book.proposals if (each.act, each.by_id, each.role, each.number) != wish]
    return replace(book, proposals=(*others, proposal))


def moved(before: tuple[str, ...], after: tuple[str, ...]) -> frozenset[str]:
    """Return the labels of owners that stand for somebody else, or for nobody, since the operator changed the list."""
    longest = max(len(before), len(after)) if before else 0
    return frozenset(f"admin {at + 1}" for at in range(longest) if before[at : at + 1] != after[at : at + 1])


def closed(book: Staffbook, proposal: Proposal) -> Staffbook:
    """Return the book without a proposal."""
    return replace(book, proposals=tuple(each for each in book.proposals if each.id != proposal.id))


def invited(book: Staffbook, invitation: Invitation) -> Staffbook:
    """Return the book with one more invitation."""
    return replace(book, invitations=(*book.invitations, invitation))


def joined(book: Staffbook, digest: str, user_id: int, now: datetime, owners: Collection[int]) -> Staffbook:
    """Return the book with somebody more, whose invitation is used up; unchanged when there is none that counts.

    What an owner wanted who is none any more does not count: her phone may be in other hands.
    """
    found = next((each for each in book.invitations if each.digest == digest and each.until > now), None)
    if found is None or found.by_id not in owners or book.of(user_id) is not None:
        return book
    number = book.numbers + 1
    return replace(
        book,
        staffers=(*book.staffers, Staffer(number, found.role, user_id)),
        invitations=tuple(each for each in book.invitations if each.digest != digest),
        numbers=number,
    )


def removed(book: Staffbook, number: int) -> Staffbook:
    """Return the book without somebody, and without what was open about her."""
    return replace(
        book,
        staffers=tuple(each for each in book.staffers if each.number != number),
        proposals=tuple(each for each in book.proposals if each.number != number),
    )
