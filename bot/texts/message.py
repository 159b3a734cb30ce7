"""A finished message: Telegram HTML and rows of inline buttons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Button:
    """One inline button; exactly one of `data` (callback, at most 64 bytes), `url` and `copy` (text to copy)."""

    label: str
    data: str = ""
    url: str = ""
    copy: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A text as Telegram HTML (at most 4096 UTF-16 units after parsing) with its rows of buttons."""

    html: str
    buttons: tuple[tuple[Button, ...], ...] = ()


def rows_of_two(buttons: Sequence[Button]) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons two a row."""
    return tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))


def turning_rows(data: str, page: int, last: int) -> tuple[tuple[Button, ...], ...]:
    """Return the row that turns pages numbered from 0, by `data:NUMBER`; none where there is only one page."""
    back = (Button("◀", f"{data}:{page - 1}"),) if page > 0 else ()
    on = (Button("▶", f"{data}:{page + 1}"),) if page < last else ()
    return ((*back, *on),) if back or on else ()
