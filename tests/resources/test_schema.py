"""The committed JSON Schema is the one that the model gives, and takes what the bot takes."""

import copy
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bot.resources import schema
from bot.resources.load import read_text

ROOT = Path(__file__).parents[2]
EXAMPLE = (Path(__file__).parent / "example.yaml").read_text(encoding="utf-8")
TODAY = date(2026, 11, 24)
VALID = jsonschema.Draft202012Validator(schema.schema())


class Core(yaml.CSafeLoader):
    """Reads as programs do that follow YAML 1.2: `NO` and `2026-11-01` are texts, `false` and `16` are not."""


Core.yaml_implicit_resolvers = {}
for _tag, _pattern in (("bool", "true|True|false|False"), ("null", "~|null|"), ("int", "[-+]?[0-9]+")):
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^({_pattern})$"), None)
Core.add_constructor("tag:yaml.org,2002:int", lambda _, node: int(node.value))


class Raw(str):
    """A piece of YAML that stands in the file as it is."""


VALUES = [
    "", "~", "x", "16", "121", "true", "maybe", "2026-11-01", "01.11.2026", "90d", "0d", "23h", "DE", "de", "en", "german",
    "[]", "[x]", '[""]', "[DE, EU]", "[asylum]", "asylum", "[law]", "{}", "{en: x}", '{en: ""}', "{en: [x]}", "{xx: y}",
    "{en: Come in, go away}", "[{en: x}]", "{ru: [a, b]}", "{ru: a}", "https://a.org/x", "http://a.org", "a.org", "a@b.org",
    "a@b", "+49 30 23125 001", "112", "whatsapp", "[pager]", "ngo", "closed", "publish", "{minimum_age: 16}", "{city: Berlin}",
    "{date: 2026-11-01, by: me}", '[{number: "112"}]', '{number: "112"}', '[{label: x, url: "https://a.org"}]',
]  # fmt: skip
NEEDS_MORE_THAN_A_LOOK = {"schedule", "timezone", "organization"}
SEEN_BY_CHECK_ALONE = {
    ("number", "2026-11-01"), ("number", "01.11.2026"), ("maximum_age", "0"),
    ("police_danger_areas", "DE"), ("police_danger_areas", "DE-BE"), ("police_danger_areas", "WW"), ("operator", "[]"),
    ("operator", "{}"), ("services", "{}"), ("id", "true"), ("police_danger_areas", "{}"), ("feeds", "{}"),
}  # fmt: skip


def fields(tree: Any, path: tuple = ()) -> list[tuple]:
    """Return the path of every field of the tree."""
    found = []
    for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ():
        below = (*path, key)
        found += [below] if isinstance(key, str) and key not in ("example-refuge", "en", "ru", "de") else []
        found += fields(value, below)
    return found


def as_yaml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)}: {as_yaml(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(as_yaml(part) for part in value) + "]"
    return str(value) if isinstance(value, Raw) else json.dumps(value, ensure_ascii=False)


def changed(path: tuple, value: str | None) -> str:
    """Return the example with another value in one place, or without it."""
    tree = copy.deepcopy(yaml.load(EXAMPLE, Loader=yaml.CBaseLoader))
    at = tree
    for step in path[:-1]:
        at = at[step]
    if value is None:
        del at[path[-1]]
    else:
        at[path[-1]] = Raw(value)
    return as_yaml(tree)


def test_schema__the_committed_file__is_up_to_date() -> None:
    assert schema.FILE.read_text(encoding="utf-8") == schema.written(), "run: python -m bot.resources.schema"


def test_schema__is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(schema.schema())


@pytest.mark.parametrize("loader", [yaml.CBaseLoader, yaml.CSafeLoader, Core])
@pytest.mark.parametrize("file", ["resources.yaml", "tests/resources/example.yaml"])
def test_schema__the_example_and_the_shipped_file__fit_however_they_are_read(file, loader) -> None:
    tree = yaml.load((ROOT / file).read_text(encoding="utf-8"), Loader=loader)
    assert [error.message for error in VALID.iter_errors(tree)] == []


@pytest.mark.parametrize("path", fields(yaml.load(EXAMPLE, Loader=yaml.CBaseLoader)), ids=lambda path: str(path[-1]))
def test_schema__any_field__takes_what_check_takes(path) -> None:
    field = str(path[-1])
    for value in [*VALUES, None]:
        if field in NEEDS_MORE_THAN_A_LOOK or (field, value) in SEEN_BY_CHECK_ALONE:
            continue
        text = changed(path, value)
        errors = read_text(text, "r.yaml", TODAY).errors
        if any("there is no organization" in error.what for error in errors):
            continue
        for loader in (yaml.CBaseLoader, Core):
            if value == "~" and loader is not Core:
                continue  # only the bot knows there that it means nothing
            is_valid = VALID.is_valid(yaml.load(text, Loader=loader))
            assert is_valid == (not errors), f"{field}: {value!r} as {loader.__name__}: {errors[:1]}"
