"""A passphrase: kept as a hash that makes guessing dear, and compared in the same time whether there is one or not."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

SHORTEST, LONGEST = 6, 100

HASHER = PasswordHasher(time_cost=3, memory_cost=8192, parallelism=1)
"""8 MiB and some ten milliseconds for each guess: dear enough together with the limit on tries, and a small server
can bear it. See RFC 9106 for what the numbers mean."""

_WORKERS = ThreadPoolExecutor(2, "passphrase")
"""Two at once: a flood of guesses must take neither the memory nor both processors."""


def normal(text: str) -> str:
    """Return the words as they are compared: a phone may write the first letter large or add a space."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def could_be(text: str, is_everyday: Callable[[str], bool]) -> bool:
    """Say whether a text can be a passphrase: no command, long enough, and not what anybody says to a weather bot.

    Only such texts can be chosen, so that only they need to count as guesses: who chats with the cover about towns, as
    its greeting asks her to, does not lock herself out.
    """
    if text.startswith("/") or len(text) > LONGEST or len(normal(text)) < SHORTEST:
        return False
    return not is_everyday(text)


async def hashed(text: str) -> str:
    """Return what is kept of a passphrase."""
    return await asyncio.get_running_loop().run_in_executor(_WORKERS, HASHER.hash, normal(text))


async def fits(text: str, kept: str) -> bool:
    """Say whether a text is the passphrase whose hash is kept; without one (''), it takes as long to say no."""
    return await asyncio.get_running_loop().run_in_executor(_WORKERS, _fits, normal(text[: 2 * LONGEST]), kept)


def _fits(text: str, kept: str) -> bool:
    try:
        HASHER.verify(kept or _of_nobody(), text)
    except (Argon2Error, InvalidHashError):
        return False
    return bool(kept)


@cache
def _of_nobody() -> str:
    """Return a hash that no text fits: its passphrase holds a random salt that is known to nobody."""
    return HASHER.hash(HASHER.hash("nobody"))
