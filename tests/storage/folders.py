"""A store's folder as tests look at it: opened again, with whom it knows, byte for byte."""

from __future__ import annotations

from pathlib import Path

from bot.storage.tinydb_store import TinyDBStore
from bot.storage.vault import Vault
from tests.storage.conftest import KEY


async def opened(folder: Path, *keys: bytes) -> TinyDBStore:
    """Return the store of a folder, open."""
    store = TinyDBStore(folder, Vault(keys or [KEY]))
    await store.open()
    return store


async def chats(folder: Path, *keys: bytes) -> tuple[set[int], str]:
    """Return whom the store of a folder knows, and what it says about being mended."""
    store = await opened(folder, *keys)
    found = {each.chat_id async for each in store.subscribers()}
    await store.close()
    return found, store.recovered


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}
