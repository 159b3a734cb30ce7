"""Collecting: read the feeds that are due, judge what is new, keep it as drafts, publish what a trusted feed may."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.core import alert as life
from bot.core.alert import Alert
from bot.core.feed import Entry, Feed, FeedState, after_failure, after_success, fresh, is_due
from bot.core.triage import Judgement
from bot.errors import FeedError
from bot.flows.moderate import deciding, publish
from bot.flows.ports import Clock, FeedReader, Store

AT_ONCE = 20
STORIES_KNOWN_FOR = timedelta(days=10)
LONGEST_HELD = timedelta(days=30)
"""Until when a source may say that its warning holds; one that says longer is treated as if it said nothing."""


class Newsroom(Protocol):
    """Judges entries; pure, so that it can run anywhere."""

    def judge(self, entry: Entry, feed: Feed) -> Judgement:
        """Return what an entry of that feed means for our readers."""

    def story_of(self, entry: Entry, alerts: Sequence[Alert]) -> str:
        """Return the story of the alert that tells the same event, or '' for a new one."""


@dataclass(frozen=True, slots=True)
class Collected:
    """What a turn brought: drafts that wait for admins (and how many of them are urgent), and publications."""

    drafts: int = 0
    urgent: int = 0
    published: int = 0


@dataclass(frozen=True, slots=True)
class Rounds:
    """Rounds that may run side by side: a feed that hangs holds up neither the others' turns nor what they bring."""

    store: Store
    reader: FeedReader
    newsroom: Newsroom
    clock: Clock
    chance: Callable[[], float]
    told: Callable[[Collected], Awaitable[None]]
    busy: set[str] = field(default_factory=set)

    async def collect(self, feeds: Sequence[Feed]) -> None:
        """Read every feed that is due and not being read, at most twenty at once; tell what they brought."""
        # Before the states are read: what another round is still writing down must not be taken for due.
        free = [feed for feed in feeds if feed.id not in self.busy]
        states = await self.store.feed_states()
        due = [feed for feed in free if feed.id not in self.busy and is_due(_state(states, feed), self.clock())]
        self.busy.update(feed.id for feed in due)
        gate = asyncio.Semaphore(AT_ONCE)

        async def turn(feed: Feed) -> list[Alert]:
            try:
                async with gate:
                    drafts = await _poll(
                        self.store, self.reader, self.newsroom, feed, _state(states, feed), self.clock, self.chance()
                    )
            finally:
                self.busy.discard(feed.id)
            return await self._tell_at_once(drafts, feeds) if drafts else []

        untold = [draft for drafts in await asyncio.gather(*(turn(feed) for feed in due)) for draft in drafts]
        # What a crash left behind is found here; and who is told may have put off an earlier word until now.
        published = await publish_trusted(self.store, feeds, self.clock)
        await self.told(Collected(len(untold), 0, len(published)))

    async def between(self, feeds: Sequence[Feed], act: Callable[[Sequence[Feed]], Awaitable[None]]) -> None:
        """Do something with the feeds that are not being read; nobody reads them meanwhile."""
        free = [feed for feed in feeds if feed.id not in self.busy]
        self.busy.update(feed.id for feed in free)
        try:
            await act(free)
        finally:
            self.busy.difference_update(feed.id for feed in free)

    async def _tell_at_once(self, drafts: Sequence[Alert], feeds: Sequence[Feed]) -> list[Alert]:
        """Publish what may be; tell of that and of what is urgent. Return the drafts that can wait for the others."""
        published = await publish_trusted(self.store, feeds, self.clock)
        waiting = [draft for draft in drafts if await _is_draft(self.store, draft)]
        urgent = sum(draft.is_urgent for draft in waiting)
        if urgent or published:
            await self.told(Collected(len(waiting) if urgent else 0, urgent, len(published)))
        return [] if urgent else waiting


async def _is_draft(store: Store, alert: Alert) -> bool:
    """Say whether an alert waits for admins still: what it brought may have been published beside it."""
    kept = await store.alert(alert.id)
    return kept is not None and kept.state == life.DRAFT


async def publish_trusted(store: Store, feeds: Sequence[Feed], clock: Clock) -> set[str]:
    """Publish the drafts that need no admin; those that a crash left behind are found here too."""
    trust = {feed.id: feed.trust for feed in feeds}
    done = set()
    for draft in await store.alerts(state=life.DRAFT):
        if not life.may_publish_itself(draft, trust.get(draft.source, "review")):
            continue
        async with deciding(store):
            # An admin may have begun to edit it meanwhile: then it is hers.
            if await store.alert(draft.id) == draft and not draft.is_expired(clock()):
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
) -> list[Alert]:
    try:
        fetched = await reader.read(feed, state)
    except FeedError as error:
        wait = timedelta(seconds=error.retry_in_seconds) if error.retry_in_seconds else None
        await store.record_poll(after_failure(state, feed, error.reason, clock(), jitter, wait))
        return []
    # One feed after the other from here: two outlets that report one event at once must find each other's draft.
    async with deciding(store):
        new = [] if state.is_new else fresh(state, fetched)
        drafts, raised = await _judged(store, newsroom, feed, new, clock())
        for draft in raised:
            await store.save_alert(draft)
        await store.record_poll(after_success(state, feed, fetched, clock(), jitter), drafts)
    return [*drafts, *raised]


async def _judged(
    store: Store, newsroom: Newsroom, feed: Feed, entries: Sequence[Entry], now: datetime
) -> tuple[list[Alert], list[Alert]]:
    """Return new drafts, and drafts of before that a later report makes graver.

    A story is told once: a later report joins it in silence, unless it is urgent and graver than all that was told.
    """
    if not entries:
        return [], []
    known = {alert.id: alert for alert in await store.alerts(since=now - STORIES_KNOWN_FOR)}
    before = set(known)
    touched: dict[str, Alert] = {}
    # The oldest first: a story begins with its first report.
    for entry in reversed(entries):
        if not passes_words(feed, entry):
            continue
        judgement = newsroom.judge(entry, feed)
        if not judgement.relevant:
            continue
        draft = as_draft(entry, feed, judgement, now)
        story = newsroom.story_of(entry, [*known.values()])
        if story:
            told = [alert for alert in known.values() if alert.story == story]
            if not life.graver(told, judgement.severity):
                continue
            draft = life.raised(told, draft, f"graver than before, says {feed.title}")
        if draft.id in known and known[draft.id].state != life.DRAFT:
            continue
        known[draft.id] = touched[draft.id] = draft
    return (
        [draft for draft in touched.values() if draft.id not in before],
        [draft for draft in touched.values() if draft.id in before],
    )


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
        expires_at=entry.expires_at if entry.expires_at and entry.expires_at - now <= LONGEST_HELD else None,
    )
