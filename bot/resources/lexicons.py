"""Read the word lists and place names that look-up knows, from the files beside it."""

from __future__ import annotations

import hashlib
import json
import marshal
import os
import struct
import sys
import zlib
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from bot.core.directory import SERVICE_TOPICS
from bot.errors import Fault, ResourcesError
from bot.lookup.lexicon import Lexicons, compile_lexicons
from bot.lookup.plain import from_plain, to_plain
from bot.lookup.roles import ROLES
from bot.lookup.wordings import Layer, Usual, Wordings
from bot.resources.lines import LOADER

_LOOKUP = Path(__file__).parent.parent / "lookup"
LEARNED = "learned.bin"
_LISTS = ("figures", "past", "negation", "contrast", "chatter", "stop")
_MAPS = {"danger": ("violence", "held", "suicide"), "place": ("in", "to", "from"), "grammar": ROLES}


def load_lexicons(folder: Path = _LOOKUP) -> Lexicons:
    """Return all lexicons and places under `folder` (`needs/*.yaml`, `places/*`).

    What was built is kept beside the compiled code and read instead while no file has changed.
    Raises ResourcesError, with every fault, for files that are not shaped as `needs/README.md` tells.
    """
    learned = read_wordings(folder / "examples" / LEARNED)
    return replace(_listed(folder), wordings=learned, usual=read_usual(folder / "usual.bin"))


def read_wordings(file: Path) -> Wordings:
    """Return what was learned from the examples; nothing when the file is not there."""
    return read_learned(file)[0]


def read_learned(file: Path) -> tuple[Wordings, Mapping[str, Any]]:
    """Return the learned table and what else was learned (its head); nothing when the file is not there."""
    if not file.exists():
        return Wordings(), {}
    content = file.read_bytes()
    (length,) = struct.unpack_from("<I", content)
    head = json.loads(content[4 : 4 + length])
    table = zlib.decompress(content[4 + length :])
    layer = None
    if "layer" in head:
        layer = Layer(tuple(head["layer"]["biases"]), tuple(tuple(row) for row in head["layer"]["weights"]))
    scale = float(head["scale"])
    return Wordings(tuple(head["labels"]), tuple(head["biases"]), scale, table, layer), head


def read_usual(file: Path) -> Usual:
    """Return the words that people often write; none when the file is not there."""
    marks = array("I")
    if file.exists():
        marks.frombytes(zlib.decompress(file.read_bytes()))
    if sys.byteorder == "big":
        marks.byteswap()
    return Usual(marks)


def _listed(folder: Path) -> Lexicons:
    kept = _kept_at(folder)
    if kept.exists():
        try:
            with kept.open("rb") as file:
                return from_plain(marshal.load(file))  # noqa: S302 - as the .pyc files beside it  # nosec B302
        except (OSError, ValueError, EOFError, TypeError, KeyError):
            pass  # damaged: built anew below
    lexicons = _build(folder)
    _keep(lexicons, kept)
    return lexicons


def _build(folder: Path) -> Lexicons:
    faults: list[Fault] = []
    needs = {}
    for path in sorted((folder / "needs").glob("*.yaml")):
        value = _read_needs(path, faults)
        if isinstance(value, dict):
            needs[path.stem] = value
    _, aliases = read_list(folder / "places" / "names.yaml", faults)
    if faults:
        raise ResourcesError(faults)
    tables = {
        name: (folder / "places" / f"{name}.tsv").read_text(encoding="utf-8")
        for name in ("countries", "regions", "cities", "everyday")
    }
    return compile_lexicons(needs, tables, aliases if isinstance(aliases, dict) else {})


def _kept_at(folder: Path) -> Path:
    """Return where what is built from these files is kept: it changes with each of them and with the code."""
    digest = hashlib.blake2b(sys.version.encode(), digest_size=16)
    for source in sorted({*folder.rglob("*.yaml"), *(folder / "places").glob("*.tsv"), *_LOOKUP.rglob("*.py")}):
        digest.update(source.read_bytes())
    return folder / "__pycache__" / f"lexicons.{digest.hexdigest()}.bin"


