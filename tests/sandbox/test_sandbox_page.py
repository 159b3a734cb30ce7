"""The chat page and the sample feed over HTTP."""

import io
import json
import re
from typing import Any

import feedparser
import pytest
from aiohttp.test_utils import make_mocked_request
from aiohttp.web import HTTPForbidden, Request, Response
from sandbox_client import READER, Bot, Clock

from bot.sandbox import Person, Sandbox, serve
from bot.sandbox.guard import loopback_only, own_page_only
from bot.sandbox.rich_text import render_rich

AMINA = 100_001


async def test_page__shows_people_chats_and_newsroom(bot: Bot, reader: Person) -> None:
    await bot.send(
        "<b>bold</b>", parse_mode="HTML", reply_markup={"inline_keyboard": [[{"text": "Go", "callback_data": "x"}]]}
    )
    async with bot.session.get(bot.base) as answer:
        html = await answer.text()
    for name in ("Amina", "Sam", "Admin"):
        assert f">{name}<" in html
    assert "<b>bold</b>" in html and ">Go</button>" in html
    assert "Nothing leaves this machine" in html and "Chechnya" in html


async def test_page__loads_nothing_from_elsewhere(bot: Bot) -> None:
    async with bot.session.get(bot.base) as answer:
        html, policy = await answer.text(), answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    loaded = re.findall(r'(?:src|<link[^>]*href)="([^"]+)"', html)
    assert loaded == ["data:,", "/sandbox/static/page.css", "/sandbox/static/page.js"]
    for path in loaded[1:]:
        async with bot.session.get(bot.base + path) as answer:
            assert answer.status == 200
            assert "http" not in (await answer.text()).replace("http-equiv", "")


async def test_page__hostile_words__are_escaped_everywhere(bot: Bot, sandbox: Sandbox) -> None:
    evil = '"><script>alert(1)</script>'
    person = sandbox.person(7, evil)
    person.say(evil)
    person.send_document(evil, b"x")
    sandbox.feed.publish(evil, evil)
    markup = {"inline_keyboard": [[{"text": evil, "callback_data": "x"}, {"text": evil, "copy_text": {"text": evil}}]]}
    await bot.do("sendMessage", chat_id=7, text=evil, reply_markup=markup)
    await bot.do("setMyDescription", description=evil)
    await bot.do("setMyCommands", commands=[{"command": "x", "description": evil}])
    async with bot.session.get(bot.base) as answer:
        html = await answer.text()
    assert "<script>alert" not in html
    assert html.count("&lt;script&gt;") >= 8


@pytest.mark.parametrize(
    ("text", "entities", "html"),
    [
        ("😀 <b>", [{"type": "bold", "offset": 3, "length": 3}], "😀 <b>&lt;b&gt;</b>"),
        (
            "abc",
            [{"type": "bold", "offset": 0, "length": 2}, {"type": "italic", "offset": 1, "length": 2}],
            "<b>a</b><b><i>b</i></b><i>c</i>",
        ),
        ("x", [{"type": "text_link", "offset": 0, "length": 1, "url": "javascript:alert(1)"}], "x"),
        (
            "a q",
            [{"type": "blockquote", "offset": 2, "length": 1}, {"type": "bold", "offset": 2, "length": 1}],
            'a <span class="quote"><b>q</b></span>',
        ),
    ],
)
def test_rich_text__entities__become_safe_elements(text: str, entities: list[dict[str, Any]], html: str) -> None:
    assert render_rich(text, entities) == html


async def act(bot: Bot, action: str, headers: dict[str, str] | None = None, **form: Any) -> int:
    url = f"{bot.base}/sandbox/act/{action}"
    async with bot.session.post(url, data=form, headers=headers or {}, allow_redirects=False) as answer:
        return answer.status


async def test_actions__say_press_block_publish__do_what_a_person_does(
    bot: Bot, sandbox: Sandbox, reader: Person
) -> None:
    sent = await bot.send(
        reply_markup={"inline_keyboard": [[{"text": "A", "callback_data": "a"}, {"text": "B", "callback_data": "b"}]]}
    )
    assert await act(bot, "say", person=str(READER), text="hello") == 303
    assert await act(bot, "press", person=str(READER), message=str(sent["message_id"]), button="0.1") == 303
    said, pressed = await bot.do("getUpdates")
    assert (said["message"]["text"], pressed["callback_query"]["data"]) == ("hello", "b")
    assert await act(bot, "block", {"X-Live": "1"}, person=str(READER)) == 204
    assert reader.blocked
    assert await act(bot, "say", person=str(READER), text="hello") == 409
    assert await act(bot, "publish", title="News", summary="of today") == 303
    assert sandbox.feed.entries[0].title == "News"
    assert await act(bot, "publish", title=" ", summary="x") == 409
    assert await act(bot, "dance") == 404


async def test_action__upload__arrives_as_document(bot: Bot, reader: Person) -> None:
    url = f"{bot.base}/sandbox/act/upload"
    with_file = {"person": str(READER), "file": io.BytesIO(b"x" * 2_000_000)}
    async with bot.session.post(url, data=with_file, allow_redirects=False) as answer:
        assert answer.status == 303
    document = reader.messages[-1].document
    assert document is not None
    async with bot.session.get(f"{bot.base}/sandbox/file/{document.file_id}") as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert len(await answer.read()) == 2_000_000


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Host": "evil.example"},
    ],
)
async def test_action__from_another_site__is_forbidden(bot: Bot, reader: Person, headers: dict[str, str]) -> None:
    assert await act(bot, "say", headers, person=str(READER), text="x") == 403
    assert len(reader.messages) == 1


