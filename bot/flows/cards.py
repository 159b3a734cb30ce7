"""Tidying admins' chats: what was said there, by either side, is deleted after a day."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

from bot.core.card import STANDS_FOR, Card, is_due, is_lost
from bot.flows.forget import delete
from bot.flows.ports import Clock, Messenger, Store


class Cards:
    """Remembers messages in admins' chats, encrypted in the store, until they are deleted."""

    def __init__(
        self,
        store: Store,
        messenger: Messenger,
        clock: Clock,
        new_id: Callable[[], str] = lambda: secrets.token_hex(8),
    ) -> None:
        self._store, self._messenger, self._clock, self._new_id = store, messenger, clock, new_id

    async def note(self, chat_id: int, message_id: int) -> None:
        """Remember a message; durable when it returns. Raises StoreError."""
        if message_id:
            await self._store.keep_card(Card(self._new_id(), chat_id, message_id, self._clock()))

    async def clear(self, chat_id: int) -> None:
        """Delete everything in one chat now. Raises StoreError when it could not be forgotten."""
        mine = [card for card in await self._store.cards() if card.chat == chat_id]
        if not mine:
            return
        is_over = await delete(self._messenger, chat_id, [card.message_id for card in mine])
        await self._store.drop_cards([card.id for card in mine])
        if not is_over:
            # Telegram did not answer: they are due with the next tidying.
            for card in mine:
                await self._store.keep_card(replace(card, id=self._new_id(), at=self._clock() - STANDS_FOR))

    async def forget(self, chat_id: int) -> None:
        """Remember nothing of one chat; what stands there stays. Raises StoreError."""
        mine = [card.id for card in await self._store.cards() if card.chat == chat_id]
        if mine:
            await self._store.drop_cards(mine)

    async def tidy(self) -> int:
        """Delete what has stood for a day, as a line of the timetable; return how many messages went.

        Where the admin wiped her chat, all of it goes: the disk may have failed just then, or the process died.
        """
        now, cards, due = self._clock(), await self._store.cards(), defaultdict(list)
        traces = {chat_id: await self._store.trace(chat_id) for chat_id in {card.chat for card in cards}}
        wiped = {chat_id for chat_id, trace in traces.items() if trace is not None and trace.is_covered}
        for card in cards:
            if is_due(card, now) or card.chat in wiped:
                due[card.chat].append(card)
        gone: list[str] = []
        for chat_id, cards in due.items():
            is_over = await delete(self._messenger, chat_id, [card.message_id for card in cards])
            gone += [card.id for card in cards if is_over or is_lost(card, now)]
        if gone:
            await self._store.drop_cards(gone)
        return len(gone)
