"""Faults on order: what the next answers shall be instead of the right ones."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.sandbox.errors import ApiError, too_many_requests

When = Literal["before", "after"]
LONGEST_HANG = 120.0


@dataclass(frozen=True)
class Fault:
    """One scripted answer.

    `error_code` with `description`, `retry_after` (seconds), `parameters`: a refusal without effect.
    `close`: the connection is cut before or after the method had its effect.
    `hang`: no answer, before or after the effect, until `Faults.release` or the end of the sandbox.
    `body`, `status`: these bytes instead of the answer, after the effect.
    `delay`: seconds to wait before anything happens; alone it only makes the answer late.
    """

    error_code: int | None = None
    description: str = ""
    retry_after: int | None = None
    parameters: dict[str, int] = field(default_factory=dict)
    close: When | None = None
    hang: When | None = None
    body: bytes | None = None
    status: int = 200
    delay: float = 0.0

    def refusal(self) -> ApiError | None:
        """Return the refusal that is asked for, if any."""
        if self.error_code is None and self.retry_after is None:
            return None
        code = self.error_code or 429
        if code == 429:
            return too_many_requests(3 if self.retry_after is None else self.retry_after)
        return ApiError(code, self.description, **self.parameters)


class Faults:
    """The queue of faults, and a hook that is asked when the queue has none for a call."""

    def __init__(self) -> None:
        self.queue: list[tuple[str, Fault]] = []
        self.hook: Callable[[str, dict[str, Any]], Fault | None] | None = None
        self._released = asyncio.Event()

    def add(self, method: str, fault: Fault, times: int = 1) -> None:
        """Let the next `times` calls of the method (`*`: of any) have this fault."""
        self.queue.extend((method.lower(), fault) for _ in range(times))

    def clear(self) -> None:
        """Forget all faults and let go what hangs."""
        self.queue.clear()
        self.hook = None
        self.release()

    def release(self) -> None:
        """Let go what hangs; the answers then come late."""
        self._released.set()
        self._released = asyncio.Event()

    def take(self, method: str, params: dict[str, Any]) -> Fault | None:
        """Return the fault of this call."""
        for index, (name, fault) in enumerate(self.queue):
            if name in ("*", method.lower()):
                del self.queue[index]
                return fault
        return self.hook(method, params) if self.hook is not None else None

    async def hang(self) -> None:
        """Wait until `release`."""
        await self.wait(LONGEST_HANG)

    async def wait(self, seconds: float) -> None:
        """Wait that long, or until `release`."""
        try:
            async with asyncio.timeout(min(seconds, LONGEST_HANG)):
                await self._released.wait()
        except TimeoutError:
            return
