"""Marks the words that people often write, so that none is taken for a misspelt place: `./run bench usual`.

Needs the package wordfreq (its data: CC BY-SA 4.0), which only those install who renew the file.
"""

from __future__ import annotations

import struct
import sys
import zlib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.needs import need
from bot.lookup.normal import words
from bot.lookup.stems import LANGUAGES
from bot.lookup.wordings import mark
from bot.resources.lexicons import load_lexicons

FILE = Path(__file__).parents[1] / "bot" / "lookup" / "usual.bin"
MOST = 20_000
"""Words of each language, the most frequent first."""
SHORTEST = 5
"""Letters of the shortest word in which a typo is mended."""


def usual_words() -> set[str]:
    """Return the folded words, without those that name a place."""
    from wordfreq import top_n_list

    named = load_lexicons().gazetteer.named
    found = {folded for language in LANGUAGES for word in top_n_list(language, MOST) for folded in words(word)}
    return {word for word in found if len(word) >= SHORTEST and not word.isdigit() and not named(word)}


def main() -> None:
    need("wordfreq")
    marks = sorted({mark(word) for word in usual_words()})
    FILE.write_bytes(zlib.compress(struct.pack(f"<{len(marks)}I", *marks), 9))
    print(f"{FILE.name}: {len(marks)} words, {FILE.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
