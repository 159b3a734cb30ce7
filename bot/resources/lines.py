"""YAML as an editor means it: every scalar stays the text that was written, and every value knows its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from bot.errors import Fault, ResourcesError
from bot.resources.syntax import explained

Tree = dict[str, Any] | list[Any] | str
Path = tuple[str | int, ...]

DEPTH = 12
"""Deeper nesting than any resources file needs; it keeps a hostile file from exhausting the stack."""

DEEPEST = 100
"""The depth at which reading ends: the parser takes ever longer for what is opened and never closed."""

MOST_VALUES = 1_000_000
"""More than ten thousand services have, and what can still be held in memory."""

MOST_FAULTS = 2000

HIDDEN_BREAK = re.compile(r"[\x85\u2028\u2029]")

LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""Builds only text, lists and maps; in C where PyYAML was built with libyaml."""


@dataclass
class Lined:
    """What a file says: a tree of dicts, lists and strings, the line (from 1) of each path, and the faults met.

    `unread`: the lines of values that were refused and left empty; what else is wrong there follows from that.
    """

    tree: Tree = ""
    lines: dict[Path, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    unread: set[int] = field(default_factory=set)

    def line(self, path: Path) -> int:
        """Return the line of a path, or of the nearest thing around it."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path[:-1]
        return self.lines.get((), 1)


def read_lines(text: str, name: str) -> Lined:
    """Parse YAML text. Anchors, aliases, tags and duplicate keys are faults; broken syntax is one fault."""
    lined = Lined()
    if broken := HIDDEN_BREAK.search(text):
        # YAML begins a new line here, an editor's program mostly does not: all lines below would be misnamed.
        line = text.count("\n", 0, broken.start()) + 1
        fix = "write this line anew, without copying it"
        lined.faults.append(Fault(name, line, "a hidden line break stands here", fix))
        return lined
    try:
        _Reader(lined, name, _events(text, name)).read()
    except yaml.MarkedYAMLError as error:
        return Lined(faults=[_syntax_fault(text, name, error)])
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        return Lined(faults=[_hidden_character(text, name, error)])
    except ResourcesError as error:
        return Lined(faults=[*lined.faults[:MOST_FAULTS], *error.faults])
    return lined


def _events(text: str, name: str) -> Iterator[Any]:
    """Yield the parser's events one at a time; a file that no list of contacts resembles is given up on.

    What an admin sends, perhaps not she herself, must not take the memory or the time of those who ask for help.
    Raises ResourcesError with one fault.
    """
    level = 0
    for number, event in enumerate(yaml.parse(text, Loader=LOADER)):
        level += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if level > DEEPEST:
            raise ResourcesError([Fault(name, _line(event), "this is nested too deeply", "check the indentation")])
        if number > MOST_VALUES:
            what = f"the file holds more than {MOST_VALUES} values"
            raise ResourcesError([Fault(name, _line(event), what, "check that it is the right file")])
        yield event


def enough(name: str, line: int) -> ResourcesError:
    """Return what ends the reading of a file with more faults than anybody reads."""
    return ResourcesError([Fault(name, line, f"there are more than {MOST_FAULTS} faults", "mend those above first")])


def _hidden_character(text: str, name: str, error: Exception) -> Fault:
    """Return the fault for a character that no text holds, as copying from other programs can bring in."""
    start = error.start if isinstance(error, UnicodeEncodeError) else getattr(error, "position", 0)
    before = text[:start].encode("utf-8", "replace") if isinstance(error, UnicodeEncodeError) else text.encode()[:start]
    line = before.count(b"\n") + 1
    return Fault(name, line, "a hidden character stands here", "write this line anew, without copying it")


def one_line(text: str, limit: int = 240) -> str:
    """Return a text from the file as a terminal can show it: one line, nothing hidden, not endless."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text[: limit + 1])
    shown = " ".join(shown.split())
    return shown if len(text) <= limit else shown[:limit] + "…"


def _syntax_fault(text: str, name: str, error: yaml.MarkedYAMLError) -> Fault:
    problem, noticed = error.problem or "unknown problem", error.problem_mark or error.context_mark
    mark = noticed
    if error.context_mark and "end of stream" in problem:
        # What was opened and not closed stands where it was opened, not at the end of the file.
        mark, problem = error.context_mark, "what is opened here is never closed"
    elif error.context_mark and ("find expected ':'" in problem or "expected ',' or" in problem):
        # The parser notices a missing colon or brace only later; the editor looks for it where it should stand.
        mark = error.context_mark
    lines = text.splitlines()
    line = _begun_oddly(lines, mark.line if mark else 0)
    fix = explained(problem, lines, line, noticed.line if noticed else line)
    return Fault(name, line + 1, f"this is not readable as YAML: {problem}", fix)


def _begun_oddly(lines: list[str], noticed: int) -> int:
    """Return the line, a few above at most, that begins with spaces which are none; a parser takes them for text."""
    for line in range(min(noticed, len(lines) - 1), max(-1, noticed - 5), -1):
        if lines[line][: len(lines[line]) - len(lines[line].lstrip())].strip(" \t"):
            return line
    return noticed


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


class _Reader:
    """Walks the parser's events once and builds the tree."""

    def __init__(self, lined: Lined, name: str, events: Iterator[Any]) -> None:
        self.lined, self.name, self.events = lined, name, events

    def read(self) -> None:
        """Read the first document; a second one is a fault."""
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents == 1:
                    self.lined.tree = self._value(next(self.events), ())
                else:
                    self._fault(event, "a second document starts here", "remove the line `---`")
                    return

    def _value(self, event: Any, path: Path) -> Tree:
        self.lined.lines.setdefault(path, _line(event))
        self._refuse_tricks(event)
        if len(path) > DEPTH and isinstance(event, yaml.CollectionStartEvent):
            self._fault(event, "this is nested too deeply", "check the indentation")
            self.lined.unread.add(_line(event))
            self._skip()
            return ""
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        if isinstance(event, yaml.ScalarEvent):
            # `~`, `null` and nothing at all are how editors leave a field empty.
            return "" if event.implicit[0] and event.value in ("~", "null") else str(event.value)
        return ""

    def _skip(self) -> None:
        """Pass over the rest of a collection without going down into it."""
        level = 1
        while level:
            event = next(self.events)
            level += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)

    def _mapping(self, path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                self._fault(event, "a key must be a plain word", "write `name: value`")
                self._value(event, (*path, "?"))
                self._value(next(self.events), (*path, "?"))
                continue
            self._refuse_tricks(event)
            key = str(event.value)
            below = (*path, key)
            if key in result:
                first = self.lined.lines[below]
                self._fault(
                    event,
                    f"`{one_line(key, 40)}` stands here a second time (first in line {first})",
                    "keep one of the two",
                )
                self._value(next(self.events), (*path, f"{key} (again)"))
                continue
            self.lined.lines[below] = _line(event)
            result[key] = self._value(next(self.events), below)
        return result

    def _sequence(self, path: Path) -> list[Any]:
        result: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            result.append(self._value(event, (*path, len(result))))
        return result

    def _refuse_tricks(self, event: Any) -> None:
        if isinstance(event, yaml.AliasEvent):
            self._fault(event, f"`*{event.anchor}` repeats another place", "write the value out")
            self.lined.unread.add(_line(event))
        elif getattr(event, "anchor", None):
            self._fault(
                event, f"`&{event.anchor}` is an anchor", "remove it and write values out where they are needed"
            )
        if getattr(event, "tag", None):
            tag = str(event.tag).replace("tag:yaml.org,2002:", "!!")
            self._fault(event, f"`{one_line(tag, 40)}` is a tag", "remove it; everything is read as text")

    def _fault(self, event: Any, what: str, fix: str) -> None:
        if len(self.lined.faults) >= MOST_FAULTS:
            raise enough(self.name, _line(event))
        self.lined.faults.append(Fault(self.name, _line(event), what, fix))
