"""Telling the admins: each in her language; one who cannot be reached does not keep it from the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bot.core.delivery import Throttled, Unsure
from bot.flows.ports import Messenger, Store
from bot.texts.catalogues import Words, words
from bot.texts.message import Message


class Team:
    """The admins of this bot."""

    def __init__(self, store: Store, messenger: Messenger, admin_ids: Iterable[int]) -> None:
        self._store, self._messenger, self._admin_ids = store, messenger, admin_ids

    async def tell(self, render: Callable[[Words], Message], *, but: int = 0, silent: bool = True) -> bool:
        """Send a message to every admin except the one whose id is `but`; say whether Telegram answered for any."""
        told = [await self.tell_one(admin_id, render, silent=silent) for admin_id in self._admin_ids if admin_id != but]
        return any(told) or not told

    async def tell_one(self, admin_id: int, render: Callable[[Words], Message], *, silent: bool = True) -> bool:
        """Send a message to one admin; say whether Telegram answered, be it that she cannot be reached."""
        known = await self._store.subscriber(admin_id)
        speak = words(known.language if known and known.language else "en")
        outcome = await self._messenger.send(admin_id, render(speak), silent=silent)
        return not isinstance(outcome, Throttled | Unsure)
