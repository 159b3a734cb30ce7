"""The committed JSON Schema is the one that the model gives, and accepts what the bot accepts."""

from pathlib import Path

import jsonschema
import yaml

from bot.resources import schema


def test_schema__the_committed_file__is_up_to_date() -> None:
    assert schema.FILE.read_text(encoding="utf-8") == schema.written(), "run: python -m bot.resources.schema"


def test_schema__the_example__fits() -> None:
    example = yaml.safe_load(
        (Path(__file__).parent / "example.yaml").read_text(encoding="utf-8").replace("no appointment.", "go.")
    )
    example["services"][0]["application_process"] = {"en": "Come in person."}
    example["services"][0]["assured"]["date"] = "2026-11-01"
    jsonschema.validate(example, schema.schema())
