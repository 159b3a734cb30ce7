"""Text becomes entities in UTF-16 units, or is refused with the byte that is wrong."""

import pytest
from sandbox_client import READER, Bot

from bot.sandbox import Person
from bot.sandbox.entities import in_order, with_found
from bot.sandbox.entities_html import parse_html
from bot.sandbox.errors import ApiError


def spans(text: str) -> list[tuple[str, int, int]]:
    return [(e["type"], e["offset"], e["length"]) for e in parse_html(text)[1]]


@pytest.mark.parametrize(
    ("html", "text", "entities"),
    [
        ("a <b>b</b>", "a b", [("bold", 2, 1)]),
        ("😀 <i>я</i>", "😀 я", [("italic", 3, 1)]),
        ("<b>b<i>bi</i></b>", "bbi", [("bold", 0, 3), ("italic", 1, 2)]),
        (
            "<strong>x</strong><em>y</em><ins>z</ins>",
            "xyz",
            [("bold", 0, 1), ("italic", 1, 1), ("underline", 2, 1)],
        ),
        ("<tg-spoiler>x</tg-spoiler>", "x", [("spoiler", 0, 1)]),
        ('<span class="tg-spoiler">x</span>', "x", [("spoiler", 0, 1)]),
        ("<blockquote>x</blockquote>", "x", [("blockquote", 0, 1)]),
        ("<blockquote expandable>x</blockquote>", "x", [("expandable_blockquote", 0, 1)]),
        ("<code>x</code>", "x", [("code", 0, 1)]),
        ('<pre><code class="language-python">x</code></pre>', "x", [("pre", 0, 1)]),
        ("&lt;b&gt; &amp; &quot;&#128512;&#x41;", '<b> & "😀A', []),
        ("&nbsp; &copy", "&nbsp; &copy", []),
        ("<B>x</B>", "x", [("bold", 0, 1)]),
        ("<b>x</>", "x", [("bold", 0, 1)]),
        ("<b></b>x", "x", []),
        ("<a href='localhost'>x</a>", "x", []),
    ],
)
def test_html__well_formed__becomes_text_and_entities(
    html: str, text: str, entities: list[tuple[str, int, int]]
) -> None:
    assert parse_html(html)[0] == text
    assert spans(html) == entities


def test_html__links__are_completed_as_telegram_keeps_them() -> None:
    entities = parse_html(
        '<a href="HTTPS://Example.org?a=1&amp;b=2">x</a> <a>example.org</a> <a href="tg://user?id=7">y</a>'
    )[1]
    assert [e.get("url") for e in entities] == ["https://example.org/?a=1&b=2", "http://example.org/", None]
    assert entities[2]["user"]["id"] == 7


def test_html__code_block_with_language__keeps_the_language() -> None:
    assert parse_html('<pre><code class="language-py">x</code></pre>')[1][0]["language"] == "py"
    assert "language" not in parse_html('<code class="language-py">x</code>')[1][0]


@pytest.mark.parametrize(
    ("html", "why"),
    [
        ("a <p>x</p>", 'Unsupported start tag "p" at byte offset 2'),
        ("я<br>", 'Unsupported start tag "br" at byte offset 2'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("x <b", "Unclosed start tag at byte offset 2"),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<a "x">x</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=a_b>x</a>", "Unexpected end of name token at byte offset 8"),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
    ],
)
def test_html__broken__is_refused_with_the_place(html: str, why: str) -> None:
    with pytest.raises(ApiError) as refusal:
        parse_html(html)
    assert refusal.value.description == f"Bad Request: can't parse entities: {why}"


async def test_send__broken_html__is_refused(bot: Bot, reader: Person) -> None:
    description = await bot.refusal("sendMessage", chat_id=READER, text="<x>", parse_mode="HTML")
    assert description == 'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 0'


async def test_send__entities_as_parameter__count_utf16(bot: Bot, reader: Person) -> None:
    message = await bot.send("😀 bold", entities=[{"type": "bold", "offset": 3, "length": 4}])
    assert message["entities"] == [{"type": "bold", "offset": 3, "length": 4}]
    assert reader.messages[-1].entity_text(message["entities"][0]) == "bold"


@pytest.mark.parametrize(
    ("entity", "why"),
    [
        ({"type": "shout", "offset": 0, "length": 1}, "can't parse MessageEntity: Unsupported type specified"),
        ({"type": "bold", "length": 1}, "can't parse MessageEntity: Can't find field \"offset\""),
        ({"offset": 0, "length": 1}, "can't parse MessageEntity: Type is not specified"),
        ({"type": "bold", "offset": -1, "length": 1}, "receive an entity with incorrect offset -1"),
    ],
)
async def test_send__faulty_entity__is_refused(bot: Bot, reader: Person, entity: dict[str, object], why: str) -> None:
    assert await bot.refusal("sendMessage", chat_id=READER, text="x", entities=[entity]) == f"Bad Request: {why}"


def test_order__text_trimmed__moves_entities_with_it() -> None:
    text, entities = in_order("  \n x\tbold \r\n", [{"type": "bold", "offset": 6, "length": 9}])
    assert (text, entities) == ("x bold", [{"type": "bold", "offset": 2, "length": 4}])


def test_order__bidirectional_override__vanishes_and_isolate_stays() -> None:
    assert in_order("a\u202eb\u2066c\u2069", [])[0] == "ab\u2066c\u2069"


def test_found__commands_links_numbers__are_marked_as_telegram_marks_them() -> None:
    text = "/start@sandbox_bot see https://a.org/x. or b.org, me@c.org, @somebody #тег +49 30 23125 001, 1/2"
    found = [(e["type"], text[e["offset"] : e["offset"] + e["length"]]) for e in with_found(text, [])]
    assert found == [
        ("bot_command", "/start@sandbox_bot"),
        ("url", "https://a.org/x"),
        ("url", "b.org"),
        ("email", "me@c.org"),
        ("mention", "@somebody"),
        ("hashtag", "#тег"),
        ("phone_number", "+49 30 23125 001"),
    ]
