"""What is read of an endless text: how it begins and how it ends, where people say what they need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

_Word = TypeVar("_Word")

HEAD, TAIL = 300, 200
"""Characters of the beginning and of the end that are read."""

HEAD_WORDS, TAIL_WORDS = 54, 36
"""Words of them: single letters with spaces between them must not cost more than sentences."""


def ends(words: Sequence[_Word], head: int = HEAD_WORDS, tail: int = TAIL_WORDS) -> Sequence[_Word]:
    """Return the first and the last words of many."""
    return words if len(words) <= head + tail else (*words[:head], *words[-tail:])


def excerpt(text: str) -> str:
    """Return a text as it is when it is short, else its beginning and its end, cut between words.

    What it costs to understand the result does not depend on the length of the text.
    """
    if len(text) <= HEAD + TAIL:
        words = text.split()
        return text if len(words) <= HEAD_WORDS + TAIL_WORDS else " ".join(ends(words))
    head, tail = text[:HEAD].split(), text[-TAIL:].split()
    # A word that a cut went through would be another word; a text without any space is one word, though.
    head = head[:-1] if len(head) > 1 and not text[HEAD].isspace() and not text[HEAD - 1].isspace() else head
    tail = tail[1:] if len(tail) > 1 and not text[-TAIL].isspace() and not text[-TAIL - 1].isspace() else tail
    return " ".join(head[:HEAD_WORDS] + tail[-TAIL_WORDS:])