async def test_action__from_the_own_page__is_done(bot: Bot, reader: Person) -> None:
    headers = {"Origin": bot.base, "Sec-Fetch-Site": "same-origin"}
    assert await act(bot, "say", headers, person=str(READER), text="x") == 303


@pytest.mark.parametrize(
    ("address", "passes"), [("127.0.0.1", True), ("::1", True), ("::ffff:127.0.0.1", True), ("192.0.2.1", False)]
)
async def test_guard__client_elsewhere__is_forbidden(address: str, passes: bool) -> None:
    async def handler(request: Request) -> Response:
        return Response(text="in")

    request = make_mocked_request("POST", "/", headers={"Host": "localhost"}).clone(remote=address)
    for guarded in (loopback_only(handler), own_page_only(handler)):
        if passes:
            assert (await guarded(request)).status == 200
        else:
            with pytest.raises(HTTPForbidden):
                await guarded(request)


async def events(bot: Bot, wanted: str, until: str) -> dict[str, Any]:
    """Read the page's stream up to an event of that kind whose data holds `until`."""
    async with bot.session.get(f"{bot.base}/sandbox/events") as stream:
        kind = ""
        async for line in stream.content:
            text = line.decode().strip()
            if text.startswith("event: "):
                kind = text.removeprefix("event: ")
            elif text.startswith("data: ") and kind == wanted and until in text:
                found: dict[str, Any] = json.loads(text.removeprefix("data: "))
                return found
    raise AssertionError("the stream ended")


async def test_events__first__hold_the_whole_chat(bot: Bot, reader: Person) -> None:
    await bot.send("already here")
    chat = await events(bot, "chat", "already here")
    assert chat["ids"] == [f"m-{READER}-1", f"m-{READER}-2"]
    assert set(chat["put"]) == set(chat["ids"])


async def test_events__later__hold_only_what_changed(bot: Bot, sandbox: Sandbox, reader: Person) -> None:
    from bot.sandbox.page_live import View

    await bot.send("one")
    view = View(sandbox.world, sandbox.feed)
    view.changes([reader])
    assert view.changes([reader]) == []
    await bot.do("editMessageText", chat_id=READER, message_id=2, text="two")
    await bot.do("deleteMessage", chat_id=READER, message_id=1)
    [(kind, data)] = view.changes([reader])
    assert (kind, data["ids"], list(data["put"])) == ("chat", [f"m-{READER}-2"], [f"m-{READER}-2"])


async def test_feed__starts_with_old_harmless_entries(bot: Bot, clock: Clock) -> None:
    async with bot.session.get(f"{bot.base}/sandbox/feed.rss") as answer:
        parsed = feedparser.parse(await answer.read())
    assert len(parsed.entries) == 3 and not parsed.bozo
    assert all(entry.published_parsed < clock().timetuple() for entry in parsed.entries)


async def test_feed__unchanged__is_304_by_tag_and_by_date(bot: Bot, sandbox: Sandbox, clock: Clock) -> None:
    url = f"{bot.base}/sandbox/feed.rss"
    async with bot.session.get(url) as answer:
        tag, date = answer.headers["ETag"], answer.headers["Last-Modified"]
    asks = ({"If-None-Match": tag}, {"If-None-Match": f"W/{tag}"}, {"If-Modified-Since": date})
    for headers in asks:
        async with bot.session.get(url, headers=headers) as answer:
            assert (answer.status, await answer.read()) == (304, b"")
    clock.turn(seconds=2)
    sandbox.feed.publish("Ключ & <замок>", "It's new", link="https://example.org/a?b=1&c=2")
    for headers in asks:
        async with bot.session.get(url, headers=headers) as answer:
            assert answer.status == 200
            newest = feedparser.parse(await answer.read()).entries[0]
    assert (newest.title, newest.summary, newest.link) == (
        "Ключ & <замок>",
        "It's new",
        "https://example.org/a?b=1&c=2",
    )
    sandbox.feed.answer_status = 503
    async with bot.session.get(url) as answer:
        assert answer.status == 503


REAL = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


def test_sandbox__made_with_a_real_token__refuses_and_does_not_repeat_it() -> None:
    with pytest.raises(ValueError, match="takes no real token") as caught:
        Sandbox(token=REAL)
    assert REAL not in str(caught.value)


async def test_api__called_with_a_real_token__says_that_this_is_a_sandbox(bot: Bot) -> None:
    async with bot.session.get(f"{bot.base}/bot{REAL}/getMe") as answer:
        text = await answer.text()
    assert answer.status == 401 and "this is a sandbox and takes no real token" in text and REAL not in text


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "bot.example.org"])
async def test_serve__where_other_machines_could_reach_it__refused(sandbox: Sandbox, host: str) -> None:
    with pytest.raises(ValueError, match="this machine only"):
        async with serve(sandbox, host):
            raise AssertionError("it must not listen")
