"""How often a passphrase may be guessed: some times an hour in each chat, whoever guesses."""

from __future__ import annotations

from datetime import datetime, timedelta

TRIES, WITHIN = 20, timedelta(hours=1)
CHATS = 5000
"""Chats whose tries are counted; beyond that the oldest are let go."""


class Tries:
    """The tries of the last hour, in memory."""

    def __init__(self) -> None:
        self._of: dict[int, list[datetime]] = {}

    def may_try(self, chat_id: int, now: datetime) -> bool:
        """Say whether one more is allowed, and count it."""
        lately = [at for at in self._of.pop(chat_id, ()) if at > now - WITHIN]
        if is_allowed := len(lately) < TRIES:
            lately.append(now)
        self._of[chat_id] = lately
        while len(self._of) > CHATS:
            del self._of[next(iter(self._of))]
        return is_allowed
