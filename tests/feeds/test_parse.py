"""Bytes of a feed become plain entries, whatever the bytes are."""

import contextlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.feed import Entry
from bot.errors import FeedError
from bot.feeds.parse import parse_feed, parse_strictly
from bot.feeds.raw import NotWellFormed
from tests.builders import a_feed
from tests.feeds.corpus import CAP_INFO, CORPUS, DIALECTS, atom, cap, item, rss
from tests.feeds.mutants import mutants


def parsed(document: str | bytes, **changes) -> tuple[Entry, ...]:
    return parse_feed(document.encode() if isinstance(document, str) else document, a_feed(**changes))


@pytest.mark.parametrize("document", CORPUS, ids=lambda document: document.name)
def test_parse__our_corpus__finds_what_stands_there(document) -> None:
    entries = parse_feed(document.body, a_feed(language=document.language), document.content_type)
    assert len(entries) == len(document.found)
    for entry, found in zip(entries, document.found, strict=True):
        date = entry.published_at.isoformat() if entry.published_at else ""
        got = {"title": entry.title, "summary": entry.summary, "link": entry.link, "guid": entry.guid, "date": date}
        assert {key: value for key, value in got.items() if getattr(found, key) is not None} == {
            key: getattr(found, key) for key in got if getattr(found, key) is not None
        }


@pytest.mark.parametrize("document", CORPUS, ids=lambda document: document.name)
def test_parse_strictly__reads_all_that_is_well_formed_and_nothing_else(document) -> None:
    with contextlib.nullcontext() if document.well_formed else pytest.raises(NotWellFormed):
        parse_strictly(document.body, a_feed(language=document.language), document.content_type)


BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
PARAMETER = '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1/x.dtd"> %p;]>'


@pytest.mark.parametrize("doctype", [BOMB, EXTERNAL, PARAMETER])
@pytest.mark.parametrize("ending", ["", "<broken"])
def test_parse__entities_of_its_own__are_refused_also_by_the_lenient_reader(doctype, ending) -> None:
    with pytest.raises(FeedError, match="entities"):
        parsed(rss(item(text="&a;"), head=doctype) + ending)


def test_parse__entities_hidden_by_utf_16__are_refused() -> None:
    with pytest.raises(FeedError, match="entities"):
        parsed(rss(item(text="&a;"), head=BOMB).encode("utf-16"))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \n\xef\xbb\xbf", "no feed"),
        (b"<html><body>Not here</body></html>", "web page"),
        (b"<!-- x --><!DOCTYPE html><p>Sold", "web page"),
        (b"\x00\xff" * 50, "no feed"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "no feed"),
        (b"%PDF-1.7", "no feed"),
        (b"{}", "no feed"),
        (b'{"items": 5}', "no feed"),
        (b'{"a":', "JSON"),
        (b"[" * 200_000, "JSON"),
        (b"9" * 10_000, "no feed"),
        (b"<opml/>", "no feed"),
        (b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>', "no feed"),
        (b"Service temporarily unavailable", "no feed"),
    ],
)
def test_parse__no_feed__says_so(body, reason) -> None:
    with pytest.raises(FeedError, match=reason):
        parsed(body)


def test_parse__an_impossible_character_reference__one_feed_loses_one_turn() -> None:
    with pytest.raises(FeedError):
        parsed(rss(item(title="&#99999999;")))


def test_parse__ten_thousand_entries__the_first_five_hundred_are_read() -> None:
    entries = parsed(rss("".join(item(number) for number in range(10_000))))
    assert [entry.guid for entry in entries] == [f"g{number}" for number in range(500)]


def dated(number: int) -> str:
    day = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
    return f"<item><title>T {number}</title><guid>g{number}</guid><pubDate>{format_datetime(day)}</pubDate></item>"


@pytest.mark.parametrize("ending", ["", "&#x1;"])
def test_parse__thousands_of_entries_the_oldest_first__the_newest_five_hundred_are_read(ending) -> None:
    """The second one is damaged, and so the lenient reader's."""
    number = 2000 if not ending else 800
    oldest_first = [dated(each) for each in range(number)]
    wanted = {f"g{each}" for each in range(number - 500, number)}
    for items in (oldest_first, oldest_first[::-1]):
        assert {entry.guid for entry in parsed(rss("".join(items) + ending))} == wanted


def test_parse__a_long_json_feed_the_oldest_first__the_newest_five_hundred_are_read() -> None:
    day = datetime(2026, 1, 1, tzinfo=UTC)
    items = [
        {"id": str(each), "title": f"T {each}", "date_published": (day + timedelta(minutes=each)).isoformat()}
        for each in range(700)
    ]
    feed = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items})
    assert {entry.guid for entry in parsed(feed)} == {str(each) for each in range(200, 700)}


@pytest.mark.parametrize("depth", [1000, 100_000])
def test_parse__deep_nesting__ends(depth) -> None:
    with contextlib.suppress(FeedError):
        parsed(rss(item(text="<b>" * depth + "x" + "</b>" * depth)))


def test_parse__empty_feed__is_a_feed_without_news() -> None:
    assert parsed(rss("")) == ()
    assert parsed(atom("")) == ()


