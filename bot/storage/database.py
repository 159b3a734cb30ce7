"""The database under PostgresStore: documents in a table, a row that says who may write, a lock that is the lease."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import orjson

from bot.errors import StoreAway, StoreDamaged, StoreError, StoreLocked
from bot.storage.documents import Value, renamed, to_document
from bot.storage.layout import (
    FORMAT,
    LOCK,
    LOCK_CLASS,
    MINE,
    WHO_LOCKS,
    WRITE,
    prepare,
    read_found,
    read_rows,
    write_anew,
)
from bot.storage.session import LONGEST, Held, Lost, Session
from bot.storage.tables import Batch, Row
from bot.storage.vault import Vault

PAUSE = 1.0
"""Seconds in which a database that could not be reached is not asked again."""

ROWS_A_SECOND = 1000
"""So many rows in one write give it a second more."""

LONGEST_ANEW, HELD_PAUSE = 60.0, 30.0
"""Seconds for writing the table anew, in which nothing else is written; and until it is tried again by itself."""

LET_GO_WITHIN = 2.0
"""Seconds for the server to let go of the lock of a session of ours that broke."""

TAKEN = "another process has taken over the store; this one must not go on"
GONE_BACK = "the database is at another state than this process left it in (an earlier one was put in its place?)"


@dataclass(slots=True)
class Doubt:
    """A write of which nobody knows whether it took effect, and what undoes it."""

    seq: int
    undoing: dict[tuple[str, str], Value | None] = field(repr=False)


class Database:
    """Keeps rows in PostgreSQL; `write`, `check` and `compact` take turns on one session, which holds the lock.

    Who may write is known twice over: the server gives the lock to one session at a time and takes it back when that
    ends, and each write names who opened the store last, how many writes there were, and the session of the lock. So
    nobody writes who was overtaken, whatever became of his connection.
    """

    is_instant = False
    is_short = False
    is_compaction_due = False

    def __init__(self, address: str, vault: Vault) -> None:
        """Take an address as libpq reads it and a vault of the right keys. Raises SettingsError for no address."""
        self.vault = vault
        self.recovered = ""
        self.is_new = False
        self.is_taken = False
        self._session = Session(address)
        self._turn = threading.RLock()
        self._holder = ""
        self._lookup = ""
        self._seq = 0
        self._owes = False
        self._doubt: Doubt | None = None
        self._silent_until, self._held_until, self._why = 0.0, 0.0, ""

    def open(self) -> list[Row]:
        """Take the lease and return every row.

        Raises StoreLocked, StoreAway while the database cannot be used, VaultError for a wrong key (nothing is
        touched), StoreDamaged, StoreError.
        """
        with self._turn:
            try:
                self._session.open()
                prepare(self._session)
                if not self._session.do(LOCK, (LOCK_CLASS,))[0][0]:
                    raise StoreLocked("another process holds the store; only one may use it at a time")
                return self._load()
            except BaseException:
                self._session.close()
                raise

    def write(self, batches: Sequence[Batch]) -> None:
        """Keep the changes of some acts; when it returns, the database has them.

        Raises StoreError; then none of them is kept, or they are taken back before anything else is written.
        """
        with self._turn:
            self._go_on()
            erases = any(batch.forgets or any(c.kept and c.new is None for c in batch.changes) for batch in batches)
            changed = {(c.table, c.key): c.new for batch in batches for c in batch.changes if c.kept}
            for is_last in (False, True):
                try:
                    self._send(changed, owes=erases)
                    return
                except Lost:
                    self._doubt = Doubt(self._seq, _undoing(batches))
                    self._resume()
                    if self._doubt.seq < self._seq:
                        self._doubt = None
                        return
                    self._doubt = None
                    if is_last:
                        raise

    def compact(self) -> None:
        """Write the table anew, in the order of the keys, so that nothing of erased rows is left in its file.

        While something else reads it, a dump for instance, that is owed, and nobody waits for it: the rows are gone
        from the table, and whoever wants to be forgotten must not be told to come again. Raises StoreError.
        """
        with self._turn:
            self._go_on()
            if self._owes:
                with contextlib.suppress(Held):
                    self._rewrite(None)

    def check(self) -> None:
        """Go on after the database was away, and finish an erasure that is owed. Raises StoreError."""
        with self._turn:
            self._go_on()
            if time.monotonic() >= self._held_until:
                self.compact()

    def close(self) -> None:
        """Let go of the lease; safe to call twice."""
        with self._turn:
            if self._session.is_open:
                # Without this the next one would have to wait until the server has noticed that we left.
                with contextlib.suppress(StoreError):
                    self._session.do("SELECT pg_advisory_unlock_all()")
            self._session.close()

    def restore(self, lookup: str, rows: Iterable[Row]) -> None:
        """Put other rows, and the lookup secret they were named by, in the place of all. Raises StoreError."""
        with self._turn:
            rename = self._take_up(lookup, renews=True)
            assert rename is not None
            self._rewrite([Row(row.table, *renamed(row.key, row.value, rename)) for row in rows])

    # opening

    def _load(self) -> list[Row]:
        self._holder, self.is_new = os.urandom(12).hex(), False
        with self._session.together():
            found = read_found(self._session)
            if found is None:
                return self._begin()
            rename = self._take_up(found.lookup)
            rows, is_anew = [], False
            for row, is_under_first in read_rows(self._session, self.vault):
                is_anew = is_anew or not is_under_first
                rows.append(row)
            if rename is not None:
                rows = [Row(row.table, *renamed(row.key, row.value, rename)) for row in rows]
            self._seq = found.seq
            self._session.do("UPDATE waypost_meta SET holder = %s", (self._holder,))
            if rename is not None or is_anew or found.owes:
                self._write_anew(rows)
        return rows

    def _begin(self) -> list[Row]:
        """Start an empty store."""
        self._lookup = self.vault.new_lookup_secret()
        self.vault = self.vault.with_lookup(self._lookup)
        values = FORMAT, self._lookup, self._holder
        self._session.do("INSERT INTO waypost_meta (format, lookup, holder, seq) VALUES (%s, %s, %s, 0)", values)
        self._seq, self.is_new = 0, True
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

    # after the session was lost

    def _go_on(self) -> None:
        """Make sure that there is a session that may write."""
        if self.is_taken:
            raise StoreLocked(TAKEN)
        if not self._session.is_open or self._doubt is not None:
            self._resume()
            self._settle_doubt()

    def _resume(self) -> None:
        """Begin a session in the place of the lost one, take the lock, and see whether all is as we left it."""
        if time.monotonic() < self._silent_until:
            raise StoreAway(self._why)
        old = self._session.pid, self._session.began
        try:
            self._session.open()
            self._lock_again(old)
            self._find_out()
        except StoreLocked:
            self._session.close()
            raise
        except StoreError as error:
            self._session.close()
            self._silent_until, self._why = time.monotonic() + PAUSE, str(error)
            raise StoreAway(self._why) from None

    def _lock_again(self, old: tuple[int, str]) -> None:
        until = time.monotonic() + LET_GO_WITHIN
        while not self._session.do(LOCK, (LOCK_CLASS,))[0][0]:
            holding = self._session.do(WHO_LOCKS, (LOCK_CLASS,))
            if holding == [old]:
                # The server has not noticed yet that the road to us broke.
                self._session.do("SELECT pg_terminate_backend(%s)", (old[0],))
            elif holding or time.monotonic() > until:
                self._find_out()
                raise StoreAway("another session holds the lock on the store")
            time.sleep(0.02)

    def _find_out(self) -> None:
        """See who opened the store last and how far it is; what was in doubt is known then."""
        found = read_found(self._session)
        if found is None:
            raise StoreDamaged("the store in the database is gone")
        if found.holder != self._holder:
            self.is_taken = True
            raise StoreLocked(TAKEN)
        most = self._seq if self._doubt is None else self._doubt.seq + 2
        if not self._seq <= found.seq <= most:
            self.is_taken = True
            raise StoreLocked(GONE_BACK)
        self._seq, self._owes = found.seq, found.owes

    def _settle_doubt(self) -> None:
        """Take back a write that took effect after all, when its acts were told that it had not."""
        doubt = self._doubt
        if doubt is not None and self._seq == doubt.seq + 1:
            self._send(doubt.undoing, owes=True)
        self._doubt = None

    # writing

    def _send(self, changed: Mapping[tuple[str, str], Value | None], *, owes: bool) -> None:
        put = [
            (table, key, orjson.dumps(to_document(key, value, self.vault)).decode())
            for (table, key), value in changed.items()
            if value is not None
        ]
        gone = [place for place, value in changed.items() if value is None]
        values = owes, self._seq, self._holder, self._session.pid, *_columns(gone, 2), *_columns(put, 3)
        if not self._session.do(WRITE, values, within=LONGEST + len(changed) / ROWS_A_SECOND):
            self._session.close()
            self._resume()
            raise StoreAway("the session was not the one that holds the lock")
        self._seq += 1
        self._owes = self._owes or owes

    def _rewrite(self, rows: Sequence[Row] | None) -> None:
        """Write the table anew: with those rows, or with those that are in it, and nothing else."""
        self._held_until = time.monotonic() + HELD_PAUSE
        with self._session.together(within=LONGEST_ANEW):
            if not self._session.do(MINE, (self._seq, self._holder, self._session.pid)):
                raise StoreAway("the session was not the one that holds the lock")
            self._write_anew(rows)

    def _write_anew(self, rows: Sequence[Row] | None) -> None:
        write_anew(self._session, self.vault, self._lookup, rows)
        self._owes = False


def _undoing(batches: Sequence[Batch]) -> dict[tuple[str, str], Value | None]:
    """Return what each row was before those batches."""
    before: dict[tuple[str, str], Value | None] = {}
    for batch in batches:
        for change in batch.changes:
            if change.kept:
                before.setdefault((change.table, change.key), change.old)
    return before


def _columns(rows: Sequence[Sequence[str]], width: int) -> list[list[str]]:
    return [[row[at] for row in rows] for at in range(width)]
