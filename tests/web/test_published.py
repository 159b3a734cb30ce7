"""What was published, as others read it: every element that RSS, Atom and CAP ask for, and nothing that is not for all."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.alert import ALERT_TOPICS, SEVERITIES, all_clear_of, cancel, corrected, correction_of, publish
from bot.core.directory import Organization
from bot.storage.memory_store import MemoryStore
from bot.texts.catalogues import words
from bot.web.published import CAP_TYPE, AlertFeeds, Publisher, render_cap, render_rss
from tests.builders import NOW, an_alert

DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d")
REFERENCE = re.compile(rf"[^\s,<&]+,[^\s,<&]+,{DATE.pattern}")
CAP, ATOM = "{urn:oasis:names:tc:emergency:cap:1.2}", "{http://www.w3.org/2005/Atom}"
WE = Publisher("Example Circle", "circle.example.org", "https://bot.example.org")
HOSTILE = '</info><script>alert("1")</script> & ]]> \x00\x0b\ud800 \u202e \U0001f600'
IN_ORDER = (
    "language category event responseType urgency severity certainty effective expires senderName headline "
    "description instruction web area"
).split()
VALUES = {
    "status": {"Actual", "Exercise", "System", "Test", "Draft"},
    "msgType": {"Alert", "Update", "Cancel", "Ack", "Error"},
    "scope": {"Public", "Restricted", "Private"},
    "category": set("Geo Met Safety Security Rescue Fire Health Env Transport Infra CBRNE Other".split()),
    "responseType": set("Shelter Evacuate Prepare Execute Avoid Monitor Assess AllClear None".split()),
    "urgency": {"Immediate", "Expected", "Future", "Past", "Unknown"},
    "severity": {"Extreme", "Severe", "Moderate", "Minor", "Unknown"},
    "certainty": {"Observed", "Likely", "Possible", "Unlikely", "Unknown"},
}


def published(**changes):
    return publish(an_alert(**changes), NOW)


def check_cap(document: bytes) -> ET.Element:
    """Check what CAP 1.2 requires of an alert, and the order of its schema."""
    root = ET.fromstring(document)
    assert root.tag == f"{CAP}alert"
    names = [each.tag.removeprefix(CAP) for each in root]
    order = ["identifier", "sender", "sent", "status", "msgType", "scope", "note", "references", "info"]
    assert names == sorted(names, key=order.index)
    assert set(order[:6]) <= set(names)
    for name in ("identifier", "sender"):
        assert not set(root.findtext(f"{CAP}{name}")) & set(" ,<&")
    for info in root.findall(f"{CAP}info"):
        parts = [each.tag.removeprefix(CAP) for each in info]
        assert parts == sorted(parts, key=IN_ORDER.index)
        assert {"category", "event", "urgency", "severity", "certainty"} <= set(parts)
        assert all(parts.count(name) == 1 for name in set(parts) - {"category", "responseType", "area"})
        for area in info.findall(f"{CAP}area"):
            assert [each.tag.removeprefix(CAP) for each in area] == ["areaDesc"] + ["geocode"] * (len(area) - 1)
            assert area.findtext(f"{CAP}areaDesc")
        for code in info.iter(f"{CAP}geocode"):
            assert [each.tag.removeprefix(CAP) for each in code] == ["valueName", "value"]
    assert all(names.count(name) == 1 for name in set(names) - {"info"})
    for element in root.iter():
        name = element.tag.removeprefix(CAP)
        assert element.tag.startswith(CAP) and not element.attrib
        assert name not in VALUES or element.text in VALUES[name]
        if name in ("sent", "effective", "expires"):
            assert DATE.fullmatch(element.text), "the pattern of the schema: no `Z`, no fractions"
            assert datetime.fromisoformat(element.text).utcoffset() == timedelta()
        if name == "references":
            assert all(REFERENCE.fullmatch(each) for each in element.text.split(" "))
        if name == "language":
            assert re.fullmatch("[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*", element.text)
    return root


def test_render_cap__an_alert_in_two_languages__an_info_for_each() -> None:
    alert = published(
        headline={"en": "A law", "ru": "Закон"}, area=("RU-CE", "EU"), severity="Severe", topics=("law", "health")
    )
    root = check_cap(render_cap(alert, {}, WE))
    english, russian = root.findall(f"{CAP}info")
    assert (english.findtext(f"{CAP}headline"), russian.findtext(f"{CAP}headline")) == ("A law", "Закон")
    assert [each.text for each in english.findall(f"{CAP}category")] == ["Other", "Health"]
    assert russian.findtext(f"{CAP}area/{CAP}areaDesc") == "Чечня, Европейский союз"
    codes = [each.text for each in english.iter(f"{CAP}value")]
    assert codes == ["RU-CE", "EU"]
    assert root.find(f"{CAP}references") is None


@given(
    texts=st.dictionaries(st.sampled_from(["en", "ru", "uk", "pt-BR"]), st.text(max_size=40), max_size=3),
    area=st.lists(st.sampled_from(["RU", "RU-CE", "EU", "WW", "GE"]), max_size=3, unique=True),
    topics=st.lists(st.sampled_from(ALERT_TOPICS), max_size=3, unique=True),
    severity=st.sampled_from(SEVERITIES),
    until=st.none() | st.integers(1, 10**6),
    corrections=st.integers(0, 3),
    is_withdrawn=st.booleans(),
)
def test_render_cap__any_alert__keeps_the_rules_of_cap(
    texts, area, topics, severity, until, corrections, is_withdrawn
) -> None:
    expires_at = NOW + timedelta(seconds=until, microseconds=7) if until else None
    alert = published(
        headline=texts, description=texts, area=tuple(area), topics=tuple(topics), severity=severity,
        expires_at=expires_at,
    )  # fmt: skip
    for number in range(corrections):
        alert = corrected(alert, correction_of(alert, NOW), NOW + timedelta(hours=number + 1))
    root = check_cap(render_cap(cancel(alert, NOW + timedelta(days=1)) if is_withdrawn else alert, {}, WE))
    assert len((root.findtext(f"{CAP}references") or "").split()) == corrections + is_withdrawn


def test_render_cap__hostile_text__is_text() -> None:
    alert = published(headline={"en": HOSTILE}, description={"en": HOSTILE}, link=f"https://a.example/{HOSTILE}")
    root = check_cap(render_cap(alert, {}, WE))
    (info,) = root.findall(f"{CAP}info")
    assert '</info><script>alert("1")</script> & ]]>' in info.findtext(f"{CAP}headline")
    feed = ET.fromstring(render_rss([alert], WE, NOW, words("en")))
    assert "<script>" in feed.findtext("channel/item/title")


def test_render_cap__a_correction__names_the_version_before() -> None:
    first = published()
    later = corrected(first, replace(correction_of(first, NOW), headline={"en": "New"}), NOW + timedelta(hours=1))
    root = check_cap(render_cap(later, {}, WE))
    assert root.findtext(f"{CAP}msgType") == "Update"
    assert root.findtext(f"{CAP}sent") == "2026-11-23T13:00:00-00:00"
    assert root.findtext(f"{CAP}references") == "circle.example.org,waypost-a1-1,2026-11-23T12:00:00-00:00"


def test_render_cap__withdrawn__a_cancel_without_the_wrong_text() -> None:
    document = render_cap(cancel(published(headline={"en": "Wrong"}), NOW + timedelta(hours=1)), {}, WE)
    root = check_cap(document)
    assert root.findtext(f"{CAP}msgType") == "Cancel"
    assert b"Wrong" not in document
    assert "waypost-a1-1" in root.findtext(f"{CAP}references")


def test_render_cap__an_all_clear__refers_to_the_alarm() -> None:
    old = published()
    clear = publish(all_clear_of(old, "c1", {"en": "Over"}, {}, NOW), NOW + timedelta(days=1))
    root = check_cap(render_cap(clear, {"a1": old}, WE))
    assert root.findtext(f"{CAP}info/{CAP}responseType") == "AllClear"
    assert "waypost-a1-1" in root.findtext(f"{CAP}references")


@pytest.fixture
async def feeds():
    store = MemoryStore()
    await store.open()
    operator = Organization("c", {"en": "Example Circle"}, website="https://circle.example.org/")
    yield store, AlertFeeds(store, lambda: operator, lambda: NOW, "https://bot.example.org/hook")
    await store.close()


async def test_feeds__draft_test_rejected_and_applied__are_not_for_all(feeds) -> None:
    store, made = feeds
    await store.save_alert(published(id="seen"))
    await store.save_alert(cancel(published(id="gone"), NOW))
    await store.save_alert(published(id="drill", status="Test"))
    await store.save_alert(an_alert("draft"))
    await store.save_alert(correction_of(published(id="seen"), NOW))
    rss = ET.fromstring(await made.rss("http://ignored", "ru"))
    assert [each.text for each in rss.iter("guid")] == ["waypost-seen-1"]
    assert rss.findtext("channel/title") == "Example Circle"
    index = ET.fromstring(await made.cap_index("http://ignored"))
    links = [each.get("href") for each in index.iterfind(f"{ATOM}entry/{ATOM}link")]
    assert sorted(links) == [
        "https://bot.example.org/alerts/gone.cap?version=2",
        "https://bot.example.org/alerts/seen.cap?version=1",
    ]
    assert {each.get("type") for each in index.iterfind(f"{ATOM}entry/{ATOM}link")} == {CAP_TYPE}
    for name in ("drill", "draft", "seen-2", "nothing"):
        assert await made.cap("http://ignored", name) is None
    assert check_cap(await made.cap("http://ignored", "seen")) is not None


async def test_cap_index__holds_each_alert_itself__the_same_as_its_document(feeds) -> None:
    store, made = feeds
    await store.save_alert(published(id="seen", description={"en": "<b>a</b> & ]]> \x00"}))
    await store.save_alert(published(id="clear", references=("seen",)))
    await store.save_alert(cancel(published(id="gone", headline={"en": "Wrong"}), NOW))
    index = await made.cap_index("http://ignored")
    contents = ET.fromstring(index).findall(f"{ATOM}entry/{ATOM}content")
    assert [each.get("type") for each in contents] == [CAP_TYPE] * 3
    inside = {each[0].findtext(f"{CAP}identifier"): check_cap(ET.tostring(each[0])) for each in contents}
    for name, version in (("seen", 1), ("clear", 1), ("gone", 2)):
        document = await made.cap("http://ignored", name)
        assert document is not None
        assert ET.canonicalize(
            ET.tostring(inside[f"waypost-{name}-{version}"]), rewrite_prefixes=True
        ) == ET.canonicalize(document, rewrite_prefixes=True)
    assert b"Wrong" not in index


async def test_feeds__nothing_published__are_whole_and_empty(feeds) -> None:
    _, made = feeds
    index = ET.fromstring(await made.cap_index("http://h"))
    assert index.findtext(f"{ATOM}id")
    assert index.findtext(f"{ATOM}updated")
    assert ET.fromstring(await made.rss("http://h", "xx")).findtext("channel/language") == "en"