def test_parse__entry_without_text__is_dropped() -> None:
    assert parsed(rss("<item><guid>2</guid><title> </title><description>&lt;img&gt;</description></item>")) == ()


def test_parse__entry_without_title__its_text_is_the_title() -> None:
    (entry,) = parsed(rss("<item><description>What happened.</description></item>"))
    assert (entry.title, entry.summary) == ("What happened.", "")


def test_parse__very_long_texts__are_cut() -> None:
    (entry,) = parsed(rss(item(title="word " * 1000, text="word " * 20_000)))
    assert len(entry.title) <= 300
    assert len(entry.summary) <= 4000


def test_parse__guid_with_tracking__keeps_its_identity_between_visits() -> None:
    first, second = (
        parsed(rss(f"<item><guid>https://news.example.org/1?utm_campaign={day}</guid><title>T</title></item>"))[0]
        for day in ("monday", "tuesday")
    )
    assert first.identity == second.identity


def test_parse__one_guid_and_one_link_for_all__entries_are_still_told_apart() -> None:
    items = "".join(
        f"<item><guid>x</guid><title>T{n}</title><link>https://a.example.org</link></item>" for n in range(3)
    )
    assert len({entry.identity for entry in parsed(rss(items))}) == 3


def test_parse__the_same_entry_twice__is_one_identity() -> None:
    assert len({entry.identity for entry in parsed(rss(item() + item()))}) == 1


@pytest.mark.parametrize("link", ["javascript:alert(1)", "tg://resolve?domain=x", "http://127.0.0.1/x"])
def test_parse__a_link_that_is_no_public_web_address__is_dropped_and_the_entry_kept(link) -> None:
    (entry,) = parsed(rss(f"<item><title>T</title><link>{link}</link></item>"))
    assert (entry.title, entry.link) == ("T", "")


def test_parse__relative_link__is_completed_from_the_feed_or_its_base() -> None:
    (entry,) = parsed(rss("<item><title>T</title><link>/a/1</link></item>"))
    assert entry.link == "https://news.example.org/a/1"
    (entry,) = parsed(atom('<entry xml:base="https://b.example.org/x/"><title>T</title><link href="1"/></entry>'))
    assert entry.link == "https://b.example.org/x/1"


def test_parse__half_an_emoji_in_json__can_still_be_stored() -> None:
    document = '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "\\ud83d", "title": "a\\ud83d", "content_html": "<p>\\ud83d b</p>"}]}'
    (entry,) = parsed(document)
    assert entry.identity and (entry.title, entry.summary) == ("a", "b")


@pytest.mark.parametrize("changes", [{"status": "Test"}, {"status": "Exercise"}, {"kind": "Ack"}, {"kind": "Error"}])
def test_parse__cap_that_is_no_news__gives_no_entry(changes) -> None:
    assert parsed(cap(**changes)) == ()


REFERENCES = (
    "<references>warn@example.org,w1,2026-11-23T10:00:00+03:00 a@b.org,w0,2026-11-22T10:00:00+03:00</references>"
)


@pytest.mark.parametrize(("info", "title"), [(CAP_INFO, "Cancel: Flood in the valley"), (" ", "Cancel")])
def test_parse__cap_that_takes_warnings_back__names_them_as_they_were_named(info, title) -> None:
    (warning,) = parsed(cap())
    document = cap(info, kind="Cancel", identifier="w2").replace("<info>", f"{REFERENCES}<info>")
    (entry,) = parsed(document if REFERENCES in document else document.replace("</alert>", f"{REFERENCES}</alert>"))
    assert (entry.title, entry.cancels) == (title, ("warn@example.org,w1", "a@b.org,w0"))
    assert replace(entry, guid=entry.cancels[0]).identity == warning.identity != entry.identity


def test_parse__cap_that_updates_a_warning__takes_nothing_back() -> None:
    (entry,) = parsed(cap(kind="Update").replace("<info>", f"{REFERENCES}<info>"))
    assert entry.cancels == ()


def test_parse__cap__says_until_when_it_holds() -> None:
    (entry,) = parsed(cap())
    assert entry.expires_at is not None
    assert entry.expires_at.isoformat() == "2026-11-24T07:00:00+00:00"


def test_parse__cap_without_info__is_no_entry() -> None:
    assert parsed(cap("<note>x</note>")) == ()


@given(st.binary(max_size=2000))
def test_parse__any_bytes__entries_or_a_feed_error(body) -> None:
    with contextlib.suppress(FeedError):
        parsed(body)


def test_parse__two_thousand_mutants_of_our_corpus__entries_that_can_be_sent_or_a_feed_error() -> None:
    small = [document for document in CORPUS if document in DIALECTS or len(document.body) < 1500]
    for document, body in mutants(small, 2000, seed=4):
        with contextlib.suppress(FeedError):
            for entry in parse_feed(body, a_feed(language=document.language), document.content_type):
                assert entry.title and len(entry.title) <= 300 and len(entry.summary) <= 4000
                assert entry.link == "" or entry.link.startswith(("http://", "https://"))
                f"{entry.title}{entry.summary}{entry.link}{entry.guid}".encode()
