"""The admins' office: who they are, what they are told, what their buttons do, and who floods the bot."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from bot.chat.floods import Floods
from bot.chat.handles import Handles
from bot.chat.to_admins import ToAdmins
from bot.core.directory import Directory
from bot.core.staff import CONTACTS, FEEDS
from bot.errors import StoreError
from bot.flows.bell import AdminBell
from bot.flows.cards import Cards
from bot.flows.curate import Reminder
from bot.flows.follow import Follower
from bot.flows.forget import Dress
from bot.flows.ports import Clock, Messenger, Store
from bot.flows.sources import SourceBell
from bot.flows.staff import Staff
from bot.flows.tell import Team
from bot.flows.totals import Totals

log = structlog.get_logger("bot.chat")


async def _no_menu(_: int) -> None:
    """Take no menu away: there is no bot for admins alone."""


async def _is_dressed(_: int) -> bool:
    return True


class Office:
    """All that one bot has for its admins; `messenger` brings them messages before any push leaves.

    `undress`: takes the menu away from an admin's chat with the bot for admins alone, where there is one;
    `dress`: gives a chat with the bot for everybody the menu of its face;
    `curating`: held by the one act that changes the list of contacts now.
    """

    def __init__(
        self,
        store: Store,
        messenger: Messenger,
        clock: Clock,
        owners: Sequence[int],
        approvals: int | None = None,
        totals: Totals | None = None,
    ) -> None:
        self.totals = totals or Totals(store, clock)
        self.handles, self.floods = Handles(clock), Floods(clock)
        self.staff = Staff(store, clock, owners, approvals)
        self.messenger = ToAdmins(messenger, self.handles, self.note)
        self.team = Team(store, self.messenger, self.staff.those())
        self.bell = AdminBell(store, self.messenger, clock, self.staff.those())
        self.sources = SourceBell(store, self.messenger, clock, self.staff.those(FEEDS))
        self.follower = Follower(self.totals, self.messenger, clock)
        self.cards = Cards(store, messenger, clock)
        self.curating = asyncio.Lock()
        self.undress: Callable[[int], Awaitable[object]] = _no_menu
        self.dress: Dress = _is_dressed
        self.editors, self._clock = Team(store, self.messenger, self.staff.those(CONTACTS)), clock

    async def note(self, chat_id: int, message_id: int) -> None:
        """Remember a message in an admin's chat; a failing disk keeps nobody from moderating."""
        try:
            await self.cards.note(chat_id, message_id)
        except StoreError as error:
            log.error("a message in an admin's chat cannot be remembered", exc_info=error)

    async def remind(self, directory: Directory, last_on: Callable[[], str], remember: Callable[[str], None]) -> None:
        """Remind those who keep the list of what is due; once a day."""
        await Reminder(self.editors, self._clock, last_on, remember).remind(directory)

    async def tick(self) -> None:
        """Tell of a rush of new chats, and tidy the admins' chats, as a line of the timetable."""
        await self.team.retry()
        await self.editors.retry()
        await self.floods.tell(self.team)
        await self.cards.tidy()
