"""Which messages stand in which chat: noted while an update is handled, kept in one write when it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from bot.core.trace import SAID, Opened, Said, Trace, remembered
from bot.errors import StoreError
from bot.flows.forget import take_back
from bot.flows.ports import Messenger, Store

log = structlog.get_logger("bot.chat")


@dataclass
class Noted:
    """What one update brought to one chat."""

    said: list[Said] = field(default_factory=list)
    opened: list[Opened] = field(default_factory=list)


class Notes:
    """Numbers of messages on their way to the store; in memory for the length of one update."""

    def __init__(self) -> None:
        self._noted: dict[int, Noted] = defaultdict(Noted)

    def said(self, chat_id: int, message_id: int, now: datetime, kind: str = SAID) -> None:
        """Note a message of either side. What stood open in it does not any more."""
        noted = self._noted[chat_id]
        noted.said.append(Said(message_id, int(now.timestamp()), kind))
        noted.opened.append(Opened(message_id, "", 0))

    def opened(self, chat_id: int, message_id: int, alert: str, hide_at: datetime) -> None:
        """Note that the text of an alert stands open in a message."""
        self._noted[chat_id].opened.append(Opened(message_id, alert, int(hide_at.timestamp())))

    def drop(self, chat_id: int) -> tuple[int, ...]:
        """Keep nothing of this update; return the messages that were noted."""
        noted = self._noted.pop(chat_id, None)
        return tuple(each.message_id for each in noted.said) if noted else ()

    async def keep(self, store: Store, chat_id: int, now: datetime) -> bool:
        """Write down what was noted; say whether the text of an alert stands open. Raises StoreError."""
        noted = self._noted.pop(chat_id, None)
        if noted is None:
            return False
        try:
            trace = await store.change_trace(chat_id, _remember(noted, now))
        except Exception:
            # The next update of this chat brings them along.
            later = self._noted[chat_id]
            later.said[:0], later.opened[:0] = noted.said, noted.opened
            raise
        return bool(trace.opened)


async def delete_now(store: Store, messenger: Messenger, chat_id: int, message_id: int, now: datetime) -> None:
    """Delete one message of either side at once; where Telegram does not answer, as soon as it does."""
    try:
        await take_back(store, messenger, chat_id, [message_id], now)
    except StoreError as error:
        log.error("a message that must go cannot be noted", exc_info=error)


def _remember(noted: Noted, now: datetime) -> Callable[[Trace], Trace]:
    return lambda trace: remembered(trace, noted.said, noted.opened, now)
