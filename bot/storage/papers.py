"""The acts that concern papers, and a shelf of them: what a store in a folder has as files beside it."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Coroutine
from concurrent.futures import TimeoutError as OutOfTime
from typing import Any

from bot.core.paper import Paper
from bot.errors import StoreError
from bot.storage.base import Acts
from bot.storage.documents import PAPERS
from bot.storage.tables import Batch

PATIENCE = 60.0
"""Seconds for a paper to be written."""


class PaperActs(Acts):
    """What a store can do with papers."""

    def paper(self, name: str) -> bytes | None:
        """Return the content of a paper."""
        found = self._tables.papers.get(name)
        return None if found is None else base64.b64decode(found.content)

    def papers(self, prefix: str = "") -> list[str]:
        """Return the names that begin so, the one written first in front."""
        papers = sorted(self._tables.papers.copy().values(), key=lambda paper: paper.number)
        return [paper.name for paper in papers if paper.name.startswith(prefix)]

    async def keep_paper(self, name: str, content: bytes) -> None:
        """Write a paper, in the place of one with that name. Raises StoreError."""
        number = max((each.number for each in self._tables.papers.values()), default=0) + 1
        batch = Batch(self._tables)
        batch.put(PAPERS, name, Paper(name, base64.b64encode(content).decode(), number))
        await self._commits.commit(batch)

    async def drop_paper(self, name: str) -> None:
        """Leave nothing of a paper. Raises StoreError."""
        if name not in self._tables.papers:
            return
        batch = Batch(self._tables)
        batch.put(PAPERS, name, None)
        await self._commits.commit(batch)
        await self._commits.erase()


class PaperShelf:
    """Implements `flows.ports.Shelf` for threads beside the event loop, in which the store lives."""

    is_only_place = True

    def __init__(self, store: PaperActs, loop: asyncio.AbstractEventLoop) -> None:
        """Take an open store and the loop that it was opened in."""
        self._store, self._loop = store, loop

    def read(self, name: str) -> bytes | None:
        """Return what stands there, None when there is nothing of that name."""
        return self._store.paper(name)

    def names(self, prefix: str) -> list[str]:
        """Return the names that begin so, the one written first in front."""
        return self._store.papers(prefix)

    def write(self, name: str, content: bytes) -> None:
        """Keep it; it lasts when this returns. Not for the loop's own thread. Raises StoreError."""
        self._wait_for(self._store.keep_paper(name, content))

    def remove(self, name: str) -> None:
        """Keep nothing of that name. Not for the loop's own thread. Raises StoreError."""
        self._wait_for(self._store.drop_paper(name))

    def _wait_for(self, act: Coroutine[Any, Any, None]) -> None:
        under_way = asyncio.run_coroutine_threadsafe(act, self._loop)
        try:
            under_way.result(PATIENCE)
        except OutOfTime:
            under_way.cancel()
            raise StoreError("the store takes too long") from None
