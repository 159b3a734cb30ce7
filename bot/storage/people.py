"""The acts that concern people: their records, what their chats remember, a move, and leaving without a trace."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace

from bot.core.alert import Alert
from bot.core.delivery import PLANNED, SEND, Delivery
from bot.core.subscriber import Subscriber
from bot.core.trace import Trace, forgets
from bot.flows.ports import Change
from bot.storage.base import Acts
from bot.storage.documents import DELIVERIES, SUBSCRIBERS, TRACES
from bot.storage.tables import Batch


class PeopleActs(Acts):
    """What `flows.ports.Store` can do with people."""

    async def subscriber(self, chat_id: int) -> Subscriber | None:
        """Return what is kept of that chat."""
        return self._tables.subscribers.get(self._key(chat_id))

    async def change_subscriber(self, chat_id: int, change: Change) -> Subscriber:
        """Apply a pure change to the record, a fresh one if there is none; its chat id and key stay what they are."""
        key = self._key(chat_id)
        old = self._tables.subscribers.get(key)
        new = replace(change(old or Subscriber(chat_id, key)), chat_id=chat_id, key=key)
        batch = Batch(self._tables)
        if new != old:
            batch.put(SUBSCRIBERS, key, new)
        await self._commits.commit(batch)
        return new

    async def move_subscriber(self, chat_id: int, to: int) -> None:
        """Rewrite the record and its deliveries to a new chat id, free of leases; what is there already wins."""
        old, new = self._key(chat_id), self._key(to)
        subscriber = self._tables.subscribers.get(old)
        if subscriber is None or old == new:
            return
        batch = Batch(self._tables)
        batch.put(SUBSCRIBERS, old, None)
        if new not in self._tables.subscribers:
            batch.put(SUBSCRIBERS, new, replace(subscriber, chat_id=to, key=new))
        for delivery in self._tables.of_subscriber(old):
            batch.put(DELIVERIES, delivery.id, None)
            moved = replace(delivery, id=f"{delivery.alert}.{new}", subscriber=new, leased_until=None)
            if moved.id not in self._tables.deliveries:
                batch.put(DELIVERIES, moved.id, moved)
        trace = self._tables.traces.get(old)
        if trace is not None:
            # Numbers of messages are those of the old chat: of no use in the new one.
            batch.put(TRACES, old, None)
            if trace.face and new not in self._tables.traces:
                batch.put(
                    TRACES, new, replace(trace, chat_id=0 if trace.is_covered else to, key=new, messages=(), opened=())
                )
        await self._commits.commit(batch)
        await self._commits.erase()

    async def trace(self, chat_id: int) -> Trace | None:
        """Return what is remembered of that chat besides settings."""
        return self._tables.traces.get(self._key(chat_id))

    async def change_trace(self, chat_id: int, change: Callable[[Trace], Trace]) -> Trace:
        """Apply a pure change to what is remembered of a chat, and keep the result unless it is empty."""
        key = self._key(chat_id)
        old = self._tables.traces.get(key)
        changed = change(old or Trace(chat_id, key))
        new = replace(changed, chat_id=0 if changed.is_covered and not changed.messages else chat_id, key=key)
        batch = Batch(self._tables)
        if new != old and not (old is None and new.is_empty):
            batch.put(TRACES, key, None if new.is_empty else new)
            batch.forgets = forgets(old, new)
            self._owes_erasure |= batch.forgets
        await self._commits.commit(batch)
        return new

    async def traces(self) -> AsyncIterator[Trace]:
        """Iterate over all traces, each once, as it is when its turn comes."""
        for key in list(self._tables.traces):
            if (trace := self._tables.traces.get(key)) is not None:
                yield trace

    async def messages(self, chat_id: int) -> tuple[int, ...]:
        """Return the numbers of all messages of a chat that are known: what both sides said, and news."""
        key = self._key(chat_id)
        trace = self._tables.traces.get(key)
        ids = {each.message_id for each in self._tables.of_subscriber(key) if each.message_id}
        ids |= {each.message_id for each in trace.messages} if trace else set()
        return tuple(sorted(ids | set(self._untold.get(key, ()))))

    async def forget(self, chat_id: int, leaving: Trace | None = None) -> tuple[int, ...]:
        """Erase a person from every file, except what is `leaving`, and return the message ids there were.

        Raises StoreError when nothing was erased, or when traces are left that the disk did not let go of: those
        are removed as soon as it does, and the next call returns the message ids.
        """
        key = self._key(chat_id)
        deliveries, trace = self._tables.of_subscriber(key), self._tables.traces.get(key)
        left = replace(leaving, key=key) if leaving else None
        is_known = key in self._tables.subscribers or deliveries or key in self._untold
        if not is_known and trace == left:
            return ()
        ids = await self.messages(chat_id)
        batch = Batch(self._tables)
        batch.forgets = True
        if key in self._tables.subscribers:
            batch.put(SUBSCRIBERS, key, None)
        for delivery in deliveries:
            batch.put(DELIVERIES, delivery.id, None)
        if trace != left:
            batch.put(TRACES, key, left)
        await self._commits.commit(batch)
        self._untold[key] = ids
        await self._commits.erase()
        return self._untold.pop(key, ())

    async def subscribers(self) -> AsyncIterator[Subscriber]:
        """Iterate over all records, each once, as it is when its turn comes."""
        for key in list(self._tables.subscribers):
            if (subscriber := self._tables.subscribers.get(key)) is not None:
                yield subscriber

    async def replan(self, chat_id: int, decide: Callable[[Subscriber, Alert, Delivery], Delivery | None]) -> int:
        """Decide anew on what is planned for a person and not under way (None: unchanged); return how many changed."""
        key = self._key(chat_id)
        subscriber = self._tables.subscribers.get(key)
        batch = Batch(self._tables)
        for delivery in self._tables.of_subscriber(key):
            alert = self._tables.alerts.get(delivery.alert)
            if subscriber is None or alert is None or delivery.leased_until is not None:
                continue
            if delivery.state == PLANNED and delivery.act == SEND:
                decided = decide(subscriber, alert, delivery)
                if decided is not None and decided != delivery:
                    batch.put(DELIVERIES, delivery.id, decided)
        await self._commits.commit(batch)
        return len(batch.changes)

    async def copies(self, chat_id: int, message_id: int) -> list[Delivery]:
        """Return the deliveries that one message to a person brought: several when it was a digest."""
        if not message_id:
            return []
        return [each for each in self._tables.of_subscriber(self._key(chat_id)) if each.message_id == message_id]
