"""What can still be read of a part with faults, so that all its faults are found in one run."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.resources.model import Part, ServicePart

PartType = TypeVar("PartType", bound=Part)
ROUNDS = 5
"""Taking away one wrong thing can make what held it wrong; no part is nested more deeply than this."""
PLACEHOLDERS: dict[str, Any] = {
    "id": "service-without-id",
    "organization": "no-organization",
    "name": "No name",
    "topics": [],
    "service_area": [],
}
"""What stands for needed fields of a service that are missing, so that its other faults are found in the same run."""


def salvage(kind: type[PartType], value: Mapping[str, Any], errors: list[ErrorDetails]) -> PartType | None:
    """Return the part without what is wrong in it, so that its other faults are found in the same run; else None."""
    rest = copy.deepcopy(dict(value))
    for _ in range(ROUNDS):
        wrong = [
            # A missing field makes what holds it wrong; what is missing in the part itself is filled below.
            item["loc"][:-1] if item["type"] == "missing" else tuple(step for step in item["loc"] if step != "[key]")
            for item in errors
        ]
        for location in sorted(wrong, key=lambda steps: [str(step).zfill(6) for step in steps], reverse=True):
            _remove(rest, location)
        if kind is ServicePart:
            rest = {**PLACEHOLDERS, **rest}
        try:
            return kind.model_validate(rest)
        except ValidationError as error:
            errors = error.errors()
    return None


def _remove(tree: Any, location: tuple[int | str, ...]) -> None:
    if not location:
        return
    with contextlib.suppress(KeyError, IndexError, TypeError):
        for step in location[:-1]:
            tree = tree[step]
        del tree[location[-1]]
