"""The JSON Schema that editors' programs use for completion: `python -m bot.resources.schema` writes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bot.resources import shapes
from bot.resources.check import CHANNELS
from bot.resources.model import Part, ResourcesFile
from bot.resources.types import AsList, AsMapping, AtLeastOne, OrNothing

FILE = Path(__file__).parents[2] / "schemas" / "resources.schema.json"


def schema() -> dict[str, Any]:
    """Return the schema of resources.yaml (JSON Schema 2020-12)."""
    found = ResourcesFile.model_json_schema(by_alias=True)
    parts = found["$defs"]
    for part in Part.__subclasses__():
        _loosen(part, found if part is ResourcesFile else parts[part.__name__])
    # YAML editors read `version: 1` as a number; the bot reads it as text.
    found["properties"]["version"] = {"enum": [1, "1"]}
    found["required"] = ["version"]
    found["properties"]["organizations"]["additionalProperties"] = False
    for name in ("organizations", "services", "feeds"):
        found["properties"][name] = shapes.or_nothing(found["properties"][name])
    parts["ServicePart"]["anyOf"] = [{"required": [channel]} for channel in CHANNELS]
    found["$defs"] = {**parts, **shapes.definitions()}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **shapes.resolved(found)}


def _loosen(part: type[Part], piece: dict[str, Any]) -> None:
    """Let the schema of a part take what the fields' validators take before they look at the type."""
    for name, field in part.model_fields.items():
        given = piece["properties"][name]
        if "enum" not in given:
            given.pop("default", None)  # how the bot keeps what is left out says nothing to an editor
        if AtLeastOne in field.metadata:
            given["minItems"] = 1
        if AsList in field.metadata:
            piece["properties"][name] = shapes.as_list(given)
        elif OrNothing in field.metadata or (AsMapping in field.metadata and "$ref" in given):
            piece["properties"][name] = shapes.or_nothing(
                {"$ref": given["$ref"]} if "$ref" in given else given["anyOf"][0]
            )


def written() -> str:
    """Return the schema as the text of the committed file."""
    return json.dumps(schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(written(), encoding="utf-8")
