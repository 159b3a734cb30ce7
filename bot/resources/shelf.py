"""The shelf of a store in a folder: texts as files beside it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from bot.errors import StoreError


class FolderShelf:
    """Implements `flows.ports.Shelf`; a name may hold folders, `versions/000001.yaml`."""

    is_only_place = False

    def __init__(self, folder: Path) -> None:
        """Take the folder, which is made with the first text."""
        self._folder = folder

    def read(self, name: str) -> bytes | None:
        """Return what stands there, None when nothing of that name can be read."""
        try:
            return (self._folder / name).read_bytes()
        except OSError:
            return None

    def names(self, prefix: str) -> list[str]:
        """Return the names that begin so, the one written first in front."""
        found = [path for path in self._folder.glob(f"{prefix}*") if path.is_file() and not path.name.startswith(".")]
        found.sort(key=lambda path: path.stat().st_mtime_ns)
        return [path.relative_to(self._folder).as_posix() for path in found]

    def write(self, name: str, content: bytes) -> None:
        """Keep it, in the place of what has that name. Raises StoreError."""
        try:
            write_whole(self._folder / name, content)
        except OSError as error:
            raise StoreError(f"the file cannot be written ({error.strerror})") from None

    def remove(self, name: str) -> None:
        """Keep nothing of that name. Raises StoreError."""
        try:
            (self._folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(f"the file cannot be removed ({error.strerror})") from None


def write_whole(file: Path, content: bytes) -> None:
    """Put bytes into a file (its folder is made when missing), whole or not at all. Raises OSError.

    Who may read and write it stays as it was; of a link, what it leads to is written.
    """
    file = file.resolve()
    part = file.with_name(f".{file.name}.part")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with part.open("wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        with suppress(FileNotFoundError):
            part.chmod(file.stat().st_mode & 0o777)
        part.replace(file)
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
