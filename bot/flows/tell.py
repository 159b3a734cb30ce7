"""Telling the admins: each in her language; one who cannot be reached does not keep it from the others."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from bot.core.delivery import Throttled, Unsure
from bot.flows.ports import Messenger, Store
from bot.texts.catalogues import Words, words
from bot.texts.message import Message

OWED_AT_MOST = 200
"""Notices that Telegram did not take; beyond that the oldest go: who comes back reads the audit trail."""


class Team:
    """The admins of this bot. What Telegram does not take is owed, until `retry` brings it."""

    def __init__(self, store: Store, messenger: Messenger, admin_ids: Iterable[int]) -> None:
        self._store, self._messenger, self._admin_ids = store, messenger, admin_ids
        self._owed: deque[tuple[int, Callable[[Words], Message], bool]] = deque(maxlen=OWED_AT_MOST)

    async def retry(self) -> None:
        """Tell once more what is owed, to whom is still of the team; a line of the timetable calls it."""
        owed = [self._owed.popleft() for _ in range(len(self._owed))]
        for admin_id, render, silent in owed:
            if admin_id in tuple(self._admin_ids):
                await self.tell_one(admin_id, render, silent=silent)

    async def tell(
        self, render: Callable[[Words], Message], *, but: int = 0, silent: bool = True, owes: bool = True
    ) -> bool:
        """Send a message to every admin except the one whose id is `but`; say whether Telegram answered for any.

        `owes`: False where the caller tells it again by itself.
        """
        those = [admin_id for admin_id in self._admin_ids if admin_id != but]
        told = [await self.tell_one(admin_id, render, silent=silent, owes=owes) for admin_id in those]
        return any(told) or not told

    async def tell_one(
        self, admin_id: int, render: Callable[[Words], Message], *, silent: bool = True, owes: bool = True
    ) -> bool:
        """Send a message to one admin; say whether Telegram answered, be it that she cannot be reached."""
        known = await self._store.subscriber(admin_id)
        speak = words(known.language if known and known.language else "en")
        outcome = await self._messenger.send(admin_id, render(speak), silent=silent)
        if isinstance(outcome, Throttled | Unsure):
            if owes:
                self._owed.append((admin_id, render, silent))
            return False
        return True
