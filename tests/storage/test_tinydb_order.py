"""In which order the disk is asked to keep things: a kill cannot show it, a power cut would."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.core.delivery import Sent
from bot.storage.files import Files
from bot.storage.tinydb_store import TinyDBStore
from bot.storage.vault import Vault
from tests.storage.conftest import KEY, published, settle_all, subscribe


class Witness(Files):
    """Files that know what the disk was not asked to keep yet: contents by inode, and new names."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.dirty: set[int] = set()
        self.renamed: set[str] = set()
        self.syncs = 0
        real = os.fdatasync

        def sync(descriptor: int) -> None:
            self.syncs += 1
            self.dirty.discard(os.fstat(descriptor).st_ino)
            real(descriptor)

        patch.setattr("bot.storage.files._sync_data", sync)

    def write(self, descriptor: int, data: bytes) -> None:
        self.dirty.add(os.fstat(descriptor).st_ino)
        super().write(descriptor, data)

    def replace(self, source: Path, target: Path) -> None:
        assert source.stat().st_ino not in self.dirty, "a name was given to what may not be there"
        self.renamed.add(target.name)
        super().replace(source, target)

    def remove(self, path: Path) -> None:
        if path.name.startswith("journal."):
            assert not self.renamed, "a journal went before the generation that stands for it"
        super().remove(path)

    def sync_folder(self, folder: Path) -> None:
        super().sync_folder(folder)
        self.renamed.clear()


async def test_disk__every_act__is_asked_of_it_before_the_act_returns_and_no_journal_goes_too_early(
    folder, monkeypatch
) -> None:
    files = Witness(monkeypatch)
    for life in range(2):
        store = TinyDBStore(folder, Vault([KEY]), files=files)
        await store.open()
        for chat in range(1, 4):
            before = files.syncs
            await subscribe(store, 10 * life + chat)
            assert files.syncs > before and not files.dirty
        await published(store, f"a{life}")
        await settle_all(store, Sent(7))
        assert not files.dirty
        await store.forget(10 * life + 1)
        assert not files.dirty and not files.renamed
        for chat in (4, 5, 6):
            await subscribe(store, 10 * life + chat)
            store._disk.compact()
            assert not files.dirty and not files.renamed
        await store.close()
        assert not files.dirty and not files.renamed
