"""A finished message: Telegram HTML and rows of inline buttons."""

from __future__ import annotations

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
