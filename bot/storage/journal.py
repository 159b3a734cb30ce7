"""The journal: one checked line for each act since a generation, on the disk before the act returns."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from bot.storage.files import Files

ERASES = "erases"
"""The mark of a record that removes rows: traces of them must go from every older file."""

_CHECK_SIZE = 16

AHEAD_FROM, MOST_AHEAD = 2**16, 2**20
"""From which size on a journal is laid out ahead, by as much as there is and so many bytes at most."""


def line(record: dict[str, Any]) -> bytes:
    """Return a record as a line: checksum, space, JSON."""
    body = orjson.dumps(record)
    return b"%s %s\n" % (_check(body), body)


def _check(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=_CHECK_SIZE // 2).hexdigest().encode()


@dataclass(slots=True)
class Read:
    """What a journal holds: whole records in order, how many damaged lines, and how many of these at the end.

    Later records show by their numbers which acts are missing; of those at the end nothing else tells.
    """

    records: list[dict[str, Any]] = field(default_factory=list)
    damaged: int = 0
    at_end: int = 0


def read(path: Path) -> Read:
    """Read a journal; a torn end (an act that never returned, or zeros laid out ahead) is passed over.

    Damage before the end is counted, and so is a line at the end that was written as a whole: it ends as lines do, and
    nothing of it is still laid out.
    """
    found = Read()
    torn = 0
    lines = path.read_bytes().split(b"\n")
    for number, text in enumerate(lines, start=1):
        body = text[_CHECK_SIZE + 1 :]
        if text[:_CHECK_SIZE] == _check(body) and text[_CHECK_SIZE : _CHECK_SIZE + 1] == b" ":
            found.records.append(orjson.loads(body))
            found.damaged += torn
            torn = found.at_end = 0
        elif b"\0" in text or (text and number == len(lines)):
            torn += 1
        elif text:
            found.damaged += 1
            found.at_end += 1
    return found


class Journal:
    """Appends to one file, which begins with the first record; used by one thread at a time.

    `is_broken` says that a failure left it unknown what the disk holds: then nothing may follow in this file.

    A busy journal is laid out ahead with zeros: to write where the file has room already spares the disk the new
    length and a commit of the file system at every sync, which is half of its time.
    """

    def __init__(self, path: Path, files: Files) -> None:
        """Take the path; nothing is opened yet."""
        self.path = path
        self.size = 0
        self.is_broken = False
        self._files = files
        self._descriptor: int | None = None
        self._laid_out = 0

    def append(self, data: bytes) -> None:
        """Write whole lines; when it returns, the disk has them. Raises OSError; then they are not kept."""
        try:
            if self._descriptor is None:
                self._descriptor = self._files.open(self.path, is_new=True)
            self._write(self._descriptor, data)
        except OSError:
            self._cut_back()
            raise
        try:
            self._files.sync(self._descriptor)
            if self.size == 0:
                self._files.sync_folder(self.path.parent)
        except OSError:
            # after a failed fsync nobody knows which pages reached the disk, whatever a second one says
            self._cut_back()
            self.is_broken = True
            raise
        self.size += len(data)

    def close(self) -> None:
        """Close the file; safe to call twice."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _write(self, descriptor: int, data: bytes) -> None:
        end = self.size + len(data)
        if end > self._laid_out and self.size >= AHEAD_FROM:
            ahead = min(self.size, MOST_AHEAD)
            try:
                self._put(descriptor, data + bytes(ahead))
            except OSError:
                # No room for that much; there may be for what must be recorded.
                self._files.truncate(descriptor, self.size)
            else:
                self._laid_out = end + ahead
                return
        self._put(descriptor, data)
        self._laid_out = max(self._laid_out, end)

    def _put(self, descriptor: int, data: bytes) -> None:
        os.lseek(descriptor, self.size, os.SEEK_SET)
        self._files.write(descriptor, data)

    def _cut_back(self) -> None:
        self._laid_out = self.size
        if self._descriptor is not None:
            try:
                self._files.truncate(self._descriptor, self.size)
            except OSError:
                self.is_broken = True
