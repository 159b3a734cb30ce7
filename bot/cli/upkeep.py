"""What an operator does to an installation: keys, diagnosis, preparing the store."""

from __future__ import annotations

import argparse
import asyncio

from bot import clock, doctor
from bot.chat.modes import ask_modes
from bot.cli.speak import FINE, NOT_FINE, tell
from bot.errors import SettingsError
from bot.settings import Settings
from bot.storage.choose import choose_store
from bot.storage.keyring import vault_of
from bot.storage.places import FolderPlace, Place, place_of
from bot.storage.vault import new_key


def on_keys(_: argparse.Namespace, __: Settings) -> int:
    """Print a new key."""
    tell(new_key())
    return FINE


def on_doctor(_: argparse.Namespace, settings: Settings) -> int:
    """Print what is wrong with this installation."""

    def modes() -> list[str]:
        tokens = [token.get_secret_value() for token in (settings.bot_token, settings.admin_bot_token) if token]
        found = [asyncio.run(ask_modes(token, settings.bot_api_url)) for token in tokens]
        return list(dict.fromkeys(sentence for sentences in found for sentence in sentences))

    findings = doctor.examine(settings, clock.today(), lambda: read_store(settings), modes)
    for finding in findings:
        tell(finding)
    if not findings:
        tell("Nothing is wrong.")
    return NOT_FINE if findings else FINE


def read_store(settings: Settings) -> bool:
    """Read every row of the store, changing nothing, while the bot may run on it; return whether there is one.

    Raises SettingsError for a key that is none or lies beside the data, StoreError, StoreDamaged, VaultError.
    """
    key = settings.secret_key.get_secret_value() if settings.secret_key else ""
    choose_store(settings.store_place, key)
    place, vault = place_of(settings.store_place), vault_of(key)
    if not place.holds_store():
        return False
    vault.with_lookup(place.take_backup(settings.resources, vault, clock.today()).lookup)
    return True


def on_migrate(_: argparse.Namespace, settings: Settings) -> int:
    """Prepare the store, as far as that is possible before the bot starts, and say what there is.

    For TinyDB that is making the folder, for PostgreSQL making its tables; a store that is there is read, changing
    nothing, while the bot may run on it.
    Raises SettingsError for a key that is none or lies beside the data, StoreError, StoreDamaged, VaultError.
    """
    place = place_of(settings.store_place)
    if settings.secret_key is None:
        if place.holds_store():
            raise SettingsError(
                f"SECRET_KEY: it is needed, because the store in {_the(place)} is encrypted; nothing was touched"
            )
        tell("There is no store yet, and no SECRET_KEY: only the sandbox can start, and it keeps nothing.")
        return FINE
    if read_store(settings):
        tell(f"The store in {place} is ready, and SECRET_KEY opens it.")
        return FINE
    place.prepare()
    tell(f"There is no store in {place} yet: the bot makes it at its first start, under the first key of SECRET_KEY.")
    return FINE


def _the(place: Place) -> str:
    return "the folder" if isinstance(place, FolderPlace) else str(place)
