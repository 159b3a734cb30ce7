"""resources.yaml as admins change it from Telegram: checked first, put in place atomically, undone when wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date

from bot.core.changes import Changes, compare
from bot.errors import Fault, NotAllowed, Overtaken
from bot.flows.ports import Shelf
from bot.resources import edit
from bot.resources.keep import Keeper
from bot.resources.load import LARGEST_FILE, emptied, read_text

FOLDER = "versions/"
CANDIDATE, FOUND = FOLDER + "candidate-", FOLDER + "found-"

KEPT = 20
WAITING = 3
"""Files that may wait for a confirmation; one that nobody confirmed makes room for later ones."""


class Versions:
    """The file that serves, its last twenty versions, and candidates that wait for a confirmation."""

    def __init__(self, keeper: Keeper, shelf: Shelf, today: Callable[[], date]) -> None:
        self._keeper, self._shelf, self._today = keeper, shelf, today

    def text(self) -> str:
        """Return the text of the version that serves."""
        return self._keeper.current.text

    def examine(self, content: bytes) -> tuple[str, tuple[Fault, ...], Changes]:
        """Check a file that an admin sent; return the candidate's name ('' if it has errors), faults and changes."""
        try:
            text = content[:LARGEST_FILE].decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            fault = Fault("resources.yaml", line, "this is not UTF-8 text", "save the file as UTF-8")
            return "", (fault,), Changes()
        self._keeper.look()
        resources = read_text(text, "resources.yaml", self._today())
        changes = compare(self._keeper.directory, resources.directory, self._keeper.feeds, resources.feeds)
        faults = resources.faults + emptied(resources, self._keeper.current, "resources.yaml")
        if any(not fault.is_warning for fault in faults):
            return "", faults, changes
        # What it would change holds for the version that serves now, which is why that is part of the name.
        name = hashlib.sha256(text.encode()).hexdigest()[:12] + self._keeper.directory.version
        waiting = self._shelf.names(CANDIDATE)
        for old in waiting[: max(0, len(waiting) + 1 - WAITING)]:
            self._shelf.remove(old)
        self._shelf.write(f"{CANDIDATE}{name}.yaml", text)
        return name, faults, changes

    def put(self, name: str) -> None:
        """Put a candidate in place. Raises NotAllowed when it is gone, StoreError when the disk refuses.

        Raises Overtaken when another version serves than the one that it was compared with.
        """
        text = self._shelf.read(f"{CANDIDATE}{name}.yaml") if name.isalnum() else None
        if text is None:
            raise NotAllowed("this file is no longer at hand")
        self._keeper.look()
        if not name.endswith(self._keeper.directory.version):
            raise Overtaken("the list was changed after this file was sent")
        self._place(text)
        self._shelf.remove(f"{CANDIDATE}{name}.yaml")

    def drop(self, name: str) -> None:
        """Keep nothing of a candidate: what was sent by mistake must not lie on the disk and in every backup."""
        if name.isalnum():
            self._shelf.remove(f"{CANDIDATE}{name}.yaml")

    def undo(self) -> None:
        """Put the version before this one in place again. Raises NotAllowed when there is none."""
        earlier = self._earlier()
        if not earlier:
            raise NotAllowed("there is no earlier version")
        text = self._shelf.read(earlier[-1])
        if text is None:
            raise NotAllowed("the earlier version cannot be read")
        self._shelf.remove(earlier[-1])
        self._replace(text)

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
        resources = read_text(text, "resources.yaml", self._today())
        if resources.errors:
            raise NotAllowed(str(resources.errors[0]))
        earlier = self._earlier()
        number = int(_stem(earlier[-1])) + 1 if earlier else 1
        self._shelf.write(f"{FOLDER}{number:06}.yaml", self.text())
        for old in earlier[: max(0, len(earlier) + 1 - KEPT)]:
            self._shelf.remove(old)
        self._replace(text)

    def _replace(self, text: str) -> None:
        self._keep_found()
        self._keeper.place(text)
        self._keeper.reload()

    def _keep_found(self) -> None:
        """Keep what somebody wrote into the file and what does not serve, because it holds a mistake."""
        try:
            found = self._keeper.file.read_bytes()
        except OSError:
            return
        text = found.decode("utf-8-sig", "replace")
        if text == self.text():
            return
        self._shelf.write(f"{FOUND}{hashlib.sha256(found).hexdigest()[:12]}.yaml", text)
        for old in self._shelf.names(FOUND)[:-KEPT]:
            self._shelf.remove(old)

    def _earlier(self) -> list[str]:
        return sorted(name for name in self._shelf.names(FOLDER) if _stem(name).isdigit())


def _stem(name: str) -> str:
    return name.removeprefix(FOLDER).removesuffix(".yaml")
