"""An event loop whose clock only waiting moves: hours of pacing in a moment, the same every time."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _Selector(selectors.SelectSelector):
    """Lets time pass instead of waiting for it."""

    loop: VirtualLoop

    def select(self, timeout=None):
        # even a moment in which nothing waits takes some time: a wait too short to show would else never end
        self.loop.seconds += max(timeout or 0, 1e-9)
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """`seconds` is its clock."""

    def __init__(self) -> None:
        selector = _Selector()
        selector.loop = self
        self.seconds = 1000.0
        super().__init__(selector)

    def time(self) -> float:
        return self.seconds


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run to the end on a virtual clock."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)


def now() -> float:
    """Return the seconds of the running loop."""
    return asyncio.get_running_loop().time()
