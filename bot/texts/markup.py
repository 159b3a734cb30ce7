"""Small pieces of Telegram HTML: escaping, isolating numbers and links, measuring and splitting."""

from __future__ import annotations

import html
import re

from bot.texts.catalogues import Words

LONGEST = 4096
"""Telegram's limit for one message, in UTF-16 units after its markup was read."""

HIDDEN_CONTROLS = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u061c]")
"""The joiners U+200C and U+200D are none of them: Persian and emoji are written with them."""

OF_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
"""Hebrew, Arabic and their kin: a name in these letters would turn the whole line around, and what stands beside it."""

TAG = re.compile(r"<[^>]+>")


def plain(text: str) -> str:
    """Return foreign text escaped for Telegram HTML, without signs that hide or that reorder what stands around them."""
    return html.escape(HIDDEN_CONTROLS.sub("", text), quote=False)


def isolated(text: str, _: Words) -> str:
    """Return a number or link that keeps its order inside a right-to-left sentence (already escaped)."""
    return f"\u2066{plain(text)}\u2069" if _.is_right_to_left else plain(text)


def within(text: str, _: Words) -> str:
    """Return foreign words isolated where they may run against the direction of the sentence (already escaped)."""
    is_against = _.is_right_to_left or OF_RIGHT_TO_LEFT.search(text)
    return f"\u2068{plain(text)}\u2069" if is_against else plain(text)


def units(message_html: str) -> int:
    """Return the length that Telegram counts: UTF-16 units without the markup."""
    return length(html.unescape(TAG.sub("", message_html)))


def length(text: str) -> int:
    """Return the UTF-16 units of a text without markup."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def joined(parts: list[str]) -> str:
    """Join the parts that are not empty with an empty line between them."""
    return "\n\n".join(part for part in parts if part)


def pack(parts: list[str], limit: int = LONGEST) -> list[str]:
    """Join whole parts with empty lines into as few messages as fit; no part is lost, an oversized one is cut up."""
    pages: list[str] = []
    for part in parts:
        for piece in [part] if units(part) <= limit else cut(part, limit):
            if pages and units(pages[-1]) + 2 + units(piece) <= limit:
                pages[-1] += "\n\n" + piece
            else:
                pages.append(piece)
    return pages


def fitting(lines: list[str], limit: int, _: Words) -> str:
    """Return as many whole lines as fit into that many units, and how many more there are."""
    kept, room = 0, limit
    while kept < len(lines) and (room := room - units(lines[kept]) - 1) >= 0:
        kept += 1
    more = [_.many("and {n} more", "and {n} more", len(lines) - kept)] if kept < len(lines) else []
    return "\n".join([*lines[:kept], *more])


def cut(part: str, limit: int) -> list[str]:
    """Cut one text at line ends or spaces into pieces of at most `limit` units; its markup is dropped."""
    text = html.unescape(TAG.sub("", part))
    pieces, rest = [], text
    while rest:
        end = _fitting(rest, limit)
        if end < len(rest):
            at = max(rest.rfind("\n", 0, end), rest.rfind(" ", 0, end))
            end = at if at > end // 2 else end
        pieces.append(html.escape(rest[:end].strip(), quote=False))
        rest = rest[end:].lstrip()
    return pieces


def _fitting(text: str, limit: int) -> int:
    """Return how many characters of the text fit into that many UTF-16 units."""
    count = 0
    for number, letter in enumerate(text):
        count += 2 if ord(letter) > 0xFFFF else 1
        if count > limit:
            return number
    return len(text)


def shortened(text: str, limit: int) -> str:
    """Return the text, or its beginning up to a word's end with an ellipsis."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    space = head.rfind(" ")
    return (head[:space] if space > limit // 2 else head).rstrip(" ,.;:") + "…"
