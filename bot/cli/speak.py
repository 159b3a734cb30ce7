"""How commands speak: results on stdout, what is wrong on stderr, JSON line by line."""

from __future__ import annotations

import gc
import io
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, TextIO

import orjson

from bot.errors import WaypostError

FINE, NOT_FINE, WRONG_USE = 0, 1, 2


class OutputError(WaypostError):
    """What was found cannot be written to stdout; the text says why."""


def open_streams() -> None:
    """Speak UTF-8 whatever the locale is; a stream that the caller closed is opened on nothing.

    Otherwise the next file that is opened would take its number, and hear what is printed.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        stream = getattr(sys, name)
        if stream is None:
            mode = os.O_RDONLY if number == 0 else os.O_WRONLY
            stream = os.fdopen(os.open(os.devnull, mode), "w" if number else "r", encoding="utf-8")
            setattr(sys, name, stream)
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace" if number else "replace")


def close_streams(status: int) -> int:
    """Write what still waits to be written; return the exit status, which is not fine when that fails."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        hush(sys.stdout)
    except OSError as error:
        hush(sys.stdout)
        complain(str(_unwritten(error)))
        return status or NOT_FINE
    return status


def hush(stream: TextIO) -> None:
    """Let a stream that nobody can hear any more lead nowhere, or Python itself complains about it at the end."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def as_typed(text: str) -> str:
    """Return a word of the command line as it was typed, also where the locale is not UTF-8."""
    return os.fsencode(text).decode("utf-8", "replace")


def tell(text: str) -> None:
    """Say something on stdout at once, also when it goes into a file. Raises OutputError.

    When the reader has gone, the command goes on in silence: its exit status still counts.
    """
    try:
        _write(text)
    except BrokenPipeError:
        hush(sys.stdout)


def complain(text: str) -> None:
    """Say what is wrong on stderr; when nobody can hear that either, the exit status says it."""
    try:
        print(_shown(text), file=sys.stderr, flush=True)
    except OSError:
        hush(sys.stderr)


def settle_memory() -> None:
    """Exempt what is loaded for good from garbage collection: going through it costs single answers 80 ms."""
    gc.collect()
    gc.freeze()


class JsonLines:
    """The objects of a stream, one a line; what is no such object counts as an empty one, so that the order is kept.

    Each object needs a text in one of the `needed` keys; the `known` ones hold a text or nothing. `status` tells
    after the last line whether all were right (FINE) or not (WRONG_USE). A complaint names the line, never its words.
    """

    def __init__(self, stream: TextIO, needed: Sequence[str], known: Sequence[str] = ()) -> None:
        self._stream, self._needed, self._known = stream, needed, known
        self._number = 0
        self.status = FINE

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield each object; blank lines count, but say nothing."""
        for number, line in enumerate(self._stream, 1):
            self._number = number
            bare = line.removeprefix("\ufeff") if number == 1 else line
            if bare.strip():
                yield self._read(bare)

    def complain(self, what: str) -> None:
        """Say what is wrong with the line that was read last."""
        complain(f"line {self._number} of the input: {what}")
        self.status = WRONG_USE

    def _read(self, line: str) -> dict[str, Any]:
        try:
            found = _parsed(line)
        except (ValueError, RecursionError):
            self.complain("this is no JSON; it is answered as empty")
            return {}
        if not isinstance(found, dict):
            self.complain("this is no JSON object; it is answered as empty")
            return {}
        for key in (*self._needed, *self._known):
            if found.get(key) is not None and not isinstance(found[key], str):
                self.complain(f"`{key}` is no text; it is left out")
                found[key] = ""
        if not any(isinstance(found.get(key), str) for key in self._needed):
            self.complain(
                f"`{'` and `'.join(self._needed)}` are missing"
                if len(self._needed) > 1
                else f"`{self._needed[0]}` is missing"
            )
        return found


def _parsed(line: str) -> Any:
    """Return what a line of JSON says; half a character, as programs that cut texts leave it, becomes a mark."""
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        whole = json.loads(line)
    return _mended(whole)


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_mended(key): _mended(part) for key, part in value.items()}
    return [_mended(part) for part in value] if isinstance(value, list) else value


def write_line(value: dict[str, Any]) -> None:
    """Write one value as a line of JSON, at once. Raises OutputError, and BrokenPipeError when the reader has gone."""
    _write(orjson.dumps(value).decode())


def _write(line: str) -> None:
    try:
        sys.stdout.write(_shown(line) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        hush(sys.stdout)
        raise _unwritten(error) from None


def _shown(text: str) -> str:
    """Return a text with the names of files in it in their own letters, also where the locale knows only Latin ones."""
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    except UnicodeEncodeError:
        return text


def _unwritten(error: OSError) -> OutputError:
    return OutputError(f"the output cannot be written ({error.strerror})")
