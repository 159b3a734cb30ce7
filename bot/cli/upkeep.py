"""What an operator does to an installation: keys, diagnosis, preparing the store."""

from __future__ import annotations

import argparse
import asyncio

from bot import clock, doctor
from bot.chat.modes import ask_modes
from bot.cli.speak import FINE, NOT_FINE, tell
from bot.errors import SettingsError, StoreError
from bot.settings import Settings
from bot.storage.backup import take_backup
from bot.storage.choose import choose_store, folder_of
from bot.storage.keyring import vault_of
from bot.storage.reading import holds_store
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
    choose_store(settings.store_folder, key)
    folder, vault = folder_of(settings.store_folder), vault_of(key)
    if not holds_store(folder):
        return False
    vault.with_lookup(take_backup(folder, settings.resources, vault, clock.today()).lookup)
    return True


def on_migrate(_: argparse.Namespace, settings: Settings) -> int:
    """Prepare the store, as far as that is possible before the bot starts, and say what there is.

    For TinyDB that is making the folder; a store that is there is read, changing nothing, while the bot may run on it.
    Raises SettingsError for a key that is none or lies beside the data, StoreError, StoreDamaged, VaultError.
    """
    if settings.secret_key is None:
        if settings.store_folder is not None and holds_store(settings.store_folder):
            raise SettingsError(
                "SECRET_KEY: it is needed, because the store in the folder is encrypted; nothing was touched"
            )
        tell("There is no store yet, and no SECRET_KEY: only the sandbox can start, and it keeps nothing.")
        return FINE
    is_there, folder = read_store(settings), folder_of(settings.store_folder)
    if is_there:
        tell(f"The store in {folder} is ready, and SECRET_KEY opens it.")
        return FINE
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"the folder {folder} cannot be made: {error.strerror}") from None
    tell(f"There is no store in {folder} yet: the bot makes it at its first start, under the first key of SECRET_KEY.")
    return FINE
