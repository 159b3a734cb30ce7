"""Standing by: only one process may poll, schedule and send; the next one waits for the store's lease."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from bot.errors import StoreLocked
from bot.flows.ports import Store

LOOK_EVERY = 1.0
"""Seconds between two looks at the lease. The system lets go of it when its holder dies, whatever that died of."""


async def stand_by(store: Store, stopping: asyncio.Event, while_held: Callable[[], Awaitable[None]]) -> bool:
    """Open the store as soon as no other process holds it; return whether it had to be waited for.

    `while_held` is awaited before each wait. When `stopping` is set meanwhile, the store stays closed.
    Raises what opening raises, StoreLocked excepted.
    """
    waited = False
    while not stopping.is_set():
        try:
            await store.open()
        except StoreLocked:
            waited = True
            await while_held()
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), LOOK_EVERY)
        else:
            return waited
    return waited
