"""Which store a setting names."""

from __future__ import annotations

from pathlib import Path

from bot.errors import SettingsError, VaultError
from bot.storage.tinydb_store import TinyDBStore
from bot.storage.vault import Vault, parse_keys


def choose_store(folder: Path | None, secret_key: str) -> TinyDBStore:
    """Return the store in that folder (None: a database is named instead), not yet opened.

    Raises SettingsError for a store that is not supported or a key that is none.
    """
    if folder is None:
        raise SettingsError("STORE: only tinydb:FOLDER is supported so far")
    try:
        keys = parse_keys(secret_key)
    except VaultError as error:
        raise SettingsError(f"SECRET_KEY: {error}") from None
    return TinyDBStore(folder, Vault(keys))
