"""Standing by: only one process may poll, schedule and send; the next one waits for the store's lease."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

from bot.errors import StoreAway, StoreError, StoreLocked
from bot.flows.ports import Store

LOOK_EVERY = 1.0
"""Seconds between two looks at the lease. The system lets go of it when its holder dies, whatever that died of."""

WATCH_EVERY = timedelta(seconds=5)
"""How often a lease that can be lost is looked after."""


async def stand_by(store: Store, stopping: asyncio.Event, while_held: Callable[[StoreError], Awaitable[None]]) -> bool:
    """Open the store as soon as it can be had; return whether another process held it or its database was away.

    `while_held` is awaited before each wait. When `stopping` is set meanwhile, the store stays closed.
    Raises what opening raises, StoreLocked and StoreAway excepted.
    """
    waited = False
    while not stopping.is_set():
        try:
            await store.open()
        except (StoreLocked, StoreAway) as error:
            waited = True
            await while_held(error)
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), LOOK_EVERY)
        else:
            return waited
    return waited


async def keep_watch(store: Store, tell: Callable[[str], None], end: Callable[[], None]) -> None:
    """See whether the lease is still ours, and end when another process has it: two must never both go on.

    `tell` hears why the store cannot be written to, and '' when it can.
    """
    if not store.can_be_taken:
        return
    try:
        await store.ping()
        tell("")
    except StoreError as error:
        tell(str(error))
    if store.is_taken:
        end()
