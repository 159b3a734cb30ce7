"""HTML of the Bot API: text with tags becomes plain text with entities, or is refused in the server's words.

Follows the rules of `parse_html` in tdlib/td `MessageEntity.cpp`: offsets in complaints are bytes of UTF-8,
offsets of entities are UTF-16 code units; an unknown tag is refused, an unknown attribute is not.
"""

import re
from dataclasses import dataclass
from typing import Any

from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.links import checked_link, linked_user
from bot.sandbox.utf16 import units

Entity = dict[str, Any]

_SIMPLE = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
}
_TAGS = frozenset(_SIMPLE) | {"a", "tg-emoji", "tg-time", "pre", "code", "blockquote"}
_SPACE = b" \t\r\n\x00\x0b"
_NAMED = {b"lt": "<", b"gt": ">", b"amp": "&", b"quot": '"'}
_REFERENCE = re.compile(rb"&(?:#x([0-9a-fA-F]{1,8})|#([0-9]{1,8})|([A-Za-z]+));?")
_TOKEN = re.compile(rb"[A-Za-z0-9.\-]*")


@dataclass
class _Open:
    tag: str
    attributes: dict[str, str]
    offset: int
    text_from: int


def parse_html(html: str) -> tuple[str, list[Entity]]:
    """Return plain text and entities, sorted by offset, longer ones first. Raises `ApiError` 400."""
    return _Parser(html).run()


def _refused(why: str) -> ApiError:
    return bad_request(f"can't parse entities: {why}")


