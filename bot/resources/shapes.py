"""What an editor's program is told of each kind of text in resources.yaml: pieces of its JSON Schema.

A piece takes what the bot takes, whether a program reads the file as text, as YAML 1.1 or as YAML 1.2: a number that
stands without quotes is a text to the bot. What takes more than a look at the value (whether an organization is there,
whether hours can be read) only `check` knows.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from babel import Locale

from bot.resources import codes

Piece = dict[str, Any]
"""A JSON Schema; `{"shared": NAME}` stands for the definition of that name, which Pydantic does not know."""

NOTHING: Piece = {"enum": [None, "", "~", "null"]}
SCALAR: Piece = {"type": ["string", "number", "boolean"]}
FREE: Piece = {"type": ["string", "number", "boolean", "null"]}
FILLED: Piece = {**SCALAR, "pattern": r"\S"}
SLUG: Piece = {"type": ["string", "integer"], "minimum": 0, "pattern": "^[a-z0-9][a-z0-9-]{0,63}$"}
ONION = r"^http://([^/?#\s]+\.)?[a-z2-7]+\.onion(:[0-9]+)?([/?#]|$)"
URL: Piece = {
    "type": "string",
    "anyOf": [{"pattern": r"^https://[^\s<>`@/?#]+([/?#][^\s<>`]*)?$"}, {"pattern": ONION}],
}
ANY_URL: Piece = {"type": "string", "pattern": r"^https?://[^\s<>`@/?#]+([/?#][^\s<>`]*)?$"}
"""For what is read, not tapped: http is warned of, not refused."""

EMAIL: Piece = {"type": "string", "pattern": r"^[^\s@<>,;:]+@([^\s@<>,;:.]+\.)+[^\s@<>,;:.]{2,}$"}
NUMBER: Piece = {"type": ["string", "number"], "pattern": r"^[\s0-9()+./*#-]*[0-9][\s0-9()+./*#-]*$"}
DURATION: Piece = {"type": "string", "pattern": "^(?=[0-9]{1,5} ?[smhdw]$)0*[1-9]"}
HOURS_OF_A_DAY = "2[4-9]|[3-9][0-9]|[1-9][0-9]{2,}"
MINUTES_OF_A_DAY = "14[4-9][0-9]|1[5-9][0-9]{2}|[2-9][0-9]{3}|[1-9][0-9]{4}"
SECONDS_OF_A_DAY = "864[0-9]{2}|86[5-9][0-9]{2}|8[7-9][0-9]{3}|9[0-9]{4}"
DAYS: Piece = {
    "type": "string",
    "pattern": "^(?=[0-9]{1,5} ?[smhdw]$)"
    f"(0*[1-9][0-9]* ?[dw]|0*({HOURS_OF_A_DAY}) ?h|0*({MINUTES_OF_A_DAY}) ?m|({SECONDS_OF_A_DAY}) ?s)$",
}
DAY: Piece = {
    # Some programs make a date of it while they read, which is of none of these types.
    "not": {"type": ["number", "boolean", "array", "object", "null"]},
    "format": "date",
    "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
}
TRUTH: Piece = {
    "anyOf": [
        {"type": ["boolean", "null"]},
        {"type": "string", "pattern": "^([Tt][Rr][Uu][Ee]|[Yy][Ee][Ss]|[Ff][Aa][Ll][Ss][Ee]|[Nn][Oo]|~|null)?$"},
    ]
}
AGE: Piece = {
    "type": ["integer", "string", "null"],
    "minimum": 0,
    "maximum": 120,
    "pattern": "^(0{0,2}[0-9]|0?[0-9]{2}|1[01][0-9]|120|~|null)?$",
}
PLACE: Piece = {"shared": "Place"}
LANGUAGE: Piece = {"shared": "Language"}
COUNTRY: Piece = {"anyOf": [{"shared": "Country"}, NOTHING]}
TEXT: Piece = {"anyOf": [FREE, {"shared": "Texts"}]}
NEEDED_TEXT: Piece = {"anyOf": [FILLED, {"allOf": [{"shared": "Texts"}], "minProperties": 1}]}
KEYWORDS: Piece = {
    "anyOf": [
        NOTHING,
        {
            "type": "object",
            "propertyNames": LANGUAGE,
            "additionalProperties": {"anyOf": [{"type": "array", "items": FILLED}, FREE]},
        },
    ]
}


def resolved(value: Any) -> Any:
    """Return a schema in which every `shared` piece is a reference to its definition."""
    if isinstance(value, dict):
        rest = {key: resolved(part) for key, part in value.items() if key != "shared"}
        return {**rest, "$ref": f"#/$defs/{value['shared']}"} if "shared" in value else rest
    return [resolved(part) for part in value] if isinstance(value, list) else value


def words(known: tuple[str, ...]) -> Piece:
    """Return the piece of a text that is one of these words."""
    return {"type": "string", "enum": list(known)}


def or_nothing(piece: Piece) -> Piece:
    """Return the piece of a field that may be left empty."""
    return {"anyOf": [piece, NOTHING]}


def as_list(piece: Piece) -> Piece:
    """Return the piece of a list in which one text needs no brackets, and which may be left empty."""
    items, least = piece["items"], {"minItems": piece["minItems"]} if piece.get("minItems") else {}
    listed = {"type": "array", "items": items, **least}
    rest = {key: value for key, value in piece.items() if key not in ("type", "items", "minItems")}
    is_part = str(items.get("$ref", "")).endswith("Part")
    alone = [] if is_part else [{**items, "not": {"type": ["object", "null"]}} if "anyOf" in items else items]
    return {**rest, "anyOf": [listed, *alone, *([] if least else [NOTHING])]}


@cache
def definitions() -> dict[str, Piece]:
    """Return the pieces that many fields share, by name."""
    countries, tongues = "|".join(sorted(codes.country_codes())), "|".join(sorted(_tongues()))
    return {
        "Place": {
            "description": "A country or a region of it (ISO 3166), EU or WW.",
            "type": "string",
            "pattern": f"^(WW|EU|({countries})(-[A-Z0-9]{{1,3}})?)$",
        },
        "Country": {"description": "ISO 3166-1.", "type": "string", "pattern": f"^({countries})$"},
        "Language": {
            "description": "A language tag (BCP 47).",
            "type": "string",
            "pattern": f"^({tongues})(-[A-Za-z]{{4}})?(-([A-Z]{{2}}|[0-9]{{3}}))?$",
        },
        "Texts": {
            "description": "One text a language. A text with a comma that stands in braces without quotes falls apart: "
            "what has no value belongs to the text before it.",
            "type": "object",
            "patternProperties": {f"^({tongues})(-[A-Za-z]{{4}})?(-([A-Z]{{2}}|[0-9]{{3}}))?$": FILLED},
            "additionalProperties": NOTHING,
        },
    }


def _tongues() -> set[str]:
    return {tag for tag in map(str, Locale("en").languages) if "_" not in tag and codes.is_language(tag)}
