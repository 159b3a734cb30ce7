"""Feeds have their turns beside each other: one that hangs keeps no other waiting, nor what the other brought."""

import asyncio
from datetime import timedelta

from bot.core.feed import Fetched
from bot.errors import FeedError
from bot.flows.collect import Turns, collect
from bot.flows.sources import SourceBell
from tests.builders import NOW, a_feed, a_feed_state, an_entry
from tests.flows.test_collect import Editors

MINUTE = timedelta(minutes=1)


class Hanging:
    """A FeedReader that answers for all but those that hang until they are let go."""

    def __init__(self, *hanging: str) -> None:
        self.hanging, self.go = set(hanging), asyncio.Event()
        self.reads: list[str] = []

    async def read(self, feed, state):
        self.reads.append(feed.id)
        if feed.id in self.hanging:
            await self.go.wait()
            raise FeedError("no whole answer within 30 seconds")
        return Fetched((an_entry(guid=str(len(self.reads)), title=f"severe {len(self.reads)}"),))


async def settled() -> None:
    for _ in range(200):
        await asyncio.sleep(0)


async def test_rounds__one_feed_hangs__the_others_have_every_turn_and_are_told_of_at_once(store) -> None:
    reader, turns, told, now = Hanging("bad"), Turns(), [], [NOW]

    async def report(found) -> None:
        told.append((found.drafts, found.urgent))

    feeds = [a_feed("bad", poll_every=MINUTE), a_feed("good", poll_every=MINUTE)]

    def a_round():
        return collect(store, reader, Editors(), feeds, lambda: now[0], lambda: 0.0, turns, report)

    rounds = []
    for _ in range(4):
        rounds.append(asyncio.ensure_future(a_round()))
        await settled()
        now[0] += MINUTE
    assert reader.reads == ["bad", "good", "good", "good", "good"]
    assert [each for each in told if each != (0, 0)] == [(1, 1)] * 3, "the first sight is history"
    reader.go.set()
    await asyncio.gather(*rounds)
    assert turns.under_way == set()
    now[0] += MINUTE
    await a_round()
    assert reader.reads[-2:] == ["bad", "good"]


async def test_rounds__many_that_failed_before_hang_again__the_others_find_a_place(store) -> None:
    bad = [f"bad{number}" for number in range(40)]
    for name in bad:
        await store.record_poll(a_feed_state(name, errors=1, url=a_feed(name).url))
    reader, turns = Hanging(*bad), Turns()
    feeds = [a_feed(name) for name in [*bad, "good"]]
    under_way = asyncio.ensure_future(
        collect(store, reader, Editors(), feeds, lambda: NOW + MINUTE, lambda: 0.0, turns)
    )
    await settled()
    assert reader.reads == [*bad[:10], "good"]
    reader.go.set()
    await under_way
    assert sorted(reader.reads) == sorted([*bad, "good"])


async def test_rounds__a_feed_is_told_silent_while_it_is_read__told_once(store, phones, clock) -> None:
    feed = a_feed("bad")
    dead = a_feed_state("bad", errors=9, url=feed.url, next_poll_at=NOW, last_good_at=NOW - timedelta(days=3))
    await store.record_poll(dead)
    reader, bell = Hanging("bad"), SourceBell(store, phones, clock, [7])
    under_way = asyncio.ensure_future(collect(store, reader, Editors(), [feed], clock, lambda: 0.0))
    await settled()
    await bell.ring([feed])
    reader.go.set()
    await under_way
    clock.now += timedelta(hours=2)
    await bell.ring([feed])
    assert [text for _, text, _ in phones.sent] == ["1 source fell silent."]
    assert (await store.feed_states())["bad"].errors == 10


async def test_sources__a_feed_is_read_while_its_silence_is_told__what_was_read_stays(store, phones, clock) -> None:
    feed = a_feed("bad")
    dead = a_feed_state("bad", errors=9, url=feed.url, next_poll_at=NOW, last_good_at=NOW - timedelta(days=3))
    await store.record_poll(dead)
    whole = phones.send

    async def send(chat_id, message, **more):
        await store.record_poll(a_feed_state("bad", etag="new", url=feed.url))
        return await whole(chat_id, message, **more)

    phones.send = send
    await SourceBell(store, phones, clock, [7]).ring([feed])
    assert (await store.feed_states())["bad"].etag == "new"
