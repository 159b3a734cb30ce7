"""What serves at this moment: the index over the directory, and the feeds; they change with the file and the day."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

from bot.core.directory import Directory
from bot.core.feed import Feed
from bot.lookup.lexicon import Lexicons
from bot.lookup.search import Index
from bot.resources.keep import Keeper
from bot.resources.lexicons import load_lexicons
from bot.resources.load import Resources

Listener = Callable[[Directory, Sequence[Feed]], None]


def sample_feed(url: str) -> Feed:
    """Return the feed of the sandbox whose server has that address."""
    every = timedelta(seconds=2)
    return Feed("sandbox", "Sample news", f"{url}/sandbox/feed.rss", "en", trust="publish", poll_every=every)


class Serving:
    """Keeps the index in step with resources.yaml; `feeds` replaces the feeds of the file when given (the sandbox).

    `original` is a file of which the keeper's file is a copy that may be changed without it.
    """

    def __init__(
        self,
        keeper: Keeper,
        today: Callable[[], date],
        listener: Listener,
        feeds: tuple[Feed, ...] | None = None,
        original: Path | None = None,
    ) -> None:
        self.keeper, self._today, self._listener, self._feeds = keeper, today, listener, feeds
        self._original, self._copied = original, b""
        self.lexicons: Lexicons = load_lexicons()
        self._index: Index | None = None
        self._built_on: date | None = None

    @property
    def index(self) -> Index:
        """The index that serves; only after `start`."""
        assert self._index is not None
        return self._index

    @property
    def feeds(self) -> tuple[Feed, ...]:
        """The feeds that are read."""
        return self.keeper.feeds if self._feeds is None else self._feeds

    def start(self) -> None:
        """Load the directory. Raises ResourcesError when there is no good version."""
        self._copy()
        self.keeper.on_change(self._serve)
        self.keeper.start()

    def _serve(self, resources: Resources) -> None:
        self._built_on = self._today()
        self._index = Index(resources.directory, self.lexicons, self._built_on)
        self._listener(resources.directory, self.feeds)

    async def look(self) -> None:
        """Serve a new version of the file if there is one."""
        self._copy()
        if self.keeper.has_changed():
            await asyncio.to_thread(self.keeper.look)

    def _copy(self) -> None:
        """Bring what was edited in the original into the file that serves."""
        if self._original is None:
            return
        try:
            found = self._original.read_bytes()
        except OSError:
            return
        if found != self._copied:
            self._copied = found
            self.keeper.file.write_bytes(found)

    async def refresh(self) -> None:
        """Build the index anew when the day (in UTC) has changed: what is overdue depends on it."""
        if self._built_on != self._today():
            await asyncio.to_thread(self.keeper.tell_again)
