"""A feed and its entries (names as in Atom), when a feed is read next, and what makes an entry the same."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

POLL_EVERY = timedelta(minutes=15)
BACK_OFF_LIMIT = timedelta(days=1)
SEEN_KEPT = 2000

UNREAD, NOTHING_NEW = "unread", "nothing new"
"""Two ways to be silent: the source cannot be read, or it can and says nothing."""

UNREAD_ERRORS, UNREAD_FOR, NOTHING_NEW_FOR = 5, timedelta(days=1), timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Feed:
    """One source of news, as the editor wrote it in resources.yaml."""

    id: str
    title: str
    url: str
    language: str = "en"
    trust: str = "review"
    topics: tuple[str, ...] = ()
    area: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    poll_every: timedelta = POLL_EVERY


@dataclass(frozen=True, slots=True)
class Entry:
    """One report of a feed as plain text without markup; `published_at` is None where the feed does not say.

    `expires_at` is set by sources that say until when a warning holds (CAP).
    """

    feed: str
    guid: str
    title: str
    summary: str = ""
    link: str = ""
    language: str = ""
    published_at: datetime | None = None
    expires_at: datetime | None = None

    @property
    def identity(self) -> str:
        """A short fingerprint: the same report keeps it when its guid stays or, without one, its link or title."""
        key = self.guid or self.link or self.title
        return hashlib.blake2b(f"{self.feed}\x00{key}".encode(), digest_size=12).hexdigest()


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is remembered of a feed between two polls; `silence` is what admins were told of it."""

    feed: str
    url: str = ""
    etag: str = ""
    last_modified: str = ""
    seen: tuple[str, ...] = ()
    next_poll_at: datetime | None = None
    last_good_at: datetime | None = None
    last_entry_at: datetime | None = None
    errors: int = 0
    reason: str = ""
    silence: str = ""

    @property
    def is_new(self) -> bool:
        """Say whether this feed was never read well: its first entries are history, not news."""
        return self.last_good_at is None


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a reader brought home: no entries and `not_modified` when the source said nothing is new."""

    entries: tuple[Entry, ...] = ()
    etag: str = ""
    last_modified: str = ""
    not_modified: bool = False
    poll_again_in: timedelta | None = None


def is_due(state: FeedState, now: datetime) -> bool:
    """Say whether the feed should be read now: also when the clock was set back, for then the next time is far away."""
    if state.next_poll_at is None or (state.last_good_at is not None and now < state.last_good_at):
        return True
    return now >= state.next_poll_at


def fresh(state: FeedState, fetched: Fetched) -> tuple[Entry, ...]:
    """Return entries not seen before, each once, in the order of the feed."""
    seen = set(state.seen)
    result = []
    for entry in fetched.entries:
        if entry.identity not in seen:
            seen.add(entry.identity)
            result.append(entry)
    return tuple(result)


def after_success(state: FeedState, feed: Feed, fetched: Fetched, now: datetime, jitter: float) -> FeedState:
    """Return the state after a good poll; `jitter` in 0..1 spreads the next one over a tenth of the interval."""
    wait = max(feed.poll_every, fetched.poll_again_in or timedelta())
    news = fresh(state, fetched)
    return replace(
        state,
        url=feed.url,
        etag=fetched.etag or (state.etag if fetched.not_modified else ""),
        last_modified=fetched.last_modified or (state.last_modified if fetched.not_modified else ""),
        seen=(*state.seen, *(entry.identity for entry in news))[-SEEN_KEPT:],
        next_poll_at=now + min(wait, BACK_OFF_LIMIT) * (1 + jitter / 10),
        last_good_at=now,
        last_entry_at=now if news or state.is_new else state.last_entry_at,
        errors=0,
        reason="",
    )


def after_failure(
    state: FeedState, feed: Feed, reason: str, now: datetime, jitter: float, retry_in: timedelta | None = None
) -> FeedState:
    """Return the state after a failed poll: the wait doubles with each error in a row, up to a day."""
    doubled = feed.poll_every * (2 ** min(state.errors, 12))
    wait = min(max(doubled, retry_in or timedelta()), BACK_OFF_LIMIT)
    # A clock that was set back makes every feed due once; this one was tried, and must be left alone all the same.
    last_good_at = min(state.last_good_at, now) if state.last_good_at else None
    return replace(
        state,
        last_good_at=last_good_at,
        next_poll_at=now + wait * (1 + jitter / 10),
        errors=state.errors + 1,
        reason=reason,
    )


def silence(state: FeedState) -> str:
    """Return whether a source is silent, and how: '' for one that is not.

    `UNREAD`: it failed at least five times in a row, and if it was ever read, not for a day. `NOTHING_NEW`: it was read
    well, and for two weeks there was nothing new in it. One that failed now and then stays what it was called.
    """
    tried_at = state.next_poll_at or state.last_good_at
    is_long = state.last_good_at is None or (tried_at is not None and tried_at - state.last_good_at >= UNREAD_FOR)
    if state.errors >= UNREAD_ERRORS and is_long:
        return UNREAD
    if state.last_good_at and state.last_entry_at and state.last_good_at - state.last_entry_at >= NOTHING_NEW_FOR:
        return NOTHING_NEW
    return state.silence if state.errors else ""


def read_time(text: object) -> datetime | None:
    """Read an ISO time from outside; one without a zone is UTC, an unreadable one is None."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
