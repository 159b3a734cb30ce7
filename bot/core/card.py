"""A card: one message in an admin's chat that must not stand there longer than a day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core.delivery import MESSAGES_KEPT

STANDS_FOR = timedelta(hours=24)
"""Long enough to decide on a draft; well within the 48 hours in which Telegram lets a bot delete."""


@dataclass(frozen=True, slots=True)
class Card:
    """Which message in which chat, since when; of either side. `id` is random and tells nothing."""

    id: str
    chat: int = field(repr=False)
    message_id: int = field(repr=False)
    at: datetime


def is_due(card: Card, now: datetime) -> bool:
    """Say whether a card must go now."""
    return now - card.at >= STANDS_FOR


def is_lost(card: Card, now: datetime) -> bool:
    """Say whether Telegram no longer lets anybody delete it, so that it need not be remembered either."""
    return now - card.at >= MESSAGES_KEPT
