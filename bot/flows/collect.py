"""Collecting: read the feeds that are due, judge what is new, keep it as drafts, publish what a trusted feed may."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import astuple, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.core import alert as life
from bot.core.alert import Alert
from bot.core.feed import Entry, Feed, FeedState, after_failure, after_success, fresh, is_due, is_history
from bot.core.retelling import graver, raised
from bot.core.triage import Judgement
from bot.errors import FeedError, StoreError
from bot.flows.moderate import deciding, publish, record
from bot.flows.ports import Clock, FeedReader, Store
from bot.texts.reasons import TAKEN_BACK, TOO_MANY

AT_ONCE = 20
DOUBTFUL_AT_ONCE = 10
"""Of those, how many may have failed the last time: a host that hangs again keeps no feed waiting that does not."""
STORIES_KNOWN_FOR = timedelta(days=10)
MOST_BY_ITSELF = 10
"""Drafts of one visit that a trusted feed publishes by itself; more is not what it was trusted for: then all wait."""
LONGEST_HELD = timedelta(days=30)
"""Until when a source may say that its warning holds; one that says longer is treated as if it said nothing."""


class Newsroom(Protocol):
    """Judges entries; pure, so that it can run anywhere."""

    def judge(self, entry: Entry, feed: Feed) -> Judgement:
        """Return what an entry of that feed means for our readers."""

    def story_of(self, entry: Entry, alerts: Sequence[Alert]) -> str:
        """Return the story of the alert that tells the same event, or '' for a new one."""


@dataclass(slots=True)
class Turns:
    """Which feeds are being read, in however many rounds at once, and the places for them."""

    under_way: set[str] = field(default_factory=set)
    places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    doubtful: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(DOUBTFUL_AT_ONCE))

    @asynccontextmanager
    async def place(self, state: FeedState) -> AsyncIterator[None]:
        """Wait until a feed may be read."""
        async with AsyncExitStack() as stack:
            if state.errors:
                await stack.enter_async_context(self.doubtful)
            await stack.enter_async_context(self.places)
            yield


@dataclass(frozen=True, slots=True)
class Collected:
    """What a round, or one feed's turn in it, brought: drafts that wait for admins, how many of them are urgent, and
    publications.
    """

    drafts: int = 0
    urgent: int = 0
    published: int = 0


Report = Callable[[Collected], Awaitable[object]]


async def collect(
    store: Store,
    reader: FeedReader,
    newsroom: Newsroom,
    feeds: Sequence[Feed],
    clock: Clock,
    chance: Callable[[], float],
    turns: Turns | None = None,
    report: Report | None = None,
) -> Collected:
    """Read every feed that is due, at most twenty at once; one that fails costs only itself a turn.

    With the same `turns`, further rounds can begin meanwhile: what is being read is left out of them. `report` hears of
    each feed's turn as soon as it is over; nobody waits for the slowest.
    """
    turns, states = turns or Turns(), await store.feed_states()
    due = [feed for feed in feeds if feed.id not in turns.under_way and is_due(_state(states, feed), clock())]
    turns.under_way.update(feed.id for feed in due)
    if due and not await _can_record(store):
        turns.under_way.difference_update(feed.id for feed in due)
        return Collected()

    async def turn(feed: Feed) -> Collected:
        state = _state(states, feed)
        try:
            async with turns.place(state):
                drafts = await _poll(store, reader, newsroom, feed, state, clock, chance())
        finally:
            turns.under_way.discard(feed.id)
        return await over(drafts)

    async def over(drafts: Sequence[Alert] = ()) -> Collected:
        published = await publish_trusted(store, feeds, clock)
        still = [await store.alert(draft.id) for draft in drafts]
        waiting = [alert for alert in still if alert is not None and alert.state == life.DRAFT]
        found = Collected(len(waiting), sum(alert.is_urgent for alert in waiting), len(published))
        if report is not None:
            await report(found)
        return found

    found = await asyncio.gather(*(turn(feed) for feed in due)) if due else [await over()]
    return Collected(*(sum(counts) for counts in zip(*map(astuple, found), strict=True)))


async def _can_record(store: Store) -> bool:
    """Say whether a poll could be recorded: a source that is not seen to be read would be read again every second."""
    try:
        await store.ping()
    except StoreError:
        return False
    return True


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
                await record(store, clock, draft.source_title or draft.source, "published", draft)
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
        await _record(store, after_failure(state, feed, error.reason, clock(), jitter, wait))
        return []
    # One feed after the other from here: two outlets that report one event at once must find each other's draft.
    async with deciding(store):
        new = [] if state.is_new else fresh(state, fetched)
        drafts, graver_ones = await _judged(store, newsroom, feed, new, clock())
        for draft in graver_ones:
            await store.save_alert(draft)
        if len(drafts) > MOST_BY_ITSELF and feed.trust == "publish":
            drafts = [replace(draft, is_edited=True, reasons=(TOO_MANY, *draft.reasons)) for draft in drafts]
        await _record(store, after_success(state, feed, fetched, clock(), jitter), drafts)
    return [*drafts, *graver_ones]


async def _record(store: Store, state: FeedState, drafts: Sequence[Alert] = ()) -> None:
    """Keep what a turn brought, and what was told of the feed while it was being read."""
    now = (await store.feed_states()).get(state.feed)
    await store.record_poll(replace(state, silence=now.silence) if now and now.url == state.url else state, drafts)


async def _judged(
    store: Store, newsroom: Newsroom, feed: Feed, entries: Sequence[Entry], now: datetime
) -> tuple[list[Alert], list[Alert]]:
    """Return new drafts, and drafts of before that a later report makes graver.

    A story is told once: a later report joins it in silence, unless it is urgent and graver than all that was told.
    """
    if not entries:
        return [], []
    # A drill tells nobody anything: the real report of what it played must not be taken for told.
    told_lately = await store.alerts(since=now - STORIES_KNOWN_FOR)
    known = {alert.id: alert for alert in told_lately if not alert.is_test}
    before = set(known)
    touched: dict[str, Alert] = {}
    # The oldest first: a story begins with its first report.
    for entry in reversed(entries):
        if entry.cancels:
            for draft in taken_back(entry, feed, known, now):
                known[draft.id] = touched[draft.id] = draft
            continue
        if is_history(entry, now) or not passes_words(feed, entry):
            continue
        judgement = newsroom.judge(entry, feed)
        if not judgement.relevant:
            continue
        draft = as_draft(entry, feed, judgement, now)
        story = newsroom.story_of(entry, [*known.values()])
        if story:
            told = [alert for alert in known.values() if alert.story == story]
            if not graver(told, judgement.severity):
                continue
            draft = raised(told, draft, f"graver than before, says {feed.title}")
        if draft.id in known and known[draft.id].state != life.DRAFT:
            continue
        known[draft.id] = touched[draft.id] = draft
    return (
        [draft for draft in touched.values() if draft.id not in before],
        [draft for draft in touched.values() if draft.id in before],
    )


def taken_back(entry: Entry, feed: Feed, known: Mapping[str, Alert], now: datetime) -> list[Alert]:
    """Return what becomes of warnings that their source cancels: an all-clear to decide on, or a reason not to tell.

    `known`: alerts by id. What was rejected or withdrawn already, and what nobody told, is left alone.
    """
    named = [known.get(replace(entry, guid=guid).identity) for guid in entry.cancels]
    found = []
    for alert in (each for each in named if each is not None):
        if alert.state == life.PUBLISHED:
            headline = {entry.language or feed.language: entry.title}
            text = {entry.language or feed.language: entry.summary} if entry.summary else {}
            draft = life.all_clear_of(alert, f"{entry.identity}-{alert.id}", headline, text, now)
            found.append(replace(draft, source_title=feed.title, reasons=(TAKEN_BACK,)))
        elif alert.state == life.DRAFT and TAKEN_BACK not in alert.reasons:
            found.append(life.revise(alert, reasons=(TAKEN_BACK, *alert.reasons)))
    return found


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
