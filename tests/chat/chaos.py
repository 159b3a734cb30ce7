"""One life of the real courier, sender, limiter and poller in a storm, and what must be true afterwards."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from telegram import Update
from telegram.ext import TypeHandler

from bot.chat.application import build_bot
from bot.chat.polling import Poller
from bot.chat.sender import Sender
from bot.core.alert import Alert
from bot.core.delivery import PLANNED
from bot.flows import moderate
from bot.flows.deliver import Courier
from bot.flows.subscribe import Defaults, subscribe
from bot.storage.memory_store import MemoryStore
from tests.builders import an_alert
from tests.chat.conftest import TOKEN
from tests.chat.storm import Storm, script
from tests.chat.virtual import now, run

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DONE_WITHIN = 4 * 3600.0
"""Virtual seconds: pauses, back-offs and an hour by which a clock was wrong fit in many times."""


@dataclass
class Life:
    """What came of one seed; `faults` says in words what must not be."""

    seed: int
    faults: list[str]
    requests: int
    refused: int
    twice: int
    seconds: float


class Clock:
    """A clock of the day that a script sets back and forward."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return NOON + timedelta(seconds=now()) + self.ahead


def live(seed: int) -> Life:
    """Live through the storm of a seed."""
    return run(_live(seed))


async def _live(seed: int) -> Life:
    chance = random.Random(seed)
    storm, clock, store, troubles = Storm(chance, script(chance)), Clock(), MemoryStore(), []
    application: Any = build_bot(TOKEN, "http://telegram.invalid", chance.choice((0, 10, 25, 100)))
    for request in application.bot._request:
        request._session = storm
        # every other script sends its pushes the way that they take without a proxy
        request._road = storm if seed % 2 else None
    await store.open()
    await _until(application.initialize)
    echoed = _let_it_echo(application)
    size = chance.choice((1, 3, 8, 20))
    courier = Courier(store, Sender(application.bot), clock, size, troubles.append)
    readers, digests = range(1, chance.randint(10, 50)), range(1000, 1000 + chance.randint(0, 8))
    for chat in (*readers, *digests):
        await subscribe(store, clock, Defaults(), chat, "now" if chat < 1000 else "daily", "en")
    storm.gone = {chat for chat in readers if chance.random() < 0.05}
    tasks = [asyncio.ensure_future(each) for each in (courier.run(), Poller(application).run(), _tick(courier))]
    said = await _ten_minutes(chance, store, clock, courier, storm, readers)
    finished = await _is_finished(store, courier, storm)
    courier.stop()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    faults = [*_judge(storm, readers, digests, await store.alerts()), *(f"trouble: {each!r}" for each in troubles)]
    if not finished:
        faults.append("deliveries were still waiting after hours of calm")
    faults += [
        f"update of {chat} had {echoed[chat]} effects, {said[chat]} were due"
        for chat in said
        if echoed[chat] != said[chat]
    ]
    twice = sum(copies - 1 for copies in storm.copies.values() if copies > 1)
    return Life(seed, faults, storm.requests, storm.refused, twice, now() - storm.begun)


def _judge_alert(storm: Storm, chat: int, alert: str) -> Iterator[str]:
    copies = storm.copies[chat, alert]
    if chat not in storm.gone and copies < 1:
        yield f"reader {chat} never got {alert}"
    if copies > 1 + storm.excused[chat]:
        yield f"reader {chat} got {alert} {copies} times and was excused {storm.excused[chat]}"


def _judge(storm: Storm, readers: range, digests: range, alerts: list[Alert]) -> Iterator[str]:
    """Yield what the oracle of a storm finds wrong."""
    for chat in readers:
        for alert in alerts:
            yield from _judge_alert(storm, chat, alert.id)
    for chat in digests:
        for alert in alerts:
            copies = storm.copies[chat, alert.id]
            if alert.is_urgent:
                yield from _judge_alert(storm, chat, alert.id)
            elif copies > 1:
                yield f"the digest of {chat} came {copies} times"
            elif not copies and not storm.unclear[chat]:
                yield f"the digest of {chat} never came"
    yield from (f"inside a retry_after: {each}" for each in storm.inside)


async def _ten_minutes(
    chance: random.Random, store: MemoryStore, clock: Clock, courier: Courier, storm: Storm, readers: range
) -> Counter[int]:
    """Let alerts be published, people write and clocks jump, each at its time."""
    acts = sorted(
        [(chance.uniform(0, 500), "alert") for _ in range(chance.randint(0, 3))]
        + [(chance.choice(storm.phases).start + 0.1, "alert")]
        + [(chance.uniform(0, 590), "say") for _ in range(chance.randint(0, 10))]
        # in the middle of trouble, when much is under way
        + [
            (min(590.0, chance.uniform(phase.start, phase.end)), chance.choice(("back", "forward")))
            for phase in chance.sample(storm.phases, chance.randint(0, 2))
        ]
        + [(600.0, "end")]
    )
    said: Counter[int] = Counter()
    for at, act in acts:
        await asyncio.sleep(max(0.0, storm.begun + at - now()))
        if act == "alert":
            severity = chance.choice(("Minor", "Moderate", "Severe", "Extreme"))
            alert = an_alert(f"a{at:.3f}", severity=severity, created_at=clock())
            await moderate.publish(store, clock, alert)
            courier.wake()
        elif act == "say":
            chat = chance.choice(readers)
            said[chat] += 1
            storm.say(chat, "hello")
        elif act == "back":
            clock.ahead -= timedelta(hours=1)
        elif act == "forward":
            clock.ahead += timedelta(days=1)
    return said


async def _is_finished(store: MemoryStore, courier: Courier, storm: Storm) -> bool:
    """Wait, in calm weather, until nothing is on its way any more; the digests' hour comes by itself."""
    storm.phases = ()
    until = now() + DONE_WITHIN + 24 * 3600
    while now() < until:
        if not store._tables.states[PLANNED] and not courier._pump._under_way and not storm._updates:
            return True
        await asyncio.sleep(5)
    return False


def _let_it_echo(application: Any) -> Counter[int]:
    """Let every update have one effect that can be counted, and an answer that Telegram may refuse."""
    echoed: Counter[int] = Counter()

    async def on_update(update: Update, _: Any) -> None:
        assert update.effective_chat is not None
        echoed[update.effective_chat.id] += 1
        await application.bot.send_message(update.effective_chat.id, "echo")

    async def on_error(_: object, __: Any) -> None:
        return

    application.add_handler(TypeHandler(Update, on_update))
    application.add_error_handler(on_error)
    return echoed


async def _until(act: Any) -> None:
    """Try until it works: at a start the storm may rage already."""
    while True:
        try:
            await act()
        except Exception:  # noqa: BLE001 - whatever it was, it is tried again
            await asyncio.sleep(10)
        else:
            return


async def _tick(courier: Courier) -> None:
    begun = now()
    while True:
        # in the hours of calm afterwards less often, for the sake of the one who waits for the result
        await asyncio.sleep(1 if now() - begun < 900 else 20)
        courier.wake()
