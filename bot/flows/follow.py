"""Following a push: one message to the admin who sent it off, edited as it goes; it holds totals only."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.core.delivery import Sent
from bot.core.totals import Shown
from bot.flows.ports import Clock, Messenger
from bot.flows.totals import Totals
from bot.texts.catalogues import Words
from bot.texts.drafts import render_progress
from bot.texts.message import Message

EVERY = timedelta(seconds=2)
FOLLOWED_FOR = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Followed:
    """One push that an admin watches: `planned` copies since `began_at`, and what her message says now."""

    alert: str
    planned: int
    began_at: datetime
    chat_id: int = field(repr=False)
    message_id: int = field(repr=False)
    speak: Words
    text: str = ""


class Follower:
    """Keeps the messages of all pushes under way; they live in memory, a restart leaves them as they are."""

    def __init__(self, totals: Totals, messenger: Messenger, clock: Clock) -> None:
        self._totals, self._messenger, self._clock = totals, messenger, clock
        self._followed: list[Followed] = []

    async def follow(self, chat_id: int, alert_id: str, planned: int, speak: Words) -> None:
        """Send the message; what comes after is an edit of it.

        It begins alike for many copies and for none: an answer at once would tell that nobody gets it.
        """
        total = self._totals.copies(alert_id, planned)
        text = render_progress(Shown(0, 0, total, 0), timedelta(), speak)
        outcome = await self._messenger.send(chat_id, Message(text), silent=True)
        if isinstance(outcome, Sent):
            push = Followed(alert_id, planned, self._clock(), chat_id, outcome.message_id, speak, text)
            self._followed.append(push)

    async def tick(self) -> None:
        """Bring every message up to date; the timetable calls it every two seconds, and Telegram wants no more."""
        followed, self._followed = self._followed, []
        self._followed += [push for each in followed if (push := await self._look(each)) is not None]

    async def _look(self, push: Followed) -> Followed | None:
        """Edit one message where it changed; return None when there is nothing to follow any more."""
        seen = await self._totals.shown(push.alert, push.planned)
        elapsed = self._clock() - push.began_at
        text = render_progress(seen, elapsed, push.speak)
        if text != push.text:
            outcome = await self._messenger.edit(push.chat_id, push.message_id, Message(text))
            if not isinstance(outcome, Sent) and elapsed <= FOLLOWED_FOR:
                return push
        if seen.is_done or elapsed > FOLLOWED_FOR:
            return None
        return replace(push, text=text)
