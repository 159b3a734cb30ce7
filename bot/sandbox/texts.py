"""The text of a message: parse mode or given entities, emptiness and length, as `get_formatted_text` has them."""

from typing import Any

from bot.sandbox.arguments import Arguments
from bot.sandbox.entities import Entity, given_entities, in_order, with_found
from bot.sandbox.entities_html import parse_html
from bot.sandbox.errors import bad_request
from bot.sandbox.utf16 import units

MOST_TEXT = 4096
MOST_CAPTION = 1024


def message_text(arguments: Arguments, *, too_long: str = "message is too long") -> tuple[str, list[Entity]]:
    """Return text and entities of `text`, `parse_mode`, `entities`. Raises `ApiError` 400.

    Length counts after parsing, in UTF-16 units. `too_long` differs for an edit, where the core server speaks.
    """
    if not arguments.text("text"):
        raise bad_request("message text is empty")
    text, entities = _formatted(arguments, arguments.text("text"), "entities")
    if not text:
        raise bad_request("text must be non-empty")
    if units(text) > MOST_TEXT:
        raise bad_request(too_long)
    return text, entities


def caption_text(arguments: Arguments) -> tuple[str, list[Entity]]:
    """Return text and entities of `caption`, `parse_mode`, `caption_entities`. Raises `ApiError` 400."""
    text, entities = _formatted(arguments, arguments.text("caption"), "caption_entities")
    if units(text) > MOST_CAPTION:
        raise bad_request("message caption is too long")
    return text, entities


def _formatted(arguments: Arguments, text: str, name: str) -> tuple[str, list[Entity]]:
    if len(text.encode()) > 1 << 15:
        raise bad_request("text is too long")
    mode = arguments.text("parse_mode").lower()
    if text and mode not in ("", "none"):
        if mode in ("markdown", "markdownv2"):
            raise bad_request("the sandbox parses HTML only, use parse_mode HTML or entities")
        if mode != "html":
            raise bad_request("unsupported parse_mode")
        text, entities = parse_html(text)
    else:
        given: Any = None
        if arguments.text(name):
            try:
                given = arguments.json(name, "")
            except Exception:  # noqa: BLE001 - the server lets unreadable entities pass as none
                given = None
        entities = given_entities(given)
    text, entities = in_order(text, entities)
    return text, with_found(text, entities)


def typed_text(text: str, entities: list[Entity] | None = None) -> tuple[str, list[Entity]]:
    """Return what a person typed, as it arrives: trimmed and with commands, links and the like found."""
    kept, ordered = in_order(text, entities or [])
    return kept, with_found(kept, ordered)
