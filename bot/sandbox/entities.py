"""Entities of a text: those given as a parameter, those that Telegram finds itself, and how both are put in order."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from bot.sandbox.errors import bad_request
from bot.sandbox.links import checked_link, fault_of_link
from bot.sandbox.utf16 import units

Entity = dict[str, Any]

_PLAIN = frozenset(
    "bold italic underline strikethrough spoiler code pre text_link text_mention custom_emoji blockquote"
    " expandable_blockquote date_time".split()
)
_IGNORED = frozenset("mention hashtag cashtag bot_command url email phone_number bank_card_number".split())
_UNCLEAN = re.compile("[\x00-\x09\x0b-\x1f\u2028-\u202e\u030a\u0333\u033f]")
_CLOSED = frozenset({"code", "pre", "text_link", "text_mention"})
_FOUND: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("url", re.compile(r"(?<![\w@/.])(?:https?|tg|ftp)://[^\s<>\"«»]+[^\s<>\"«».,;:!?)\]}'…]", re.IGNORECASE)),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}(?![\w@])")),
    (
        "url",
        re.compile(
            r"(?<![\w@/.:-])(?:[a-z0-9-]+\.)+(?:com|org|net|info|eu|ru|de|fr|uk|ua|me|io|int)(?:/[^\s<>\"]*[^\s<>\".,;:!?)\]}'…])?(?![\w@.-])",
            re.IGNORECASE,
        ),
    ),
    ("mention", re.compile(r"(?<![\w/@])@[A-Za-z][A-Za-z0-9_]{3,31}(?!\w)")),
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])")),
    ("hashtag", re.compile(r"(?<![\w#&/])#(?=\w*[^\W\d])\w{1,256}")),
    ("phone_number", re.compile(r"(?<![\w+])\+\d[\d ()-]{7,17}\d(?!\w)")),
)


def given_entities(value: Any) -> list[Entity]:
    """Read the `entities` parameter. Raises `ApiError` 400; kinds that only Telegram finds are left out."""
    entities = []
    for item in value if isinstance(value, list) else ():
        try:
            entity = _given(item)
        except ValueError as fault:
            raise bad_request(f"can't parse MessageEntity: {fault}") from None
        if entity is not None:
            entities.append(entity)
    for entity in entities:
        if not 0 <= entity["offset"] <= 1_000_000:
            raise bad_request(f"receive an entity with incorrect offset {entity['offset']}")
        if not 0 <= entity["length"] <= 1_000_000:
            raise bad_request(f"receive an entity with incorrect length {entity['length']}")
    return entities


def _given(item: Any) -> Entity | None:
    if not isinstance(item, dict):
        raise ValueError("expected an Object")
    for name in ("offset", "length"):
        if name not in item:
            raise ValueError(f'Can\'t find field "{name}"')
        if not re.fullmatch(r"-?\d+", str(item[name])):
            raise ValueError(f'Field "{name}" must be a valid Number')
    kind = item.get("type")
    if not kind:
        raise ValueError("Type is not specified")
    if kind in _IGNORED:
        return None
    if kind not in _PLAIN:
        raise ValueError("Unsupported type specified")
    entity: Entity = {"type": kind, "offset": int(item["offset"]), "length": int(item["length"])}
    if kind == "text_link":
        if "url" not in item:
            raise ValueError('Can\'t find field "url"')
        if fault_of_link(item["url"]) is not None:
            return None
        entity["url"] = checked_link(item["url"])
    entity.update({key: item[key] for key in ("user", "language", "custom_emoji_id") if item.get(key)})
    return entity


def in_order(text: str, entities: Iterable[Entity]) -> tuple[str, list[Entity]]:
    """Return the text cleaned and trimmed with entities inside it, nested properly and sorted.

    Control characters become spaces, carriage returns and bidirectional overrides vanish, both ends are
    trimmed, and entities move with the text, as `fix_formatted_text` in tdlib/td does it.
    """
    kept, moved = _cleaned(text)
    trimmed = kept.rstrip(" \n")
    inside = [_moved(entity, moved, units(trimmed)) for entity in entities]
    inside = [entity for entity in inside if entity["length"] > 0]
    first = min((entity["offset"] for entity in inside), default=units(trimmed))
    lead = min(len(trimmed) - len(trimmed.lstrip(" \n")), first)
    for entity in inside:
        entity["offset"] -= lead
    inside.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return trimmed[lead:], _nested(inside)


def _cleaned(text: str) -> tuple[str, Callable[[int], int]]:
    if not _UNCLEAN.search(text):
        return text, lambda offset: offset
    signs: list[str] = []
    offsets = [0]
    for sign in text:
        code = ord(sign)
        dropped = sign == "\r" or 0x2028 <= code <= 0x202E or sign in "\u030a\u0333\u033f"
        if not dropped:
            signs.append(" " if code < 32 and sign != "\n" else sign)
        step = 0 if dropped else units(sign)
        offsets.extend([offsets[-1] + step] if units(sign) == 1 else [offsets[-1], offsets[-1] + step])
    return "".join(signs), lambda offset: offsets[min(offset, len(offsets) - 1)]


def _moved(entity: Entity, moved: Callable[[int], int], end: int) -> Entity:
    begin = moved(entity["offset"])
    upto = min(moved(entity["offset"] + entity["length"]), end)
    return {**entity, "offset": begin, "length": upto - begin}


def _nested(entities: list[Entity]) -> list[Entity]:
    """Cut entities that cross another's border; drop what lies inside code, pre or its own kind."""
    result: list[Entity] = []
    for entity in entities:
        begin, upto = entity["offset"], entity["offset"] + entity["length"]
        around = [other for other in result if other["offset"] + other["length"] > begin]
        if any(other["type"] in ("code", "pre") or other["type"] == entity["type"] for other in around):
            continue
        upto = min([upto, *(other["offset"] + other["length"] for other in around)])
        result.append({**entity, "length": upto - begin})
    return result


def with_found(text: str, entities: list[Entity]) -> list[Entity]:
    """Add what Telegram recognises by itself: commands, links, mentions, addresses, hashtags, phone numbers."""
    taken = [(e["offset"], e["offset"] + e["length"]) for e in entities if e["type"] in _CLOSED]
    found = list(entities)
    for kind, pattern in _FOUND:
        for match in pattern.finditer(text):
            begin = units(text[: match.start()])
            upto = begin + units(match[0])
            if any(begin < end and start < upto for start, end in taken):
                continue
            taken.append((begin, upto))
            found.append({"type": kind, "offset": begin, "length": upto - begin})
    return sorted(found, key=lambda entity: (entity["offset"], -entity["length"]))
