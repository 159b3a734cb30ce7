"""Which store a setting names."""

from __future__ import annotations

from pathlib import Path

from bot.errors import SettingsError
from bot.storage.keyring import vault_of
from bot.storage.tinydb_store import TinyDBStore

LARGEST_KEY_FILE = 65_536
"""Bytes up to which a file in the store's folder is looked through for a key: an `.env`, a note."""


def choose_store(folder: Path | None, secret_key: str) -> TinyDBStore:
    """Return the store in that folder (None: a database is named instead), not yet opened.

    Raises SettingsError for a store that is not supported, a key that is none, or one that lies beside the data.
    """
    place, vault = folder_of(folder), vault_of(secret_key)
    _refuse_keys_beside(place, secret_key)
    return TinyDBStore(place, vault)


def folder_of(folder: Path | None) -> Path:
    """Return the folder of the store. Raises SettingsError where a database is named instead (None)."""
    if folder is None:
        raise SettingsError("STORE: only tinydb:FOLDER is supported so far; DATABASE_URL, if it is set, wins over it")
    return folder


def _refuse_keys_beside(folder: Path, secret_key: str) -> None:
    """Raise SettingsError when a small file below the store's folder holds a key: who takes it would have both."""
    if not folder.is_dir():
        return
    written = [part.strip().rstrip("=") for part in secret_key.split(",") if part.strip()]
    standard, url_safe = str.maketrans("-_", "+/"), str.maketrans("+/", "-_")
    keys = {each.translate(table).encode() for each in written for table in (standard, url_safe)}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.stat().st_size <= LARGEST_KEY_FILE:
            content = path.read_bytes()
            if any(key in content for key in keys):
                name = path.relative_to(folder)
                raise SettingsError(
                    f"SECRET_KEY: the file {name} in the store's folder holds it; keep keys and data apart"
                )
