"""Group commit: acts change the tables at once, share the next write, and return when it is durable or taken back."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial
from math import inf
from typing import Protocol, TypeVar

from bot.errors import StoreError
from bot.storage.tables import Batch, Row
from bot.storage.vault import Vault

T = TypeVar("T")
Done = asyncio.Future[None]


class Persistence(Protocol):
    """What makes rows last. Its methods block: unless it is instant, they run in threads of their own."""

    is_instant: bool
    vault: Vault

    @property
    def is_short(self) -> bool:
        """Say whether room runs out: what is under way can still be recorded, and nothing else should begin."""

    @property
    def is_compaction_due(self) -> bool:
        """Say whether `compact` should be called for the sake of size."""

    def open(self) -> list[Row]:
        """Return every row. Raises StoreError (StoreLocked, StoreDamaged) or VaultError."""

    def write(self, batches: Sequence[Batch]) -> None:
        """Keep the changes of some acts, or raise StoreError and keep none of them."""

    def compact(self) -> None:
        """Leave no trace of what was removed, and little to read at the next start. Raises StoreError."""

    def check(self) -> None:
        """Raise StoreError when there is no room, or something removed has left traces."""

    def close(self) -> None:
        """Let go of everything; safe to call twice."""


SURE_FOR = 1.0
"""Seconds after a write in which another one counts as possible."""


class Commits:
    """Owns the two threads of a store: one that appends what acts changed, one that compacts meanwhile.

    Acts are serial: each sees what those before it changed. When a write fails, every change that is not durable
    yet is taken back, for each may build on one that failed.
    """

    def __init__(self, persistence: Persistence) -> None:
        """Take what makes rows last; nothing is opened yet."""
        self._persistence = persistence
        self._is_open = False
        self._sure_until = -inf
        self._writer: ThreadPoolExecutor | None = None
        self._compactor: ThreadPoolExecutor | None = None
        self._waiting: list[tuple[Batch, Done]] = []
        self._writing: asyncio.Future[None] | None = None
        self._erasing: list[Done] = []
        self._compacting: asyncio.Future[None] | None = None

    @property
    def is_open(self) -> bool:
        """Say whether acts are taken."""
        return self._is_open

    @property
    def is_sure(self) -> bool:
        """Say whether a write went well just now and left room for more."""
        return self._persistence.is_instant or asyncio.get_running_loop().time() < self._sure_until

    async def open(self) -> list[Row]:
        """Open what makes rows last and return them. Raises what it raises."""
        if self._persistence.is_instant:
            rows = self._persistence.open()
        else:
            # They work while people are answered: the event loop gets its turn after one millisecond, not five.
            sys.setswitchinterval(0.001)
            self._writer = ThreadPoolExecutor(1, "store-writer")
            self._compactor = ThreadPoolExecutor(1, "store-compactor")
            try:
                rows = await _in(self._writer, self._persistence.open)
            except BaseException:
                self._stop()
                raise
        self._is_open = True
        return rows

    async def close(self) -> None:
        """Finish what is under way and let go; safe to call twice."""
        if not self._is_open:
            return
        self._is_open = False
        while under_way := [each for each in (self._writing, self._compacting) if each is not None]:
            await asyncio.wait(under_way)
        if self._writer is None:
            self._persistence.close()
        else:
            await _in(self._writer, self._persistence.close)
        self._stop()

    async def commit(self, batch: Batch) -> None:
        """Return when the batch and all before it are durable. Raises StoreError; then the batch was taken back.

        A caller that is cancelled while waiting leaves the batch on its way.
        """
        if not self._is_open:
            batch.undo()
            raise StoreError("the store is closed")
        if self._writer is None:
            self._write_at_once(batch)
        elif batch.is_kept or self._waiting or self._writing is not None:
            done = asyncio.get_running_loop().create_future()
            self._waiting.append((batch, done))
            self._write_next()
            await done

    async def erase(self) -> None:
        """Return when nothing is left of rows that durable batches removed. Raises StoreError: it is owed then."""
        if self._writer is None:
            self._persistence.compact()
            return
        done = asyncio.get_running_loop().create_future()
        self._erasing.append(done)
        self._compact_next()
        await done

    async def check(self) -> None:
        """Make sure that a write would succeed. Raises StoreError."""
        if not self._is_open:
            raise StoreError("the store is closed")
        if self._writer is None:
            self._persistence.check()
        else:
            await _in(self._writer, self._persistence.check)

    def _write_at_once(self, batch: Batch) -> None:
        try:
            self._persistence.write([batch])
        except StoreError:
            batch.undo()
            raise

    def _write_next(self) -> None:
        """Hand everything that waits to the writer, unless it is busy: then it comes back for it."""
        if self._writing is not None or not self._waiting or self._writer is None:
            return
        group, self._waiting = self._waiting, []
        kept = [batch for batch, _ in group if batch.is_kept]
        if not kept:
            _tell([done for _, done in group], None)
            return
        loop = asyncio.get_running_loop()
        self._writing = loop.create_future()
        self._writer.submit(self._write, loop, group, kept)

    def _write(self, loop: asyncio.AbstractEventLoop, group: list[tuple[Batch, Done]], kept: list[Batch]) -> None:
        """Write, in the writer's thread, and tell the loop: with less between than `run_in_executor` has."""
        error: BaseException | None = None
        try:
            self._persistence.write(kept)
        except BaseException as failed:  # noqa: BLE001 - whoever waits gets it
            error = failed
        loop.call_soon_threadsafe(self._on_written, group, error)

    def _on_written(self, group: list[tuple[Batch, Done]], error: BaseException | None) -> None:
        writing, self._writing = self._writing, None
        is_sure = error is None and not self._persistence.is_short
        self._sure_until = asyncio.get_running_loop().time() + SURE_FOR if is_sure else -inf
        if error is not None:
            group, self._waiting = group + self._waiting, []
            for batch, _ in reversed(group):
                batch.undo()
        _tell([done for _, done in group], error)
        self._write_next()
        self._compact_next()
        if writing is not None:
            writing.set_result(None)

    def _compact_next(self) -> None:
        is_wanted = bool(self._erasing) or self._persistence.is_compaction_due
        if self._compacting is not None or not is_wanted or self._compactor is None:
            return
        waiting, self._erasing = self._erasing, []
        self._compacting = _in(self._compactor, self._persistence.compact)
        self._compacting.add_done_callback(partial(self._on_compacted, waiting))

    def _on_compacted(self, waiting: list[Done], compacted: asyncio.Future[None]) -> None:
        self._compacting = None
        _tell(waiting, compacted.exception())
        self._compact_next()

    def _stop(self) -> None:
        for executor in (self._writer, self._compactor):
            if executor is not None:
                executor.shutdown()
        self._writer = self._compactor = None


def _in(executor: Executor, work: Callable[[], T]) -> asyncio.Future[T]:
    return asyncio.get_running_loop().run_in_executor(executor, work)


def _tell(waiting: Sequence[Done], error: BaseException | None) -> None:
    """Wake those who wait; each gets an error of its own, since each adds its own traceback."""
    for done in waiting:
        if done.done():
            continue
        if error is None:
            done.set_result(None)
        elif isinstance(error, StoreError):
            done.set_exception(StoreError(str(error)))
        else:
            done.set_exception(error)
