"""Text with entities as safe HTML: every sign of the text escaped, every entity a known element."""

import itertools
import re
from html import escape
from typing import Any

from bot.sandbox.utf16 import cut, units

Entity = dict[str, Any]

_WRAPS = {
    "bold": ("<b>", "</b>"),
    "italic": ("<i>", "</i>"),
    "underline": ("<u>", "</u>"),
    "strikethrough": ("<s>", "</s>"),
    "code": ("<code>", "</code>"),
    "spoiler": ('<span class="spoiler" role="button" tabindex="0" aria-label="Hidden text, press to show">', "</span>"),
    "hashtag": ('<span class="tag">', "</span>"),
    "mention": ('<span class="tag">', "</span>"),
    "text_mention": ('<span class="tag">', "</span>"),
}
_BLOCKS = {
    "pre": ('<code class="pre" dir="ltr">', "</code>"),
    "blockquote": ('<span class="quote">', "</span>"),
    "expandable_blockquote": ('<span class="quote long" tabindex="0">', "</span>"),
}
_SAFE_LINK = re.compile(r"^(https?|tg|mailto|tel):", re.IGNORECASE)


def render_rich(text: str, entities: list[Entity]) -> str:
    """Return HTML for the text; entities may nest and cross, unknown kinds leave the text plain."""
    blocks = [entity for entity in entities if entity["type"] in _BLOCKS]
    inline = [entity for entity in entities if entity["type"] not in _BLOCKS]
    html, at = [], 0
    for block in blocks:
        begin, end = block["offset"], block["offset"] + block["length"]
        if begin < at:
            continue
        opening, closing = _BLOCKS[block["type"]]
        html += [_run(text, inline, at, begin), opening, _run(text, inline, begin, end), closing]
        at = end
    return "".join([*html, _run(text, inline, at, units(text))])


def _run(text: str, entities: list[Entity], begin: int, end: int) -> str:
    """Return HTML of one stretch, cut at every border of an entity."""
    borders = {begin, end}
    for entity in entities:
        borders |= {entity["offset"], entity["offset"] + entity["length"]}
    stops = sorted(border for border in borders if begin <= border <= end)
    html = []
    for start, stop in itertools.pairwise(stops):
        piece = cut(text, start, stop - start)
        around = [e for e in entities if e["offset"] <= start and stop <= e["offset"] + e["length"]]
        html.append(_wrapped(text, escape(piece), around))
    return "".join(html)


def _wrapped(text: str, html: str, around: list[Entity]) -> str:
    for entity in reversed(around):
        opening, closing = _wrap(text, entity)
        html = f"{opening}{html}{closing}"
    return html


def _wrap(text: str, entity: Entity) -> tuple[str, str]:
    kind, own = entity["type"], cut(text, entity["offset"], entity["length"])
    if kind == "bot_command":
        return f'<button type="button" class="command" data-say="{escape(own)}">', "</button>"
    if kind in ("text_link", "url", "email", "phone_number"):
        link = {
            "text_link": entity.get("url", ""),
            "url": own if "://" in own else f"https://{own}",
            "email": f"mailto:{own}",
            "phone_number": "tel:" + re.sub(r"[^+\d]", "", own),
        }[kind]
        if _SAFE_LINK.match(link):
            return f'<a href="{escape(link)}" target="_blank" rel="noopener noreferrer">', "</a>"
    return _WRAPS.get(kind, ("", ""))
