"""Backups: everything in a store's folder as one encrypted, authenticated file, and back again."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

import orjson

from bot.errors import StoreDamaged, StoreError, VaultError
from bot.storage.documents import TABLES, from_document, to_document
from bot.storage.reading import FILE, LOCK, holds_store, read_steadily
from bot.storage.tables import Row
from bot.storage.vault import Vault

MAGIC = b"waypost backup 1\n"
FORMAT = 1
LIST = "resources.yaml"
"""The name under which the list of contacts is kept, wherever it lies."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds: rows, the store's encrypted look-up secret, and the files beside the store by name."""

    made_on: date
    lookup: str = field(repr=False)
    rows: tuple[Row, ...] = field(repr=False)
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)


def take_backup(folder: Path, resources: Path, vault: Vault, today: date) -> Backup:
    """Read a store and the files beside it; the bot may go on working meanwhile.

    Raises StoreError when there is no store, StoreDamaged, VaultError for a wrong key.
    """
    if not holds_store(folder):
        raise StoreError(f"there is no store in {folder}")
    try:
        found = read_steadily(folder)
        files = {name: path.read_bytes() for name, path in _beside(folder).items()}
        if resources.is_file():
            files[LIST] = resources.read_bytes()
    except OSError as error:
        raise StoreError(f"the store cannot be read: {error.strerror}") from None
    rows = tuple(
        Row(name, key, from_document(name, document, vault))
        for name, table in found.documents.items()
        for key, document in table.items()
    )
    return Backup(today, found.meta["lookup"], rows, files)


def pack(backup: Backup, vault: Vault) -> bytes:
    """Return a backup as bytes under the vault's first key."""
    tables: dict[str, list[Any]] = {name: [] for name in TABLES}
    for table, key, value in backup.rows:
        tables[table].append(to_document(key, value, vault))
    content = {
        "format": FORMAT,
        "made_on": backup.made_on.isoformat(),
        "lookup": vault.rewrap(backup.lookup),
        "tables": tables,
        "files": {name: base64.b64encode(data).decode() for name, data in backup.files.items()},
    }
    return MAGIC + vault.seal(zlib.compress(orjson.dumps(content)), "backup", "store")


def unpack(raw: bytes, vault: Vault) -> Backup:
    """Return the backup that some bytes hold.

    Raises StoreDamaged when they are no whole backup, VaultError when none of the keys fits, StoreError when a later
    version made it.
    """
    if not raw.startswith(MAGIC):
        raise StoreDamaged("this is not a backup of Waypost, or it is damaged")
    if not vault.is_known(raw[len(MAGIC) :]):
        raise VaultError("the backup was made with another key: put that key behind the first one in SECRET_KEY")
    try:
        content = orjson.loads(zlib.decompress(vault.unseal(raw[len(MAGIC) :], "backup", "store")))
    except (VaultError, zlib.error, orjson.JSONDecodeError):
        raise StoreDamaged("the backup is damaged or not whole; take another one") from None
    if content["format"] > FORMAT:
        raise StoreError("the backup was made by a later version of Waypost")
    rows = tuple(
        Row(name, document["key"], from_document(name, document, vault))
        for name, documents in content["tables"].items()
        if name in TABLES
        for document in documents
    )
    try:
        files = {name: base64.b64decode(data) for name, data in content["files"].items() if _is_inside(name)}
    except binascii.Error:
        raise StoreDamaged("the backup is damaged or not whole; take another one") from None
    return Backup(date.fromisoformat(content["made_on"]), content["lookup"], rows, files)


def _beside(folder: Path) -> dict[str, Path]:
    """Return the files in a store's folder that are not the store's own, by their path in it."""
    found = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {name: path for name, path in found.items() if _is_inside(name)}


def _is_inside(name: str) -> bool:
    """Say whether a name stays inside the folder and is neither the store's own nor about to vanish."""
    path = PurePosixPath(name)
    is_passing = name == LOCK or name.startswith((FILE, "journal.")) or path.suffix == ".part"
    return not is_passing and not path.is_absolute() and not any(part.startswith(".") for part in path.parts)
