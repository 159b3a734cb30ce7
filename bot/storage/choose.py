"""Which store a setting names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from pydantic import SecretStr

from bot.storage.keyring import vault_of
from bot.storage.places import place_of
from bot.storage.tinydb_store import TinyDBStore

if TYPE_CHECKING:
    from bot.storage.postgres_store import PostgresStore

KeptStore: TypeAlias = "TinyDBStore | PostgresStore"


def choose_store(named: Path | SecretStr, secret_key: str) -> KeptStore:
    """Return the store in that folder or database, not yet opened.

    Raises SettingsError for an address that is none, a key that is none, or one that lies beside the data.
    """
    place, vault = place_of(named), vault_of(secret_key)
    place.refuse_keys(secret_key)
    return place.store(vault)
