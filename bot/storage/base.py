"""What all acts of a store share: tables in memory, durable commits, and its life from opening to closing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from itertools import islice
from typing import TypeVar

from bot.errors import StoreError
from bot.storage.commits import Commits, Persistence
from bot.storage.documents import without_lease
from bot.storage.tables import Batch, Tables

V = TypeVar("V")
R = TypeVar("R")

SLICE = 200
"""Rows decided before the event loop gets its turn: one to three milliseconds."""


class Acts:
    """Decides on values in memory, changes them in a batch, waits until it is durable.

    A read may see a change some milliseconds before it is durable; a claim never hands out one that is not.
    """

    can_be_taken = False

    @property
    def is_taken(self) -> bool:
        """Say whether another process has taken over: a lock that goes with the process alone cannot be lost."""
        return False

    def __init__(self, persistence: Persistence) -> None:
        """Take what makes rows last; nothing is opened yet."""
        self._persistence = persistence
        self._commits = Commits(persistence)
        self._tables = Tables()
        self._untold: dict[str, tuple[int, ...]] = {}
        self._owes_erasure = False

    async def open(self) -> None:
        """Read what was kept. Leases of an earlier process are void. Raises StoreError or VaultError."""
        if self._commits.is_open:
            return
        tables = Tables()
        for number, (table, key, value) in enumerate(await self._commits.open()):
            tables.put(table, key, without_lease(value))
            if number % SLICE == 0:
                await asyncio.sleep(0)
        self._tables = tables

    async def close(self) -> None:
        """Write what is pending and let go; safe to call twice."""
        await self._commits.close()

    async def ping(self) -> None:
        """Write a probe, after finishing an erasure that is owed. Raises StoreError."""
        await self._commits.check()
        await self._commits.commit(Batch(self._tables, is_probe=True))

    def _key(self, chat_id: int) -> str:
        if not self._commits.is_open:
            raise StoreError("the store is not open")
        return self._persistence.vault.lookup_key(chat_id)

    async def _decide(self, read: Callable[[], Mapping[str, V]], decide: Callable[[V], R | None]) -> list[tuple[V, R]]:
        """Return what `decide` says of every row, Nones left out, without holding up the event loop.

        When the last slice is decided, all is true at one moment: what changed meanwhile was decided anew.
        """
        staged: dict[str, tuple[V, R | None]] = {}
        rows = iter(list(read().items()))
        while some := list(islice(rows, SLICE)):
            staged.update((key, (value, decide(value))) for key, value in some)
            await asyncio.sleep(0)
        result = []
        for key, value in read().items():
            before, decision = staged.get(key, (None, None))
            if before is not value:
                decision = decide(value)
            if decision is not None:
                result.append((value, decision))
        return result
