"""The JSON Schema that editors' programs use for completion: `python -m bot.resources.schema` writes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bot.resources.model import ResourcesFile

FILE = Path(__file__).parents[2] / "schemas" / "resources.schema.json"


def schema() -> dict[str, Any]:
    """Return the schema of resources.yaml (JSON Schema 2020-12)."""
    found = ResourcesFile.model_json_schema(by_alias=True)
    # YAML editors read `version: 1` as a number and an age as one too; the bot reads both as text.
    found["properties"]["version"] = {"enum": [1, "1"]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}


def written() -> str:
    """Return the schema as the text of the committed file."""
    return json.dumps(schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(written(), encoding="utf-8")
