"""The directory that serves now: the newest good version of resources.yaml, in memory and in the store's folder."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

import structlog

from bot.core.directory import Directory
from bot.core.feed import Feed
from bot.errors import Fault, ResourcesError
from bot.resources.load import Resources, emptied, load_resources, read_resources
from bot.resources.remains import remains_of

log = structlog.get_logger("bot.resources")

LAST_GOOD = "last-good-resources.yaml"


class Keeper:
    """Holds the version that serves; a bad new version never replaces a good one.

    `today` returns the current date; `folder` (or None) keeps the last good version over restarts.
    """

    def __init__(self, file: Path, folder: Path | None, today: Callable[[], date]) -> None:
        self.file, self._today = file, today
        self._last_good = folder / LAST_GOOD if folder else None
        self._reminded = folder / "reminded-on" if folder else None
        self._reminded_in_memory = ""
        self._current: Resources | None = None
        self._listeners: list[Callable[[Resources], None]] = []
        self._stamp: tuple[int, int, int] | None = None
        # One look at a time: who asks while another thread takes over a version waits until that one serves.
        self._looking = threading.RLock()
        self.faults: tuple[Fault, ...] = ()

    @property
    def current(self) -> Resources:
        """The version that serves; only after `start`."""
        assert self._current is not None
        return self._current

    @property
    def directory(self) -> Directory:
        """The directory that serves."""
        return self.current.directory

    @property
    def feeds(self) -> tuple[Feed, ...]:
        """The feeds that are read."""
        return self.current.feeds

    def on_change(self, listener: Callable[[Resources], None]) -> None:
        """Call the listener with each version that begins to serve."""
        self._listeners.append(listener)

    def start(self) -> None:
        """Load the file, or the last good version when it is broken. Raises ResourcesError when there is neither."""
        self._stamp = self._found()
        try:
            self._serve(self._load())
        except ResourcesError as error:
            self.faults = error.faults
            if self._last_good is None or not self._last_good.exists():
                raise
            if (kept := self._good_once(self._last_good)) is None:
                raise
            self._serve(kept, is_new=False)
            log.error("resources.yaml is broken; the last good version serves", faults=len(error.faults))

    def _good_once(self, file: Path) -> Resources | None:
        """Return the version that was kept, of one that is not good by the rules of today what is; None if nothing."""
        try:
            kept = read_resources(file, self._today())
        except ResourcesError:
            return None
        if not kept.errors:
            return kept
        if (remains := remains_of(kept)) is not None:
            left_out = len(kept.directory.services) - len(remains.directory.services)
            log.error("the last good version holds mistakes by the rules of today", left_out=left_out)
        return remains

    def reminded_on(self) -> str:
        """Return the day on which admins were last reminded, as an ISO date; '' if never."""
        file = self._reminded
        return file.read_text() if file and file.exists() else self._reminded_in_memory

    def remember_reminder(self, day: str) -> None:
        """Keep the day on which admins were reminded; a full disk only costs one reminder more."""
        self._reminded_in_memory = day
        if self._reminded:
            try:
                self._reminded.write_text(day)
            except OSError as error:
                log.warning("the day of the reminder could not be kept", error=type(error).__name__)

    def has_changed(self) -> bool:
        """Say whether the file on disk is another one than at the last look (renamed over, edited, touched)."""
        return self._found() not in (self._stamp, None)

    def _found(self) -> tuple[int, int, int] | None:
        try:
            found = self.file.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    def look(self) -> None:
        """Serve what was written into the file since the last look, if it is good; when it returns, it serves."""
        with self._looking:
            if self.has_changed():
                self._reload()

    def _load(self) -> Resources:
        """Load the file. Raises ResourcesError with its faults, also when no service is left in it."""
        resources = load_resources(self.file, self._today())
        if gone := emptied(resources, self._current or self._served_last(), str(self.file)):
            raise ResourcesError(gone)
        return resources

    def _served_last(self) -> Resources | None:
        try:
            return load_resources(self._last_good, self._today()) if self._last_good else None
        except ResourcesError:
            return None

    def reload(self) -> bool:
        """Load the file again; say whether a new version serves now. Never raises for a bad file."""
        with self._looking:
            return self._reload()

    def tell_again(self) -> None:
        """Let the listeners hear of the version that serves once more, none else beginning to serve meanwhile."""
        with self._looking:
            for listener in self._listeners:
                listener(self.current)

    def _reload(self) -> bool:
        self._stamp = self._found()
        try:
            resources = self._load()
        except ResourcesError as error:
            if error.faults != self.faults:
                self.faults = error.faults
                log.error("resources.yaml is broken; the version before it serves on", faults=len(error.faults))
            return False
        self.faults = ()
        if self._current is not None and resources.directory.version == self._current.directory.version:
            return False
        self._serve(resources)
        return True

    def _serve(self, resources: Resources, is_new: bool = True) -> None:
        self._current = resources
        if is_new and self._last_good is not None:
            self._remember(resources.text)
        log.info("resources serve", services=len(resources.directory.services), version=resources.directory.version)
        if resources.directory.unassured:
            log.warning(
                "nobody has assured these services yet: make sure of each before the bot serves people",
                services=resources.directory.unassured,
            )
        for listener in self._listeners:
            listener(resources)

    def _remember(self, text: str) -> None:
        """Keep the text beside the store; a full disk must not stop a good directory from serving."""
        assert self._last_good is not None
        try:
            write_whole(self._last_good, text.encode())
        except OSError as error:
            log.error("the last good resources could not be kept", error=type(error).__name__)


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
