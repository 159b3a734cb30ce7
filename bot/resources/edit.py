"""Small changes to the text of resources.yaml that leave every comment, order and quote as the editor wrote it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import yaml

from bot.errors import NotAllowed

_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def assure(text: str, service_id: str, on: date, by: str) -> str:
    """Return the text with a service assured on that day by that name; source and interval stay.

    Raises NotAllowed when the service is not in the text.
    """
    service = _service(text, service_id)
    before = _mapping(service.get("assured"))
    kept = {key: before[key].value for key in ("source", "every") if key in before}
    fields = {"date": on.isoformat(), "by": json.dumps(by, ensure_ascii=False)}
    fields |= {key: json.dumps(value, ensure_ascii=False) for key, value in kept.items()}
    return _put(text, service, "assured", "{" + ", ".join(f"{key}: {value}" for key, value in fields.items()) + "}")


def set_status(text: str, service_id: str, status: str) -> str:
    """Return the text with another status of a service. Raises NotAllowed when the service is not in the text."""
    return _put(text, _service(text, service_id), "status", status)


def _mapping(node: Any) -> dict[str, Any]:
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {key.value: value for key, value in node.value}


def _service(text: str, service_id: str) -> dict[str, Any]:
    """Return the nodes of a service by field."""
    services = _mapping(yaml.compose(text, Loader=_LOADER)).get("services")
    for node in services.value if isinstance(services, yaml.SequenceNode) else ():
        fields = _mapping(node)
        if "id" in fields and fields["id"].value == service_id:
            return fields
    raise NotAllowed("this service is no longer in the file")


def _put(text: str, service: dict[str, Any], field: str, value: str) -> str:
    """Replace the value of a field where it stands, or add the field below the id."""
    if field in service:
        node = service[field]
        start, end = _offset(text, node.start_mark), _offset(text, node.end_mark)
        # A block value ends where the next thing begins: keep the blank lines and comments between.
        written = text[start:end]
        rest = written[len(written.rstrip()) :]
        return text[:start] + value + rest + text[end:]
    id_node = service["id"]
    line_end = text.find("\n", _offset(text, id_node.end_mark))
    line_end = len(text) if line_end < 0 else line_end
    if _is_flow(text, id_node):
        at = _offset(text, id_node.end_mark)
        return f"{text[:at]}, {field}: {value}{text[at:]}"
    indent = " " * _key_column(text, id_node)
    return f"{text[:line_end]}\n{indent}{field}: {value}{text[line_end:]}"


def _offset(text: str, mark: Any) -> int:
    """Return the offset of a mark in characters; libyaml counts bytes in `index`, so lines and columns are used."""
    lines = text.split("\n")
    return sum(len(line) + 1 for line in lines[: mark.line]) + int(mark.column)


def _key_column(text: str, node: Any) -> int:
    line: str = text.split("\n")[node.start_mark.line]
    return line.rindex("id", 0, int(node.start_mark.column))


def _is_flow(text: str, node: Any) -> bool:
    """Say whether the service is written as `{id: ..., ...}` in one pair of braces."""
    line = text.split("\n")[node.start_mark.line]
    return "{" in line[: node.start_mark.column]
