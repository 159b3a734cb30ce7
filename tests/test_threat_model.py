"""docs/threat-model.md promises nothing without a test, and README, safety.md and /privacy say the same."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from bot.texts.catalogues import words
from bot.texts.pages import render_privacy

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (P\d+) \| ([^|]+) \| ([^|]+) \|$", TEXT, re.MULTILINE)
BEFORE_TABLE = TEXT[: TEXT.index("## Promises")]

ADVERSARIES = [
    "Family", "ten minutes", "for a day", "seizes the server", "insider", "admin's phone", "informer", "impostor",
    "Telegram itself", "network",
]  # fmt: skip


@pytest.mark.parametrize(("number", "promise", "tests"), ROWS, ids=[row[0] for row in ROWS])
def test_promise__each_test_that_it_names__exists(number, promise, tests) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", tests)
    assert named and tests.count("`") == 2 * len(named), "a promise names its tests as `file::test`"
    for file, name in named:
        assert (ROOT / file).exists(), f"{number} names {file}"
        source = (ROOT / file).read_text(encoding="utf-8")
        assert re.search(rf"^(async )?def {name}\(", source, re.MULTILINE), f"{number} names {name}"


def test_promises__are_numbered_in_order_and_each_is_explained_above() -> None:
    numbers = [number for number, _, _ in ROWS]
    assert numbers == [f"P{number}" for number in range(1, len(numbers) + 1)] and len(numbers) >= 30
    assert set(re.findall(r"\[(P\d+)\]", BEFORE_TABLE)) == set(numbers)


@pytest.mark.parametrize("who", ADVERSARIES)
def test_adversary__each__has_what_is_seen_done_and_left(who) -> None:
    (chapter,) = [
        each for each in re.split(r"^## ", BEFORE_TABLE, flags=re.MULTILINE)[1:] if who in each.split("\n")[0]
    ]
    for part in ("see", "**We do:**", "**What remains:**"):
        assert part in chapter or (part == "see" and "can**" in chapter)
    assert all(count == 1 for count in Counter(re.findall(r"\*\*[^*]+:\*\*", chapter)).values())


SAID = {
    "your chat number, encrypted": (r"number", r"encrypted"),
    "settings, encrypted": (r"settings",),
    "a month": (r"\bmonth\b",),
    "message numbers for two days": (r"48 hours",),
    "no question": (r"[Qq]uestions",),
    "no name": (r"\bnames?\b",),
    "the way to see and to delete it": (r"/mydata", r"/forget"),
}


@pytest.mark.parametrize("fact", SAID)
def test_readme_privacy_and_safety__of_what_is_stored__say_the_same(fact) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    stored = readme[readme.index("## What is stored") : readme.index("## Honest limits")]
    privacy = render_privacy("", words("en")).html
    safety = (ROOT / "docs" / "safety.md").read_text(encoding="utf-8")
    for text in (stored, privacy) if "mydata" in str(SAID[fact]) else (stored, privacy, safety):
        for pattern in SAID[fact]:
            assert re.search(pattern, text), (fact, pattern)


def test_readme_privacy_and_threat_model__of_telegram__promise_no_secrecy() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "threat-model.md" in readme
    assert "Telegram sees everything" in readme
    assert "Telegram itself knows that you use this bot" in render_privacy("", words("en")).html
    assert all(re.search(r"no end-to-end\s+encryption", text) for text in (TEXT, readme))
