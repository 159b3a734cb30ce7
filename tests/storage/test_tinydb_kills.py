"""A process that is killed at any moment loses nothing that it said was kept."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

from bot.storage.tinydb_store import TinyDBStore
from bot.storage.vault import Vault
from tests.storage.conftest import KEY

KILLS = 20
ROOT = Path(__file__).parents[2]


def live_and_die(folder: Path, run: int, seconds: float) -> list[tuple[str, int]]:
    """Start a process that writes in a loop, kill it, and return the acts that it had reported."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.storage.busy_writer", str(folder), str(run)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"open\n", process.stderr and process.stderr.read().decode()
        try:
            process.wait(seconds)
            raise AssertionError(process.stderr and process.stderr.read().decode())
        except subprocess.TimeoutExpired:
            process.kill()
        output, _ = process.communicate()
    finally:
        process.kill()
        process.wait()
    whole = output[: output.rfind(b"\n") + 1]
    return [tuple(json.loads(line)) for line in whole.splitlines()]


async def test_kill__at_any_moment__what_was_reported_is_there_and_the_store_is_readable(folder):
    chance = random.Random(2017)
    there: dict[int, str] = {}
    acts = 0
    for run in range(KILLS):
        for act, chat_id in live_and_die(folder, run, chance.uniform(0.0, 0.12)):
            there[chat_id] = act
            acts += 1
        store = TinyDBStore(folder, Vault([KEY]))
        await store.open()
        found = {each.chat_id: each async for each in store.subscribers()}
        # one that was just being forgotten may be there or not
        lost = [chat_id for chat_id, act in there.items() if act == "kept" and chat_id not in found]
        undead = [chat_id for chat_id, act in there.items() if act == "gone" and chat_id in found]
        await store.close()
        assert (lost, undead) == ([], []), f"after kill {run}"
    assert acts > KILLS
