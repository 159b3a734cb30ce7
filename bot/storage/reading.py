"""Reading a store's folder: the newest whole generation, and what the journals say happened since."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from pathlib import Path

from tinydb import TinyDB

from bot.errors import StoreDamaged, StoreError
from bot.storage import journal
from bot.storage.documents import TABLES, Document
from bot.storage.files import Files
from bot.storage.generations import GenerationStorage
from bot.storage.journal import ERASES

FILE = "waypost.json"
LOCK = "lock"
META = "meta"
FORMAT = 1

TRIES, PAUSE = 20, 0.01
"""How often a folder that changes is read again, and after how many seconds."""


@dataclass(slots=True)
class Contents:
    """What a folder holds: `meta` is empty when nothing was ever written there.

    `erases` says that a journal holds traces of erased rows or is damaged, `lost` how many acts are missing.
    """

    meta: Document
    documents: dict[str, dict[str, Document]]
    journals: dict[int, Path] = field(default_factory=dict)
    seq: int = 0
    erases: bool = False
    lost: int = 0
    recovered: str = ""

    def replay(self) -> None:
        """Apply the journals to the documents of the generation."""
        at_end = 0
        for number, path in self.journals.items():
            found = journal.read(path)
            self.erases = self.erases or found.damaged > 0 or any(ERASES in record for record in found.records)
            if number < self.meta["generation"]:
                continue
            at_end = found.at_end
            for record in found.records:
                if record["seq"] <= self.seq:
                    continue
                self.lost += record["seq"] - self.seq - 1
                self.seq = record["seq"]
                for name, rows in record.get("put", {}).items():
                    self.documents[name].update((row["key"], row) for row in rows)
                for name, keys in record.get(ERASES, {}).items():
                    for key in keys:
                        self.documents[name].pop(key, None)
        self.lost += at_end


def read_contents(folder: Path, database: TinyDB) -> Contents:
    """Read everything in a folder, changing nothing.

    Raises StoreDamaged, or StoreError when a later version wrote it; OSError passes through.
    """
    storage = storage_of(database)
    journals = journals_in(folder)
    if storage.read() is None:
        if journals:
            raise StoreDamaged(f"{FILE} is missing, and only journals are left")
        return Contents({}, {})
    meta: Document = dict(next(iter(database.table(META))))
    if meta["format"] > FORMAT:
        raise StoreError("the store was written by a later version of Waypost")
    documents = {name: {row["key"]: dict(row) for row in database.table(name)} for name in TABLES}
    found = Contents(meta, documents, journals, meta["seq"])
    found.replay()
    says = [storage.recovered] if storage.recovered else []
    if found.lost:
        says.append(f"{found.lost} acts in the journal are damaged and were left out")
    found.recovered = "; ".join(says)
    return found


def read_steadily(folder: Path) -> Contents:
    """Read a folder that another process may be writing to, as it was at one moment.

    Journals go only after a later generation took its place: if that is the same before and after, all was there.
    Blocks. Raises what `read_contents` raises, and StoreError when the folder never held still.
    """
    failed: Exception = StoreError("the store changes too fast to be read; try again in a minute")
    for _ in range(TRIES):
        before = _stamp(folder)
        try:
            found = read_contents(folder, open_database(folder))
        except (FileNotFoundError, StoreDamaged) as error:
            # between two renames, or a journal that went while it was listed; damage stays what it is
            failed = error
            time.sleep(PAUSE)
            continue
        if before == _stamp(folder):
            return found
    raise failed


def _stamp(folder: Path) -> tuple[int, int] | None:
    try:
        found = (folder / FILE).stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns


def open_database(folder: Path, files: Files | None = None) -> TinyDB:
    """Return TinyDB over the generations of a folder; nothing is read yet."""
    return TinyDB(folder / FILE, storage=GenerationStorage, files=files)


def holds_store(folder: Path) -> bool:
    """Say whether something of a store lies in that folder."""
    return folder.is_dir() and any(path.name.startswith((FILE, "journal.")) for path in folder.iterdir())


def storage_of(database: TinyDB) -> GenerationStorage:
    """Return what keeps the generations of a database."""
    storage = database.storage
    assert isinstance(storage, GenerationStorage)
    return storage


def journals_in(folder: Path) -> dict[int, Path]:
    """Return the journals of a folder by number, oldest first."""
    names = (re.fullmatch(r"journal\.(\d{8,})", path.name) for path in folder.iterdir())
    return {int(name[1]): folder / name[0] for name in sorted(filter(None, names), key=lambda name: int(name[1]))}
