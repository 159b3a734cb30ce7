"""A trace: what one chat leaves on a phone and can still be taken back, and which face the bot shows there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.core.delivery import MESSAGES_KEPT

SAID, READ, OWED = "", "read", "owed"
OPEN, COVER = "open", "cover"

MENU = 0
"""What is owed besides messages, in the place of a number: the command menu that fits to the face of the chat."""

MOST = 2000
"""Messages that are remembered of one chat: more than anyone writes in two days."""

MARGIN = timedelta(minutes=10)
"""So long before Telegram's limit a message is deleted, or tried to be deleted, at the latest."""

NEWS_GOES_AFTER = MESSAGES_KEPT - timedelta(hours=1)
"""News that was read stays as long as it can be corrected, with its text hidden, and goes before it no longer can."""


class Said(NamedTuple):
    """One message of either side: its number, when it was sent (seconds since 1970), and what becomes of it.

    `READ` is news that was read; `OWED` is what should be deleted already: Telegram did not answer yet, or the process
    may have died before it could.
    """

    message_id: int
    at: int
    kind: str = SAID


class Opened(NamedTuple):
    """News whose text stands open: in which message, which alert, and when it hides itself (seconds since 1970)."""

    message_id: int
    alert: str
    hide_at: int


@dataclass(frozen=True, slots=True)
class Trace:
    """What is remembered of a chat besides settings, subscribed or not; all of it is encrypted.

    `face`: `OPEN` for a chat that came by the private link, `COVER` for one that wiped itself; then there is nothing
    else but the key and the hash of the passphrase, if she had chosen one: not even the chat's number, unless messages
    are `OWED`.
    """

    chat_id: int = field(repr=False)
    key: str = field(default="", repr=False)
    messages: tuple[Said, ...] = field(default=(), repr=False)
    opened: tuple[Opened, ...] = field(default=(), repr=False)
    face: str = ""
    passphrase: str = field(default="", repr=False)

    @property
    def is_covered(self) -> bool:
        """Say whether the bot plays dull in this chat."""
        return self.face == COVER

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing to keep."""
        return not (self.messages or self.opened or self.face)


def covered(passphrase: str) -> Trace:
    """Return what is left of a chat that wiped itself; the store adds the key."""
    return Trace(0, face=COVER, passphrase=passphrase)


def remembered(trace: Trace, said: Iterable[Said], opened: Iterable[Opened], now: datetime) -> Trace:
    """Return the trace with more messages and open texts, without what is too old; a covered chat remembers none.

    An `Opened` whose `alert` is empty says that nothing stands open in its message any more. A message that must go
    stays owed, whenever its note arrives.
    """
    if trace.is_covered:
        return trace
    messages = {each.message_id: each for each in trace.messages}
    for each in said:
        known = messages.get(each.message_id)
        if known is None:
            messages[each.message_id] = each
        elif known.kind != OWED:
            messages[each.message_id] = each._replace(at=known.at)
    open_now = {each.message_id: each for each in trace.opened} | {each.message_id: each for each in opened}
    return pruned(
        replace(
            trace,
            messages=tuple(messages.values()),
            opened=tuple(each for each in open_now.values() if each.alert),
        ),
        now,
    )


def owing(trace: Trace, message_ids: Iterable[int], now: datetime) -> Trace:
    """Return the trace of a chat, covered or not, in which messages still wait for Telegram to delete them."""
    at, sent_at = int(now.timestamp()), {each.message_id: each.at for each in trace.messages}
    owed = {number: Said(number, sent_at.get(number, at), OWED) for number in message_ids}
    kept = tuple(each for each in trace.messages if each.message_id not in owed)
    return replace(trace, messages=(*owed.values(), *kept))


def without(trace: Trace, message_ids: Iterable[int]) -> Trace:
    """Return the trace without messages that are gone from the chat."""
    gone = set(message_ids)
    return replace(
        trace,
        messages=tuple(each for each in trace.messages if each.message_id not in gone),
        opened=tuple(each for each in trace.opened if each.message_id not in gone),
    )


def closed(trace: Trace, hidden: Iterable[Opened]) -> Trace:
    """Return the trace without texts that were hidden; one opened again meanwhile stands open."""
    over = set(hidden)
    return replace(trace, opened=tuple(each for each in trace.opened if each not in over))


def pruned(trace: Trace, now: datetime) -> Trace:
    """Return the trace without the messages that Telegram no longer lets anyone delete; the same if there are none."""
    oldest = (now - MESSAGES_KEPT).timestamp()
    kept = tuple(each for each in trace.messages if each.at > oldest)[-MOST:]
    if len(kept) == len(trace.messages):
        return trace
    return replace(trace, messages=kept, chat_id=0 if trace.is_covered and not kept else trace.chat_id)


def forgets(old: Trace | None, new: Trace | None) -> bool:
    """Say whether message numbers were let go, so that older files must let go of them too."""
    if old is None or not old.messages:
        return False
    return new is None or not {each.message_id for each in old.messages} <= {each.message_id for each in new.messages}


def to_tidy(trace: Trace, tidy_in: timedelta | None, now: datetime) -> tuple[int, ...]:
    """Return the messages to delete now: what is owed, and what is older than what the reader chose (None: nothing is).

    News goes only when it was read, and only when it can no longer be corrected.
    """
    owed = tuple(each.message_id for each in trace.messages if each.kind == OWED)
    if tidy_in is None:
        return owed
    said_before = (now - min(tidy_in, MESSAGES_KEPT - MARGIN)).timestamp()
    read_before = (now - NEWS_GOES_AFTER).timestamp()
    before = {SAID: said_before, READ: read_before}
    return owed + tuple(
        each.message_id for each in trace.messages if each.kind != OWED and each.at <= before[each.kind]
    )
