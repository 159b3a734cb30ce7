"""What a database holds of Waypost: its two tables, how they are made, read, and written anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from bot.errors import StoreDamaged, StoreError
from bot.storage.documents import TABLES, from_document, is_current, to_document
from bot.storage.session import Session
from bot.storage.tables import Row
from bot.storage.vault import Vault

FORMAT = 1
SCHEMA = Path(__file__).with_name("schema.sql")

LOCK_CLASS = 0x57617970
"""The first half of the advisory lock's number; the second is that of the table `waypost_meta`."""

MINE = "SELECT 1 FROM waypost_meta WHERE seq = %s AND holder = %s AND pg_backend_pid() = %s FOR UPDATE"
LOCK = "SELECT pg_try_advisory_lock(%s, 'waypost_meta'::regclass::oid::int)"
WHO_LOCKS = """
    SELECT pid, (SELECT backend_start::text FROM pg_stat_activity a WHERE a.pid = l.pid) FROM pg_locks l
    WHERE locktype = 'advisory' AND granted AND objsubid = 2
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND classid = %s::int AND objid = 'waypost_meta'::regclass::oid
"""
WRITE = """
    WITH mine AS (
        UPDATE waypost_meta SET seq = seq + 1, owes = owes OR %s
        WHERE seq = %s AND holder = %s AND pg_backend_pid() = %s RETURNING seq
    ), gone AS (
        DELETE FROM waypost_rows r USING unnest(%b::text[], %b::text[]) AS g (kind, key)
        WHERE r.kind = g.kind AND r.key = g.key AND EXISTS (SELECT FROM mine)
    ), put AS (
        INSERT INTO waypost_rows (kind, key, document)
        SELECT * FROM unnest(%b::text[], %b::text[], %b::text[]) WHERE EXISTS (SELECT FROM mine)
        ON CONFLICT (kind, key) DO UPDATE SET document = excluded.document
    )
    SELECT seq FROM mine
"""
"""One statement, so that a write is one way there and back; it does nothing in a session that may not write."""

_HAVE = "SELECT to_regclass('waypost_meta') IS NOT NULL, to_regclass('waypost_rows') IS NOT NULL"
_STAY = """
    SELECT set_config('search_path', quote_ident(nspname), false) FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = 'waypost_meta'::regclass
"""
"""Whatever schemas come and go: what is made anew is made where it was."""

_META = "SELECT format, lookup, holder, seq, owes FROM waypost_meta"
_NO_SAMPLES = (
    "ALTER TABLE waypost_rows ALTER kind SET STATISTICS 0, ALTER key SET STATISTICS 0, ALTER document SET STATISTICS 0"
)


@dataclass(frozen=True, slots=True)
class Found:
    """What a database says of itself."""

    lookup: str = field(repr=False)
    holder: str = field(repr=False)
    seq: int
    owes: bool


def read_found(session: Session) -> Found | None:
    """Return what the database says of itself; None when nothing was ever kept there.

    Raises StoreDamaged for what is not ours or not whole, StoreError for a later version's.
    """
    have = session.do(_HAVE)[0]
    if not any(have):
        return None
    if not all(have):
        raise StoreDamaged("one of the two tables of the store is missing")
    session.do(_STAY)
    rows = session.do(_META)
    if not rows:
        if session.do("SELECT 1 FROM waypost_rows LIMIT 1"):
            raise StoreDamaged("the row is missing that says how the store is encrypted")
        return None
    version, *rest = rows[0]
    if version > FORMAT:
        raise StoreError("the store was written by a later version of Waypost")
    return Found(*rest)


def read_rows(session: Session, vault: Vault) -> Iterator[tuple[Row, bool]]:
    """Yield every row, and whether all of it is under the vault's first key. Raises StoreDamaged, VaultError."""
    for kind, key, document in session.do("SELECT kind, key, document FROM waypost_rows"):
        if kind not in TABLES:
            continue
        try:
            plain = orjson.loads(document)
            yield Row(kind, key, from_document(kind, plain | {"key": key}, vault)), is_current(plain, vault)
        except (ValueError, TypeError, KeyError, AttributeError):
            raise StoreDamaged(f"a row of {kind} in the database is not what was written") from None


def prepare(session: Session) -> bool:
    """Make the tables, if they are not there; say whether they were made. Raises StoreError."""
    with session.together():
        # Who comes second waits, and finds them made.
        session.do("SELECT pg_advisory_xact_lock(%s, 0)", (LOCK_CLASS,))
        have = session.do(_HAVE)[0]
        if not any(have):
            session.do(SCHEMA.read_text(encoding="utf-8"))
        return not any(have)


def write_anew(session: Session, vault: Vault, lookup: str, rows: Sequence[Row] | None) -> None:
    """Make a new table of rows in the place of the old one, whose file goes; within a transaction.

    With `rows` those are in it, else those that were. They lie in the order of their keys, which tells nothing.
    """
    session.do("CREATE TABLE waypost_rows_new (LIKE waypost_rows INCLUDING STORAGE)")
    if rows is None:
        session.do("LOCK TABLE waypost_rows IN ACCESS EXCLUSIVE MODE")
        session.do("INSERT INTO waypost_rows_new SELECT * FROM waypost_rows ORDER BY kind, key")
    else:
        ordered = sorted(rows, key=lambda row: row[:2])
        documents = (
            (table, key, orjson.dumps(to_document(key, value, vault)).decode()) for table, key, value in ordered
        )
        session.copy("COPY waypost_rows_new (kind, key, document) FROM STDIN", documents)
    session.do("DROP TABLE waypost_rows")
    session.do("ALTER TABLE waypost_rows_new RENAME TO waypost_rows")
    session.do("ALTER TABLE waypost_rows ADD PRIMARY KEY (kind, key)")
    session.do(_NO_SAMPLES)
    session.do("UPDATE waypost_meta SET lookup = %s, owes = false", (lookup,))
