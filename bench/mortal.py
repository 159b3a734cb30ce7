"""The bot in a process that kills itself at a chosen point of a delivery: the child of bench/soak.py.

python bench/mortal.py --list FILE                # writes each point it passes and how often, and lives
python bench/mortal.py --die POINT --nth 3        # SIGKILL when it passes that point for the third time

A point is every await at which the courier and its tasks are suspended (the chain of lines that wait for each other),
when it begins to wait and when it goes on; and every call to a file, before it, after it, and half-way through a write.
Nothing of the bot knows of this: it is laid around it from outside.
"""

from __future__ import annotations

import argparse
import functools
import os
import signal
import sys
import threading
import types
from collections import Counter
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

# Run as a file, only the folder of this file is on the path, and the rooms are imported from its parent.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bot.flows.deliver import Courier
from bot.flows.pump import Pump
from bot.storage.files import Files

ROOT = Path(__file__).resolve().parents[1]
BOT = str(ROOT / "bot") + os.sep
WALKS = ((Courier, "run"), (Pump, "_bring"), (Pump, "_part"))
CALLS = ("open", "write", "sync", "truncate", "replace", "remove", "sync_folder")


class Points:
    """Counts what is passed, and dies where it should."""

    def __init__(self, die: str, nth: int, file: Path | None) -> None:
        self._die, self._nth, self._file = die, nth, file
        self._passed: Counter[str] = Counter()
        self._lock = threading.Lock()

    def passes(self, point: str) -> None:
        with self._lock:
            self._passed[point] += 1
            if point == self._die and self._passed[point] == self._nth:
                os.kill(os.getpid(), signal.SIGKILL)
            if self._file is not None and (self._passed[point] & (self._passed[point] - 1)) == 0:
                # at 1, 2, 4, 8 ... times: often enough to choose one of them
                lines = (f"{count}\t{name}\n" for name, count in self._passed.items())
                self._file.write_text("".join(lines))


def place(walk: Any) -> str:
    """Return the lines of the bot that wait for each other, the outermost first."""
    found = []
    while walk is not None:
        frame = getattr(walk, "cr_frame", None) or getattr(walk, "gi_frame", None)
        if frame is not None and frame.f_code.co_filename.startswith(BOT):
            found.append(f"{frame.f_code.co_filename.removeprefix(BOT)}:{frame.f_lineno}")
        walk = getattr(walk, "cr_await", None) or getattr(walk, "gi_yieldfrom", None)
    return " > ".join(found)


@types.coroutine
def stepped(walk: Any, points: Points) -> Generator[Any, Any, Any]:
    """Drive a coroutine as an event loop does, and pass a point whenever it waits and goes on."""
    error: BaseException | None = None
    while True:
        try:
            if error is None:
                awaited = walk.send(None)
            else:
                thrown, error = error, None
                awaited = walk.throw(thrown)
        except StopIteration as end:
            return end.value
        where = place(walk)
        points.passes(f"{where} waits")
        try:
            yield awaited
        except BaseException as thrown:  # noqa: BLE001 - handed on to whom it was meant for
            error = thrown
        points.passes(f"{where} goes on")


def lay_around_walks(points: Points) -> None:
    """Let every await of the delivery pass a point."""
    for kind, name in WALKS:
        whole = getattr(kind, name)

        def laid(whole: Callable[..., Any]) -> Callable[..., Any]:
            @functools.wraps(whole)
            async def around(*args: Any, **kwargs: Any) -> Any:
                return await stepped(whole(*args, **kwargs), points)

            return around

        setattr(kind, name, laid(whole))


def lay_around_files(points: Points) -> None:
    """Let every call to a file pass a point before and after; a write passes one half-way as well."""
    for name in CALLS:
        whole = getattr(Files, name)

        def laid(name: str, whole: Callable[..., Any]) -> Callable[..., Any]:
            @functools.wraps(whole)
            def around(*args: Any, **kwargs: Any) -> Any:
                points.passes(f"files.{name} begins")
                if name == "write":
                    files, descriptor, data = args
                    view = memoryview(data)
                    whole(files, descriptor, view[: len(view) // 2])
                    points.passes("files.write is half-way")
                    whole(files, descriptor, view[len(view) // 2 :])
                    found = None
                else:
                    found = whole(*args, **kwargs)
                points.passes(f"files.{name} is done")
                return found

            return around

        setattr(Files, name, laid(name, whole))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", type=Path)
    parser.add_argument("--die", default="")
    parser.add_argument("--nth", type=int, default=1)
    options = parser.parse_args()
    points = Points(options.die, options.nth, options.list)
    lay_around_walks(points)
    lay_around_files(points)
    sys.argv = ["bot"]
    from bot.__main__ import main as live

    return live()


if __name__ == "__main__":
    raise SystemExit(main())
