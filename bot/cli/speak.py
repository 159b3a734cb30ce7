"""How commands speak: results on stdout, what is wrong on stderr, JSON line by line."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from typing import Any, TextIO

import orjson

FINE, NOT_FINE, WRONG_USE = 0, 1, 2


def tell(text: str) -> None:
    """Say something on stdout at once, also when it goes into a file."""
    print(text, flush=True)


def complain(text: str) -> None:
    """Say what is wrong on stderr."""
    print(text, file=sys.stderr)


def settle_memory() -> None:
    """Exempt what is loaded for good from garbage collection: going through it costs single answers 80 ms."""
    gc.collect()
    gc.freeze()


def json_lines(stream: TextIO) -> Iterator[dict[str, Any]]:
    """Yield the object of each line; what is no JSON object counts as an empty one, so that the order is kept."""
    for line in stream:
        if not line.strip():
            continue
        try:
            found = orjson.loads(line)
        except orjson.JSONDecodeError:
            complain("a line of the input is not JSON; it is answered as empty")
            found = {}
        yield found if isinstance(found, dict) else {}


def write_line(value: dict[str, Any]) -> None:
    """Write one value as a line of JSON, at once."""
    sys.stdout.write(orjson.dumps(value).decode() + "\n")
    sys.stdout.flush()
