"""The acts that concern the team and its bots: who was invited, what stands in admins' chats, who must be silent."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.core.card import Card
from bot.core.pause import Pause
from bot.core.staff import Staffbook
from bot.storage.base import Acts
from bot.storage.documents import CARDS, PAUSES, STAFF
from bot.storage.tables import Batch


class TeamActs(Acts):
    """What `flows.ports.Store` can do with the team."""

    async def staff(self) -> Staffbook:
        """Return who was invited to moderate, and what is open about that."""
        return self._book()[1]

    async def change_staff(self, change: Callable[[Staffbook], Staffbook]) -> Staffbook:
        """Apply a pure change and keep the result; who was taken out is erased from every file."""
        key, old = self._book()
        new = change(old)
        gone = {each.user_id for each in old.staffers} - {each.user_id for each in new.staffers}
        batch = Batch(self._tables)
        if gone:
            # Only of a row that was removed do all files lose every trace: the book goes on under another key.
            batch.put(STAFF, key, None)
            key = str(int(key) + 1)
        if new != old:
            batch.put(STAFF, key, new)
        await self._commits.commit(batch)
        if gone:
            await self._commits.erase()
        return new

    def _book(self) -> tuple[str, Staffbook]:
        """Return the one row of the team with its key."""
        return next(iter(self._tables.staff.items()), ("1", Staffbook()))

    async def cards(self) -> list[Card]:
        """Return the messages in admins' chats that still stand."""
        return list(self._tables.cards.values())

    async def keep_card(self, card: Card) -> None:
        """Remember a message in an admin's chat."""
        batch = Batch(self._tables)
        batch.put(CARDS, card.id, card)
        await self._commits.commit(batch)

    async def drop_cards(self, ids: Sequence[str]) -> None:
        """Erase what is remembered of messages that are gone, from every file."""
        batch = Batch(self._tables)
        for card_id in ids:
            if card_id in self._tables.cards:
                batch.put(CARDS, card_id, None)
        await self._commits.commit(batch)
        if batch.changes:
            await self._commits.erase()

    async def pause(self, bot: int) -> Pause | None:
        """Return the last pause that Telegram asked of a bot, over or not."""
        return self._tables.pauses.get(self._key(bot))

    async def keep_pause(self, bot: int, pause: Pause) -> None:
        """Remember a pause in the place of the last one; whose it is, only the look-up key tells."""
        batch = Batch(self._tables)
        batch.put(PAUSES, self._key(bot), pause)
        await self._commits.commit(batch)
