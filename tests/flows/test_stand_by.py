"""Whose lease can be lost looks after it: it says when nothing can be recorded, and ends when another has it."""

import asyncio

from bot.errors import StoreAway, StoreError, StoreLocked
from bot.flows.stand_by import keep_watch, stand_by


class Shared:
    """A store as far as its lease goes."""

    can_be_taken = True
    is_taken = False

    def __init__(self, *answers: StoreError | None) -> None:
        self.answers = list(answers)

    async def ping(self) -> None:
        if error := self.answers.pop(0):
            raise error

    open = ping


async def test_keep_watch__away_and_back__is_told_each_time_and_nobody_ends() -> None:
    store, told, ended = Shared(None, StoreAway("the database is full"), None), [], []
    for _ in range(3):
        await keep_watch(store, told.append, lambda: ended.append(1))
    assert told == ["", "the database is full", ""] and ended == []


async def test_keep_watch__another_has_it__ends() -> None:
    store, told, ended = Shared(StoreLocked("taken")), [], []
    store.is_taken = True
    await keep_watch(store, told.append, lambda: ended.append(1))
    assert told == ["taken"] and ended == [1]


async def test_keep_watch__a_lock_that_cannot_be_lost__is_left_alone() -> None:
    store = Shared()
    store.can_be_taken = False
    await keep_watch(store, [].append, lambda: None)


async def test_stand_by__held_and_then_away__waits_for_both_and_says_why(monkeypatch) -> None:
    monkeypatch.setattr("bot.flows.stand_by.LOOK_EVERY", 0.001)
    store, told = Shared(StoreLocked("held"), StoreAway("away"), None), []

    async def note(error: StoreError) -> None:
        told.append(str(error))

    assert await stand_by(store, asyncio.Event(), note)
    assert told == ["held", "away"]
