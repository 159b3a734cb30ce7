"""Searchers without understanding (SQLite FTS5, rapidfuzz) behind the JSON lines of `find --stdin`."""

from __future__ import annotations

import json
import re
import sqlite3
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import yaml

WORD = re.compile(r"\w+")


def _texts(resources: Path) -> dict[str, str]:
    """Service id -> all words a searcher without understanding can look at."""
    raw = yaml.load(resources.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    names = {id_: " ".join(org["name"].values()) for id_, org in raw["organizations"].items()}
    return {
        s["id"]: " ".join(
            [
                names[s["organization"]],
                *s["name"].values(),
                *s["description"].values(),
                *s["topics"],
                *s["service_area"],
                s.get("address", {}).get("city", ""),
            ]
        )
        for s in raw["services"]
    }


def _fts5(texts: Mapping[str, str]) -> Callable[[str], list[str]]:
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE t USING fts5(id UNINDEXED, words, tokenize='unicode61 remove_diacritics 2')")
    base.executemany("INSERT INTO t VALUES (?, ?)", texts.items())

    def find(query: str) -> list[str]:
        match = " OR ".join(f'"{word}"' for word in WORD.findall(query))
        if not match:
            return []
        return [id_ for (id_,) in base.execute("SELECT id FROM t WHERE t MATCH ? ORDER BY rank LIMIT 5", (match,))]

    return find


def _rapidfuzz(texts: Mapping[str, str]) -> Callable[[str], list[str]]:
    from rapidfuzz import fuzz, process, utils

    known = {id_: utils.default_process(text) for id_, text in texts.items()}

    def find(query: str) -> list[str]:
        plain = utils.default_process(query)
        return [id_ for _, _, id_ in process.extract(plain, known, scorer=fuzz.WRatio, limit=5, score_cutoff=60)]

    return find


BASELINES: dict[str, Callable[[Mapping[str, str]], Callable[[str], list[str]]]] = {
    "fts5": _fts5,
    "rapidfuzz": _rapidfuzz,
}


def serve(name: str, resources: Path) -> None:
    """A baseline over the contract's JSON lines, from stdin to stdout."""
    find = BASELINES[name](_texts(resources))
    for line in sys.stdin:
        query = json.loads(line)["q"]
        started = time.perf_counter()
        ids = find(query)
        answer = {"ids": ids, "crisis": False, "ms": (time.perf_counter() - started) * 1000}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    serve(sys.argv[1], Path(sys.argv[2]))
