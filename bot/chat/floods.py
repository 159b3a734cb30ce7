"""Floods: one chat that writes without end is answered at its pace; a rush of new chats cannot keep others waiting."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.flood import ANSWER, AT_WORK, NEW_CHATS, ONE_CHAT, SILENCE, Bucket, full, refilled, take
from bot.flows.ports import Clock
from bot.flows.tell import Team
from bot.texts.admin import render_rush_notice

CHATS = 10_000
"""Chats whose pace is remembered, in memory alone; whoever rested longest is forgotten first."""

NEVER_HELD = frozenset({"panic", "forget", "stop", "sos"})
"""Commands that are always followed."""

TAPS_NEVER_HELD = ("forget:", "go:forget", "go:sos", "panic", "go:panic", "sub:stop", "hide:")

FEW = 3.0
"""Answers to a chat of which very much waits: with the request to write slower, as many as need not wait themselves."""

FEW_AT_WORK = 20.0
"""The same for the taps of an admin: no more than make a crowd once again."""

TOLD_EVERY = timedelta(hours=1)
WORTH_TELLING = 10


class Floods:
    """Decides for each message and tap whether it is answered; counts what was not."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._chats: OrderedDict[int, Bucket] = OrderedDict()
        self._at_work: dict[int, Bucket] = {}
        self._new = full(NEW_CHATS, clock())
        self._unanswered = 0
        self._told_at: datetime | None = None

    def verdict(self, chat_id: int, *, is_known: bool) -> str:
        """Return ANSWER, WARN or SILENCE; `is_known`: there is a record of that chat."""
        now = self._clock()
        bucket = self._chats.pop(chat_id, None)
        if bucket is None:
            bucket = full(ONE_CHAT, now)
            if not is_known:
                self._new, verdict = take(self._new, NEW_CHATS, now)
                if verdict != ANSWER:
                    self._unanswered += 1
                    return SILENCE
        self._chats[chat_id], verdict = take(bucket, ONE_CHAT, now)
        while len(self._chats) > CHATS:
            self._chats.popitem(last=False)
        return verdict

    def verdict_at_work(self, chat_id: int) -> str:
        """Return ANSWER, WARN or SILENCE for the tap of an admin, who decides on many drafts in a row."""
        now = self._clock()
        bucket = self._at_work.get(chat_id) or full(AT_WORK, now)
        self._at_work[chat_id], verdict = take(bucket, AT_WORK, now)
        return verdict

    def renew(self, chat_id: int) -> None:
        """Give a chat that was wiped the pace of one that rested: how much was said there before must not show."""
        if chat_id in self._chats:
            self._chats[chat_id] = full(ONE_CHAT, self._clock())

    def crowd(self, chat_id: int) -> None:
        """Note that so much of a chat waits that answering it would keep others waiting: few answers are left to it."""
        now = self._clock()
        bucket = refilled(self._chats.get(chat_id) or full(ONE_CHAT, now), ONE_CHAT, now)
        self._chats[chat_id] = replace(bucket, left=min(bucket.left, FEW))
        if chat_id in self._at_work:
            bucket = refilled(self._at_work[chat_id], AT_WORK, now)
            self._at_work[chat_id] = replace(bucket, left=min(bucket.left, FEW_AT_WORK))

    async def tell(self, team: Team) -> None:
        """Tell the admins of new chats that got no answer, as a total, once an hour at most."""
        now = self._clock()
        if self._unanswered < WORTH_TELLING or (self._told_at is not None and now - self._told_at < TOLD_EVERY):
            return
        count, self._unanswered, self._told_at = self._unanswered // 10 * 10, 0, now
        await team.tell(lambda speak: render_rush_notice(count, speak))
