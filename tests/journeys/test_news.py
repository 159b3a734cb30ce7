"""News from a feed over HTTP to a reader's phone, and the ways out."""

from dataclasses import replace

import pytest

from tests.builders import an_alert
from tests.journeys.conftest import ADMIN, AMINA, SAM
from tests.journeys.scenes import LAW, SEED, a_reader, first_sight


async def test_alert__subscribe_publish_read__neutral_first_and_text_after_a_tap(town) -> None:
    await town.start()
    amina = town.sandbox.person(AMINA, "Amina", "ru")
    amina.say("/subscribe now")
    await amina.expect(lambda m: "сразу после публикации" in m.text)
    await first_sight(town)
    town.sandbox.feed.publish(*LAW)
    push = await amina.expect(lambda m: m.text == "Новое сообщение", within=15)
    assert push.silent
    amina.press(push.message_id, "Прочитать")
    read = await amina.expect(lambda m: LAW[0] in m.text)
    assert read.message_id == push.message_id
    amina.press(read.message_id, "Скрыть")
    hidden = await amina.expect(lambda m: m.text == "Сообщение прочитано")
    assert LAW[0] not in hidden.text


async def test_alert__first_sight_of_a_feed__plans_nothing(town) -> None:
    await town.start()
    await a_reader(town, SAM)
    await first_sight(town)
    counts = await town.house.store.counts(town.house.desk().now())
    assert (counts.due, counts.drafts) == (0, 0)


async def test_alert__the_seed_story__waits_for_an_admin_then_arrives_with_area_and_topics(town) -> None:
    await town.start()
    amina = await a_reader(town, AMINA, "ru")
    await first_sight(town)
    town.sandbox.feed.publish(*SEED)
    admin = town.sandbox.person(ADMIN, "Admin", "en")
    notice = await admin.expect(lambda m: "draft is waiting" in m.text, within=15)
    admin.press(notice.message_id, "Open")
    card = await admin.expect(lambda m: "Draft 1 of 1" in m.text)
    assert "Where: Russia" in card.text
    assert "Persecution" in card.text
    assert "fewer than ten readers" in card.text
    admin.press(card.message_id, "Approve")
    await admin.expect(lambda m: "Published" in m.text)
    await amina.expect(lambda m: "Новое сообщение" in m.text)


async def test_draft__rejected__nobody_gets_it(town) -> None:
    await town.start()
    sam = await a_reader(town, SAM)
    await first_sight(town)
    town.sandbox.feed.publish(*SEED)
    admin = town.sandbox.person(ADMIN, "Admin", "en")
    await admin.expect(lambda m: "waiting" in m.text, within=15)
    admin.say("/pending")
    card = await admin.expect(lambda m: "Draft 1 of 1" in m.text)
    admin.press(card.message_id, "Reject")
    await admin.expect(lambda m: "Rejected" in m.text)
    assert not any("New message" in m.text for m in sam.messages)


async def test_pending__somebody_who_is_no_admin__learns_nothing(town) -> None:
    await town.start()
    sam = town.sandbox.person(SAM, "Sam", "en")
    sam.say("/pending")
    await sam.expect(lambda m: "do not know this command" in m.text)


async def test_digest__a_daily_reader__gets_one_message_when_it_is_due(town) -> None:
    house = await town.start(SEND_CONCURRENCY="4")
    sam = town.sandbox.person(SAM, "Sam", "en")
    sam.say("/subscribe daily")
    await sam.expect(lambda m: "once a day" in m.text)
    await first_sight(town)
    town.sandbox.feed.publish(*LAW)
    town.sandbox.feed.publish(
        "Court in Berlin stops deportation of gay refugee to Iran", "The court decided that he must get asylum."
    )

    async def both_planned() -> bool:
        return len([a async for a in _published(house)]) == 2

    await town.until(both_planned, within=15)
    assert not any("new message" in m.text.lower() for m in sam.messages)


async def _published(house):
    for alert in await house.store.alerts(state="published"):
        yield alert


async def test_stop__no_more_news_and_forget__nothing_is_left(town) -> None:
    house = await town.start()
    sam = await a_reader(town, SAM)
    sam.say("/stop")
    await sam.expect(lambda m: "no more news" in m.text)
    sam.say("/forget")
    question = await sam.expect(lambda m: "Delete everything" in m.text)
    sam.press(question.message_id, "Delete now")
    await sam.expect(lambda m: "Nothing about you is stored" in m.text)
    assert await house.store.subscriber(SAM) is None


