"""A database as it is at one moment, read without the lease, while the bot may go on writing."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from bot.core.paper import Paper
from bot.errors import StoreError
from bot.storage.backup import LIST, Backup
from bot.storage.documents import PAPERS
from bot.storage.layout import prepare, read_found, read_rows
from bot.storage.session import Session
from bot.storage.tables import Row
from bot.storage.vault import Vault


@contextmanager
def _session(address: str) -> Iterator[Session]:
    session = Session(address)
    session.open()
    try:
        yield session
    finally:
        session.close()


def holds_rows(address: str) -> bool:
    """Say whether a store was begun in that database. Raises StoreAway, StoreDamaged, StoreError."""
    with _session(address) as session:
        return read_found(session) is not None


def make_tables(address: str) -> bool:
    """Make the tables, if they are not there; say whether they were made. Raises what `holds_rows` raises."""
    with _session(address) as session:
        return prepare(session)


def find_weaknesses(address: str) -> list[str]:
    """Return what makes that database less safe than it could be. Raises what `holds_rows` raises."""
    with _session(address) as session:
        return session.weaknesses()


def take_snapshot(address: str, resources: Path, vault: Vault, today: date) -> Backup:
    """Read everything in a database; papers become files, as they are beside a store in a folder.

    Raises StoreError when there is no store, StoreAway, StoreDamaged, VaultError for a wrong key.
    """
    with _session(address) as session, session.together():
        session.do("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        found = read_found(session)
        if found is None:
            raise StoreError("there is no store in the database")
        rows = [row for row, _ in read_rows(session, vault.with_lookup(found.lookup))]
    papers = [row.value for row in rows if isinstance(row.value, Paper)]
    files = {paper.name: base64.b64decode(paper.content) for paper in sorted(papers, key=lambda paper: paper.number)}
    try:
        if resources.is_file():
            files[LIST] = resources.read_bytes()
    except OSError as error:
        raise StoreError(f"the store cannot be read: {error.strerror}") from None
    return Backup(today, found.lookup, tuple(row for row in rows if row.table != PAPERS), files)


def rows_of(backup: Backup) -> list[Row]:
    """Return the rows of a backup, with its files as papers; the list itself lies elsewhere."""
    papers: list[Paper] = []
    for name, data in backup.files.items():
        if name != LIST:
            papers.append(Paper(name, base64.b64encode(data).decode(), len(papers) + 1))
    return [*backup.rows, *(Row(PAPERS, paper.name, paper) for paper in papers)]
