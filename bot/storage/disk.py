"""The disk under TinyDBStore: a generation that TinyDB reads, and beside it a journal of what changed since."""

from __future__ import annotations

import contextlib
import errno
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import orjson
from tinydb import TinyDB

from bot.errors import StoreAway, StoreError
from bot.storage import journal
from bot.storage.documents import SUBSCRIBERS, TABLES, TRACES, Document, from_document, is_current, renamed, to_document
from bot.storage.files import Files, Lease, free_bytes
from bot.storage.generations import GenerationStorage
from bot.storage.journal import ERASES, Journal
from bot.storage.reading import FORMAT, LOCK, META, Contents, journals_in, open_database, read_contents, storage_of
from bot.storage.tables import Batch, Row
from bot.storage.vault import Vault

JOURNAL_LIMIT = 8 * 2**20
"""Bytes of journal after which a new generation is written, or twice the generation's size if that is more."""

OF_PEOPLE = (SUBSCRIBERS, TRACES)
PASSING = frozenset((errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.ESTALE))
"""What a disk says that may say otherwise later: it is opened again then."""

RETRY_EVERY = 256 * 2**10
"""Bytes of journal after which a generation that could not be written is tried again."""

ROOM = 4 * 2**20
"""Free bytes below which the disk counts as full: sending must stop before the ledger can no longer record."""


