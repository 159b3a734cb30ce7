"""The Messenger of what admins get unasked: its buttons are sealed for each chat, and it goes after a day."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from bot.chat.handles import Handles
from bot.core.delivery import Outcome, Sent
from bot.flows.ports import Messenger
from bot.texts.message import Message

Note = Callable[[int, int], Awaitable[None]]


class ToAdmins:
    """Sends as another Messenger does, with handles in the buttons; `note` remembers what was sent."""

    def __init__(self, messenger: Messenger, handles: Handles, note: Note) -> None:
        self._messenger, self._handles, self._note = messenger, handles, note

    async def send(self, chat_id: int, message: Message, *, silent: bool = False, urgent: bool = False) -> Outcome:
        """Send a new message."""
        sealed = self._handles.sealed(message, chat_id)
        outcome = await self._messenger.send(chat_id, sealed, silent=silent, urgent=urgent)
        if isinstance(outcome, Sent):
            await self._note(chat_id, outcome.message_id)
        return outcome

    def room(self) -> tuple[int, float]:
        """Return how many messages may leave now, and the seconds until one may."""
        return self._messenger.room()

    async def edit(self, chat_id: int, message_id: int, message: Message) -> Outcome:
        """Replace a message's text and buttons."""
        return await self._messenger.edit(chat_id, message_id, self._handles.sealed(message, chat_id))

    async def delete(self, chat_id: int, message_ids: Sequence[int]) -> Outcome:
        """Delete messages."""
        return await self._messenger.delete(chat_id, message_ids)
