"""A new key: everything in the store is encrypted anew while the bot is stopped."""

from __future__ import annotations

import argparse
import asyncio

from bot.cli.backup import read_backup, write_file
from bot.cli.speak import FINE, tell
from bot.errors import SettingsError, StoreError, StoreLocked, VaultError
from bot.settings import Settings
from bot.storage.backup import pack
from bot.storage.choose import choose_store
from bot.storage.reading import holds_store
from bot.storage.vault import Vault, parse_keys


def on_rotate(chosen: argparse.Namespace, settings: Settings) -> int:
    """Put the store, and the backups named, under the first of several keys; prove that it alone opens the store."""
    keys = _keys(settings)
    vault = Vault(parse_keys(",".join(keys)))
    held = [(file, read_backup(file, vault)) for file in chosen.backups]
    folder = settings.store_folder
    if folder is not None and not holds_store(folder):
        raise StoreError(f"there is no store in {folder}; a new one begins under the first key by itself")
    try:
        asyncio.run(_open_twice(settings, ",".join(keys), keys[0]))
    except StoreLocked:
        raise StoreLocked(
            "the bot is running on this store. Give it SECRET_KEY=NEW,OLD and restart it: it does the same at its start"
        ) from None
    for file, backup in held:
        write_file(file, pack(backup, vault))
        tell(f"{file} is under the first key too.")
    tell("Everything in the store is under the first key of SECRET_KEY, and no other key opens it.")
    tell("Now take the old key out of SECRET_KEY. Other copies made before still open with it: delete them.")
    return FINE


def _keys(settings: Settings) -> list[str]:
    text = settings.secret_key.get_secret_value() if settings.secret_key else ""
    keys = [part.strip() for part in text.split(",") if part.strip()]
    try:
        different = set(parse_keys(text))
    except VaultError as error:
        raise SettingsError(f"SECRET_KEY: {error}") from None
    if len(different) < 2:
        raise SettingsError(
            "SECRET_KEY: write the new key, a comma, and the old one; `python -m bot keys new` prints a new one"
        )
    return keys


async def _open_twice(settings: Settings, every: str, first: str) -> None:
    for keys in (every, first):
        store = choose_store(settings.store_folder, keys)
        await store.open()
        try:
            await store.ping()
        finally:
            await store.close()
