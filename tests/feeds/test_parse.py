"""Bytes of a feed become plain entries, whatever the bytes are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import FeedError
from bot.feeds.parse import parse_feed, plain_text, safe_link
from tests.builders import a_feed

RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>
<item><guid>1</guid><title>First &amp; best</title><link>https://news.example.org/1?utm_source=x&amp;id=5#top</link>
<description>&lt;p&gt;One.&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;p&gt;Two&lt;/p&gt;</description>
<pubDate>Mon, 23 Nov 2026 10:00:00 +0300</pubDate></item>
<item><guid>2</guid><title></title><description></description></item></channel></rss>"""
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>
<entry><id>a</id><title>Erste</title><link href="https://news.example.org/a"/><summary>Text</summary>
<updated>2026-11-23T10:00:00Z</updated></entry></feed>"""
RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<channel rdf:about="x"><title>News</title></channel><item rdf:about="https://news.example.org/r"><title>Old</title>
<link>https://news.example.org/r</link></item></rdf:RDF>"""


def test_parse__rss__text_without_markup_link_without_tracking_date_in_utc() -> None:
    (entry,) = parse_feed(RSS.encode(), a_feed())
    assert (entry.title, entry.summary, entry.link) == ("First & best", "One. Two", "https://news.example.org/1?id=5")
    assert entry.published_at is not None
    assert entry.published_at.isoformat() == "2026-11-23T07:00:00+00:00"


@pytest.mark.parametrize(("document", "title"), [(ATOM, "Erste"), (RDF, "Old")])
def test_parse__other_kinds(document, title) -> None:
    (entry,) = parse_feed(document.encode(), a_feed())
    assert entry.title == title


@pytest.mark.parametrize("body", [b"", b"<html><body>Not here</body></html>", b"\x00\xff" * 50, b"{}"])
def test_parse__no_feed__says_so(body) -> None:
    with pytest.raises(FeedError):
        parse_feed(body, a_feed())


def test_parse__an_impossible_character_reference__one_feed_loses_one_turn() -> None:
    with pytest.raises(FeedError):
        parse_feed(RSS.replace("First", "&#99999999;").encode(), a_feed())


def test_parse__ten_thousand_entries__five_hundred_are_read() -> None:
    item = "<item><guid>{}</guid><title>T{}</title></item>"
    items = "".join(item.format(number, number) for number in range(10_000))
    body = f'<rss version="2.0"><channel>{items}</channel></rss>'.encode()
    assert len(parse_feed(body, a_feed())) == 500


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "tg://resolve?domain=x",
        "data:text/html,x",
        "ftp://a.example.org",
        "https://",
        "http://[",
        "",
    ],
)
def test_safe_link__anything_but_the_web__is_dropped(url) -> None:
    assert safe_link(url) == ""


def test_safe_link__user_info__is_dropped() -> None:
    assert safe_link("https://bank.example.org@evil.example.org/x") == "https://evil.example.org/x"


def test_plain_text__controls_that_reorder_text__are_dropped() -> None:
    assert plain_text("a\u202eb\u2066c &lt;b&gt;") == "abc <b>"


@given(st.binary(max_size=2000))
def test_parse__any_bytes__entries_or_a_feed_error(body) -> None:
    try:
        parse_feed(body, a_feed())
    except FeedError:
        pass


@given(st.text(max_size=500))
def test_plain_text__any_text__never_raises_and_holds_no_tag_of_a_script(text) -> None:
    assert "<script" not in plain_text(f"<script>{text}</script>").lower() or "&lt;" in text
