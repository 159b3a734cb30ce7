"""An outage on a virtual clock: how many messages are tried while Telegram is away, to the last one."""

import asyncio
import random
from datetime import timedelta

from bot.chat.application import build_bot
from bot.chat.sender import Sender
from bot.flows import moderate
from bot.flows.deliver import Courier
from bot.flows.subscribe import Defaults, subscribe
from bot.storage.memory_store import MemoryStore
from tests.builders import an_alert
from tests.chat.chaos import Clock
from tests.chat.conftest import TOKEN
from tests.chat.storm import Phase, Storm
from tests.chat.virtual import run

READERS = 100


class Post:
    """Courier, store and the road to a storm; `sent` holds the alerts that arrived, in order."""

    def __init__(self, *phases: Phase, readers: int = READERS) -> None:
        self.storm, self.store, self.clock = Storm(random.Random(1), phases), MemoryStore(), Clock()
        self.application = build_bot(TOKEN, "http://telegram.invalid", 0)
        for request in self.application.bot._request:
            request._session = self.storm
        self.reach, self.late, self.readers = [], [], readers
        tells = print, self.late.append, self.reach.append
        self.courier = Courier(self.store, Sender(self.application.bot), self.clock, 8, *tells)

    async def __aenter__(self):
        await self.store.open()
        for chat in range(1, self.readers + 1):
            await subscribe(self.store, self.clock, Defaults(), chat, "now", "en")
        self.tasks = [asyncio.ensure_future(self.courier.run()), asyncio.ensure_future(self.tick())]
        return self

    async def __aexit__(self, *_):
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def tick(self) -> None:
        while True:
            await asyncio.sleep(1)
            self.courier.wake()

    async def publish(self, alert_id: str, severity: str = "Severe") -> None:
        await moderate.publish(self.store, self.clock, an_alert(alert_id, severity=severity, created_at=self.clock()))
        self.courier.wake()

    @property
    def order(self) -> list[str]:
        """Return the alerts that arrived, each once, in the order of their first copy."""
        return list(dict.fromkeys(alert for _, alert in self.storm.copies))


def test_outage__of_a_minute__fourteen_are_tried_and_then_single_knocks():
    async def main() -> None:
        async with Post(Phase(0, 60, "500", 1.0)) as post:
            await post.publish("a1")
            await asyncio.sleep(1.0)
            assert post.reach == [False]
            assert post.storm.requests == 14, "a window of eight, and what it let in before the eighth was unclear"
            await asyncio.sleep(58.0)
            assert post.storm.requests == 14 + 6, "knocks after 1, 2, 4, 8, 15 and 15 seconds"
            await asyncio.sleep(30.0)
            assert post.reach == [False, True]
            assert len(post.storm.copies) == READERS
            assert set(post.storm.copies.values()) == {1}

    run(main())


def test_outage__of_three_days__memory_does_not_grow_and_the_gravest_and_newest_go_first():
    async def main() -> None:
        days = 3 * 86_400.0
        async with Post(Phase(0, days, "refused", 1.0)) as post:
            await post.publish("old-minor", "Minor")
            await post.publish("old-extreme", "Extreme")
            await asyncio.sleep(86_400)
            tried = post.storm.requests
            await post.publish("minor", "Minor")
            await post.publish("severe", "Severe")
            await asyncio.sleep(86_400)
            assert post.storm.requests - tried <= 86_400 / 15 + 1
            await post.publish("newer-severe", "Severe")
            await asyncio.sleep(86_400 - 60)
            post.clock.ahead += timedelta(minutes=2)  # old-extreme is three days old now
            await asyncio.sleep(300)
            # the first two are knocks; what was under way when it came back may be any
            assert post.order == ["newer-severe", "severe", "minor", "old-minor"]
            assert sum(post.late) == READERS, "old-extreme came too late"
            assert set(post.storm.copies.values()) == {1}

    run(main())


def test_outage__all_that_waited_expires_meanwhile__is_over_when_it_is_and_what_was_dropped_is_told() -> None:
    async def main() -> None:
        async with Post(Phase(0, 3 * 86_400.0, "refused", 1.0)) as post:
            await post.publish("extreme", "Extreme")
            await asyncio.sleep(3600)
            assert post.reach == [False]
            post.clock.ahead += timedelta(days=4)
            await asyncio.sleep(3 * 86_400)
            assert post.reach == [False, True]
            assert sum(post.late) == READERS

    run(main())
