"""A process that writes in a loop and reports each act after it returned: `python -m tests.storage.busy_writer FOLDER RUN`."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from bot.storage import disk
from bot.storage.tinydb_store import TinyDBStore
from bot.storage.vault import Vault
from tests.storage.conftest import KEY, subscribed

WORKERS = 4


async def main(folder: Path, run: int) -> None:
    # a small limit, so that the kills hit generations as often as the journal
    disk.JOURNAL_LIMIT = 4096
    store = TinyDBStore(folder, Vault([KEY]))
    await store.open()
    store._disk._compact_at = disk.JOURNAL_LIMIT
    say("open")
    await asyncio.gather(*(work(store, (run * WORKERS + worker) * 100_000) for worker in range(WORKERS)))


async def work(store: TinyDBStore, start: int) -> None:
    for chat_id in range(start, start + 100_000):
        await store.change_subscriber(chat_id, subscribed)
        say(json.dumps(["kept", chat_id]))
        if chat_id % 7 == 0:
            say(json.dumps(["going", chat_id - 1]))
            await store.forget(chat_id - 1)
            say(json.dumps(["gone", chat_id - 1]))


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