class Disk:
    """Keeps rows in a folder; `write` and `compact` may run in two threads at once.

    A generation numbered n holds every act before the journal numbered n began, so n and the journals from n on
    are everything. The previous generation keeps its journals too: loading it loses nothing.
    """

    is_instant = False

    def __init__(self, folder: Path, vault: Vault, files: Files | None = None) -> None:
        """Take the folder (made when missing, for the owner alone) and a vault of the right keys."""
        self.folder = folder
        self.vault = vault
        self.recovered = ""
        self.is_new = False
        self.is_short = False
        self._files = files or Files()
        self._db: TinyDB | None = None
        self._lease = Lease(folder / LOCK)
        self._rows: dict[str, dict[str, bytes]] = {name: {} for name in TABLES}
        self._lookup = ""
        self._seq = 0
        self._number = 0
        self._generation = 0
        self._erase_from: int | None = None
        self._broken: int | None = None
        self._compact_at = JOURNAL_LIMIT
        self._journal = Journal(folder, self._files)
        self._lock = threading.Lock()
        self._compacting = threading.Lock()

    @property
    def is_compaction_due(self) -> bool:
        """Say whether the journal has grown enough for a new generation."""
        return self._journal.size >= self._compact_at

    @property
    def _storage(self) -> GenerationStorage:
        assert self._db is not None
        return storage_of(self._db)

    def open(self) -> list[Row]:
        """Take the lease and return every row.

        Raises StoreLocked, VaultError for a wrong key (no file is touched), StoreDamaged, StoreAway, StoreError.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.chmod(0o700)
            self._lease.take()
            self._db = open_database(self.folder, self._files)
            return self._load()
        except OSError as error:
            self.close()
            raised = StoreAway if error.errno in PASSING else StoreError
            raise raised(f"STORE: the folder cannot be opened: {_why(error)}") from error
        except BaseException:
            self.close()
            raise

    def write(self, batches: Sequence[Batch]) -> None:
        """Keep the changes of some acts; when it returns, the disk has them.

        Raises StoreError; then none of them is kept.
        """
        self._lease.check()
        try:
            if self._broken is not None:
                self._compact()
            with self._lock:
                self._append(batches)
            self.is_short = free_bytes(self.folder) < ROOM
        except OSError as error:
            raise StoreError(f"the store cannot be written: {_why(error)}") from error

    def compact(self) -> None:
        """Write a new generation; twice, when traces of erased rows must go from the one before. Raises StoreError."""
        try:
            self._compact()
        except OSError as error:
            self._compact_at = self._journal.size + RETRY_EVERY
            raise StoreError(f"a new generation cannot be written: {_why(error)}") from error

    def restore(self, lookup: str, rows: Sequence[Row]) -> None:
        """Put other rows, and the lookup secret they were named by, in the place of all; nothing older is left.

        Raises StoreError; then either all was replaced or nothing, and it can be done again.
        """
        rename = self._take_up(lookup, renews=True)
        assert rename is not None
        self._rows = {name: {} for name in TABLES}
        for table, key, value in rows:
            key, value = renamed(key, value, rename)
            self._rows[table][key] = orjson.dumps(to_document(key, value, self.vault))
        self._erase_from = self._number
        self._compact_now("the backup cannot be put in place")

    def check(self) -> None:
        """Finish an erasure that is owed and make sure that there is room. Raises StoreError."""
        self._lease.check()
        if self._erase_from is not None:
            self.compact()
        self.is_short = free_bytes(self.folder) < ROOM
        if self.is_short:
            raise StoreError(f"the disk is full: less than {ROOM // 2**20} MiB are free")

    def close(self) -> None:
        """Bring the generation up to date if that is possible, and let go of the lease; safe to call twice."""
        if self._db is not None and self._number:
            if self._journal.size or self._erase_from is not None:
                with contextlib.suppress(OSError, StoreError):
                    self._compact()
            self._journal.close()
            self._number = 0
        self._db = None
        self._lease.let_go()

    def _load(self) -> list[Row]:
        assert self._db is not None
        found = read_contents(self.folder, self._db)
        if not found.meta:
            return self._begin()
        rename = self._take_up(found.meta["lookup"])
        rows, is_anew = self._take(found, rename)
        self._generation, self._seq, self.recovered = found.meta["generation"], found.seq, found.recovered
        self._number = max([self._generation, *found.journals])
        if self.recovered or found.erases or is_anew or not self._storage.is_previous_like(self._lookup):
            self._erase_from = self._number
        if rename is not None:
            self._compact_now("the store cannot be written under the new key")
        elif found.journals or self._erase_from is not None:
            # a full disk must not keep people from help: the journals still hold everything
            with contextlib.suppress(OSError):
                self._compact()
        self._storage.tidy()
        self._rotate()
        return rows

    def _begin(self) -> list[Row]:
        """Start an empty store: its first generation is on the disk, twice, before anything is promised."""
        self._lookup = self.vault.new_lookup_secret()
        self.vault = self.vault.with_lookup(self._lookup)
        self._erase_from = 0
        self._compact()
        self.is_new = True
        return []

    def _take_up(self, lookup: str, *, renews: bool = False) -> Callable[[str], str] | None:
        """Take up the store's lookup secret; under a new first key renew it, and return what renames every row."""
        self._lookup = lookup
        self.vault = self.vault.with_lookup(lookup)
        if self.vault.is_current(lookup) and not renews:
            return None
        self._lookup = self.vault.renewed_lookup(lookup)
        self.vault = self.vault.with_lookup(self._lookup)
        return self.vault.successor

    def _take(self, found: Contents, rename: Callable[[str], str] | None) -> tuple[list[Row], bool]:
        """Return the documents as rows, and whether any had to be encrypted anew with the first key."""
        rows, is_anew = [], rename is not None
        for name, table in found.documents.items():
            for key, document in table.items():
                value = from_document(name, document, self.vault)
                if rename is not None:
                    key, value = renamed(key, value, rename)
                if rename is not None or not is_current(document, self.vault):
                    document = to_document(key, value, self.vault)
                    is_anew = True
                rows.append(Row(name, key, value))
                self._rows[name][key] = orjson.dumps(document)
        return rows, is_anew

    def _compact_now(self, failed: str) -> None:
        """Write a new generation before anything else may happen: what follows would not fit to the old ones."""
        try:
            self._compact()
        except OSError as error:
            self._number = 0
            raise StoreError(f"{failed}: {_why(error)}") from error

    def _append(self, batches: Sequence[Batch]) -> None:
        lines, written = [], []
        for seq, batch in enumerate(batches, start=self._seq + 1):
            last = {(each.table, each.key): each.new for each in batch.changes if each.kept}
            record: dict[str, Any] = {"seq": seq, ERASES: {}} if batch.forgets else {"seq": seq}
            for (table, key), value in last.items():
                data = None if value is None else orjson.dumps(to_document(key, value, self.vault))
                if data is None:
                    record.setdefault(ERASES, {}).setdefault(table, []).append(key)
                else:
                    record.setdefault("put", {}).setdefault(table, []).append(orjson.Fragment(data))
                written.append((table, key, data))
            if ERASES in record:
                self._erase_from = self._number
            lines.append(journal.line(record))
        try:
            self._journal.append(b"".join(lines))
        except OSError:
            if self._journal.is_broken:
                self._broken = self._erase_from = self._number
            raise
        self._seq += len(batches)
        for table, key, data in written:
            if data is None:
                self._rows[table].pop(key, None)
            else:
                self._rows[table][key] = data

    def _compact(self) -> None:
        """Write everything up to now as a generation, while further acts go to the next journal."""
        with self._compacting:
            self._lease.check()
            with self._lock:
                self._rotate()
                number, seq = self._number, self._seq
                self._rows |= {name: _in_order(self._rows[name]) for name in OF_PEOPLE}
                rows = {name: dict(table) for name, table in self._rows.items()}
                erases = self._erase_from is not None
            data = {META: {"1": self._meta(number, seq)}} | {name: _numbered(table) for name, table in rows.items()}
            if erases:
                self._storage.write_twice(data)
            else:
                self._storage.write(data)
            oldest = number if erases else self._generation
            for each, path in journals_in(self.folder).items():
                if each < oldest:
                    self._files.remove(path)
            self._files.sync_folder(self.folder)
            with self._lock:
                self._generation = number
                self._compact_at = max(JOURNAL_LIMIT, 2 * self._storage.size)
                if erases and self._erase_from is not None and self._erase_from < number:
                    self._erase_from = None
                if erases and self._broken is not None and self._broken < number:
                    self._broken = None

    def _rotate(self) -> None:
        """Go on in a new journal (its file begins with the first record)."""
        self._journal.close()
        self._number += 1
        self._journal = Journal(self.folder / f"journal.{self._number:08d}", self._files)

    def _meta(self, number: int, seq: int) -> Document:
        return {"format": FORMAT, "generation": number, "seq": seq, "lookup": self._lookup}


def _in_order(table: dict[str, bytes]) -> dict[str, bytes]:
    """Return the rows in the order of their keys, which are pseudonyms: nothing tells who came before whom.

    It stays so in memory: what is nearly in order costs next to nothing to put in order again.
    """
    return dict(sorted(table.items()))


def _numbered(table: dict[str, bytes]) -> dict[str, orjson.Fragment]:
    return {str(number): orjson.Fragment(data) for number, data in enumerate(table.values(), start=1)}


def _why(error: OSError) -> str:
    """Say what the system said, without the path."""
    return os.strerror(error.errno) if error.errno else type(error).__name__
