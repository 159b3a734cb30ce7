"""The few things done to files, each durable when it returns; and the lease that keeps a folder to one process."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterable
from math import inf
from pathlib import Path

from bot.errors import StoreLocked

_OWNER_ONLY = 0o600
_sync_data = getattr(os, "fdatasync", os.fsync)
LOST = "the store's folder was taken away while the bot ran; put it back, or start the bot anew"


class Files:
    """What the store does to the file system; every call may raise OSError. A test's own one can fail at will."""

    def open(self, path: Path, *, is_new: bool) -> int:
        """Open for writing (emptied when new), readable by the owner alone; return the descriptor."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        return os.open(path, flags | (os.O_TRUNC if is_new else 0), _OWNER_ONLY)

    def write(self, descriptor: int, data: bytes) -> None:
        """Write all of it, however many calls that takes."""
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]

    def sync(self, descriptor: int) -> None:
        """Return when the disk has what was written and how long the file is; not, for instance, when."""
        _sync_data(descriptor)

    def truncate(self, descriptor: int, size: int) -> None:
        """Cut a file back to `size` bytes."""
        os.ftruncate(descriptor, size)

    def replace(self, source: Path, target: Path) -> None:
        """Put one file in another's place, in one step."""
        source.replace(target)

    def remove(self, path: Path) -> None:
        """Remove a file, if it is there."""
        path.unlink(missing_ok=True)

    def sync_folder(self, folder: Path) -> None:
        """Return when the disk knows the folder's present names."""
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def write_whole(files: Files, path: Path, parts: Iterable[bytes]) -> None:
    """Write a new file to the disk; when that fails, leave none behind and raise the OSError."""
    try:
        descriptor = files.open(path, is_new=True)
        try:
            for part in parts:
                files.write(descriptor, part)
            files.sync(descriptor)
        finally:
            os.close(descriptor)
    except OSError:
        with contextlib.suppress(OSError):
            files.remove(path)
        raise


def free_bytes(folder: Path) -> float:
    """Return how much room is left: none when that cannot be asked, and any amount where it is not counted."""
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return 0
    return usage.free if usage.total else inf


class Lease:
    """An exclusive lock on a folder; the operating system lets go of it when the process dies."""

    def __init__(self, path: Path) -> None:
        """Take the path of the lock file; nothing happens yet."""
        self._path = path
        self._descriptor: int | None = None

    def take(self) -> None:
        """Take the lock. Raises StoreLocked when another store holds it."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, _OWNER_ONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            raise StoreLocked("another process holds the store; only one may use it at a time") from None
        self._descriptor = descriptor

    def check(self) -> None:
        """Make sure that the lock is still the one that another process would find.

        Raises StoreLocked when the folder or the file was put in another's place: writing would then go nowhere.
        """
        try:
            found, mine = self._path.lstat(), os.fstat(-1 if self._descriptor is None else self._descriptor)
        except OSError:
            raise StoreLocked(LOST) from None
        if (found.st_dev, found.st_ino) != (mine.st_dev, mine.st_ino):
            raise StoreLocked(LOST)

    def let_go(self) -> None:
        """Let go of the lock; safe to call twice."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
