"""Both ways that a push can take, and what it may become."""

import contextlib

from bot.chat.application import build_bot
from bot.chat.sender import Sender
from bot.core.delivery import Outcome, Unsure
from bot.texts.message import Message

TOKEN = "1:sandbox"
HELLO = Message("Hello")
NOBODY_KNOWS, NOT_TAKEN = True, False


class Way:
    """A sender over one of the two ways."""

    def __init__(self, url: str, kind: str, keep: int = 8) -> None:
        self.application = build_bot(TOKEN, url, 0, keep if kind == "road" else 0)
        self.request = self.application.bot.request
        assert (self.request._road is not None) == (kind == "road")
        self.sender = Sender(self.application.bot)

    async def push(self, chat: int = 1) -> Outcome:
        return await self.sender.send(chat, HELLO)

    def impatient(self, seconds: float) -> None:
        self.request._read_timeout = seconds
        if self.request._road is not None:
            self.request._road._reading = seconds


@contextlib.asynccontextmanager
async def way(url: str, kind: str, keep: int = 8):
    """Open one of the two ways, and let go of it."""
    made = Way(url, kind, keep)
    try:
        yield made
    finally:
        await made.request.shutdown()


def is_unsure(outcome: Outcome, *, may_have_arrived: bool) -> bool:
    return isinstance(outcome, Unsure) and outcome.may_have_arrived == may_have_arrived
