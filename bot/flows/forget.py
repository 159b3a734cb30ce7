"""Forgetting a person: first everything that is stored, in one write, then the messages in the chat."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from bot.core.delivery import Throttled, Unsure
from bot.core.trace import owing
from bot.flows.ports import Messenger, Store


async def forget(store: Store, messenger: Messenger, chat_id: int, now: datetime, also: Collection[int] = ()) -> None:
    """Erase all that is kept of a chat (durable when it returns) and delete the messages of the last 48 hours.

    `also`: messages whose numbers are not kept yet. What Telegram refuses to delete stays; the person is told so
    beforehand. What it does not answer about is kept as owed, and tried again.
    """
    await take_back(store, messenger, chat_id, {*await store.forget(chat_id), *also} - {0}, now)


async def take_back(
    store: Store, messenger: Messenger, chat_id: int, message_ids: Collection[int], now: datetime
) -> None:
    """Delete messages that must not stand; those that Telegram does not answer about are kept as owed, and tried again.

    Raises StoreError when that could not be kept.
    """
    if message_ids and not await delete(messenger, chat_id, message_ids):
        await store.change_trace(chat_id, lambda trace: owing(trace, sorted(message_ids), now))


async def delete(messenger: Messenger, chat_id: int, message_ids: Collection[int]) -> bool:
    """Delete messages; say whether that is over: False when Telegram did not answer, and it must be tried again."""
    outcome = await messenger.delete(chat_id, sorted(message_ids))
    return not isinstance(outcome, Throttled | Unsure)


async def forget_gone(store: Store, chat_id: int) -> None:
    """Erase what is kept of a chat that blocked the bot or left Telegram; a cover stays, for when she is back."""
    trace = await store.trace(chat_id)
    await store.forget(chat_id, trace if trace is not None and trace.is_covered else None)
