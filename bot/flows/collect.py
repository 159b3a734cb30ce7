"""Collecting: read the feeds that are due, judge what is new, keep it as drafts, publish what a trusted feed may."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.core import alert as life
from bot.core.alert import Alert
from bot.core.feed import Entry, Feed, FeedState, after_failure, after_success, fresh, is_due
from bot.core.triage import Judgement
from bot.errors import FeedError
from bot.flows.moderate import publish
from bot.flows.ports import Clock, FeedReader, Store

AT_ONCE = 20
STORIES_KNOWN_FOR = timedelta(days=10)


class Newsroom(Protocol):
    """Judges entries; pure, so that it can run anywhere."""

    def judge(self, entry: Entry, feed: Feed) -> Judgement:
        """Return what an entry of that feed means for our readers."""

    def story_of(self, entry: Entry, alerts: Sequence[Alert]) -> str:
        """Return the story of the alert that tells the same event, or '' for a new one."""


@dataclass(frozen=True, slots=True)
class Collected:
    """What one round brought: drafts that wait for admins (and how many of them are urgent), and publications."""

    drafts: int = 0
    urgent: int = 0
    published: int = 0


async def collect(
    store: Store,
    reader: FeedReader,
    newsroom: Newsroom,
    feeds: Sequence[Feed],
    clock: Clock,
    chance: Callable[[], float],
) -> Collected:
    """Read every feed that is due, at most twenty at once; one that fails costs only itself a turn."""
    states = await store.feed_states()
    due = [feed for feed in feeds if is_due(_state(states, feed), clock())]
    gate = asyncio.Semaphore(AT_ONCE)
    writing = asyncio.Lock()

    async def turn(feed: Feed) -> list[Alert]:
        async with gate:
            return await _poll(store, reader, newsroom, feed, _state(states, feed), clock, chance(), writing)

    found = [alert for drafts in await asyncio.gather(*(turn(feed) for feed in due)) for alert in drafts]
    published = await publish_trusted(store, feeds, clock)
    waiting = [alert for alert in found if alert.id not in published]
    return Collected(len(waiting), sum(alert.is_urgent for alert in waiting), len(published))


async def publish_trusted(store: Store, feeds: Sequence[Feed], clock: Clock) -> set[str]:
    """Publish the drafts that need no admin; those that a crash left behind are found here too."""
    trust = {feed.id: feed.trust for feed in feeds}
    done = set()
    for draft in await store.alerts(state=life.DRAFT):
        if life.may_publish_itself(draft, trust.get(draft.source, "review")):
            await publish(store, clock, draft)
            done.add(draft.id)
    return done


def _state(states: dict[str, FeedState], feed: Feed) -> FeedState:
    """Return what is remembered of a feed; one whose address changed is read as new."""
    state = states.get(feed.id)
    return state if state is not None and state.url in ("", feed.url) else FeedState(feed.id, feed.url)


async def _poll(
    store: Store,
    reader: FeedReader,
    newsroom: Newsroom,
    feed: Feed,
    state: FeedState,
    clock: Clock,
    jitter: float,
    writing: asyncio.Lock,
) -> list[Alert]:
    try:
        fetched = await reader.read(feed, state)
    except FeedError as error:
        wait = timedelta(seconds=error.retry_in_seconds) if error.retry_in_seconds else None
        await store.record_poll(after_failure(state, feed, error.reason, clock(), jitter, wait))
        return []
    # One feed after the other from here: two outlets that report one event at once must find each other's draft.
    async with writing:
        new = [] if state.is_new else fresh(state, fetched)
        drafts = await _judged(store, newsroom, feed, new, clock())
        await store.record_poll(after_success(state, feed, fetched, clock(), jitter), drafts)
    return drafts


async def _judged(store: Store, newsroom: Newsroom, feed: Feed, entries: Sequence[Entry], now: datetime) -> list[Alert]:
    """Return a draft for each new entry that is relevant and tells a story not yet told."""
    if not entries:
        return []
    known = await store.alerts(since=now - STORIES_KNOWN_FOR)
    drafts: list[Alert] = []
    # The oldest first: a story begins with its first report.
    for entry in reversed(entries):
        if not passes_words(feed, entry):
            continue
        judgement = newsroom.judge(entry, feed)
        if judgement.relevant and not newsroom.story_of(entry, [*known, *drafts]):
            drafts.append(as_draft(entry, feed, judgement, now))
    return drafts


def passes_words(feed: Feed, entry: Entry) -> bool:
    """Say whether the editor's word filters let it through: one of `only` occurs and none of `never`."""
    text = f"{entry.title} {entry.summary}".casefold()
    if any(word.casefold() in text for word in feed.never):
        return False
    return not feed.only or any(word.casefold() in text for word in feed.only)


def as_draft(entry: Entry, feed: Feed, judgement: Judgement, now: datetime) -> Alert:
    """Return the draft of an alert; the same entry always gets the same id."""
    language = entry.language or feed.language
    return Alert(
        id=entry.identity,
        headline={language: entry.title},
        description={language: entry.summary} if entry.summary else {},
        created_at=now,
        topics=judgement.topics,
        area=judgement.area,
        severity=judgement.severity,
        urgency=judgement.urgency,
        certainty=judgement.certainty,
        story=entry.identity,
        source=feed.id,
        source_title=feed.title,
        link=entry.link,
        reasons=judgement.reasons,
        entry_at=entry.published_at,
    )