def _keep(lexicons: Lexicons, path: Path) -> None:
    """Keep what was built beside the compiled code, instead of what was kept before; where it cannot be: nothing."""
    part = path.with_suffix(f".{os.getpid()}.part")
    try:
        path.parent.mkdir(exist_ok=True)
        part.write_bytes(marshal.dumps(to_plain(lexicons)))
        part.replace(path)
        for old in path.parent.glob("lexicons.*.bin"):
            if old != path:
                old.unlink(missing_ok=True)
    except OSError:
        part.unlink(missing_ok=True)


def read_list(path: Path, faults: list[Fault]) -> tuple[str, object]:
    """Return one file's text and its value with all scalars as text, None when unread; what is wrong joins `faults`."""
    text, value = "", None
    try:
        text = path.read_text(encoding="utf-8")
        value = yaml.load(text, Loader=LOADER)  # noqa: S506 - builds only text, lists and maps  # nosec B506
    except (OSError, UnicodeDecodeError) as error:
        faults.append(Fault(path.name, 1, f"cannot be read ({type(error).__name__})", "save it as UTF-8 text"))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        faults.append(Fault(path.name, line, str(error.problem), "close brackets and quotes, and quote odd entries"))
    return text, value


def _read_needs(path: Path, faults: list[Fault]) -> object:
    """Return the value of one lexicon; what is wrong with its shape joins `faults`."""
    before = len(faults)
    text, value = read_list(path, faults)
    if len(faults) == before and (wrong := list(_wrong(value))):
        root = yaml.compose(text, Loader=LOADER)
        faults.extend(Fault(path.name, _line(root, keys), what, fix) for keys, what, fix in wrong)
    return value


def _wrong(value: object) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Yield what is wrong in the shape of one lexicon: where (keys), what, and what to write."""
    if not isinstance(value, dict):
        yield (), "is not a map of lists", "begin with `language:` and `topics:`"
        return
    for name, part in value.items():
        if name in _LISTS:
            yield from _wrong_entries((name,), part)
        elif name in _MAPS or name in ("topics", "audience"):
            yield from _wrong_groups(name, part)
        elif name != "language":
            yield (name,), f"unknown list `{name}`", "use a list that README.md names"


def _wrong_groups(name: str, part: object) -> Iterator[tuple[tuple[str, ...], str, str]]:
    if not isinstance(part, dict):
        yield (name,), f"`{name}` is not a map", "write a name and a list on each line below it"
        return
    known = SERVICE_TOPICS if name == "topics" else _MAPS.get(name)
    for group, entries in part.items():
        if known and group not in known:
            yield (name, group), f"unknown name `{group}`", f"use one of: {', '.join(known)}"
        elif name != "topics":
            yield from _wrong_entries((name, group), entries)
        elif not isinstance(entries, dict) or set(entries) - {"strong", "weak"}:
            yield (name, group), f"`{group}` needs `strong` and `weak`", "write two lists with these names"
        else:
            for level, listed in entries.items():
                yield from _wrong_entries((name, group, level), listed)


def _wrong_entries(keys: tuple[str, ...], entries: object) -> Iterator[tuple[tuple[str, ...], str, str]]:
    if not isinstance(entries, list):
        yield keys, f"`{keys[-1]}` is not a list", "write the entries in [brackets], with commas in between"
        return
    for number, entry in enumerate(entries):
        if not isinstance(entry, str):
            yield (*keys, str(number)), "an entry is not plain text", "put an entry with a colon in quotes"
        elif not entry.strip():
            yield (*keys, str(number)), "an entry is empty", "remove the comma too many"


def _line(root: yaml.Node | None, keys: tuple[str, ...]) -> int:
    """Return the line of what `keys` lead to in a composed file."""
    node = root
    for key in keys:
        if isinstance(node, yaml.MappingNode):
            node = next((value for name, value in node.value if name.value == key), node)
        elif isinstance(node, yaml.SequenceNode):
            node = node.value[int(key)]
    return node.start_mark.line + 1 if node else 1
