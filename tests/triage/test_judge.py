"""Which reports concern people at risk, what they are about, where, and how bad it is."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.alert import ALERT_TOPICS, CERTAINTIES, SEVERITIES, URGENCIES, Alert
from bot.core.feed import Entry, Feed
from bot.core.triage import Judgement
from bot.lookup.newsroom import Newsroom

FEED = Feed("wire", "Wire", "https://wire.example.org/rss")
SEED_TITLE = "European Parliament calls for an investigation into the killing of gay men in Chechnya"
SEED = (
    "Members of the European Parliament called on Russia to open an immediate, independent and thorough investigation"
    " into the abduction, torture and killing of gay men in Chechnya, and to release everyone who is still held there"
    " unlawfully. Russian and Chechen officials called the reports false."
)


def an_entry(title: str, summary: str = "", language: str = "en", at: datetime | None = None) -> Entry:
    return Entry("wire", title, title, summary, "", language, at)


def judged(newsroom: Newsroom, title: str, summary: str = "", language: str = "en", feed: Feed = FEED) -> Judgement:
    return newsroom.judge(an_entry(title, summary, language), feed)


def test_judge__the_report_that_began_it__is_extreme_persecution_in_russia(newsroom: Newsroom) -> None:
    judgement = judged(newsroom, SEED_TITLE, SEED)
    assert judgement.relevant
    assert judgement.area == ("RU",)
    assert set(judgement.topics) == {"persecution", "violence", "policy"}
    assert judgement.severity == "Extreme"


@pytest.mark.parametrize(
    "title",
    [
        "Insane asylum film returns to cinemas",
        "New raid boss arrives in the dungeon game",
        "Chechen fighter wins cage match in Grozny",
        "Visa raises card fees for shops",
        "Lion pride raided by rivals",
        "В прокат выходит фильм о побеге из психбольницы",
        "Львиный прайд захватил территорию соседей",
        "Гонщик выиграл этап",
    ],
)
def test_judge__same_words_but_no_one_at_risk__is_not_relevant(newsroom: Newsroom, title: str) -> None:
    assert not judged(newsroom, title).relevant


@pytest.mark.parametrize(
    ("title", "severity"),
    [
        ("Iranian court sentences two gay men to death", "Extreme"),
        ("В Иране двух геев приговорили к смертной казни", "Extreme"),
        ("Police raid gay bar in Kampala, six arrested", "Severe"),
        ("Полиция провела облаву в гей-клубе, задержаны 12 человек", "Severe"),
        ("Parliament debates bill to ban LGBT propaganda", "Moderate"),
        ("New free hotline for LGBT refugees opens in Cologne", "Minor"),
        ("В Ереване открылся бесплатный приют для ЛГБТ-беженцев", "Minor"),
    ],
)
def test_judge__how_bad_it_is__follows_what_is_done(newsroom: Newsroom, title: str, severity: str) -> None:
    assert judged(newsroom, title).severity == severity


def test_judge__a_country_named_in_passing__is_no_area(newsroom: Newsroom) -> None:
    summary = "Many applicants come from Turkey and wait for years. Turkey, Egypt and Kenya were named."
    assert judged(newsroom, "Germany changes asylum rules", "Germany and others. " + summary).area[0] == "DE"
    once = "Applications will be decided within a month. An airline from Kenya was named."
    assert judged(newsroom, "Germany changes asylum rules", once).area == ("DE",)


def test_judge__nothing_tells_where__the_feed_does(newsroom: Newsroom) -> None:
    feed = Feed("local", "Local", "", area=("AM",), topics=("community",))
    judgement = judged(newsroom, "Gay couple attacked in park", feed=feed)
    assert judgement.area == ("AM",)
    assert "community" in judgement.topics


def test_judge__what_the_feed_says__is_added(newsroom: Newsroom) -> None:
    judgement = judged(newsroom, "Gay couple attacked in Yerevan park", feed=Feed("x", "X", "", area=("RU",)))
    assert set(judgement.area) == {"AM", "RU"}


def test_judge__relevant__tells_admins_why(newsroom: Newsroom) -> None:
    reasons = judged(newsroom, "Police raid gay bar in Kampala").reasons
    assert len(reasons) >= 2
    assert all(reason.isascii() for reason in reasons)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=st.text(max_size=200), summary=st.text(max_size=600), language=st.sampled_from(["", "en", "ru", "xx"]))
def test_judge__any_text__is_judged_in_known_words(newsroom: Newsroom, title: str, summary: str, language: str) -> None:
    judgement = newsroom.judge(an_entry(title, summary, language), FEED)
    assert judgement.severity in SEVERITIES
    assert judgement.urgency in URGENCIES
    assert judgement.certainty in CERTAINTIES
    assert set(judgement.topics) <= set(ALERT_TOPICS)
    assert not judgement.relevant or (judgement.area and 1 <= len(judgement.topics) <= 3)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.lists(
        st.sampled_from(
            "gay men arrested Russia court 1,5 million 10.000 asylum , . «геи» суд Грозный 0 ١٢ лев".split()
        ),
        max_size=60,
    )
)
def test_judge__any_mix_of_known_words__never_raises(newsroom: Newsroom, words: list[str]) -> None:
    entry = an_entry(" ".join(words[:20]), " ".join(words[20:]))
    newsroom.judge(entry, FEED)
    newsroom.story_of(entry, [_alert(entry)])


def test_judge__a_text_ten_thousand_times_as_long__costs_no_more_than_the_part_that_is_read(newsroom: Newsroom) -> None:
    started = time.perf_counter()
    for word in ("gay ", "Moscow ", "arrested in ", "1,000 ", "а", "sentenced to death "):
        newsroom.judge(an_entry(word * 100_000, word * 100_000), FEED)
    assert time.perf_counter() - started < 3


def _alert(entry: Entry, story: str = "s1", at: datetime | None = None) -> Alert:
    now = at or datetime(2026, 3, 1, tzinfo=UTC)
    return Alert("a", {"en": entry.title}, {"en": entry.summary}, now, story=story, entry_at=now)


RAID = an_entry("Police raid shelter in Kampala, arrest eleven LGBT youths", "Officers broke into a house in Makindye.")
RAID_RU = an_entry(
    "В Кампале полиция ворвалась в приют для ЛГБТ-молодёжи, арестованы 11 человек", "Приют в Макинде.", "ru"
)


def test_story__same_event_in_another_language__joins_it(newsroom: Newsroom) -> None:
    assert newsroom.story_of(RAID_RU, [_alert(RAID)]) == "s1"


def test_story__same_thing_in_another_city_with_another_number__is_a_new_one(newsroom: Newsroom) -> None:
    other = an_entry("Police raid bar in Jinja, arrest six LGBT people", "Officers acted on a tip.")
    assert newsroom.story_of(other, [_alert(RAID)]) == ""


def test_story__two_laws_and_nothing_else_in_common__are_two_events(newsroom: Newsroom) -> None:
    told = an_entry(
        "Рада снизила мобилизационный возраст", "Закон вступает в силу через месяц.", "ru", RAID.published_at
    )
    law = an_entry("Iraq's parliament passes law punishing same-sex relations with 15 years", at=RAID.published_at)
    assert newsroom.story_of(law, [_alert(told)]) == ""


def test_story__another_region_of_the_same_country__is_a_new_one(newsroom: Newsroom) -> None:
    raid = an_entry("Police raid a gay club in Moscow", "Officers detained thirty people.", at=RAID.published_at)
    assert newsroom.story_of(raid, [_alert(an_entry(SEED_TITLE, SEED, at=RAID.published_at))]) == ""


def test_judge__a_parliament__tells_its_country_and_no_town_of_that_name(newsroom: Newsroom) -> None:
    assert judged(newsroom, "Duma proposes fines for LGBT information", "A bill would fine anyone.").area == ("RU",)
    assert judged(newsroom, "Knesset backs bill on deportation of migrants", "Lawmakers vote.").area == ("IL",)


def test_story__same_words_two_weeks_later__is_a_new_one(newsroom: Newsroom) -> None:
    later = an_entry(RAID.title, RAID.summary, at=datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=14))
    assert newsroom.story_of(later, [_alert(RAID)]) == ""


def test_story__nothing_was_told_yet__is_a_new_one(newsroom: Newsroom) -> None:
    assert newsroom.story_of(RAID, []) == ""


def test_story__several_are_alike__the_likest_is_joined(newsroom: Newsroom) -> None:
    other = an_entry("Police raid bar in Jinja, arrest six LGBT people")
    assert newsroom.story_of(RAID_RU, [_alert(other, "s2"), _alert(RAID, "s1")]) == "s1"
