"""Forgetting a person: first everything that is stored, in one write, then the messages in the chat."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace
from datetime import datetime

from bot.core.delivery import Throttled, Unsure
from bot.core.trace import MENU, Trace, owing, without
from bot.flows.ports import Messenger, Store

Dress = Callable[[int], Awaitable[bool]]
"""Shows a chat the command menu of its face; says whether that is over, be it that Telegram refused."""


async def forget(
    store: Store,
    messenger: Messenger,
    chat_id: int,
    now: datetime,
    also: Collection[int] = (),
    dress: Dress | None = None,
) -> None:
    """Erase all that is kept of a chat (durable when it returns) and delete the messages of the last 48 hours.

    What is to be deleted is kept as owed until it is: a process that dies in between does it when it starts again.
    `also`: messages whose numbers are not kept yet; `dress`: given where the menu would tell that the chat was more.
    What Telegram refuses to delete stays; the person is told so beforehand.
    """
    trace, standing = await store.trace(chat_id), {*await store.messages(chat_id), *also} - {MENU}
    owed = {*standing, MENU} if dress else standing
    left = Trace(chat_id, messages=trace.messages if trace else ())
    await store.forget(chat_id, owing(left, sorted(owed), now) if owed else None)
    done = set(standing) if not standing or await delete(messenger, chat_id, standing) else set()
    if dress is not None and await dress(chat_id):
        done.add(MENU)
    await settle(store, chat_id, done)


async def settle(store: Store, chat_id: int, done: Collection[int]) -> None:
    """Keep no longer what is owed no more: in no file, where nothing else is kept of the chat. Raises StoreError."""
    trace = await store.trace(chat_id)
    if trace is None or not done:
        return
    if await store.subscriber(chat_id) is not None:
        await store.change_trace(chat_id, lambda known: without(known, done))
        return
    left = without(trace, done)
    if left.is_covered and not left.messages:
        left = replace(left, chat_id=0)
    await store.forget(chat_id, None if left.is_empty else left)


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
