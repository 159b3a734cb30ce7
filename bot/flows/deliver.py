"""Delivery: claim what is due, send it, settle what became of it; a crash in between sends a handful twice at most."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot.core import delivery as rules
from bot.flows.ports import Clock, Messenger, Store
from bot.flows.pump import Pump

LONGEST_WAIT = 15.0
"""Seconds between tries while Telegram is out of reach, at most."""

NOTHING_WAITS_AFTER = rules.LONGEST_BACK_OFF.total_seconds() + LONGEST_WAIT
"""Seconds without anything to knock with, and nothing can be left that was tried before."""


class Courier:
    """Delivers whenever something may be due, until asked to stop.

    `size`: messages under way at once. `tell` hears of trouble, which is tried again a second later; `tell_late` of
    how many deliveries were set aside because it was too late for them; `tell_reach` when Telegram gets out of reach
    (False) and comes back (True); `tell_record` why the store cannot record, and '' when it can again; `tell_refused`
    why Telegram refuses a message for good, for each of them.
    """

    def __init__(
        self,
        store: Store,
        messenger: Messenger,
        clock: Clock,
        size: int,
        tell: Callable[[Exception], None],
        tell_late: Callable[[int], None] = lambda number: None,
        tell_reach: Callable[[bool], None] = lambda is_reached: None,
        tell_record: Callable[[str], None] = lambda reason: None,
        tell_refused: Callable[[str], None] = lambda reason: None,
    ) -> None:
        self._store, self._size, self._tell = store, size, tell
        self._tell_late, self._tell_reach = tell_late, tell_reach
        self._pump = Pump(store, messenger, clock, tell, tell_record, tell_refused)
        self._due, self._failures, self._late, self._is_catching_up = asyncio.Event(), 0, 0, False
        self._tried_at = 0.0

    def wake(self) -> None:
        """Look for what is due now."""
        self._due.set()

    async def tick(self) -> None:
        """Look for what is due now, as a line of the timetable."""
        self._due.set()

    def stop(self) -> None:
        """Finish what is under way and begin nothing else."""
        self._pump.stop()
        self._due.set()

    async def run(self) -> None:
        """Deliver until stopped. A store that cannot record stops the sending: nothing goes out unrecorded."""
        while not self._pump.is_stopped:
            await self._due.wait()
            self._due.clear()
            try:
                await self._deliver()
            except Exception as error:  # noqa: BLE001 - one bad delivery must not end all others
                self._tell(error)
                await self._pump.wait(1)
            self._count_late()

    async def _deliver(self) -> None:
        """Bring what is due. While Telegram is out of reach, knock with one message; the rest stays in the store."""
        pump, knocks = self._pump, self._failures > 0
        if knocks:
            await pump.run(1, lambda: not pump.has_reached, after_outage=True)
        else:
            await pump.run(self._size, newest_first=self._is_catching_up)
            self._is_catching_up = self._is_catching_up and pump.is_out_of_reach
        now = asyncio.get_running_loop().time()
        if pump.has_tried:
            self._tried_at = now
        if pump.is_out_of_reach:
            self._failures += 1
            if not knocks:
                self._tell_reach(False)
            await pump.wait(min(2.0 ** min(self._failures - 1, 9), LONGEST_WAIT))
            self._due.set()
        elif knocks and (pump.has_reached or now - self._tried_at > NOTHING_WAITS_AFTER):
            # After an outage the newest of each rank go first: what people can still act upon.
            # Where nothing waits any more, because all of it expired, nothing can show that it is over.
            self._failures, self._is_catching_up = 0, True
            self._tell_reach(True)
            self._due.set()

    def _count_late(self) -> None:
        late = self._store.expired - self._late
        if late > 0:
            self._late += late
            self._tell_late(late)


async def deliver_due(
    store: Store, messenger: Messenger, clock: Clock, size: int, go_on: Callable[[], bool] = lambda: True
) -> int:
    """Bring everything that is due to its readers; return how many messages were settled.

    At most `size` of them are claimed and not yet durably settled at any moment, which is what a crash can send
    twice. Nothing is claimed once `go_on` says no.
    """
    pump = Pump(store, messenger, clock, lambda error: None)
    return await pump.run(size, go_on)
