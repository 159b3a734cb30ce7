"""Sources as admins see them: which fail and why, which are silent, and a notice when one falls silent or comes back."""

from datetime import timedelta

from bot.core.feed import FeedState
from tests.journeys.conftest import ADMIN


async def read_once_a_day(town):
    """Start with one source that was read just now and will not be for a day; return house, admin and feed."""
    text = town.resources.read_text(encoding="utf-8")
    town.resources.write_text(text.replace("poll_every: 1s", "poll_every: 1d"), encoding="utf-8")
    house = await town.start()
    [feed] = house.desk().feeds()

    async def is_read() -> bool:
        return feed.id in await house.store.feed_states()

    await town.until(is_read)
    return house, town.sandbox.person(ADMIN), feed


async def test_feeds__one_fails_and_one_is_silent__each_with_its_reason(town) -> None:
    house, admin, feed = await read_once_a_day(town)
    now = house.desk().now()
    good = now - timedelta(hours=30)
    failing = FeedState(feed.id, feed.url, next_poll_at=now + timedelta(hours=20), last_good_at=good, errors=7)
    await house.store.record_poll(failing)
    notice = await admin.expect(lambda m: m.text == "1 source fell silent.")
    assert feed.title not in notice.text and notice.silent
    admin.press(notice.message_id, "Sources")
    await admin.expect(lambda m: "failed 7 times in a row" in m.text and "read 1 day ago" in m.text)


async def test_feeds__read_well_but_nothing_new_for_weeks__says_since_when(town) -> None:
    house, admin, feed = await read_once_a_day(town)
    now = house.desk().now()
    later = now + timedelta(hours=20)
    state = FeedState(feed.id, feed.url, last_entry_at=now - timedelta(days=21), last_good_at=now, next_poll_at=later)
    await house.store.record_poll(state)
    await admin.expect(lambda m: m.text == "1 source fell silent.")
    admin.say("/feeds")
    await admin.expect(lambda m: "silent: the last new report came 3 weeks ago" in m.text)


async def test_feeds__more_than_fit_on_a_page__all_can_be_reached(town) -> None:
    text = town.resources.read_text(encoding="utf-8")
    head, feeds = text.split("feeds:\n")
    more = [
        f"  - id: more-{n}\n    title: Source {n:02}\n    url: https://news{n}.example.org/rss\n" for n in range(40)
    ]
    town.resources.write_text(f"{head}feeds:\n{''.join(more)}{feeds}", encoding="utf-8")
    await town.start(ALLOW_PRIVATE_FEEDS="0")
    admin = town.sandbox.person(ADMIN)
    sent = admin.say("/feeds")
    page = await admin.expect(lambda m: m.text.startswith("Sources"), after=sent.message_id)
    seen = page.text
    for _ in range(3):
        admin.press(page.message_id, "▶")
        page = await admin.expect(lambda m, shown=page.text: m.text.startswith("Sources") and m.text != shown)
        seen += page.text
    assert "▶" not in page.buttons
    assert [n for n in range(40) if f"Source {n:02}" not in seen] == []
