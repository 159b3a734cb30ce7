"""Text and links of a source come out plain, whatever was put into them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.text import plain_text, safe_link, shortened


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One.</p><p>Two</p>", "One. Two"),
        ("One<br>two", "One two"),
        ("un<b>broken</b>", "unbroken"),
        ("<script>alert(1)</script>after<style>p{}</style>", "after"),
        ("<img src=x onerror=alert(1)>", ""),
        ("<a href='tg://resolve?domain=x'>press</a>", "press"),
        ("a &amp; b &lt;c&gt; &nbsp; d", "a & b <c> d"),
        ("safe\u202ecod.exe\u2066 x\u200b\u200fy", "safecod.exe xy"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("&amp;lt;p&amp;gt;One&amp;amp;two&amp;lt;/p&amp;gt;", "One&two"),
        ("a&amp;nbsp;b", "a b"),
        ("don\x92t", "don’t"),
        ("half \ud83d of a pair", "half of a pair"),
        ("<p>half \ud83d of a pair</p> &amp;", "half of a pair &"),
        ("tag\U000e0041\U000e0042s", "tags"),
        ("z" + "\u0301" * 40, "z" + "\u0301" * 3),
        ("\u3164\u115f", ""),
        ("&#99999999; &#xd800;", "\ufffd \ufffd"),
    ],
)
def test_plain_text__markup_and_tricks__leave_only_what_a_reader_should_see(markup, text) -> None:
    assert plain_text(markup) == text


@pytest.mark.parametrize("markup", ["<p" * 30_000, "<" * 60_000, "<b>" * 20_000, "&" * 60_000, "<!--" * 15_000])
def test_plain_text__built_to_be_slow__ends(markup) -> None:
    assert len(plain_text(markup, 100)) <= 100


def test_shortened__long_text__ends_after_a_word_with_an_ellipsis() -> None:
    assert shortened("one two three four", 14) == "one two three…"
    assert shortened("x" * 50, 10) == "x" * 9 + "…"
    assert shortened("short", 10) == "short"


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://news.example.org/1?utm_source=x&id=5&fbclid=y#top", "https://news.example.org/1?id=5"),
        ("https://news.example.org/a?id=1;2&empty=&flag", "https://news.example.org/a?id=1;2&empty=&flag"),
        ("HTTPS://News.Example.ORG:443/a", "https://news.example.org/a"),
        ("http://news.example.org:8080/a", "http://news.example.org:8080/a"),
        ("https://bank.example.org@evil.example.org/x", "https://evil.example.org/x"),
        ("https://bank.example.org:pass@evil.example.org/x", "https://evil.example.org/x"),
        ("https://аpple.com/login", "https://xn--pple-43d.com/login"),
        ("https://пример.рф/новость", "https://xn--e1afmkfd.xn--p1ai/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D1%8C"),
        ("https://news。example。org/", "https://news.example.org/"),
        ("https://news.example.org/a b\"c<d>'", "https://news.example.org/a%20b%22c%3Cd%3E'"),
        ("https://news.example.org/\u202egpj.exe", "https://news.example.org/gpj.exe"),
        ("  https://news.example.org/a\n", "https://news.example.org/a"),
        ("https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/a", "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/a"),
    ],
)
def test_safe_link__a_web_address__comes_out_bare_and_in_ascii(url, link) -> None:
    assert safe_link(url) == link


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "tg://resolve?domain=x", "data:text/html,x",
        "ftp://a.example.org", "file:///etc/passwd", "intent://x", "https://", "http://[", "http://[::1", "", "//", "https:///x",
        "https://evil.example.org\\@news.example.org/", "https://news%2eexample.org/", "http://a..b/", "http://exa mple.org/",
        "http://127.0.0.1/reset", "http://192.168.1.1/reset", "http://[::1]/", "http://2130706433/", "http://0x7f.1/",
        "http://localhost/", "http://router.localhost/", "https://news.example.org:99999/", "http://\u2100.example.org\ud800/",
        "https://news.example.org/" + "a" * 3000, "https://" + "a" * 300 + ".org/",
    ],
)  # fmt: skip
def test_safe_link__anything_but_a_public_web_address__is_dropped(url) -> None:
    assert safe_link(url) == ""


@pytest.mark.parametrize("url", ["/a", "a", "//news.example.org/a", "https://news.example.org/a"])
def test_safe_link__relative__is_completed(url) -> None:
    assert safe_link(url, "https://news.example.org/feed") == "https://news.example.org/a"


def test_safe_link__relative_but_with_a_scheme_of_its_own__is_dropped() -> None:
    assert safe_link("javascript:alert(1)", "https://news.example.org/feed") == ""


@given(st.text(max_size=500))
def test_text_and_links__any_text__never_raise_and_can_be_sent(text) -> None:
    for result in (plain_text(f"<script>{text}"), plain_text(text), safe_link(text), safe_link("https://" + text)):
        result.encode()
    assert safe_link("https://" + text).isascii()
