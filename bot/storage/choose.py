"""Which store a setting names."""

from __future__ import annotations

from pathlib import Path

from bot.errors import SettingsError, VaultError
from bot.storage.tinydb_store import TinyDBStore
from bot.storage.vault import Vault, parse_keys

LARGEST_KEY_FILE = 65_536
"""Bytes up to which a file in the store's folder is looked through for a key: an `.env`, a note."""


def choose_store(folder: Path | None, secret_key: str) -> TinyDBStore:
    """Return the store in that folder (None: a database is named instead), not yet opened.

    Raises SettingsError for a store that is not supported, a key that is none, or one that lies beside the data.
    """
    if folder is None:
        raise SettingsError("STORE: only tinydb:FOLDER is supported so far; DATABASE_URL, if it is set, wins over it")
    try:
        keys = parse_keys(secret_key)
    except VaultError as error:
        raise SettingsError(f"SECRET_KEY: {error}") from None
    _refuse_keys_beside(folder, secret_key)
    return TinyDBStore(folder, Vault(keys))


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
