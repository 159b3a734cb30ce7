"""TinyDB's storage as whole generations: written beside, checked by a checksum, swapped in; the one before is kept."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from tinydb import Storage

from bot.errors import StoreDamaged
from bot.storage.files import Files, write_whole

Tables = dict[str, dict[str, Any]]
"""As TinyDB keeps them: table name -> document id (a number as text) -> document."""

AT_ONCE = 200
"""Rows that one call turns into JSON."""

_HEAD = b'{"_checksum":{"1":{"blake2b":"%s"}},'
_HEAD_SIZE = len(_HEAD % (b"0" * 64))
_META_WITHIN = 2**16


class GenerationStorage(Storage):  # type: ignore[misc, unused-ignore]
    """Keeps a database in `path` as JSON that plain TinyDB reads as well, with a checksum as its first table.

    `recovered` says in words for the log what was wrong with the current generation; it is empty when nothing was.
    """

    def __init__(self, path: str | Path, files: Files | None = None) -> None:
        """Take the path of the current generation; nothing is read or written yet."""
        self.path = Path(path)
        self.previous = self.path.with_name(self.path.name + ".previous")
        self.size = 0
        self.recovered = ""
        self._files = files or Files()
        self._cached: Tables | None = None
        self._is_current_good = False

    def read(self) -> Tables | None:
        """Return the newest generation that is whole; None when there never was one.

        Raises StoreDamaged when there are files and none of them is whole. OSError passes through.
        """
        if self._cached is None:
            current, previous = _load(self.path), _load(self.previous)
            if current is None and previous is None:
                return None
            self._is_current_good = bool(current)
            if not current:
                what = "is missing" if current is None else "is damaged"
                if not previous:
                    raise StoreDamaged(f"{self.path.name} {what}, and there is no whole generation before it")
                self.recovered = f"{self.path.name} {what}; the previous generation was loaded"
            elif previous and _number(previous) > _number(current):
                # somebody put an old file here: what was erased since must not come back
                self._is_current_good = False
                self.recovered = f"{self.path.name} is older than the generation before it, which was loaded"
                current = previous
            self._cached = current or previous
        return self._cached

    def write(self, data: Mapping[str, Mapping[str, Any]]) -> None:
        """Make `data` the current generation and keep the one before it. Raises OSError; then nothing changed."""
        self._write(self.path, data)
        if self._is_current_good and self.path.exists():
            self._files.replace(self.path, self.previous)
        self._files.replace(_beside(self.path), self.path)
        self._files.sync_folder(self.path.parent)
        self._is_current_good = True

    def write_twice(self, data: Mapping[str, Mapping[str, Any]]) -> None:
        """Make `data` both the current generation and the previous one, so that nothing older remains."""
        try:
            self._write(self.path, data)
        except OSError:
            if not self._is_current_good:
                raise
            # a full disk: what must vanish makes the room, the current generation and the journal keep everything
            self._files.remove(self.previous)
            self._write(self.path, data)
        self._files.replace(_beside(self.path), self.path)
        self._is_current_good = True
        self._files.remove(self.previous)
        self._write(self.previous, data)
        self._files.replace(_beside(self.previous), self.previous)
        self._files.sync_folder(self.path.parent)

    def is_previous_like(self, lookup: str) -> bool:
        """Say whether the generation before is none, or one with that encrypted lookup secret.

        Another one was written under an earlier key and must go. OSError passes through.
        """
        try:
            with self.previous.open("rb") as file:
                return f'"lookup":"{lookup}"'.encode() in file.read(_META_WITHIN)
        except FileNotFoundError:
            return True

    def tidy(self) -> None:
        """Remove what an interrupted write left beside the generations, and let go of what was read."""
        self._cached = None
        for path in (self.path, self.previous):
            with contextlib.suppress(OSError):
                self._files.remove(_beside(path))

    def _write(self, path: Path, data: Mapping[str, Mapping[str, Any]]) -> None:
        self._cached = None
        body = list(_body(data))
        digest = hashlib.blake2b(digest_size=32)
        for part in body:
            digest.update(part)
        write_whole(self._files, _beside(path), [_HEAD % digest.hexdigest().encode(), *body])
        self.size = _HEAD_SIZE + sum(map(len, body))


def _number(tables: Tables) -> int:
    """Return which generation it is; 0 where nothing says so."""
    rows = tables.get("meta") or {}
    return max((int(row.get("generation", 0)) for row in rows.values()), default=0)


def _beside(path: Path) -> Path:
    return path.with_name(path.name + ".new")


def _body(data: Mapping[str, Mapping[str, Any]]) -> Iterator[bytes]:
    """Yield the JSON after the head, some rows at a time: one huge call would hold up every other thread."""
    comma = b""
    for name, table in data.items():
        yield comma + orjson.dumps(name) + b":{"
        between, rows = b"", iter(table.items())
        while some := dict(islice(rows, AT_ONCE)):
            yield between + orjson.dumps(some)[1:-1]
            between = b","
        yield b"}"
        comma = b","
    yield b"}\n"


def _load(path: Path) -> Tables | None:
    """Return the tables of one file: None when there is no file, {} when it is not what was written."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return None
    digest = hashlib.blake2b(memoryview(raw)[_HEAD_SIZE:], digest_size=32).hexdigest().encode()
    if raw[:_HEAD_SIZE] != _HEAD % digest:
        return {}
    tables: Tables = orjson.loads(raw)
    del tables["_checksum"]
    return tables
