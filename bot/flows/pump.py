"""The pump: a window of messages that is kept full, settled together, and never larger than a crash may send twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from math import inf

from bot.core import delivery as rules
from bot.core.delivery import Claim, Delivery, Gone, Moved, Rejected, Throttled, Unsure
from bot.errors import StoreError
from bot.flows.bring import Brought, Carrier
from bot.flows.forget import forget_gone, take_back
from bot.flows.ports import Clock, Messenger, Store

OUTAGE_AFTER = 8
"""So many messages in a row without a clear answer, and Telegram counts as out of reach."""

TOGETHER_WITHIN = 0.002
"""Seconds that the first to finish waits for three quarters of the window, so that they share one write."""

CLAIM_AT_ONCE = 16
"""So many set out in one turn of the event loop, at most: the answers to people come in between."""

LOOK_AGAIN = 0.05
"""Seconds after which to ask for room again when that depends on answers that go elsewhere."""


class Pump:
    """Keeps a window full: what is settled makes room for the next, what finishes meanwhile is settled together."""

    def __init__(
        self,
        store: Store,
        messenger: Messenger,
        clock: Clock,
        tell: Callable[[Exception], None],
        tell_record: Callable[[str], None] = lambda reason: None,
        tell_refused: Callable[[str], None] = lambda reason: None,
    ) -> None:
        self._tell_refused = tell_refused
        self._store, self._messenger, self._clock = store, messenger, clock
        self._tell, self._tell_record, self._why = tell, tell_record, ""
        self._carrier = Carrier(store, messenger, clock)
        self._moved, self._stopping = asyncio.Event(), asyncio.Event()
        self._finished: list[tuple[Claim, Brought]] = []
        self._gone: list[int] = []
        self._held: set[str] = set()
        self._patience: asyncio.TimerHandle | None = None
        self._under_way = self._unclear = 0
        self._newest_first = False
        self.has_reached = self.has_tried = self.is_stopped = False

    @property
    def is_out_of_reach(self) -> bool:
        """Say whether the last messages all went without a clear answer."""
        return self._unclear >= OUTAGE_AFTER

    def stop(self) -> None:
        """Claim nothing more."""
        self.is_stopped = True
        self._stopping.set()
        self._moved.set()

    async def wait(self, seconds: float) -> None:
        """Wait so long, between two runs, or until we are asked to stop."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def _rest(self, seconds: float) -> None:
        """Wait until something finishes or we are asked to stop, at most so long."""
        with suppress(TimeoutError):
            await (self._moved.wait() if seconds == inf else asyncio.wait_for(self._moved.wait(), seconds))

    async def run(
        self,
        size: int,
        go_on: Callable[[], bool] = lambda: True,
        *,
        after_outage: bool = False,
        newest_first: bool = False,
    ) -> int:
        """Bring what is due, at most `size` at once, until nothing is left or Telegram is out of reach.

        After an outage the first message without a clear answer is enough for that. Returns how many were settled.
        """
        self.has_reached = self.has_tried = False
        self._under_way, self._finished, settled = 0, [], 0
        self._newest_first = newest_first or after_outage
        self._held.clear()
        self._unclear = OUTAGE_AFTER - 1 if after_outage else 0
        async with asyncio.TaskGroup() as tasks:
            parting = None
            while True:
                claims, wait = await self._claim(size) if go_on() else ([], 0.0)
                for claim in claims:
                    self._under_way += 1
                    tasks.create_task(self._bring(claim))
                if claims:
                    # Now they set out, and count where room is asked for.
                    await asyncio.sleep(0)
                    continue
                if not self._under_way and not wait:
                    break
                if not self._finished or 4 * len(self._finished) < 3 * self._under_way:
                    self._moved.clear()
                    await self._rest(TOGETHER_WITHIN if self._finished else wait or inf)
                settled += await self._settle()
                if self._gone and (parting is None or parting.done()):
                    parting = tasks.create_task(self._part())
        if self._gone:
            await self._part()
        return settled

    async def _claim(self, size: int) -> tuple[list[Claim], float]:
        """Claim as many as may leave now; return them, and in how many seconds to look again if none may."""
        free = min(size - self._under_way, CLAIM_AT_ONCE)
        if self.is_stopped or self.is_out_of_reach or free <= 0:
            return [], 0.0
        room, wait = self._messenger.room()
        if room <= 0:
            return [], LOOK_AGAIN if wait == inf and not self._under_way else wait
        now = self._clock()
        try:
            claims = await self._store.claim(now, now + rules.LEASE, min(free, room), newest_first=self._newest_first)
        except StoreError as error:
            self._note(str(error))
            return [], 1.0
        if claims:
            self._note("")
        return [claim for claim in claims if self._takes(claim)], 0.0

    def _takes(self, claim: Claim) -> bool:
        """Take a claim, unless it is under way: a lease ends by the clock, which may jump; what we hold does not."""
        ids = {each.id for each in claim.deliveries}
        if not self._held.isdisjoint(ids):
            return False
        self._held |= ids
        return True

    def _note(self, why: str) -> None:
        """Tell, once, that the store cannot record, or that it can again."""
        if bool(why) != bool(self._why):
            self._tell_record(why)
        self._why = why

    async def _bring(self, claim: Claim) -> None:
        brought = await self._carrier.bring(claim)
        self._finished.append((claim, brought))
        self.has_tried = self.has_tried or brought.outcome is not None
        match brought.outcome:
            case Unsure():
                self._unclear += 1
            case None | Throttled():
                pass
            case _:
                self._unclear, self.has_reached = 0, True
        if 4 * len(self._finished) >= 3 * self._under_way:
            self._moved.set()
        elif len(self._finished) == 1:
            self._patience = asyncio.get_running_loop().call_later(TOGETHER_WITHIN, self._moved.set)

    async def _settle(self) -> int:
        """Write down what finished; return how many messages that were.

        Without a record nothing else goes out: it is tried until the store takes it, or we are asked to stop.
        """
        finished, self._finished = self._finished, []
        if self._patience is not None:
            # It was for these: the next ones have their own.
            self._patience.cancel()
        dropped: Sequence[Delivery] = ()
        has_failed = False
        while finished:
            try:
                for claim, brought in finished:
                    if isinstance(brought.outcome, Moved):
                        await self._store.move_subscriber(claim.subscriber.chat_id, brought.outcome.to)
                dropped = await self._store.settle([each for _, brought in finished for each in brought.deliveries])
                if has_failed:
                    self._note("")
                break
            except StoreError as error:
                self._note(str(error))
                has_failed = True
                if self.is_stopped:
                    raise
                await asyncio.sleep(1)
        self._under_way -= len(finished)
        self._held.difference_update(each.id for claim, _ in finished for each in claim.deliveries)
        if dropped:
            await self._take_back(finished, {each.id for each in dropped})
        self._note_refused(finished)
        self._gone += [claim.subscriber.chat_id for claim, brought in finished if isinstance(brought.outcome, Gone)]
        return len(finished)

    async def _take_back(self, finished: list[tuple[Claim, Brought]], dropped: set[str]) -> None:
        """Delete what arrived while its reader was forgotten or wiped her chat: nobody knows its number any more."""
        for claim, brought in finished:
            # Of a digest in several messages the first may have arrived and the last not.
            ids = {each.message_id for each in brought.deliveries if each.id in dropped and each.state == rules.SENT}
            if ids - {0}:
                with suppress(StoreError):  # the next write tells of the disk
                    await take_back(self._store, self._messenger, claim.subscriber.chat_id, ids - {0}, self._clock())

    def _note_refused(self, finished: list[tuple[Claim, Brought]]) -> None:
        """Tell why messages are set aside for good. That a copy cannot be changed any more is nobody's fault."""
        for _, brought in finished:
            for each in brought.deliveries:
                if each.state == rules.DEAD and each.act == rules.SEND and isinstance(brought.outcome, Rejected):
                    self._tell_refused(each.reason)

    async def _part(self) -> None:
        """Forget the readers who are gone, all at once: each erasure writes the whole store anew."""
        gone, self._gone = self._gone, []
        results = await asyncio.gather(*(forget_gone(self._store, chat_id) for chat_id in gone), return_exceptions=True)
        for error in results:
            if isinstance(error, Exception):
                # She is found to be gone again with the next alert.
                self._tell(error)
                return
