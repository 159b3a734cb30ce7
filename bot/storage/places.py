"""Where a store can lie, a folder or a database, asked alike by whoever need not know which."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from bot.errors import SettingsError, StoreError
from bot.storage.backup import Backup, take_backup
from bot.storage.reading import holds_store
from bot.storage.tinydb_store import TinyDBStore
from bot.storage.vault import Vault

if TYPE_CHECKING:
    from bot.storage.postgres_store import PostgresStore

LARGEST_KEY_FILE = 65_536
"""Bytes up to which a file in the store's folder is looked through for a key: an `.env`, a note."""


class FolderPlace:
    """A folder for TinyDB."""

    def __init__(self, folder: Path) -> None:
        """Take the folder, which may not be there yet."""
        self.folder = folder

    def __str__(self) -> str:
        return str(self.folder)

    def store(self, vault: Vault) -> TinyDBStore:
        """Return the store, not yet opened."""
        return TinyDBStore(self.folder, vault)

    def holds_store(self) -> bool:
        """Say whether something of a store lies there."""
        return holds_store(self.folder)

    def take_backup(self, resources: Path, vault: Vault, today: date) -> Backup:
        """Read everything, while the bot may run on it. Raises StoreError, StoreDamaged, VaultError."""
        return take_backup(self.folder, resources, vault, today)

    def prepare(self) -> None:
        """Do what can be done before the first start. Raises StoreError."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"the folder {self.folder} cannot be made: {error.strerror}") from None

    def find_weaknesses(self) -> list[str]:
        """Return what makes it less safe than it could be, in sentences for the operator."""
        existing = self.folder if self.folder.exists() else self.folder.absolute().parent
        if not os.access(existing, os.W_OK):
            return [f"STORE: the folder {self.folder} cannot be written."]
        if self.folder.exists() and self.folder.stat().st_mode & 0o077:
            return [f"STORE: others on this machine can look into {self.folder}: chmod 700 it."]
        return []

    def refuse_keys(self, secret_key: str) -> None:
        """Raise SettingsError when a small file in the folder holds a key: who takes it would have both."""
        if not self.folder.is_dir():
            return
        written = [part.strip().rstrip("=") for part in secret_key.split(",") if part.strip()]
        standard, url_safe = str.maketrans("-_", "+/"), str.maketrans("+/", "-_")
        keys = {each.translate(table).encode() for each in written for table in (standard, url_safe)}
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and path.stat().st_size <= LARGEST_KEY_FILE:
                content = path.read_bytes()
                if any(key in content for key in keys):
                    name = path.relative_to(self.folder)
                    raise SettingsError(
                        f"SECRET_KEY: the file {name} in the store's folder holds it; keep keys and data apart"
                    )


class DatabasePlace:
    """A database of PostgreSQL. Its driver is loaded when it is first needed: who has a folder need not wait for it."""

    def __init__(self, address: str) -> None:
        """Take the address, which is told nowhere."""
        self._address = address

    def __str__(self) -> str:
        return "the database"

    def store(self, vault: Vault) -> PostgresStore:
        """Return the store, not yet opened. Raises SettingsError for an address that is none."""
        from bot.storage.postgres_store import PostgresStore

        return PostgresStore(self._address, vault)

    def holds_store(self) -> bool:
        """Say whether a store was begun there. Raises StoreError."""
        from bot.storage.snapshot import holds_rows

        return holds_rows(self._address)

    def take_backup(self, resources: Path, vault: Vault, today: date) -> Backup:
        """Read everything, while the bot may run on it. Raises StoreError, StoreDamaged, VaultError."""
        from bot.storage.snapshot import take_snapshot

        return take_snapshot(self._address, resources, vault, today)

    def prepare(self) -> None:
        """Make the tables, if they are not there. Raises StoreError."""
        from bot.storage.snapshot import make_tables

        make_tables(self._address)

    def find_weaknesses(self) -> list[str]:
        """Return what makes it less safe than it could be; why it cannot be asked is told by whoever opens it."""
        from bot.storage.snapshot import find_weaknesses

        try:
            return find_weaknesses(self._address)
        except (StoreError, SettingsError):
            return []

    def refuse_keys(self, secret_key: str) -> None:
        """Raise SettingsError when the address holds a key: it is told to the driver, and may be told on."""
        if any(part.strip() in self._address for part in secret_key.split(",") if part.strip()):
            raise SettingsError("SECRET_KEY: the address of the database holds it; keep keys and data apart")


Place = FolderPlace | DatabasePlace


def place_of(named: Path | SecretStr) -> Place:
    """Return the place that a setting names."""
    return FolderPlace(named) if isinstance(named, Path) else DatabasePlace(named.get_secret_value())
