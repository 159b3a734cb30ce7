"""resources.yaml as admins change it from Telegram: checked first, put in place atomically, undone when wrong."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from bot.core.changes import NOTES, Changes, compare
from bot.errors import Fault, NotAllowed, Overtaken, StoreError
from bot.flows.ports import Shelf
from bot.resources import edit
from bot.resources.keep import Keeper
from bot.resources.load import LARGEST_FILE, emptied, read_text

FOLDER = "versions/"
CANDIDATE = FOLDER + "candidate-"

KEPT = 20
BOM = codecs.BOM_UTF8
WAITING = 3
"""Files that may wait for a confirmation; one that nobody confirmed makes room for later ones."""


class Versions:
    """The file that serves, its last twenty versions, and candidates that wait for a confirmation."""

    def __init__(self, keeper: Keeper, shelf: Shelf, today: Callable[[], date]) -> None:
        self._keeper, self._shelf, self._today = keeper, shelf, today
        self._known = self.text()

    def text(self) -> str:
        """Return the text of the version that serves."""
        return self._keeper.current.text

    def examine(self, content: bytes) -> tuple[str, tuple[Fault, ...], Changes]:
        """Check a file that an admin sent; return the candidate's name ('' if it has errors), faults and changes."""
        try:
            text = content[:LARGEST_FILE].decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            fault = Fault("resources.yaml", line, "this is not UTF-8 text", "save the file as plain text in UTF-8")
            return "", (fault,), Changes()
        self._keeper.look()
        resources = read_text(text, "resources.yaml", self._today())
        changes = compare(self._keeper.directory, resources.directory, self._keeper.feeds, resources.feeds)
        faults = resources.faults + emptied(resources, self._keeper.current, "resources.yaml")
        if any(not fault.is_warning for fault in faults):
            return "", faults, changes
        if changes.is_empty and (text != self.text() or self._keeper.faults):
            changes = replace(changes, around=(NOTES,))
        # What it would change holds for the version that serves now, which is why that is part of the name.
        name = hashlib.sha256(text.encode()).hexdigest()[:12] + self._keeper.directory.version
        self._shelf.write(f"{CANDIDATE}{name}.yaml", text.encode())
        for old in self._shelf.names(CANDIDATE)[:-WAITING]:
            self._shelf.remove(old)
        return name, faults, changes

    def put(self, name: str) -> None:
        """Put a candidate in place. Raises NotAllowed when it is gone, StoreError when the disk refuses.

        Raises Overtaken when another version serves than the one that it was compared with.
        """
        content = self._shelf.read(f"{CANDIDATE}{name}.yaml") if name.isalnum() else None
        if content is None:
            raise NotAllowed("this file is no longer at hand")
        self._keeper.look()
        if not name.endswith(self._keeper.directory.version):
            raise Overtaken("the list was changed after this file was sent")
        self._place(content.decode())
        self._shelf.remove(f"{CANDIDATE}{name}.yaml")

    def drop(self, name: str) -> None:
        """Keep nothing of a candidate: what was sent by mistake must not lie on the disk and in every backup."""
        if name.isalnum():
            self._shelf.remove(f"{CANDIDATE}{name}.yaml")

    def undo(self, seen: str) -> None:
        """Put the version before this one in place again; what is undone stays at hand as a file.

        Raises Overtaken when another version than `seen` serves by now, NotAllowed when there is no earlier one.
        """
        self._keeper.look()
        if seen != self._keeper.directory.version:
            raise Overtaken("the list was changed after it was looked at")
        self._note_edits()
        earlier = self._earlier()
        content = self._shelf.read(earlier[-1]) if earlier else None
        if content is None:
            raise NotAllowed("there is no earlier version")
        text = content.decode()
        self._make_sure(text)
        self._keep_aside("undone", self.text().encode())
        self._replace(text)
        # Only now: had the disk refused, the version would be lost for good.
        self._shelf.remove(earlier[-1])

    def look(self) -> None:
        """See to it that what was written into the file by now serves, before somebody decides about it."""
        self._keeper.look()

    def assure(self, service_id: str, by: str) -> None:
        """Write today's date and a name to a service. Raises NotAllowed when the service is gone."""
        self._keeper.look()
        self._place(edit.assure(self.text(), service_id, self._today(), by))

    def take_down(self, service_id: str) -> None:
        """Set a service to inactive: people do not see it any more. Raises NotAllowed when the service is gone."""
        self._keeper.look()
        self._place(edit.set_status(self.text(), service_id, "inactive"))

    def _place(self, text: str) -> None:
        if text == self.text():
            if self._keeper.faults:
                self._replace(text)
            return
        self._make_sure(text)
        self._note_edits()
        kept = self._keep(self.text())
        try:
            self._replace(text)
        except StoreError:
            self._shelf.remove(kept)
            raise
        for old in self._earlier()[:-KEPT]:
            self._shelf.remove(old)

    def _make_sure(self, text: str) -> None:
        """Raise NotAllowed for a text that would not serve: it must not take the place of one that does."""
        resources = read_text(text, "resources.yaml", self._today())
        for fault in resources.errors or emptied(resources, self._keeper.current, "resources.yaml"):
            raise NotAllowed(str(fault))

    def _note_edits(self) -> None:
        """Keep what served before somebody edited the file on the disk: that edit is the last change, too."""
        if self._known != self.text():
            self._keep(self._known)
            self._known = self.text()

    def _keep(self, text: str) -> str:
        """Keep a text as the newest of the earlier versions; return its name."""
        earlier = self._earlier()
        name = f"{FOLDER}{int(_stem(earlier[-1])) + 1 if earlier else 1:06}.yaml"
        self._shelf.write(name, text.encode())
        return name

    def _replace(self, text: str) -> None:
        self._keep_found()
        self._keeper.place(text.encode())
        self._keeper.reload()
        self._known = self.text()

    def _keep_found(self) -> None:
        """Keep what somebody wrote into the file and what does not serve, because it holds a mistake."""
        try:
            found = self._keeper.file.read_bytes()
        except OSError:
            return
        if found.removeprefix(BOM) != self.text().encode():
            self._keep_aside("found", found)

    def _keep_aside(self, kind: str, content: bytes) -> None:
        """Keep the last files of a kind byte for byte: nobody may need them, and nobody may lose them."""
        self._shelf.write(f"{FOLDER}{kind}-{hashlib.sha256(content).hexdigest()[:12]}.yaml", content)
        for old in self._shelf.names(f"{FOLDER}{kind}-")[:-KEPT]:
            self._shelf.remove(old)

    def _earlier(self) -> list[str]:
        return sorted(name for name in self._shelf.names(FOLDER) if _stem(name).isdigit())


def _stem(name: str) -> str:
    return name.removeprefix(FOLDER).removesuffix(".yaml")
