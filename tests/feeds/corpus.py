"""Our own feeds, in every dialect and most of the bad habits that feeds have, each with what a reader should find."""

from __future__ import annotations

from dataclasses import dataclass

SITE = "https://news.example.org"
DATE = "2026-11-23T07:00:00+00:00"
RFC = "Mon, 23 Nov 2026 10:00:00 +0300"
RSS_DATE = f"<pubDate>{RFC}</pubDate>"
DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
ATOM_NS = 'xmlns="http://www.w3.org/2005/Atom"'
CAP_NS = 'xmlns="urn:oasis:names:tc:emergency:cap:1.2"'
RUSSIAN = "Парламент принял закон о высылке, он вступит в силу в январе"


@dataclass(frozen=True, slots=True)
class Found:
    """What should be found of one entry; None where a document does not care, "" where nothing is to be found."""

    title: str
    summary: str | None = None
    link: str | None = None
    guid: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A feed as served, and the entries in it."""

    name: str
    body: bytes
    found: tuple[Found, ...]
    content_type: str = "application/xml"
    language: str = "en"
    well_formed: bool = True


def rss(items: str, *, version: str = "2.0", head: str = '<?xml version="1.0" encoding="utf-8"?>', ns: str = "") -> str:
    """A whole RSS document around items."""
    return f'{head}<rss version="{version}" {ns}><channel><title>News</title><link>{SITE}</link>{items}</channel></rss>'


def item(n: int = 1, title: str = "Report", text: str = "What happened.", more: str = RSS_DATE) -> str:
    """One RSS item; its guid, link and title carry its number."""
    return (
        f'<item><guid isPermaLink="false">g{n}</guid><title>{title} {n}</title><link>{SITE}/{n}</link>'
        f"<description>{text}</description>{more}</item>"
    )


def atom(entries: str, ns: str = "") -> str:
    """A whole Atom document around entries."""
    return f'<?xml version="1.0"?><feed {ATOM_NS} {ns}><title>News</title><id>urn:news</id>{entries}</feed>'


def cap(info: str = "", *, status: str = "Actual", kind: str = "Alert", identifier: str = "w1") -> str:
    """A CAP alert with one or more info blocks."""
    return (
        f"<alert {CAP_NS}><identifier>{identifier}</identifier><sender>warn@example.org</sender>"
        f"<sent>2026-11-23T10:00:00+03:00</sent><status>{status}</status><msgType>{kind}</msgType><scope>Public</scope>"
        f"{info or CAP_INFO}</alert>"
    )


CAP_INFO = (
    "<info><language>en</language><category>Safety</category><event>Flood</event><urgency>Immediate</urgency>"
    "<severity>Severe</severity><certainty>Observed</certainty><expires>2026-11-24T10:00:00+03:00</expires>"
    "<headline>Flood in the valley</headline><description>The river rises &amp; floods.</description>"
    f"<instruction>Leave now.</instruction><web>{SITE}/w1</web><area><areaDesc>North valley</areaDesc></area></info>"
)
CAP_NOTE = "(Severity: Severe; Urgency: Immediate; Certainty: Observed; Area: North valley)"
ONE = (Found("Report 1", "What happened.", f"{SITE}/1", "g1", DATE),)


def _document(name: str, text: str | bytes, *found: Found, **changes: object) -> Document:
    body = text if isinstance(text, bytes) else text.encode()
    return Document(name, body, found or ONE, **changes)  # type: ignore[arg-type]


DIALECTS = (
    _document("rss-2.0", rss(item())),
    _document("rss-0.91-with-doctype", rss(item(), version="0.91", head=(
        '<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
        '"http://my.netscape.com/publish/formats/rss-0.91.dtd">'))),
    _document("rss-0.92", rss(item(), version="0.92")),
    _document("rss-with-namespace", rss(item(), ns='xmlns="http://backend.userland.com/rss2"')),
    _document("rss-items-beside-channel", f'<rss version="0.90"><channel><title>N</title></channel>{item()}</rss>'),
    _document("rss-dublin-core", rss(
        f"<item><dc:title>Report 1</dc:title><dc:identifier>g1</dc:identifier><link>{SITE}/1</link>"
        "<dc:description>What happened.</dc:description><dc:date>2026-11-23T10:00:00+03:00</dc:date></item>", ns=DC)),
    _document("rss-content-encoded", rss(
        f"<item><guid>{SITE}/1</guid><title>Report 1</title><content:encoded><![CDATA[<p>What <b>happened</b>.</p>]]>"
        f"</content:encoded>{RSS_DATE}</item>", ns='xmlns:content="http://purl.org/rss/1.0/modules/content/"'),
        Found("Report 1", "What happened.", f"{SITE}/1", f"{SITE}/1", DATE)),
    _document("rss-atom-link", rss(
        f'<item><guid isPermaLink="false">g1</guid><title>Report 1</title><description>What happened.</description>'
        f'<a:link rel="self" href="{SITE}/x"/><a:link href="{SITE}/1"/>{RSS_DATE}</item>',
        ns='xmlns:a="http://www.w3.org/2005/Atom"')),
    _document("rss-inline-markup", rss(item(text="<p>What <b>happ</b>ened.</p><script>bad()</script>"))),
    _document("rss-escaped-markup", rss(item(text="&lt;p&gt;What&lt;br/&gt;happened.&lt;/p&gt;"))),
    _document("rdf-1.0", (
        '<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        f'xmlns="http://purl.org/rss/1.0/" {DC}><channel rdf:about="x"><title>N</title></channel>'
        f'<item rdf:about="{SITE}/1"><title>Report 1</title><link>{SITE}/1</link><description>What happened.</description>'
        "<dc:date>2026-11-23T07:00Z</dc:date></item></rdf:RDF>"),
        Found("Report 1", "What happened.", f"{SITE}/1", f"{SITE}/1", DATE)),
    _document("rdf-0.90", (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/">'
        f"<channel><title>N</title></channel><item><title>Report 1</title><link>{SITE}/1</link></item></rdf:RDF>"),
        Found("Report 1", "", f"{SITE}/1", "")),
    _document("atom-1.0", atom(
        f'<entry><id>g1</id><title type="html">Rep&lt;i&gt;ort&lt;/i&gt; 1</title><link rel="enclosure" href="{SITE}/a.mp3"/>'
        f'<link rel="alternate" href="{SITE}/1"/><summary>What happened.</summary><updated>2026-11-23T08:00:00Z</updated>'
        "<published>2026-11-23T10:00:00+03:00</published></entry>")),
    _document("atom-xhtml-and-base", atom(
        '<entry xml:base="https://news.example.org/"><id>g1</id><title>Report 1</title><link href="1"/><content type="xhtml">'
        '<div xmlns="http://www.w3.org/1999/xhtml"><p>What</p><p>happened.</p></div></content>'
        "<updated>2026-11-23T07:00:00Z</updated></entry>")),
    _document("atom-plain-text-with-angle", atom(
        "<entry><id>g1</id><title>Fewer than &lt; 5 &amp; more</title><updated>2026-11-23T07:00:00Z</updated></entry>"),
        Found("Fewer than < 5 & more", "", "", "g1", DATE)),
    _document("atom-0.3", (
        f'<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>N</title><entry><id>g1</id><title>Report 1</title>'
        f'<link rel="alternate" type="text/html" href="{SITE}/1"/><summary type="text/html" mode="escaped">'
        "&lt;p&gt;What happened.&lt;/p&gt;</summary><issued>2026-11-23T10:00:00+03:00</issued></entry></feed>")),
    _document("atom-0.3-base64", (
        f'<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><id>g1</id><title>Report 1</title><link href="{SITE}/1"/>'
        '<content type="text/html" mode="base64">PHA+V2hhdCBoYXBwZW5lZC48L3A+</content>'
        "<modified>2026-11-23T07:00:00Z</modified></entry></feed>")),
    _document("atom-media-group", atom(
        f'<entry><id>g1</id><title>Report 1</title><link href="{SITE}/1"/><m:group><m:description>What happened.</m:description>'
        "</m:group><published>2026-11-23T07:00:00Z</published></entry>", 'xmlns:m="http://search.yahoo.com/mrss/"')),
    _document("json-feed-1.1", (
        '{"version": "https://jsonfeed.org/version/1.1", "title": "N", "items": [{"id": "g1", "title": "Report 1", '
        f'"content_html": "<p>What happened.</p>", "url": "{SITE}/1", "date_published": "2026-11-23T10:00:00+03:00"}}]}}'),
        content_type="application/feed+json"),
    _document("json-feed-1.0-text", (
        '{"version": "https://jsonfeed.org/version/1", "items": [{"id": 7, "content_text": "5 < 6 & more"}, "x", {}]}'),
        Found("5 < 6 & more", "", "", "7"), content_type="application/json"),
    _document("cap-1.2", cap(), Found(
        "Flood in the valley", f"The river rises & floods. Leave now. {CAP_NOTE}", f"{SITE}/w1", "warn@example.org,w1", DATE)),
    _document("cap-second-language", cap(
        CAP_INFO + CAP_INFO.replace("<language>en<", "<language>ru-RU<").replace("Flood in the valley", "Паводок")),
        Found("Паводок", None, f"{SITE}/w1", "warn@example.org,w1", DATE), language="ru"),
    _document("cap-cancel", cap(kind="Cancel"), Found("Cancel: Flood in the valley")),
    _document("cap-in-atom-content", atom(
        f'<entry><id>x</id><title>CAP</title><content type="text/xml">{cap()}</content></entry>'),
        Found("Flood in the valley", None, f"{SITE}/w1", "warn@example.org,w1", DATE)),
    _document("cap-elements-in-atom", atom(
        f'<entry><id>g1</id><title>Report 1</title><link href="{SITE}/1"/><summary>What happened.</summary>'
        "<updated>2026-11-23T07:00:00Z</updated><c:severity>Extreme</c:severity><c:urgency>Expected</c:urgency>"
        "<c:areaDesc>Coast</c:areaDesc></entry>", 'xmlns:c="urn:oasis:names:tc:emergency:cap:1.2"'),
        Found("Report 1", "What happened. (Severity: Extreme; Urgency: Expected; Area: Coast)", f"{SITE}/1", "g1", DATE)),
    _document("cap-in-envelope", f"<EDXLDistribution><contentObject>{cap()}{cap(identifier='w2')}</contentObject>"
              "</EDXLDistribution>", Found("Flood in the valley", guid="warn@example.org,w1"),
              Found("Flood in the valley", guid="warn@example.org,w2")),
)  # fmt: skip

_RU = rss(item(title="Новость", text=RUSSIAN))
_RU_FOUND = Found("Новость 1", RUSSIAN, f"{SITE}/1", "g1", DATE)


def _russian(name: str, body: bytes, content_type: str = "application/rss+xml") -> Document:
    return _document(name, body, _RU_FOUND, content_type=content_type, language="ru")


def _declaring(encoding: str) -> str:
    return _RU.replace("utf-8", encoding)


ENCODINGS = (
    _russian("utf-8", _RU.encode()),
    _russian("utf-8-with-mark", b"\xef\xbb\xbf" + _RU.encode()),
    _russian("utf-16-with-mark", _declaring("utf-16").encode("utf-16")),
    _russian("utf-16-without-mark", _declaring("utf-16").encode("utf-16-be")),
    _russian("windows-1251-declared", _declaring("windows-1251").encode("cp1251")),
    _russian("windows-1251-served", _RU.partition("?>")[2].encode("cp1251"), "text/xml; charset=windows-1251"),
    _russian("windows-1251-undeclared", _RU.partition("?>")[2].encode("cp1251")),
    _russian("windows-1251-called-utf-8", _RU.encode("cp1251")),
    _russian("windows-1251-served-as-latin-1", _declaring("windows-1251").encode("cp1251"), "text/xml; charset=ISO-8859-1"),
    _russian("utf-8-called-windows-1251", _declaring("windows-1251").encode()),
    _russian("utf-8-served-as-windows-1251", _RU.encode(), "text/xml; charset=windows-1251"),
    _russian("koi8-r-declared", _declaring("koi8-r").encode("koi8-r")),
    _russian("koi8-r-undeclared", _RU.partition("?>")[2].encode("koi8-r")),
    _russian("unknown-encoding-called", _declaring("x-unheard-of").encode()),
    _russian("text-that-is-no-text-encoding", _declaring("unicode_escape").encode()),
    _document("iso-2022-jp", rss(item(title="速報")).replace("utf-8", "iso-2022-jp").encode("iso-2022-jp"),
              Found("速報 1"), language="ja"),
    _document("one-broken-letter", _RU.encode().replace("закон".encode(), "закон".encode()[:-1]), Found("Новость 1"), language="ru"),
)  # fmt: skip

DAMAGED = tuple(
    Document(name, body.encode(), found, well_formed=False)
    for name, body, found in (
        (
            "rss-bare-ampersand",
            rss(item(text="Bread & salt")),
            (Found("Report 1", "Bread & salt", f"{SITE}/1", "g1", DATE),),
        ),
        ("rss-html-entity", rss(item(text="What&nbsp;happened.")), ONE),
        ("rss-unclosed", rss(item()).replace("</channel></rss>", ""), ONE),
        ("rss-broken-off", rss(item() + item(2))[:-60], (*ONE, Found("Report 2"))),
        ("rss-junk-behind", rss(item()) + "<!-- cached --><br>", ONE),
        ("rss-unclosed-inline-markup", rss(item(text="What<br>happened.")), ONE),
        (
            "atom-unclosed",
            atom("<entry><id>g1</id><title>Report 1</title></entry>").replace("</feed>", ""),
            (Found("Report 1"),),
        ),
    )
)

CORPUS = DIALECTS + ENCODINGS + DAMAGED


def large(entries: int = 500, text: int = 600) -> bytes:
    """A well-formed feed with that many entries of about that many characters."""
    words = "lorem ipsum dolor sit amet "
    long = f"<![CDATA[<p>{words * (text // len(words))}</p>]]>"
    return rss("".join(item(number, text=long) for number in range(entries))).encode()