async def test_forget__the_alerts_of_the_last_hours_disappear_from_the_chat(town) -> None:
    await town.start()
    sam = await a_reader(town, SAM)
    await first_sight(town)
    town.sandbox.feed.publish(*LAW)
    push = await sam.expect(lambda m: m.text == "New message", within=15)

    async def settled() -> bool:
        return (await town.house.store.counts(town.house.desk().now())).sent == 1

    await town.until(settled)
    sam.say("/forget")
    question = await sam.expect(lambda m: "Delete everything" in m.text)
    sam.press(question.message_id, "Delete now")
    await sam.expect(lambda m: "Nothing about you is stored" in m.text)
    assert push.message_id in sam.deleted


async def test_block__the_reader_is_forgotten(town) -> None:
    house = await town.start()
    sam = await a_reader(town, SAM)
    sam.block()

    async def forgotten() -> bool:
        return await house.store.subscriber(SAM) is None

    await town.until(forgotten)


async def test_restart__subscriptions_and_what_is_due_survive(town) -> None:
    await town.start()
    sam = await a_reader(town, SAM)
    await first_sight(town)
    await town.stop()
    town.sandbox.feed.publish(*LAW)
    await town.start()
    await sam.expect(lambda m: m.text == "New message", within=15)
    assert sum(m.text == "New message" for m in sam.messages) == 1


async def test_push__telegram_asks_to_wait__nothing_is_sent_inside_and_it_arrives(town) -> None:
    from bot.sandbox import Limits

    await town.start()
    sam = await a_reader(town, SAM)
    await first_sight(town)
    town.sandbox.limits = Limits()
    town.sandbox.fail_next("sendMessage", error_code=429, retry_after=2)
    town.sandbox.feed.publish(*LAW)
    await sam.expect(lambda m: m.text == "New message", within=20)
    assert town.sandbox.limits.broken == 0


@pytest.mark.parametrize("word", ["now", "daily", "weekly"])
async def test_subscribe__by_a_word__confirmed_at_once(town, word) -> None:
    house = await town.start()
    sam = town.sandbox.person(SAM, "Sam", "en")
    sam.say(f"/subscribe {word}")
    await sam.expect(lambda m: "/stop" in m.text)
    known = await house.store.subscriber(SAM)
    assert known is not None
    assert (known.is_subscribed, known.frequency, known.topics, known.areas) == (True, word, (), ())


async def test_news__what_was_published__with_how_long_ago_sources_were_checked(town) -> None:
    await town.start()
    sam = town.sandbox.person(SAM, "Sam", "en")
    await first_sight(town)
    town.sandbox.feed.publish(*LAW)

    async def published() -> bool:
        return bool(await town.house.store.alerts(state="published"))

    await town.until(published, within=15)
    sam.say("/news")
    message = await sam.expect(lambda m: LAW[0] in m.text)
    assert "Sources last checked" in message.text


async def test_news__of_one_place__further_pages_are_of_that_place_too(town) -> None:
    house = await town.start()
    now = house.desk().now()
    for number in range(20):
        area, text = (("GE",), "Tbilisi") if number % 2 else (("RU",), "Moscow")
        headline = {"en": f"{text} {number}"}
        alert = an_alert(f"n{number}", state="published", headline=headline, description={"en": "x" * 800}, area=area)
        await house.store.save_alert(replace(alert, created_at=now, published_at=now))
    amina = town.sandbox.person(AMINA, "Amina", "en")
    amina.say("/news Georgia")
    page = await amina.expect(lambda m: "Tbilisi" in m.text)
    seen = page.text
    for _ in range(4):
        amina.press(page.message_id, "More ▶")
        page = await amina.expect(lambda m, shown=page.text: "Tbilisi" in m.text and m.text != shown)
        seen += page.text
    assert "Moscow" not in seen and seen.count("Tbilisi") == 10 and "More ▶" not in page.buttons
    nobody_asked = amina.say("/news Peru")
    other = await amina.expect(lambda m: "no news about Peru right now" in m.text, after=nobody_asked.message_id)
    assert "Tbilisi" in other.text and "Moscow" in other.text
    assert other.text.splitlines()[-1].startswith("Sources last checked: ")
    amina.press(other.message_id, "More ▶")
    await amina.expect(lambda m: m.message_id == other.message_id and "no news about" not in m.text)
    sent = amina.say("/news zzz")
    await amina.expect(lambda m: m.text.startswith("Nothing in the news has these words"), after=sent.message_id)
    sent = amina.say("/news xxx")
    found = await amina.expect(lambda m: "xxx" in m.text, after=sent.message_id)
    assert "More ▶" not in found.buttons, "no button remembers what was asked"
