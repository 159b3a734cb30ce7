"""A new key: everything in the store is encrypted anew while the bot is stopped."""

from __future__ import annotations

import argparse
import asyncio

from bot.cli.backup import read_backup, write_file
from bot.cli.speak import FINE, tell
from bot.errors import SettingsError, StoreError, StoreLocked
from bot.settings import Settings
from bot.storage.backup import pack
from bot.storage.choose import choose_store
from bot.storage.keyring import keys_of, vault_of
from bot.storage.places import place_of


def on_rotate(chosen: argparse.Namespace, settings: Settings) -> int:
    """Put the store, and the backups named, under the first of several keys; prove that it alone opens the store.

    Raises StoreError when there is no store, StoreLocked while the bot runs on it, and what reading raises.
    """
    keys = _keys(settings)
    vault = vault_of(",".join(keys))
    held = [(file, read_backup(file, vault)) for file in chosen.backups]
    place = place_of(settings.store_place)
    if not place.holds_store():
        raise StoreError(f"there is no store in {place}; a new one begins under the first key by itself")
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
    if len(set(keys_of(text))) < 2:
        raise SettingsError(
            "SECRET_KEY: write the new key, a comma, and the old one; `python -m bot keys new` prints a new one"
        )
    return keys


async def _open_twice(settings: Settings, every: str, first: str) -> None:
    for keys in (every, first):
        store = choose_store(settings.store_place, keys)
        await store.open()
        try:
            await store.ping()
        finally:
            await store.close()
