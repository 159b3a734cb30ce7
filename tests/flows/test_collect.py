"""Feeds become drafts: once per entry, once per story, and one bad feed costs only itself a turn."""

import asyncio
from datetime import timedelta

import pytest

from bot.core.feed import Fetched
from bot.core.triage import Judgement
from bot.errors import FeedError, StoreError
from bot.flows import moderate
from bot.flows.collect import Collected, Turns, collect, passes_words
from tests.builders import NOW, a_feed, an_entry


class Sources:
    """A FeedReader whose feeds are lists of entries, or an error."""

    def __init__(self, **feeds) -> None:
        self.feeds = feeds
        self.reads = []

    async def read(self, feed, state):
        self.reads.append(feed.id)
        found = self.feeds[feed.id]
        if isinstance(found, Exception):
            raise found
        return Fetched(tuple(found))


class Editors:
    """A Newsroom that finds all relevant but what says noise; entries with the same title are one story."""

    def judge(self, entry, feed):
        severity = "Severe" if "severe" in entry.title or entry.summary == "Severe" else "Moderate"
        return Judgement("noise" not in entry.title, ("law",), ("RU",), severity, reasons=("because",))

    def story_of(self, entry, alerts):
        return next((alert.story for alert in alerts if entry.title in alert.headline.values()), "")


class Round:
    """Collects again and again, an hour apart."""

    def __init__(self, store, sources, *feeds) -> None:
        self.store, self.sources, self.feeds, self.now = store, sources, feeds, NOW

    async def go(self):
        found = await collect(self.store, self.sources, Editors(), self.feeds, lambda: self.now, lambda: 0.0)
        self.now += timedelta(hours=1)
        return found


async def test_collect__feed_seen_first_time__plans_nothing(store) -> None:
    turn = Round(store, Sources(f=[an_entry(guid="old")]), a_feed("f"))
    assert (await turn.go()).drafts == 0
    assert await store.alerts() == []


async def test_collect__a_new_relevant_entry__one_draft_and_never_again(store) -> None:
    sources = Sources(f=[])
    turn = Round(store, sources, a_feed("f"))
    await turn.go()
    sources.feeds["f"] = [an_entry(guid="1", title="new law")]
    assert (await turn.go()).drafts == 1
    assert (await turn.go()).drafts == 0
    (draft,) = await store.alerts(state="draft")
    assert (draft.topics, draft.area, draft.severity, draft.reasons) == (("law",), ("RU",), "Moderate", ("because",))


async def test_collect__noise__no_draft(store) -> None:
    sources = Sources(f=[])
    turn = Round(store, sources, a_feed("f"))
    await turn.go()
    sources.feeds["f"] = [an_entry(guid="1", title="noise")]
    assert (await turn.go()).drafts == 0


async def test_collect__two_outlets_tell_one_story__one_draft(store) -> None:
    sources = Sources(f=[], g=[])
    turn = Round(store, sources, a_feed("f"), a_feed("g"))
    await turn.go()
    sources.feeds = {"f": [an_entry(guid="1", title="law")], "g": [an_entry(guid="9", title="law", feed="g")]}
    assert (await turn.go()).drafts == 1


async def test_collect__a_trusted_feed__publishes_moderate_and_keeps_severe_for_admins(store) -> None:
    sources = Sources(f=[])
    turn = Round(store, sources, a_feed("f", trust="publish"))
    await turn.go()
    sources.feeds["f"] = [an_entry(guid="1", title="law"), an_entry(guid="2", title="severe raid")]
    found = await turn.go()
    assert (found.published, found.drafts, found.urgent) == (1, 1, 1)
    assert [alert.headline["en"] for alert in await store.alerts(state="draft")] == ["severe raid"]


async def test_collect__one_feed_fails__the_other_is_read_and_the_reason_is_kept(store) -> None:
    sources = Sources(bad=FeedError("the server answered 500"), good=[an_entry()])
    turn = Round(store, sources, a_feed("bad"), a_feed("good"))
    await turn.go()
    states = await store.feed_states()
    assert (states["bad"].errors, states["bad"].reason) == (1, "the server answered 500")
    assert states["good"].last_good_at is not None


async def test_collect__a_failing_feed__is_asked_less_and_less(store) -> None:
    sources = Sources(bad=FeedError("no"))
    turn = Round(store, sources, a_feed("bad", poll_every=timedelta(hours=1)))
    for _ in range(16):
        await turn.go()
    assert len(sources.reads) == 5


async def test_collect__a_source_asks_to_be_left_alone__it_is_for_as_long(store) -> None:
    turn = Round(store, Sources(f=FeedError("the server answered 429", retry_in_seconds=3 * 3600)), a_feed("f"))
    for _ in range(4):
        await turn.go()
    assert turn.sources.reads == ["f", "f"]


async def test_collect__the_chance_it_is_given__spreads_the_turns(store) -> None:
    chances = iter([0.0, 1.0])
    await collect(store, Sources(f=[], g=[]), Editors(), [a_feed("f"), a_feed("g")], lambda: NOW, lambda: next(chances))
    states = await store.feed_states()
    assert {states[name].next_poll_at - NOW for name in "fg"} == {timedelta(minutes=15), timedelta(minutes=16.5)}


