"""The team: who is an admin and may do what; inviting and removing, by two owners where there are two."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from bot.core import staff as rules
from bot.core.alert import DRAFT
from bot.core.audit import AuditEntry
from bot.core.staff import INVITE, OWNER, REMOVE, Invitation, Proposal, Staffbook, Staffer
from bot.errors import NotAllowed, StoreError
from bot.flows.ports import Clock, Store

NewCode = Callable[[], str]
"""Returns a fresh unguessable text of letters, digits, `-` and `_`."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a wish: a proposal that waits for a second owner, or done; `code` opens an invitation."""

    proposal: Proposal
    is_done: bool
    code: str = field(default="", repr=False)
    removed: Staffer | None = None


class Those:
    """The ids of all who may do something, as they are whenever one asks."""

    def __init__(self, staff: Staff, what: str) -> None:
        self._staff, self._what = staff, what

    def __iter__(self) -> Iterator[int]:
        """Yield each id once, owners first."""
        return iter(self._staff.everybody(self._what))


class Staff:
    """Owners as the operator named them, and the book of those they invited; every change is one durable write."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        owners: Sequence[int] = (),
        approvals: int | None = None,
        new_code: NewCode = lambda: secrets.token_urlsafe(16),
    ) -> None:
        self._store, self._clock, self._new_code = store, clock, new_code
        # 0 is nobody's id: it stands for whoever must not count as an admin.
        self._owners, self._approvals = tuple(owner for owner in owners if owner > 0), approvals
        self._lock = asyncio.Lock()
        self.book = Staffbook()

    async def load(self) -> None:
        """Read the book; without it only owners are admins.

        Where the operator changed the list of owners, "admin 1" may be another person than the one who approved a
        draft under that name, or the same one under a second: such consent is void.
        """
        self.book = await self._store.staff()
        owners = tuple(_digest(f"owner {owner}")[:16] for owner in self._owners)
        if owners == self.book.owners:
            return
        gone = rules.moved(self.book.owners, owners)
        # A disk that is full keeps nobody from starting.
        with suppress(StoreError):
            for draft in await self._store.alerts(state=DRAFT):
                kept = tuple(approval for approval in draft.approvals if approval.by not in gone)
                if kept != draft.approvals:
                    await self._store.save_alert(replace(draft, approvals=kept))
            await self._change(lambda book: replace(book, owners=owners))

    # asking

    @property
    def owners(self) -> int:
        """How many owners there are."""
        return len(self._owners)

    @property
    def owners_needed(self) -> int:
        """How many owners must want somebody in or out."""
        return rules.owners_needed(len(self._owners))

    @property
    def approvals(self) -> int:
        """How many must approve what is urgent."""
        return rules.approvals_needed(self._approvals, len(self.everybody(rules.DECIDE)))

    @property
    def deciders(self) -> frozenset[str]:
        """What those are called who may decide on drafts."""
        return frozenset(self.label_of(each) for each in self.everybody(rules.DECIDE))

    def role_of(self, user_id: int) -> str:
        """Return a person's role, empty for everybody who is no admin."""
        if user_id in self._owners:
            return OWNER
        found = self.book.of(user_id)
        return found.role if found else ""

    def may(self, user_id: int, what: str) -> bool:
        """Say whether a person may do something."""
        return rules.may(self.role_of(user_id), what)

    def label_of(self, user_id: int) -> str:
        """Return what an admin is called in the audit trail, never her id. Raises NotAllowed for anybody else."""
        if user_id in self._owners:
            return f"admin {self._owners.index(user_id) + 1}"
        found = self.book.of(user_id)
        if found is None:
            raise NotAllowed("this person is no admin any more")
        return found.label

    def everybody(self, what: str = rules.LOOK) -> tuple[int, ...]:
        """Return the ids of all who may do something, owners first."""
        invited = tuple(each.user_id for each in self.book.staffers if rules.may(each.role, what))
        return tuple(dict.fromkeys((*self._owners, *invited)))

    def those(self, what: str = rules.LOOK) -> Those:
        """Return the same as something that is looked up anew whenever it is gone through."""
        return Those(self, what)

    # acting

    async def invite(self, by_id: int, role: str) -> Decided:
        """Invite somebody: at once where one owner is enough. Raises NotAllowed for anybody but an owner."""
        if role not in rules.INVITED_ROLES:
            raise NotAllowed("there is no such role")
        async with self._lock:
            return await self._wish(self._proposal(by_id, INVITE, role=role), by_id)

    async def remove(self, by_id: int, number: int) -> Decided:
        """Remove somebody: at once where one owner is enough. Raises NotAllowed for anybody but an owner."""
        async with self._lock:
            if self.book.numbered(number) is None:
                raise NotAllowed("there is nobody of that number")
            return await self._wish(self._proposal(by_id, REMOVE, number=number), by_id)

    async def agree(self, by_id: int, proposal_id: str) -> Decided:
        """Agree to what another owner wants. Raises NotAllowed for her own wish, and when it is open no more."""
        async with self._lock:
            proposal = self._open(by_id, proposal_id)
            if proposal.by_id == by_id:
                raise NotAllowed("a second owner must agree")
            return await self._do(proposal, by_id)

    async def refuse(self, by_id: int, proposal_id: str) -> Proposal:
        """Take a proposal off the table. Raises NotAllowed when it is open no more."""
        async with self._lock:
            proposal = self._open(by_id, proposal_id)
            await self._record(by_id, "refused", _about(proposal, self.book))
            await self._change(lambda book: rules.closed(book, proposal))
            return proposal

    async def join(self, user_id: int, code: str) -> Staffer | None:
        """Let somebody in who opened a link; None when it does not count or she is an admin already."""
        if self.role_of(user_id) or user_id <= 0:
            return None
        async with self._lock:
            digest, now = _digest(code), self._clock()
            await self._change(lambda book: rules.joined(book, digest, user_id, now, self._owners))
            found = self.book.of(user_id)
            if found is not None:
                await self._record(user_id, "joined", found.label)
            return found

    def _owner(self, user_id: int) -> str:
        if user_id not in self._owners:
            raise NotAllowed("only owners decide on the team")
        return self.label_of(user_id)

    def _proposal(self, by_id: int, act: str, *, role: str = "", number: int = 0) -> Proposal:
        until = self._clock() + rules.OPEN_FOR
        return Proposal(_digest(self._new_code())[:16], act, self._owner(by_id), by_id, until, role, number)

    def _open(self, by_id: int, proposal_id: str) -> Proposal:
        self._owner(by_id)
        proposal = self.book.proposal(proposal_id, self._clock())
        if proposal is None or proposal.by_id not in self._owners:
            raise NotAllowed("this is open no more")
        return proposal

    async def _wish(self, proposal: Proposal, by_id: int) -> Decided:
        if self.owners_needed == 1:
            return await self._do(proposal, by_id)
        await self._record(by_id, f"proposed to {proposal.act}", _about(proposal, self.book))
        await self._change(lambda book: rules.proposed(book, proposal))
        return Decided(proposal, is_done=False)

    async def _do(self, proposal: Proposal, by_id: int) -> Decided:
        # The trail first: nobody comes or goes without a line in it.
        await self._record(by_id, "invited" if proposal.act == INVITE else "removed", _about(proposal, self.book))
        if proposal.act == INVITE:
            code = self._new_code()
            invitation = Invitation(_digest(code), proposal.role, self._clock() + rules.OPEN_FOR, proposal.by_id)
            await self._change(lambda book: rules.invited(rules.closed(book, proposal), invitation))
            return Decided(proposal, is_done=True, code=code)
        gone = self.book.numbered(proposal.number)
        await self._change(lambda book: rules.removed(rules.closed(book, proposal), proposal.number))
        return Decided(proposal, is_done=True, removed=gone)

    async def _change(self, change: Callable[[Staffbook], Staffbook]) -> None:
        now = self._clock()
        self.book = await self._store.change_staff(lambda book: change(rules.swept(book, now)))

    async def _record(self, by_id: int, act: str, about: str) -> None:
        await self._store.record_audit(AuditEntry(self._clock(), self.label_of(by_id), act, about=about))


def _about(proposal: Proposal, book: Staffbook) -> str:
    found = book.numbered(proposal.number)
    return proposal.role or (found.label if found else "")


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
