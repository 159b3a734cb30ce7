"""Backups on the command line: writing one, also while the bot runs, and putting one in place."""

from __future__ import annotations

import argparse
import errno
import os
from datetime import timedelta
from pathlib import Path

from bot import clock
from bot.cli.speak import FINE, complain, tell
from bot.core.totals import in_words
from bot.errors import SettingsError, StoreError
from bot.settings import Settings
from bot.storage.backup import LIST, Backup, pack, unpack
from bot.storage.choose import choose_store
from bot.storage.documents import SUBSCRIBERS
from bot.storage.files import Files, write_whole
from bot.storage.keyring import vault_of
from bot.storage.places import FolderPlace, Place, place_of
from bot.storage.vault import Vault

BACKUPS_KEPT = timedelta(days=7)
"""How long a backup may be kept: it holds whoever asked to be forgotten since."""

NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)


def export_backup(file: Path, settings: Settings) -> int:
    """Write an encrypted backup of the store and the list into a new file.

    Raises StoreError where the file must not lie or is there already, and what reading the store raises.
    """
    place, vault = _store_of(settings)
    if isinstance(place, FolderPlace) and file.resolve().is_relative_to(place.folder.resolve()):
        raise StoreError("a backup must not lie in the store's folder: what is forgotten there would live on in it")
    if file.exists():
        raise StoreError(f"{file} is there already; a backup never overwrites anything")
    backup = place.take_backup(settings.resources, vault, clock.today())
    write_file(file, pack(backup, vault), is_new=True)
    tell(f"{file}: {_told(backup)}, encrypted under the first key of SECRET_KEY")
    tell(f"Delete it within {BACKUPS_KEPT.days} days: it still holds people who ask to be forgotten from now on.")
    return FINE


def on_import(chosen: argparse.Namespace, settings: Settings) -> int:
    """Put a backup in place: the store, and of the files beside it and the list those that are missing.

    Raises StoreError for a backup that is too old or over a store that is there, unless told otherwise.
    """
    place, vault = _store_of(settings)
    backup = read_backup(chosen.file, vault)
    age = clock.today() - backup.made_on
    if age > BACKUPS_KEPT and not chosen.old:
        raise StoreError(
            f"the backup is {age.days} days old, and who asked to be forgotten since is still in it; "
            "take a newer one, or say --old"
        )
    if place.holds_store() and not chosen.replace:
        raise StoreError(f"there is a store in {place} already; --replace puts the backup in its place")
    assert settings.secret_key is not None
    choose_store(settings.store_place, settings.secret_key.get_secret_value()).restore(backup)
    for name in _put_files(backup, place, settings.resources):
        complain(f"{name} is there already and was left as it is")
    tell(f"{place}: {_told(backup)}, as of {backup.made_on.isoformat()}")
    tell("Who left since then is back, and what waited to be sent is sent again: tell your readers.")
    return FINE


def read_backup(file: Path, vault: Vault) -> Backup:
    """Return the backup in a file. Raises StoreError, StoreDamaged, VaultError."""
    try:
        return unpack(file.read_bytes(), vault)
    except OSError as error:
        raise StoreError(f"{file} cannot be read: {error.strerror}") from None


def write_file(file: Path, data: bytes, *, is_new: bool = False) -> None:
    """Write a file, whole or not at all; one that must be new never takes another's place. Raises StoreError."""
    files, part = Files(), file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        write_whole(files, part, [data])
        if is_new:
            _link(part, file)
        else:
            part.replace(file)
        files.sync_folder(file.absolute().parent)
    except FileExistsError:
        raise StoreError(f"{file} is there already; a backup never overwrites anything") from None
    except OSError as error:
        raise StoreError(f"{file} cannot be written: {error.strerror}") from None
    finally:
        part.unlink(missing_ok=True)


def _link(part: Path, file: Path) -> None:
    """Give a file its name in one step, which fails when the name is taken; some disks know no second name."""
    try:
        os.link(part, file)
    except OSError as error:
        if error.errno not in NO_LINKS or file.exists():
            raise
        part.replace(file)


def _store_of(settings: Settings) -> tuple[Place, Vault]:
    if settings.secret_key is None:
        raise SettingsError("SECRET_KEY: it is needed, because a backup is encrypted with it")
    return place_of(settings.store_place), vault_of(settings.secret_key.get_secret_value())


def _put_files(backup: Backup, place: Place, resources: Path) -> list[str]:
    """Write the files that are missing; return the names of those that were there with another content.

    What lies beside a store in a folder, a database has in its tables.
    """
    there = []
    for name, data in backup.files.items():
        if name != LIST and not isinstance(place, FolderPlace):
            continue
        path = resources if name == LIST or not isinstance(place, FolderPlace) else place.folder / name
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_file(path, data, is_new=True)
        elif path.read_bytes() != data:
            there.append(str(path))
    return there


def _told(backup: Backup) -> str:
    readers = sum(row.table == SUBSCRIBERS for row in backup.rows)
    return f"{in_words(readers)} readers' records, {len(backup.files)} files"
