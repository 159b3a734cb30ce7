"""Days that pass: true time goes on, the bot's clock jumps, it sleeps now and then, and a reader has summer and winter."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from bot.flows.deliver import deliver_due
from bot.flows.subscribe import Defaults, set_up, setting
from bot.storage.memory_store import MemoryStore
from tests.builders import NOW
from tests.flows.conftest import Phones

STEP = timedelta(minutes=20)
READER, WINTER = 1, 1


class Days:
    """True time moves on in steps; the clock that the bot reads may be wrong for a while or stand still.

    `offset`: the hours by which the reader's clock is ahead of UTC just now.
    """

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.true, self.wrong_by = NOW, timedelta()
        self.offset = WINTER

    def __call__(self) -> datetime:
        return self.true + self.wrong_by

    def step(self) -> bool:
        """Move on; say whether the bot is awake in this step."""
        self.true += STEP
        if self.chance.random() < 0.05:
            # A clock that ran ahead is set right again: some hours come twice.
            self.wrong_by = timedelta(minutes=self.chance.choice([0, 0, 50, 170]))
        return self.chance.random() > 0.05

    @property
    def summer(self) -> bool:
        """Between the last Sundays of March and October, roughly, as the reader's country has it."""
        return (
            datetime(self.true.year, 3, 28, 1).timestamp()
            <= self.true.timestamp()
            < datetime(self.true.year, 10, 28, 1).timestamp()
        )

    async def pass_by(self, many: int, store: MemoryStore, phones: Phones) -> AsyncIterator[timedelta]:
        """Let so many days pass; yield how much time is left at each step in which the bot is awake, before it delivers."""
        end = self.true + timedelta(days=many)
        while self.true < end:
            is_awake = self.step()
            if self.offset != WINTER + self.summer:
                self.offset = WINTER + self.summer
                await set_up(store, self, Defaults(), READER, setting("offset", str(self.offset)))
            if not is_awake:
                continue
            yield end - self.true
            await deliver_due(store, phones, self, 8)
            if self.chance.random() < 0.01:
                await store.purge(self())
