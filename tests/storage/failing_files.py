"""Files on a disk that fails when it is told to."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from bot.storage.files import Files


class FailingFiles(Files):
    """Fails at named calls, after letting some pass; a failing write may have written half."""

    def __init__(self) -> None:
        self.calls = 0
        self.has_failed = False
        self.mend()

    def fail_on(self, *names: str, after: int = 0, error: int = errno.ENOSPC, half: bool = True) -> None:
        """Let the named calls (all, if none is named) fail once `after` more of them have passed."""
        self._names, self._left, self._error, self._half = names, after, error, half
        self._is_failing, self.has_failed = True, False

    def mend(self) -> None:
        """Let everything work again."""
        self._is_failing = False

    def open(self, path: Path, *, is_new: bool) -> int:
        self._may_fail("open")
        return super().open(path, is_new=is_new)

    def write(self, descriptor: int, data: bytes) -> None:
        try:
            self._may_fail("write")
        except OSError:
            if self._half:
                os.write(descriptor, data[: len(data) // 2])
            raise
        super().write(descriptor, data)

    def sync(self, descriptor: int) -> None:
        self._may_fail("sync")
        super().sync(descriptor)

    def truncate(self, descriptor: int, size: int) -> None:
        self._may_fail("truncate")
        super().truncate(descriptor, size)

    def replace(self, source: Path, target: Path) -> None:
        self._may_fail("replace")
        super().replace(source, target)

    def remove(self, path: Path) -> None:
        self._may_fail("remove")
        super().remove(path)

    def sync_folder(self, folder: Path) -> None:
        self._may_fail("sync_folder")
        super().sync_folder(folder)

    def _may_fail(self, name: str) -> None:
        self.calls += 1
        if not self._is_failing or (self._names and name not in self._names):
            return
        self._left -= 1
        if self._left < 0:
            self.has_failed = True
            raise OSError(self._error, os.strerror(self._error))