class _Parser:
    def __init__(self, html: str) -> None:
        self.source = html.encode()
        self.at = 0
        self.text: list[str] = []
        self.offset = 0
        self.open: list[_Open] = []
        self.entities: list[Entity] = []

    def run(self) -> tuple[str, list[Entity]]:
        while self.at < len(self.source):
            byte = self.source[self.at : self.at + 1]
            if byte == b"<":
                self.end_tag() if self.source[self.at + 1 : self.at + 2] == b"/" else self.start_tag()
            elif byte == b"&" and (found := self.reference()):
                self.put(found)
            else:
                stop = re.compile(rb"[<&]").search(self.source, self.at + 1)
                upto = stop.start() if stop else len(self.source)
                self.put(self.source[self.at : upto].decode())
                self.at = upto
        if self.open:
            raise _refused(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        for entity in self.entities:
            if entity["type"] == "code":
                entity.pop("language", None)
        self.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
        return "".join(self.text), self.entities

    def put(self, piece: str) -> None:
        self.text.append(piece)
        self.offset += units(piece)

    def peek(self) -> bytes:
        """Return the byte at hand; past the end a zero byte, which counts as space, as in the server."""
        return self.source[self.at : self.at + 1] or b"\x00"

    def ended(self) -> bool:
        return self.at >= len(self.source)

    def skip_space(self) -> None:
        while not self.ended() and self.peek() in _SPACE:
            self.at += 1

    def reference(self) -> str:
        """Read a character reference at hand, move behind it; empty when it is none that Telegram knows."""
        found = _REFERENCE.match(self.source, self.at)
        if not found:
            return ""
        hexadecimal, decimal, name = found.groups()
        code = int(hexadecimal, 16) if hexadecimal else int(decimal or b"0")
        sign = _NAMED.get(name, "") if name else (chr(code) if 0 < code < 0x10FFFF else "")
        if sign and 0xD800 <= code <= 0xDFFF:
            raise _refused(
                "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched"
                " surrogate code units"
            )
        if sign:
            self.at = found.end()
        return sign

    def name_until(self, stops: bytes) -> bytes:
        begin = self.at
        while not self.ended() and self.peek() not in _SPACE and self.peek() not in stops:
            self.at += 1
        return self.source[begin : self.at]

    def start_tag(self) -> None:
        begin = self.at
        self.at += 1
        tag = self.name_until(b">").decode().lower()
        if self.ended():
            raise _refused(f"Unclosed start tag at byte offset {begin}")
        if tag not in _TAGS:
            raise _refused(f'Unsupported start tag "{tag}" at byte offset {begin}')
        attributes: dict[str, str] = {}
        while True:
            self.skip_space()
            if self.peek() == b">":
                break
            name, value = self.attribute(tag, begin)
            attributes[name] = value
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise _refused(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        self.at += 1
        self.open.append(_Open(tag, attributes, self.offset, len(self.text)))

    def attribute(self, tag: str, begin: int) -> tuple[str, str]:
        name = self.name_until(b"=>/\"'").decode()
        if not name:
            raise _refused(f'Empty attribute name in the tag "{tag}" at byte offset {begin}')
        self.skip_space()
        if self.peek() != b"=":
            if self.ended():
                raise _refused(f'Unclosed start tag "{tag}" at byte offset {begin}')
            return name, "1"
        self.at += 1
        self.skip_space()
        if self.ended():
            raise _refused(f'Unclosed start tag "{tag}" at byte offset {begin}')
        value = self.quoted() if self.peek() in b"'\"" else self.token()
        if self.ended():
            raise _refused(f"Unclosed start tag at byte offset {begin}")
        return name, value

    def token(self) -> str:
        begin = self.at
        found = _TOKEN.match(self.source, self.at)
        assert found is not None
        self.at = found.end()
        if self.peek() not in _SPACE and self.peek() != b">":
            raise _refused(f"Unexpected end of name token at byte offset {begin}")
        return found[0].decode().lower()

    def quoted(self) -> str:
        quote = self.peek()
        self.at += 1
        value = b""
        while not self.ended() and self.peek() != quote:
            if self.peek() == b"&" and (found := self.reference()):
                value += found.encode()
                continue
            value += self.peek()
            self.at += 1
        self.at += 1
        return value.decode()

    def end_tag(self) -> None:
        begin = self.at
        if not self.open:
            raise _refused(f"Unexpected end tag at byte offset {begin}")
        self.at += 2
        name = self.name_until(b">").decode().lower()
        self.skip_space()
        if self.ended() or self.peek() != b">":
            raise _refused(f"Unclosed end tag at byte offset {begin}")
        opened = self.open.pop()
        if name and name != opened.tag:
            raise _refused(f'Unmatched end tag at byte offset {begin}, expected "</{opened.tag}>", found "</{name}>"')
        self.at += 1
        if self.offset > opened.offset:
            self.close(opened)

    def close(self, opened: _Open) -> None:
        span: Entity = {"offset": opened.offset, "length": self.offset - opened.offset}
        if opened.tag in _SIMPLE:
            self.entities.append({"type": _SIMPLE[opened.tag], **span})
        elif opened.tag == "blockquote":
            kind = "expandable_blockquote" if "expandable" in opened.attributes else "blockquote"
            self.entities.append({"type": kind, **span})
        elif opened.tag == "tg-emoji":
            number = opened.attributes.get("emoji-id", "")
            if not number.isdigit() or int(number) == 0:
                raise _refused("Invalid custom emoji identifier specified")
            self.entities.append({"type": "custom_emoji", **span, "custom_emoji_id": number})
        elif opened.tag == "a":
            self.close_link(opened, span)
        elif opened.tag in ("pre", "code"):
            self.close_code(opened, span)

    def close_link(self, opened: _Open, span: Entity) -> None:
        link = opened.attributes.get("href") or "".join(self.text[opened.text_from :])
        user = linked_user(link)
        if user is not None:
            mentioned = {"id": user, "is_bot": False, "first_name": ""}
            self.entities.append({"type": "text_mention", **span, "user": mentioned})
        elif kept := checked_link(link):
            self.entities.append({"type": "text_link", **span, "url": kept})

    def close_code(self, opened: _Open, span: Entity) -> None:
        """Close `pre` or `code`; the two around the same text are one block with a language."""
        kind = opened.attributes.get("class", "") if opened.tag == "code" else ""
        language = kind.removeprefix("language-") if kind.startswith("language-") else ""
        last = self.entities[-1] if self.entities else {}
        other = "code" if opened.tag == "pre" else "pre"
        same = last.get("type") == other and all(last[key] == span[key] for key in span)
        if same and (last.get("language") or language):
            last.update(type="pre", language=last.get("language") or language)
            return
        entity = {"type": opened.tag, **span}
        self.entities.append({**entity, "language": language} if language else entity)
