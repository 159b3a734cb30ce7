"""Tidying: what was said deletes itself after the reader's time, and news that was read hides its text again."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from functools import partial

from bot.core.alert import PUBLISHED
from bot.core.delivery import Throttled, Unsure
from bot.core.subscriber import Subscriber
from bot.core.trace import MENU, OWED, Opened, Trace, closed, to_tidy, without
from bot.flows.bring import standing_in
from bot.flows.forget import Dress, delete
from bot.flows.ports import Clock, Messenger, Store
from bot.texts.alerts import render_digest, render_hidden, render_read
from bot.texts.catalogues import words
from bot.texts.message import Message

EVERY = timedelta(minutes=1)
HIDE_EVERY = timedelta(seconds=1)
SOONEST = timedelta(hours=1)
"""No reader can choose less."""

AT_ONCE = 8
"""Chats in which texts are hidden side by side: after an urgent push many are due in the same minute."""

SLICE = 100
"""Chats looked at before the event loop gets its turn."""


async def _dressed(_: int) -> bool:
    return True


class Tidier:
    """Deletes and hides what is due; what is due lies in the store, so that a restart loses none of it.

    `dress` gives a chat the menu of its face, where a wipe or a farewell still owes that.
    """

    def __init__(self, store: Store, messenger: Messenger, clock: Clock, dress: Dress = _dressed) -> None:
        self._store, self._messenger, self._clock, self._dress = store, messenger, clock, dress
        self._watched: set[int] | None = None
        self._takes_menus = True

    def watch(self, chat_id: int) -> None:
        """Look after a chat in which the text of news stands open, or of which something is owed."""
        if self._watched is not None:
            self._watched.add(chat_id)

    async def tidy(self) -> None:
        """Delete in every chat what its reader does not want to stand any longer."""
        now, number, self._takes_menus = self._clock(), 0, True
        young = (now - SOONEST).timestamp()
        async for trace in self._store.traces():
            number += 1
            if number % SLICE == 0:
                await asyncio.sleep(0)
            # The first is the oldest, unless it is owed.
            if trace.messages and (trace.messages[0].at <= young or trace.messages[0].kind == OWED):
                await self._tidy_one(trace, now)

    async def _tidy_one(self, trace: Trace, now: datetime) -> None:
        reader = await self._store.subscriber(trace.chat_id) or Subscriber(trace.chat_id)
        due = to_tidy(trace, reader.tidy_in, now)
        gone = {number for number in due if number != MENU}
        if gone and not await delete(self._messenger, trace.chat_id, gone):
            gone = set()
        if MENU in due and self._takes_menus:
            # Telegram may refuse menus for long: then those of all others wait for the next round as well.
            self._takes_menus = await self._dress(trace.chat_id)
            gone |= {MENU} if self._takes_menus else set()
        if gone:
            await self._store.change_trace(trace.chat_id, lambda known: without(known, gone))

    async def hide(self) -> None:
        """Put the neutral face back on news whose time is over."""
        if self._watched is None:
            await self._begin()
        now, chats = self._clock(), list(self._watched or ())
        for start in range(0, len(chats), AT_ONCE):
            await asyncio.gather(*(self._hide_in(chat_id, now) for chat_id in chats[start : start + AT_ONCE]))

    async def _begin(self) -> None:
        """Look through all chats once: what an earlier process owes is done before anything else."""
        found = [trace async for trace in self._store.traces()]
        is_owed = [trace.chat_id for trace in found if trace.messages and trace.messages[0].kind == OWED]
        self._watched = {trace.chat_id for trace in found if trace.opened} | set(is_owed)

    async def _hide_in(self, chat_id: int, now: datetime) -> None:
        """Hide in one chat what is due; look no more after one in which nothing stands open.

        What is owed there is tried at once, and then with all else.
        """
        trace = await self._store.trace(chat_id)
        if trace is not None and trace.messages and trace.messages[0].kind == OWED:
            await self._tidy_one(trace, now)
            trace = await self._store.trace(chat_id)
        due = [each for each in trace.opened if each.hide_at <= now.timestamp()] if trace else []
        hidden = [each for each in due if await self._hide_one(chat_id, each)]
        if hidden:
            trace = await self._store.change_trace(chat_id, partial(closed, hidden=hidden))
        if self._watched is not None and (trace is None or not trace.opened):
            self._watched.discard(chat_id)

    async def _hide_one(self, chat_id: int, opened: Opened) -> bool:
        """Hide one text; say whether that is over, be it that the message is gone."""
        face = await self._face(chat_id, opened)
        if face is None:
            return True
        outcome = await self._messenger.edit(chat_id, opened.message_id, face)
        return not isinstance(outcome, Unsure | Throttled)

    async def _face(self, chat_id: int, opened: Opened) -> Message | None:
        """Return what stands in place of the text; None when a correction has put something there already."""
        reader = await self._store.subscriber(chat_id) or Subscriber(chat_id)
        speak = words(reader.language or "en")
        alert = await self._store.alert(opened.alert)
        if alert is None:
            return Message(render_read(speak))
        if alert.state != PUBLISHED:
            return None
        together = await standing_in(self._store, chat_id, opened.message_id)
        return render_digest(together, reader, speak) if len(together) > 1 else render_hidden(alert, speak)
