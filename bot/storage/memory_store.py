"""A store that lasts as long as its object: for tests and for trying things out; behaves as TinyDBStore does."""

from __future__ import annotations

import os
from collections.abc import Sequence

from bot.storage.acts import StoreActs
from bot.storage.documents import Value
from bot.storage.tables import Batch, Row
from bot.storage.vault import KEY_SIZE, Vault


class Nowhere:
    """Keeps rows in a dictionary, so that a store can be closed and opened again."""

    is_instant = True
    is_compaction_due = False
    is_short = False

    def __init__(self, vault: Vault | None = None) -> None:
        """Take a vault, or one with a key that nobody knows."""
        vault = vault or Vault([os.urandom(KEY_SIZE)])
        self.vault = vault.with_lookup(vault.new_lookup_secret())
        self._rows: dict[tuple[str, str], Value] = {}

    def open(self) -> list[Row]:
        """Return every row."""
        return [Row(table, key, value) for (table, key), value in self._rows.items()]

    def write(self, batches: Sequence[Batch]) -> None:
        """Keep the changes."""
        for batch in batches:
            for change in batch.changes:
                if not change.kept:
                    continue
                if change.new is None:
                    self._rows.pop((change.table, change.key), None)
                else:
                    self._rows[change.table, change.key] = change.new

    def compact(self) -> None:
        """There is nothing to compact."""

    def check(self) -> None:
        """There is always room."""

    def close(self) -> None:
        """There is nothing to let go of."""


class MemoryStore(StoreActs):
    """The acts of a store without a disk."""

    def __init__(self, vault: Vault | None = None) -> None:
        """Take a vault, or one with a key that nobody knows."""
        super().__init__(Nowhere(vault))
