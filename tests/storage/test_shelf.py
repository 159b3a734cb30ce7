"""What a shelf must do, whether it is a folder or the store itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.flows.ports import Shelf
from bot.resources.shelf import FolderShelf
from bot.storage.memory_store import MemoryStore
from bot.storage.papers import PaperShelf


@pytest.fixture(params=["folder", "store"])
async def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Shelf]:
    store = MemoryStore()
    await store.open()
    yield FolderShelf(tmp_path / "data") if request.param == "folder" else PaperShelf(store, asyncio.get_running_loop())
    await store.close()


async def test_shelf__written_replaced_and_removed__holds_what_was_written_last_in_order(shelf):
    for name in ("versions/b.yaml", "versions/a.yaml", "last", "versions/b.yaml"):
        await asyncio.to_thread(shelf.write, name, f"# {name}: ж\n".encode())
        await asyncio.sleep(0.002)  # names are told in the order of their times
    assert (
        shelf.read("versions/b.yaml") == "# versions/b.yaml: ж\n".encode()
        and shelf.read("last") == "# last: ж\n".encode()
    )
    assert shelf.names("versions/") == ["versions/a.yaml", "versions/b.yaml"] and shelf.names("versions/b") == [
        "versions/b.yaml"
    ]
    for _ in range(2):
        await asyncio.to_thread(shelf.remove, "versions/a.yaml")
    assert shelf.read("versions/a.yaml") is None and shelf.names("versions/") == ["versions/b.yaml"]


def test_shelf__nothing_was_ever_written__holds_nothing(shelf):
    assert shelf.read("last") is None and shelf.names("versions/") == []


async def test_shelf__what_is_no_text_or_empty__is_kept_byte_for_byte(shelf):
    for content in (b"", b"\xff\x00\r\n\x80"):
        await asyncio.to_thread(shelf.write, "odd", content)
        assert shelf.read("odd") == content


def test_folder__that_cannot_be_written__says_so(tmp_path):
    (tmp_path / "data").write_text("a file is in the way")
    with pytest.raises(StoreError, match="cannot be written"):
        FolderShelf(tmp_path / "data").write("last", b"x")
