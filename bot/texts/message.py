"""A finished message: Telegram HTML and rows of inline buttons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Button:
    """One inline button; exactly one of `data` (callback, at most 64 bytes), `url` and `copy` (text to copy)."""

    label: str
    data: str = field(default="", repr=False)
    url: str = ""
    copy: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Message:
    """A text as Telegram HTML (at most 4096 UTF-16 units after parsing) with its rows of buttons.

    What is said to somebody tells what she asked, or holds a link that wipes her chat: its repr shows labels alone.
    """

    html: str = field(repr=False)
    buttons: tuple[tuple[Button, ...], ...] = ()


def rows_of_two(buttons: Sequence[Button]) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons two a row."""
    return tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))


def turning_rows(data: str, page: int, last: int) -> tuple[tuple[Button, ...], ...]:
    """Return the row that turns pages numbered from 0, by `data:NUMBER`; none where there is only one page."""
    back = (Button("◀", f"{data}:{page - 1}"),) if page > 0 else ()
    on = (Button("▶", f"{data}:{page + 1}"),) if page < last else ()
    return ((*back, *on),) if back or on else ()
