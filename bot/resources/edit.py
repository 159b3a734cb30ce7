"""Small changes to the text of resources.yaml that leave every comment, order and quote as the editor wrote it."""

from __future__ import annotations

import json
import re
from datetime import date
from itertools import islice
from typing import Any

import yaml

from bot.errors import NotAllowed
from bot.resources.lines import LOADER

LINE_BREAK = re.compile(r"\r\n|[\r\n]")


def assure(text: str, service_id: str, on: date, by: str) -> str:
    """Return the text with a service assured on that day by that name; all else stays, notes within it too.

    Raises NotAllowed when the service is not in the text.
    """
    service = _service(text, service_id)
    before = _mapping(_mapping(service).get("assured"))
    fields = {"date": on.isoformat(), "by": json.dumps(by, ensure_ascii=False)}
    if not fields.keys() <= before.keys():
        return _put(text, service, "assured", "{" + ", ".join(f"{key}: {value}" for key, value in fields.items()) + "}")
    # What stands further below first: the marks of what stands above it hold still.
    for key in sorted(fields, key=lambda key: -int(before[key].start_mark.index)):
        text = _instead(text, before[key], fields[key])
    return text


def set_status(text: str, service_id: str, status: str) -> str:
    """Return the text with another status of a service. Raises NotAllowed when the service is not in the text."""
    return _put(text, _service(text, service_id), "status", status)


def _mapping(node: Any) -> dict[str, Any]:
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {key.value: value for key, value in node.value}


def _service(text: str, service_id: str) -> Any:
    """Return the node of a service."""
    services = _mapping(yaml.compose(text, Loader=LOADER)).get("services")
    for node in services.value if isinstance(services, yaml.SequenceNode) else ():
        fields = _mapping(node)
        if "id" in fields and fields["id"].value == service_id:
            return node
    raise NotAllowed("this service is no longer in the file")


def _put(text: str, service: Any, field: str, value: str) -> str:
    """Replace the value of a field where it stands, or add the field below the id."""
    fields = _mapping(service)
    if field in fields:
        return _instead(text, fields[field], value)
    id_end = _offset(text, fields["id"].end_mark)
    if service.flow_style:
        return f"{text[:id_end]}, {field}: {value}{text[id_end:]}"
    found = LINE_BREAK.search(text, id_end)
    line_end, line_break = (found.start(), found[0]) if found else (len(text), "\n")
    indent = " " * int(service.value[0][0].start_mark.column)
    return f"{text[:line_end]}{line_break}{indent}{field}: {value}{text[line_end:]}"


def _instead(text: str, node: Any, value: str) -> str:
    start, end = _offset(text, node.start_mark), _offset(text, node.end_mark)
    # A block value ends where the next thing begins: keep the blank lines and comments between.
    written = text[start:end]
    rest = written[len(written.rstrip()) :]
    apart = " " if text[:start].endswith(":") else ""
    return text[:start] + apart + value + rest + text[end:]


def _offset(text: str, mark: Any) -> int:
    """Return the offset of a mark in characters; libyaml counts bytes in `index`, so lines and columns are used."""
    ends = [found.end() for found in islice(LINE_BREAK.finditer(text), mark.line)]
    return (ends[-1] if ends else 0) + int(mark.column)
