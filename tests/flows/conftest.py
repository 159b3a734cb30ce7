"""What the verbs are tried with: a store, a clock that is moved by hand, and phones that keep what arrives."""

from __future__ import annotations

import pytest

from bot.core.delivery import Outcome, Sent
from bot.flows import moderate
from bot.flows.subscribe import Defaults, subscribe
from bot.storage.memory_store import MemoryStore
from tests.builders import NOW, an_alert


class Phones:
    """A Messenger that keeps what arrives; outcomes can be scripted for each chat."""

    def __init__(self) -> None:
        self.sent: list[tuple[int, str, bool]] = []
        self.edited: list[tuple[int, int, str]] = []
        self.deleted: list[tuple[int, tuple[int, ...]]] = []
        self.answers: dict[int, list[Outcome]] = {}

    async def send(self, chat_id, message, *, silent=False, urgent=False):
        if self.answers.get(chat_id):
            return self.answers[chat_id].pop(0)
        self.sent.append((chat_id, message.html, silent))
        return Sent(len(self.sent))

    def room(self):
        return 1_000_000, 0.0

    async def edit(self, chat_id, message_id, message):
        self.edited.append((chat_id, message_id, message.html))
        return Sent(message_id)

    async def delete(self, chat_id, message_ids):
        self.deleted.append((chat_id, tuple(message_ids)))
        return Sent(0)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def phones() -> Phones:
    return Phones()


@pytest.fixture
async def store():
    made = MemoryStore()
    await made.open()
    yield made
    await made.close()


async def readers(store, clock, *chats: int, frequency: str = "now") -> None:
    """Let these chats subscribe."""
    for chat in chats:
        await subscribe(store, clock, Defaults(), chat, frequency, "en")


async def publish_one(store, clock, **changes):
    """Publish an alert with these changes."""
    return await moderate.publish(store, clock, an_alert(**changes))