async def test_collect__fifty_feeds_are_due__twenty_are_read_at_once_and_all_in_the_end(store) -> None:
    class Slow(Sources):
        under_way = most = 0

        async def read(self, feed, state):
            self.under_way += 1
            self.most = max(self.most, self.under_way)
            await asyncio.sleep(0.001)
            self.under_way -= 1
            return await super().read(feed, state)

    sources = Slow(**{f"f{number}": [] for number in range(50)})
    await Round(store, sources, *(a_feed(name) for name in sources.feeds)).go()
    assert (sources.most, len(sources.reads)) == (20, 50)


async def test_collect__the_address_of_a_feed_changed__its_entries_are_history(store) -> None:
    sources = Sources(f=[])
    turn = Round(store, sources, a_feed("f"))
    await turn.go()
    turn.feeds = (a_feed("f", url="https://other.example.org/rss"),)
    sources.feeds["f"] = [an_entry(guid="1")]
    assert (await turn.go()).drafts == 0


@pytest.mark.parametrize(
    ("only", "never", "passes"),
    [((), (), True), (("Summary",), (), True), (("football",), (), False), ((), ("summary",), False)],
)
def test_passes_words__the_editors_filters(only, never, passes) -> None:
    assert passes_words(a_feed("f", only=only, never=never), an_entry(title="T", summary="A summary.")) is passes


async def test_collect__a_graver_report_of_a_published_story__an_update_waits_and_a_second_one_does_not(store) -> None:
    sources = Sources(f=[], g=[])
    turn = Round(store, sources, a_feed("f", trust="publish"), a_feed("g"))
    await turn.go()
    sources.feeds["f"] = [an_entry(guid="1", title="law")]
    assert (await turn.go()).published == 1
    (first,) = await store.alerts(state="published")
    for guid in ("7", "8"):
        sources.feeds["g"] = [an_entry(guid=guid, title="law", summary="Severe", feed="g")]
        await turn.go()
    (draft,) = await store.alerts(state="draft")
    assert (draft.severity, draft.msg_type, draft.references) == ("Severe", "Update", (first.id,))
    assert draft.story == first.story
    assert (await store.alert(first.id)).severity == "Moderate"


async def test_collect__a_graver_report_of_a_draft__raises_the_draft(store) -> None:
    sources = Sources(f=[], g=[])
    turn = Round(store, sources, a_feed("f"), a_feed("g"))
    await turn.go()
    sources.feeds = {
        "f": [an_entry(guid="1", title="law")],
        "g": [an_entry(guid="9", title="law", summary="Severe", feed="g")],
    }
    found = await turn.go()
    (draft,) = await store.alerts()
    assert (draft.severity, draft.source) == ("Severe", "f")
    assert found.urgent >= 1


async def test_collect__a_milder_report__joins_in_silence(store) -> None:
    sources = Sources(f=[])
    turn = Round(store, sources, a_feed("f"))
    await turn.go()
    sources.feeds["f"] = [an_entry(guid="1", title="severe raid")]
    await turn.go()
    sources.feeds["f"] = [an_entry(guid="2", title="severe raid", summary="calm")]
    assert (await turn.go()).drafts == 0
    assert len(await store.alerts()) == 1


async def test_collect__an_admin_edits_the_draft_of_a_trusted_feed__it_waits_for_her(store) -> None:
    sources = Sources(f=[])
    turn = Round(store, sources, a_feed("f", trust="publish"))
    await turn.go()
    sources.feeds["f"] = [an_entry(guid="1", title="severe raid")]
    await turn.go()
    (draft,) = await store.alerts(state="draft")
    await moderate.edit(store, lambda: turn.now, draft.id, "admin 1", "severity", "Moderate")
    assert (await turn.go()).published == 0
    await moderate.approve(store, lambda: turn.now, draft.id, "admin 1", 1)
    await moderate.correction_of(store, lambda: turn.now, draft.id)
    assert (await turn.go()).published == 0


@pytest.mark.parametrize(
    ("holds_for", "kept"), [(timedelta(hours=6), True), (timedelta(days=4000), False), (None, False)]
)
async def test_collect__a_source_that_says_until_when__the_draft_holds_no_longer(store, holds_for, kept) -> None:
    sources = Sources(f=[])
    turn = Round(store, sources, a_feed("f"))
    await turn.go()
    until = NOW + holds_for if holds_for else None
    sources.feeds["f"] = [an_entry(guid="1", title="new law", expires_at=until)]
    await turn.go()
    (draft,) = await store.alerts(state="draft")
    assert draft.expires_at == (until if kept else None)


async def test_collect__a_trusted_draft_whose_time_is_over__waits_for_an_admin(store) -> None:
    sources = Sources(f=[])
    turn = Round(store, sources, a_feed("f", trust="publish"))
    await turn.go()
    sources.feeds["f"] = [an_entry(guid="1", title="old law", expires_at=NOW)]
    assert (await turn.go()).published == 0
    assert [draft.state for draft in await store.alerts()] == ["draft"]


async def test_collect__the_store_cannot_record__no_source_is_read_until_it_can(store, monkeypatch) -> None:
    sources, turns = Sources(f=[an_entry(guid="1")]), Turns()

    async def refuse() -> None:
        raise StoreError("the database is away")

    async def go() -> Collected:
        return await collect(store, sources, Editors(), [a_feed("f")], lambda: NOW, lambda: 0.0, turns)

    with monkeypatch.context() as away:
        away.setattr(store, "ping", refuse)
        for _ in range(3):
            assert await go() == Collected()
    assert sources.reads == [] and not turns.under_way
    await go()
    assert sources.reads == ["f"]
