"""The store in PostgreSQL: for hosts that empty their disk, and for many readers."""

from __future__ import annotations

from bot.storage.acts import StoreActs
from bot.storage.backup import Backup
from bot.storage.database import Database
from bot.storage.snapshot import rows_of
from bot.storage.vault import Vault


class PostgresStore(StoreActs):
    """The acts of a store in a database; see `docs/decisions/0023-postgresql-beside-tinydb.md`."""

    can_be_taken = True

    def __init__(self, address: str, vault: Vault) -> None:
        """Take an address (`postgresql://...`) and the vault. Raises SettingsError when it is none."""
        self._database = Database(address, vault)
        super().__init__(self._database)

    @property
    def recovered(self) -> str:
        """What was found damaged at opening and how that was mended: a database mends nothing by itself."""
        return self._database.recovered

    @property
    def is_new(self) -> bool:
        """Say whether nothing had been kept in the database when it was opened."""
        return self._database.is_new

    @property
    def is_taken(self) -> bool:
        """Say whether another process has taken over, so that this one must end."""
        return self._database.is_taken

    def restore(self, backup: Backup) -> None:
        """Put a backup in the place of everything in the database, which no other process may hold; then it is closed.

        Raises StoreLocked, StoreAway, VaultError, StoreError.
        """
        self._database.open()
        try:
            self._database.restore(backup.lookup, rows_of(backup))
        finally:
            self._database.close()
