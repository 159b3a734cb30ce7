"""The directory that serves now: the newest good version of resources.yaml, in memory and beside the store."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

import structlog

from bot.core.directory import Directory
from bot.core.feed import Feed
from bot.errors import Fault, ResourcesError, StoreError
from bot.flows.ports import Shelf
from bot.resources.load import Resources, emptied, load_resources, read_text
from bot.resources.remains import remains_of
from bot.resources.shelf import write_whole

log = structlog.get_logger("bot.resources")

LAST_GOOD, REMINDED, PLACED = "last-good-resources.yaml", "reminded-on", "placed-resources.yaml"
NO_FILE = b"no file"


class Keeper:
    """Holds the version that serves; a bad new version never replaces a good one.

    `today` returns the current date; `shelf` keeps the last good version over restarts.
    """

    def __init__(self, file: Path, shelf: Shelf, today: Callable[[], date]) -> None:
        self.file, self._shelf, self._today = file, shelf, today
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
        if self._shelf.is_only_place:
            self._put_back()
        self._stamp = self._found()
        try:
            self._serve(self._load())
        except ResourcesError as error:
            self.faults = error.faults
            if (kept := self._good_once()) is None:
                raise
            self._serve(kept, is_new=False)
            log.error("resources.yaml is broken; the last good version serves", faults=len(error.faults))

    def _good_once(self) -> Resources | None:
        """Return the version that was kept, of one that is not good by the rules of today what is; None if nothing."""
        kept = self._served_last()
        if kept is None or not kept.errors:
            return kept
        if (remains := remains_of(kept)) is not None:
            left_out = len(kept.directory.services) - len(remains.directory.services)
            log.error("the last good version holds mistakes by the rules of today", left_out=left_out)
        return remains

    def reminded_on(self) -> str:
        """Return the day on which admins were last reminded, as an ISO date; '' if never."""
        kept = self._shelf.read(REMINDED)
        return kept.decode("utf-8", "replace") if kept else self._reminded_in_memory

    def remember_reminder(self, day: str) -> None:
        """Keep the day on which admins were reminded; a full disk only costs one reminder more."""
        self._reminded_in_memory = day
        try:
            self._shelf.write(REMINDED, day.encode())
        except StoreError as error:
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
        before = self._current or self._served_last()
        if gone := emptied(resources, None if before and before.errors else before, str(self.file)):
            raise ResourcesError(gone)
        return resources

    def _served_last(self) -> Resources | None:
        """Return the version that was kept, whatever is wrong with it; None when none can be read."""
        try:
            kept = self._shelf.read(LAST_GOOD)
            return None if kept is None else read_text(kept.decode("utf-8-sig"), LAST_GOOD, self._today())
        except (ResourcesError, UnicodeDecodeError):
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
        if is_new:
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
        try:
            self._shelf.write(LAST_GOOD, text.encode())
        except StoreError as error:
            log.error("the last good resources could not be kept", error=type(error).__name__)

    def place(self, content: bytes) -> None:
        """Put a text into the file, and keep it where the file may not last. Raises StoreError."""
        if self._shelf.is_only_place:
            over, before = self._placed()
            found = self._digest()
            self._shelf.write(PLACED, (over if _digest(before) == found else found) + b"\n" + content)
        try:
            write_whole(self.file, content)
        except OSError as error:
            raise StoreError(f"the file cannot be written ({error.strerror})") from None

    def _put_back(self) -> None:
        """Put back what admins changed in the chat, when the host put the file in its place again that it replaced.

        Another file was deployed since: that one serves, and what admins had is kept among the versions.
        """
        over, content = self._placed()
        found = self._digest()
        if not over or found == _digest(content):
            return
        try:
            if found in (over, NO_FILE):
                write_whole(self.file, content)
                log.info("what admins changed in the list was put back")
            else:
                self._shelf.write(f"versions/found-{_digest(content).decode()[:12]}.yaml", content)
                self._shelf.remove(PLACED)
                log.warning("another list was deployed than the one that admins changed; it serves")
        except (OSError, StoreError) as error:
            log.error("what admins changed in the list could not be put back", error=type(error).__name__)

    def _placed(self) -> tuple[bytes, bytes]:
        """Return the digest of the file that was replaced, and what admins put in its place; empty without any."""
        over, _, content = (self._shelf.read(PLACED) or b"").partition(b"\n")
        return over, content

    def _digest(self) -> bytes:
        """Return the digest of what stands in the file."""
        try:
            return _digest(self.file.read_bytes())
        except OSError:
            return NO_FILE


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()
