"""Parting: asked once, removed later, at most a third a day, and never at the word of a clock that jumped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from bot.core.delivery import Gone, Moved, Outcome, Rejected, Sent, Throttled, Unsure
from bot.errors import StoreError
from bot.flows.part import Parting, hear
from bot.storage.memory_store import MemoryStore
from bot.texts.catalogues import words
from bot.texts.message import Message
from tests.builders import NOW


@dataclass
class Post:
    """A Messenger that writes down what it was given."""

    outcome: Outcome = field(default_factory=lambda: Sent(1))
    sent: list[tuple[int, str, bool]] = field(default_factory=list)

    async def send(self, chat_id: int, message: Message, *, silent: bool = False, urgent: bool = False) -> Outcome:
        self.sent.append((chat_id, message.html, silent))
        return self.outcome


@dataclass
class Admins:
    told: list[str] = field(default_factory=list)

    async def tell(self, render: Callable[[Any], Message], *, but: int = 0, silent: bool = True) -> None:
        self.told.append(render(words("en")).html)


class Scene:
    """A store, a clock that can be moved, and the hours that really passed."""

    def __init__(self, store: MemoryStore) -> None:
        self.store, self.post, self.admins = store, Post(), Admins()
        self.now, self.seconds = NOW, 0.0
        self.parting = Parting(store, self.post, self.admins, lambda: self.now, lambda: self.seconds)  # type: ignore[arg-type]

    async def people(self, seen_month: str, ids: Sequence[int], **changes: Any) -> None:
        for chat_id in ids:
            await self.store.change_subscriber(
                chat_id, lambda one: replace(one, is_subscribed=True, seen_month=seen_month, **changes)
            )

    async def days(self, count: int) -> None:
        """Let days pass, with a tick in every hour."""
        for _ in range(count * 24):
            self.now += timedelta(hours=1)
            self.seconds += 3600
            await self.parting.tick()

    async def left(self) -> set[int]:
        return {each.chat_id async for each in self.store.subscribers()}


@pytest.fixture
async def scene() -> Scene:
    store = MemoryStore()
    await store.open()
    return Scene(store)


async def test_part__one_of_ten__asked_once_silently_and_removed_two_months_later(scene) -> None:
    await scene.people("2026-11", range(2, 11))
    await scene.people("2025-12", [1])
    await scene.days(1)
    assert scene.post.sent == [(1, scene.post.sent[0][1], True)]
    assert scene.post.sent[0][1].startswith("Are you still there?")
    await scene.days(36)
    assert 1 in await scene.left()
    await scene.days(5)
    assert await scene.left() == set(range(2, 11)) and len(scene.post.sent) == 1
    assert scene.admins.told == []


async def test_part__one_who_answers__stays_and_is_asked_again_only_in_a_year(scene) -> None:
    await scene.people("2026-11", range(2, 11))
    await scene.people("2025-12", [1])
    await scene.parting.tick()
    await hear(scene.store, lambda: scene.now, await scene.store.subscriber(1))
    await scene.days(120)
    assert 1 in await scene.left() and len(scene.post.sent) == 1


async def test_part__clock_jumps_years_ahead__nobody_is_asked_or_removed_and_admins_are_told_once(scene) -> None:
    await scene.people("2026-11", range(30))
    scene.now += timedelta(days=900)
    for _ in range(23):
        await scene.parting.tick()
        scene.seconds += 3600
    assert scene.post.sent == [] and len(await scene.left()) == 30
    assert len(scene.admins.told) == 1 and "2029-05-11" in scene.admins.told[0]


async def test_part__clock_jumps_again_and_again__nobody_is_removed(scene) -> None:
    await scene.people("2026-11", range(30))
    for _ in range(40):
        scene.now += timedelta(days=400)
        await scene.parting.tick()
    assert len(await scene.left()) == 30 and scene.post.sent == []


async def test_part__clock_was_set_right__forgets_that_it_warned(scene) -> None:
    await scene.people("2026-11", range(30))
    scene.now += timedelta(days=900)
    await scene.parting.tick()
    scene.now = NOW
    await scene.days(2)
    scene.now += timedelta(days=900)
    await scene.parting.tick()
    assert len(scene.admins.told) == 2 and scene.post.sent == []


async def test_part__many_really_are_gone__a_third_a_day_after_admins_were_told(scene) -> None:
    await scene.people("2024-01", range(30), asked_month="2026-01")
    await scene.parting.tick()
    assert len(await scene.left()) == 30 and len(scene.admins.told) == 1
    await scene.days(1)
    assert len(await scene.left()) == 20
    await scene.days(1)
    assert len(await scene.left()) == 14
    await scene.days(20)
    assert len(scene.admins.told) == 1 and len(await scene.left()) <= 1


async def test_part__fewer_than_ten_readers__admins_are_not_told_of_single_ones(scene) -> None:
    await scene.people("2024-01", range(3), asked_month="2026-01")
    await scene.parting.tick()
    assert scene.admins.told == [] and len(await scene.left()) == 3
    await scene.days(4)
    assert await scene.left() == set()


@pytest.mark.parametrize("outcome", [Sent(7), Rejected("no")])
async def test_ask__any_answer_but_a_brake__is_not_repeated(scene, outcome) -> None:
    await scene.people("2026-11", range(2, 20))
    await scene.people("2025-12", [1])
    scene.post.outcome = outcome
    await scene.days(2)
    assert len(scene.post.sent) == 1


async def test_ask__no_clear_answer__asked_again_a_day_later_and_nobody_goes_unasked(scene) -> None:
    await scene.people("2026-11", range(10, 40))
    await scene.people("2025-09", [1, 2])
    scene.post.outcome = Unsure()
    await scene.days(3)
    assert len(scene.post.sent) == 3 and {1, 2} <= await scene.left()
    scene.post.outcome = Sent(1)
    await scene.days(30)
    assert {chat_id for chat_id, _, _ in scene.post.sent[3:]} == {1, 2} and {1, 2} <= await scene.left()
    await scene.days(10)
    assert not {1, 2} & await scene.left()


async def test_ask__telegram_says_wait__stops_and_tries_again_later(scene) -> None:
    await scene.people("2026-11", range(10, 40))
    await scene.people("2025-12", [1, 2, 3])
    scene.post.outcome = Throttled(timedelta(seconds=5))
    await scene.parting.tick()
    assert len(scene.post.sent) == 1
    scene.post.outcome = Sent(1)
    await scene.days(1)
    assert {chat_id for chat_id, _, _ in scene.post.sent} == {1, 2, 3}


async def test_ask__somebody_who_left_or_moved__is_forgotten_or_found_again(scene) -> None:
    await scene.people("2026-11", range(10, 40))
    await scene.people("2025-12", [1])
    scene.post.outcome = Moved(99)
    await scene.parting.tick()
    assert 1 not in await scene.left() and 99 in await scene.left()
    scene.post.outcome = Gone()
    await scene.days(1)
    assert 99 not in await scene.left()


async def test_part__a_record_without_a_month__begins_now(scene) -> None:
    await scene.people("", [1])
    await scene.parting.tick()
    assert (await scene.store.subscriber(1)).seen_month == "2026-11"


async def test_hear__twice_in_a_month__writes_once(scene, monkeypatch) -> None:
    await scene.people("2026-10", [1])
    known = await hear(scene.store, lambda: scene.now, await scene.store.subscriber(1))
    assert known.seen_month == "2026-11"

    async def refuses(*_: object) -> None:
        raise AssertionError("nothing is to be written")

    monkeypatch.setattr(scene.store, "change_subscriber", refuses)
    assert await hear(scene.store, lambda: scene.now, known) == known


async def test_hear__the_disk_refuses__she_is_helped_all_the_same(scene, monkeypatch) -> None:
    await scene.people("2026-10", [1])
    known = await scene.store.subscriber(1)

    async def refuses(*_: object) -> None:
        raise StoreError("full")

    monkeypatch.setattr(scene.store, "change_subscriber", refuses)
    assert await hear(scene.store, lambda: scene.now, known) == known
