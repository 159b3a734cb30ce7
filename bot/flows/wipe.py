"""Wiping a chat: the record and what both sides wrote vanish, and from then on the bot plays dull there."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from bot.core.delivery import Outcome, Rejected, Sent
from bot.core.subscriber import Subscriber
from bot.core.trace import COVER, MENU, OPEN, Said, Trace, owing, remembered
from bot.errors import StoreError
from bot.flows.forget import delete, take_back
from bot.flows.ports import Clock, Messenger, Store
from bot.texts.message import Message

CODE_PREFIX = "w_"
"""What a friend's link opens the bot with: this and 22 characters."""

SLICE = 500


async def wipe(
    store: Store, messenger: Messenger, chat_id: int, now: datetime, also: Collection[int] = ()
) -> tuple[int, ...]:
    """Erase all that is kept of a chat except the cover, and delete what stands in it (`also`: messages not kept yet).

    Both at once: a disk that fails must not keep the messages on the phone. Raises StoreError when the record could
    not be erased; the messages are deleted even so. They and the menu are kept as owed, for a process that dies in
    between must do it when it starts again. Returns which are owed no more, for `settle`.
    """
    known, trace = await store.subscriber(chat_id), await store.trace(chat_id)
    passphrase = (known.passphrase if known else "") or (trace.passphrase if trace else "")
    standing = sorted({*await store.messages(chat_id), *also} - {MENU})
    left = Trace(chat_id, messages=trace.messages if trace else (), face=COVER, passphrase=passphrase)
    leaving = owing(left, [MENU, *standing], now)
    erased, is_over = await asyncio.gather(
        store.forget(chat_id, leaving), delete(messenger, chat_id, standing), return_exceptions=True
    )
    if isinstance(erased, BaseException):
        raise erased
    return tuple(standing) if is_over is True else ()


async def wipe_owed(store: Store, messenger: Messenger, owed: set[int], now: datetime) -> None:
    """Try again what a failing disk did not let go of."""
    for chat_id in tuple(owed):
        try:
            await wipe(store, messenger, chat_id, now)
        except StoreError:
            return
        owed.discard(chat_id)


async def uncover(store: Store, chat_id: int, face: str) -> None:
    """Show the real bot in a chat again; its passphrase stays for the next time. `face`: how strangers are met.

    Durable when it returns. Where strangers see the cover, it is kept that this chat came in.
    """
    trace = await store.trace(chat_id)
    if trace is not None and trace.passphrase:
        kept = trace.passphrase
        await store.change_subscriber(chat_id, lambda known: replace(known, passphrase=known.passphrase or kept))
    await store.change_trace(chat_id, lambda known: _uncovered(known, face))


def _uncovered(trace: Trace, face: str) -> Trace:
    return replace(trace, face="" if face == OPEN else OPEN, passphrase="")  # none is kept  # nosec B106


def is_friends(said: str) -> bool:
    """Say whether the words behind /start come from a friend's link: a wipe must not wait for a rush of new chats."""
    return said.startswith(CODE_PREFIX)


def code_hash(code: str) -> str:
    """Return what is kept of a friend's code: 128 random bits need no slow hash."""
    return hashlib.sha256(code.encode()).hexdigest()


async def find_by_code(store: Store, code: str) -> int | None:
    """Return the chat whose reader made that code, or None; it looks at every reader in any case."""
    wanted, found, number = code_hash(code), None, 0
    async for reader in store.subscribers():
        number += 1
        if number % SLICE == 0:
            await asyncio.sleep(0)
        if _is_hers(reader, wanted):
            found = reader.chat_id
    return found


def _is_hers(reader: Subscriber, wanted: str) -> bool:
    return hmac.compare_digest(reader.wipe_code, wanted)


class Veiled:
    """A messenger for what is no delivery: it sends nothing into a covered chat, and remembers what it sent elsewhere.

    An admin's notices must not betray the admin who wiped her chat, and go with the rest of it.
    """

    def __init__(self, messenger: Messenger, store: Store, clock: Clock, *, remembers: bool = True) -> None:
        """Take a messenger; `remembers`: False where its chats are not those of the bot that wipes."""
        self._messenger, self._store, self._clock, self._remembers = messenger, store, clock, remembers

    async def send(self, chat_id: int, message: Message, *, silent: bool = False, urgent: bool = False) -> Outcome:
        """Send unless the chat is covered, and remember the number of the message."""
        if await self._is_covered(chat_id):
            return Rejected("covered")
        outcome = await self._messenger.send(chat_id, message, silent=silent, urgent=urgent)
        if not isinstance(outcome, Sent):
            return outcome
        now = self._clock()
        # A full disk must not keep admins from what they have to know.
        with suppress(StoreError):
            if await self._is_covered(chat_id):
                # She wiped her chat while this was on its way to it.
                await take_back(self._store, self._messenger, chat_id, [outcome.message_id], now)
                return Rejected("covered")
            if self._remembers:
                said = Said(outcome.message_id, int(now.timestamp()))
                await self._store.change_trace(chat_id, lambda trace: remembered(trace, [said], (), now))
        return outcome

    def room(self) -> tuple[int, float]:
        """Return how many messages may leave now, and, when none may, the seconds until one may."""
        return self._messenger.room()

    async def edit(self, chat_id: int, message_id: int, message: Message) -> Outcome:
        """Replace a message unless the chat is covered."""
        if await self._is_covered(chat_id):
            return Rejected("covered")
        return await self._messenger.edit(chat_id, message_id, message)

    async def delete(self, chat_id: int, message_ids: Sequence[int]) -> Outcome:
        """Delete messages, in any chat."""
        return await self._messenger.delete(chat_id, message_ids)

    async def _is_covered(self, chat_id: int) -> bool:
        trace = await self._store.trace(chat_id)
        return trace is not None and trace.is_covered
