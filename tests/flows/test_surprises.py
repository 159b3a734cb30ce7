"""A source that suddenly serves something else, a drill, a danger that comes back: nothing is swallowed or poured out."""

from datetime import timedelta

import pytest

from bot.core.alert import PUBLISHED, all_clear_of
from bot.flows import moderate
from tests.builders import NOW, a_feed, an_alert, an_entry
from tests.flows.test_collect import Round, Sources

DAY = timedelta(days=1)


async def a_round(store, **changes):
    """A feed that was read once, when it was empty."""
    turn = Round(store, Sources(f=[]), a_feed("f", **changes))
    await turn.go()
    return turn


def reports(number, **changes):
    return [an_entry(guid=str(each), title=f"law {each}", **changes) for each in range(number)]


@pytest.mark.parametrize(("number", "published"), [(10, 10), (11, 0), (400, 0)])
async def test_collect__a_trusted_feed_pours_out_news__above_ten_at_once_an_admin_looks_first(
    store, number, published
) -> None:
    turn = await a_round(store, trust="publish")
    turn.sources.feeds["f"] = reports(number)
    found = await turn.go()
    assert (found.published, found.drafts) == (published, number - published)
    assert (await turn.go()).published == 0, "they wait for good"
    acts = [(each.by, each.act) for each in await store.audit(NOW)]
    assert acts == [("Example News", "published")] * published


async def test_collect__a_feed_shows_its_archive__old_reports_are_no_news_and_never_will_be(store) -> None:
    turn = await a_round(store)
    turn.sources.feeds["f"] = [
        *reports(5, published_at=NOW - 11 * DAY),
        an_entry(guid="9", title="nine days", published_at=NOW - 9 * DAY),
    ]
    assert (await turn.go()).drafts == 1
    assert (await turn.go()).drafts == 0
    [draft] = await store.alerts()
    assert draft.headline == {"en": "nine days"}


async def test_collect__an_old_warning_that_still_holds_or_has_no_date__is_news(store) -> None:
    turn = await a_round(store)
    turn.sources.feeds["f"] = [
        an_entry(guid="1", title="old law", published_at=NOW - 20 * DAY, expires_at=NOW + 2 * DAY),
        an_entry(guid="2", title="law without a date", published_at=None),
    ]
    assert (await turn.go()).drafts == 2


async def test_collect__what_a_drill_played_happens__it_is_a_draft(store) -> None:
    turn = await a_round(store)
    await store.save_alert(
        an_alert("drill", headline={"en": "severe raid"}, severity="Extreme", status="Test", story="d")
    )
    await moderate.approve(store, lambda: NOW, "drill", "admin 1", 2)
    turn.sources.feeds["f"] = [an_entry(guid="1", title="severe raid")]
    found = await turn.go()
    assert (found.drafts, found.urgent) == (1, 1)
    assert [each.status for each in await store.alerts(state="draft")] == ["Actual"]


@pytest.mark.parametrize("is_withdrawn", [True, False])
async def test_collect__a_danger_was_over_or_withdrawn_and_is_reported_again__admins_hear_of_it_once(
    store, is_withdrawn
) -> None:
    turn = await a_round(store)
    await store.save_alert(an_alert("a1", headline={"en": "severe raid"}, severity="Severe", story="s"))
    await moderate.override(store, lambda: turn.now, "a1", "admin 1")
    if is_withdrawn:
        await moderate.withdraw(store, lambda: turn.now, "a1", "admin 1")
    else:
        over = all_clear_of(await store.alert("a1"), "c1", {"en": "Over"}, {}, turn.now)
        await moderate.compose(store, lambda: turn.now, over, "admin 1")
        await moderate.override(store, lambda: turn.now, "c1", "admin 1")
        assert (await store.alert("c1")).state == PUBLISHED
    turn.now += timedelta(hours=1)
    for guid in "123":
        turn.sources.feeds["f"] = [an_entry(guid=guid, title="severe raid")]
        await turn.go()
    [draft] = await store.alerts(state="draft")
    assert (draft.severity, draft.story) == ("Severe", "s")


async def test_collect__a_source_takes_a_warning_back__admins_get_an_all_clear_to_decide_on(store) -> None:
    turn = await a_round(store, trust="publish")
    first, second = an_entry("s,1", feed="f", title="law"), an_entry("s,2", feed="f", title="severe raid")
    turn.sources.feeds["f"] = [first, second]
    await turn.go()
    assert {each.state for each in await store.alerts()} == {"published", "draft"}
    cancel = an_entry("s,3", feed="f", title="Cancel", summary="", cancels=("s,1", "s,2", "s,unknown"))
    turn.sources.feeds["f"] = [cancel]
    found = await turn.go()
    assert (found.drafts, found.published) == (2, 0)
    assert (await turn.go()).drafts == 0
    drafts = {each.headline["en"]: each for each in await store.alerts(state="draft")}
    assert drafts["severe raid"].reasons[0] == "its source took it back"
    over = drafts["Cancel"]
    assert over.is_all_clear and over.references == (first.identity,) and over.reasons == ("its source took it back",)
