"""The default store: everything in one folder, in a file that TinyDB reads, for one process."""

from __future__ import annotations

from pathlib import Path

from bot.storage.acts import StoreActs
from bot.storage.backup import Backup
from bot.storage.disk import Disk
from bot.storage.files import Files
from bot.storage.vault import Vault


class TinyDBStore(StoreActs):
    """The acts of a store on a disk; see `docs/decisions/0003-tinydb-generations-and-journal.md`."""

    def __init__(self, folder: Path, vault: Vault, *, files: Files | None = None) -> None:
        """Take the folder and the vault; `files` is for tests that let the disk fail."""
        self._disk = Disk(folder, vault, files)
        super().__init__(self._disk)

    @property
    def recovered(self) -> str:
        """What was found damaged at opening and how that was mended, in words for the log; empty when nothing was."""
        return self._disk.recovered

    @property
    def is_new(self) -> bool:
        """Say whether nothing had been kept in the folder when it was opened."""
        return self._disk.is_new

    def restore(self, backup: Backup) -> None:
        """Put a backup in the place of everything in the folder, which no other process may hold; then it is closed.

        Raises StoreLocked, VaultError, StoreError.
        """
        self._disk.open()
        try:
            self._disk.restore(backup.lookup, backup.rows)
        finally:
            self._disk.close()
