"""Whatever is done in whatever order, the store on the disk and the one in memory hold the same."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from dataclasses import astuple, replace
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot.core.alert import PUBLISHED
from bot.core.delivery import LEASE, Gone, Rejected, Sent, Throttled, Unsure, after, correction, plan
from bot.core.subscriber import Subscriber
from bot.core.trace import Said, covered, remembered, without
from bot.storage.acts import StoreActs
from bot.storage.memory_store import MemoryStore
from bot.storage.tinydb_store import TinyDBStore
from bot.storage.vault import Vault
from tests.builders import NOW, a_feed_state, an_alert
from tests.storage.conftest import KEY

CHATS = st.integers(1, 5)
ALERTS = st.sampled_from(["a1", "a2", "a3"])
OUTCOMES = st.sampled_from([Sent(7), Throttled(timedelta(hours=1)), Gone(), Rejected("no"), Unsure("reset")])
SETTINGS = st.fixed_dictionaries(
    {
        "is_subscribed": st.booleans(),
        "frequency": st.sampled_from(["now", "daily", "weekly"]),
        "topics": st.sampled_from([(), ("law",), ("court", "law")]),
        "quiet_from": st.sampled_from([None, 10]),
        "quiet_to": st.sampled_from([None, 14]),
    }
)


class Twins(RuleBasedStateMachine):
    """Does everything to both stores; keys differ between them, so people are told apart by their chats."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp())
        self.now = NOW
        self.memory = MemoryStore()
        self.disk = TinyDBStore(self.folder / "store", Vault([KEY]))
        self.held: list[tuple[StoreActs, list]] = []
        for store in self.stores:
            self.runner.run(store.open())

    @property
    def stores(self) -> tuple[StoreActs, StoreActs]:
        return self.memory, self.disk

    def both(self, act) -> object:
        first, second = (self.runner.run(act(store)) for store in self.stores)
        assert first == second
        return first

    @rule(chat=CHATS, changes=SETTINGS)
    def change(self, chat, changes):
        async def act(store):
            return bare(await store.change_subscriber(chat, lambda one: replace(one, **changes)))

        self.both(act)

    @rule(chat=CHATS)
    def forget(self, chat):
        self.both(lambda store: store.forget(chat))

    @rule(chat=CHATS)
    def wipe(self, chat):
        self.both(lambda store: store.forget(chat, covered("$hash")))

    @rule(chat=CHATS, messages=st.lists(st.integers(1, 9), max_size=3), is_gone=st.booleans())
    def say(self, chat, messages, is_gone):
        said = [Said(number, int(self.now.timestamp())) for number in messages]

        def change(trace):
            return without(trace, messages) if is_gone else remembered(trace, said, (), self.now)

        async def act(store):
            return replace(await store.change_trace(chat, change), key="")

        self.both(act)

    @rule(chat=CHATS, to=CHATS)
    def move(self, chat, to):
        self.both(lambda store: store.move_subscriber(chat, to))

    @rule(alert=ALERTS, severity=st.sampled_from(["Extreme", "Moderate", "Minor"]))
    def publish(self, alert, severity):
        value = an_alert(alert, state=PUBLISHED, severity=severity, created_at=self.now)
        self.both(lambda store: store.publish(value, lambda one: plan(one, value, self.now)))

    @rule(alert=ALERTS, msg_type=st.sampled_from(["Update", "Cancel"]))
    def correct(self, alert, msg_type):
        old = self.runner.run(self.memory.alert(alert))
        if old is not None:
            value = replace(old, version=old.version + 1, msg_type=msg_type)
            self.both(lambda store: store.correct(value, lambda each: correction(each, value, self.now)))

    @rule()
    def claim(self):
        async def act(store):
            claims = await store.claim(self.now, self.now + LEASE, 100)
            self.held.append((store, claims))
            return sorted(
                (claim.subscriber.chat_id, [each.alert for each in sorted(claim.deliveries, key=lambda d: d.alert)])
                for claim in claims
            )

        self.both(act)

    @rule(outcome=OUTCOMES)
    def settle(self, outcome):
        held, self.held = self.held, []
        for store, claims in held:
            results = [after(each, outcome, self.now) for claim in claims for each in claim.deliveries]
            self.runner.run(store.settle(results))

    @rule(feed=st.sampled_from(["f1", "f2"]), alert=ALERTS)
    def poll(self, feed, alert):
        state = a_feed_state(feed, last_good_at=self.now)
        self.both(lambda store: store.record_poll(state, [an_alert(alert, created_at=self.now)]))

    @rule(hours=st.sampled_from([1, 30, 60, 24 * 31]))
    def wait_and_purge(self, hours):
        self.now += timedelta(hours=hours)
        self.both(lambda store: store.purge(self.now))

    @rule(has_crashed=st.booleans())
    def reopen(self, has_crashed):
        self.held.clear()
        self.runner.run(self.memory.close())
        self.runner.run(self.memory.open())
        old = self.disk
        if has_crashed:
            copy = Path(tempfile.mkdtemp(dir=self.folder)) / "store"
            shutil.copytree(old._disk.folder, copy)
            self.disk = TinyDBStore(copy, Vault([KEY]))
            self.runner.run(self.disk.open())
            self.runner.run(old.close())
        else:
            self.runner.run(old.close())
            self.disk = TinyDBStore(old._disk.folder, Vault([KEY]))
            self.runner.run(self.disk.open())
        assert self.disk.recovered == ""

    @invariant()
    def hold_the_same(self):
        async def everything(store):
            tables = store._tables
            people = {each.key: each.chat_id async for each in store.subscribers()}
            return (
                sorted((repr(bare(each)), each.chat_id) for each in tables.subscribers.values()),
                sorted(
                    repr(replace(each, id="", subscriber="")) + str((each.message_id, people[each.subscriber]))
                    for each in tables.deliveries.values()
                ),
                sorted(repr(astuple(replace(each, key=""))) for each in tables.traces.values()),
                await store.alerts(),
                await store.feed_states(),
                await store.counts(self.now),
                dict(tables.tallies),
            )

        self.both(everything)

    def teardown(self):
        for store in self.stores:
            self.runner.run(store.close())
        self.runner.close()
        shutil.rmtree(self.folder)


def bare(subscriber: Subscriber) -> Subscriber:
    """Return a subscriber without the key, which each store makes by itself."""
    return replace(subscriber, key="")


TestTwins = Twins.TestCase
TestTwins.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
