"""Canaries: what people said and who they are must show up nowhere; every test that plays people looks for them.

`tests/conftest.py` plants them whenever the sandbox makes a person or she writes, and looks for them in what a test
printed and logged, in the files of its stores and in the metrics.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ADMINS = range(900_000, 900_100)
"""The ids of admins in tests: what they write can be an alert, which is public and kept in the clear."""

SHORTEST = 8
"""Letters: shorter texts (`hi`, `DE`) would be found by chance."""

SURE = 10
"""Letters of base64 that chance does not bring: sixty bits."""

PIECE = 1 << 16
"""Bytes that are looked through at once."""

PUBLIC = (".yaml", ".py", ".po")
"""Files in which anything may stand: lists of contacts are public."""


@dataclass
class Canaries:
    """What was planted during one test: text, and what it is."""

    said: dict[str, str] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    passed_over: set[str] = field(default_factory=set)
    """Parts of pytest's report that are not looked at, because a test looks at what the bot itself makes of them."""

    def clear(self) -> None:
        """Begin anew."""
        self.said.clear()
        self.kept.clear()
        self.passed_over.clear()

    def person(self, user_id: int, first_name: str, username: str | None) -> None:
        """Plant who somebody is."""
        self._plant(str(user_id), "an id", shortest=5)
        if first_name not in ("Admin", "Bot"):
            self._plant(first_name, "a name", shortest=3)
        self._plant(username or "", "a username", shortest=4)

    def text(self, user_id: int, text: str) -> None:
        """Plant what somebody wrote; commands without words are no secret."""
        if text.startswith("/") and " " not in text.strip():
            return
        text = text.partition(" ")[2] if text.startswith("/") else text
        kind = "what an admin wrote" if user_id in ADMINS else "what a person wrote"
        self._plant(text.strip()[:60], kind, shortest=SHORTEST, is_kept=user_id not in ADMINS)

    def token(self, token: str) -> None:
        """Plant a token."""
        self._plant(token, "a token", shortest=6)

    def _plant(self, text: str, kind: str, *, shortest: int, is_kept: bool = True) -> None:
        if len(text) >= shortest:
            self.said[text] = kind
            if is_kept:
                self.kept[text] = kind

    def in_text(self, text: str) -> list[str]:
        """Return what was found in something printed, logged or measured, without repeating it."""
        return _found(self.said, text)

    def in_folder(self, folder: Path) -> list[str]:
        """Return what was found in the files of a folder; public ones are left out."""
        found = []
        for path in folder.rglob("*"):
            try:
                if path.is_file() and path.suffix not in PUBLIC:
                    content = path.read_bytes().decode("utf-8", "replace")
                    found += [f"{kind} in {path.name}" for kind in _found(self.kept, content)]
            except FileNotFoundError:
                continue  # the store replaces its files
        return found


def _found(planted: dict[str, str], text: str) -> list[str]:
    kinds = []
    for canary, kind in planted.items():
        is_whole = kind == "a token" or re.search(rf"(?<!\w){re.escape(canary)}(?!\w)", text)
        if canary in text and is_whole:
            kinds.append(kind)
    return sorted(set(kinds))


def shapes(number: int) -> Iterator[bytes]:
    """Yield how a number could stand in a file: decimal, hexadecimal, four and eight bytes, base64 of all that."""
    plain = [str(number).encode()]
    for size in (4, 8):
        if number < 1 << 8 * size:
            for order in ("big", "little"):
                raw = number.to_bytes(size, order)  # type: ignore[arg-type]
                plain += [raw, raw.hex().encode(), raw.hex().upper().encode()]
    plain += [f"{number:x}".encode(), f"{number:X}".encode()]
    yield from plain
    for each in plain:
        yield base64.b64encode(each).rstrip(b"=")
        yield base64.urlsafe_b64encode(each).rstrip(b"=")
        yield from inside_base64(each)


def inside_base64(part: bytes) -> Iterator[bytes]:
    """Yield what base64 makes of some bytes that stand in the middle of others: it depends on how many are before.

    Letters that also depend on the bytes beside are left out, and so is what is so short that chance would make it.
    """
    for before in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            core = encode(bytes(before) + part)[-(-before * 8 // 6) : (before + len(part)) * 8 // 6]
            if len(core) >= SURE:
                yield core


def numbers_in(raw: bytes, numbers: Iterable[int]) -> list[tuple[int, bytes]]:
    """Return which of many numbers stand in some bytes, and in which shape. Goes over the bytes once for each length."""
    by_length: dict[int, dict[bytes, int]] = {}
    for number in numbers:
        for shape in shapes(number):
            by_length.setdefault(len(shape), {})[shape] = number
    found = []
    for length, wanted in by_length.items():
        for start in range(0, len(raw), PIECE):
            piece = raw[start : start + PIECE + length - 1]
            windows = {piece[at : at + length] for at in range(len(piece) - length + 1)}
            found += [(wanted[each], each) for each in windows & wanted.keys()]
    return found
