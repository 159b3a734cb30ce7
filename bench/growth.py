"""How a store grows: what opening, subscribing, publishing, claiming and settling cost at some sizes.

./run bench growth                         # 1,000, 10,000 and 100,000 readers
./run bench growth --readers 1000 30000
./run bench growth --postgresql            # TinyDB beside PostgreSQL on this machine, on the same disk

Each size runs in a process of its own, on a store in a temporary folder or database that is filled first. "One" acts
are done one after the other, each waiting for the disk; a push is claimed and settled in groups of eight, as a window
of that size does at best. Lag is how late the event loop was meanwhile (p99 and most, ms); memory is that of the whole
process of the bot.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

# Run as a file, only the folder of this file is on the path, and the rooms are imported from its parent.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import psutil

from bench.delivery import watch
from bot.core import delivery as rules
from bot.core.alert import PUBLISHED, Alert
from bot.core.delivery import LEASE, Sent, after
from bot.flows.ports import Store
from bot.flows.subscribe import Defaults, subscribe
from bot.storage.tinydb_store import TinyDBStore
from bot.storage.vault import Vault

KEY = b"k" * 32
SINGLES = 100
GROUP = 8


def now() -> datetime:
    return datetime.now(UTC)


async def timed(act: Callable[[], Awaitable[object]]) -> float:
    begun = time.perf_counter()
    await act()
    return time.perf_counter() - begun


async def measure(readers: int, make: Callable[[], Store], size: Callable[[], float]) -> dict[str, float]:
    """Fill a store, measure each act, and return milliseconds (or what the name says)."""
    store = make()
    await store.open()

    async def join(chat: int) -> None:
        await subscribe(store, now, Defaults(), chat, "now", "en")

    for start in range(0, readers, 500):
        await asyncio.gather(*(join(chat) for chat in range(start + 1, min(start + 500, readers) + 1)))
    await store.close()
    store = make()
    found = {"open": await timed(store.open) * 1000}
    gc.collect()
    gc.freeze()
    lags: list[float] = []
    watching = asyncio.create_task(watch(lags))
    joined = [await timed(lambda chat=chat: join(chat)) for chat in range(readers + 1, readers + SINGLES + 1)]
    found["subscribe, one"] = statistics.median(joined) * 1000
    left = [await timed(lambda chat=chat: store.forget(chat)) for chat in range(readers + 1, readers + 6)]
    found["forget, one"] = statistics.median(left) * 1000
    alert = Alert("a1", {"en": "News"}, {"en": "Text"}, now(), severity="Severe", state=PUBLISHED)
    alert = replace(alert, published_at=now())
    found["publish to all"] = 1000 * await timed(
        lambda: store.publish(alert, lambda reader: rules.plan(reader, alert, now()))
    )
    found |= await push(store)
    watching.cancel()
    lags.sort()
    found |= {"lag p99": lags[int(len(lags) * 0.99)] * 1000, "lag, most": lags[-1] * 1000}
    found["memory, MiB"] = psutil.Process().memory_info().rss / 2**20
    await store.close()
    return found | {"on disk, MiB": size()}


def measure_folder(readers: int) -> dict[str, float]:
    """Measure TinyDB in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="waypost-growth-") as name:
        folder = Path(name)
        return asyncio.run(measure(readers, lambda: TinyDBStore(folder, Vault([KEY])), lambda: size_of(folder)))


def measure_database(readers: int) -> dict[str, float]:
    """Measure PostgreSQL, with a server of our own that syncs what it writes as one in earnest does."""
    from bot.storage.postgres_store import PostgresStore
    from tests.storage.postgres import Server, schema_of

    server = Server("fsync=on", "full_page_writes=on", "autovacuum=on", "shared_buffers=128MB", "max_wal_size=1GB")
    try:
        address = server.place()

        def size() -> float:
            table = f"{schema_of(address)}.waypost_rows"
            ((found,),) = server.do(f"SELECT pg_total_relation_size('{table}')::float8", database="waypost")
            return float(str(found)) / 2**20

        return asyncio.run(measure(readers, lambda: PostgresStore(address, Vault([KEY])), size))
    finally:
        server.remove()


KINDS = {"TinyDB": measure_folder, "PostgreSQL": measure_database}


def size_of(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.iterdir()) / 2**20


async def push(store: Store) -> dict[str, float]:
    """Claim and settle everything that is due; return what a group of eight takes, and messages a second."""
    claimed, settled, begun, sent = [], [], time.perf_counter(), 0
    while True:
        start = time.perf_counter()
        claims = await store.claim(now(), now() + LEASE, GROUP)
        middle = time.perf_counter()
        if not claims:
            break
        await store.settle([after(each, Sent(7), now()) for claim in claims for each in claim.deliveries])
        claimed.append(middle - start)
        settled.append(time.perf_counter() - middle)
        sent += len(claims)
    return {
        "claim eight": statistics.median(claimed) * 1000,
        "settle eight": statistics.median(settled) * 1000,
        "settle, p99": sorted(settled)[int(len(settled) * 0.99)] * 1000,
        "messages/s": sent / (time.perf_counter() - begun),
    }


def compare(sizes: list[int], kinds: list[str]) -> None:
    """Print a table, a column for each size and kind."""
    columns, heads = [], []
    for readers in sizes:
        for kind in kinds:
            command = [sys.executable, __file__, "--only", str(readers), "--kind", kind]
            done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
            columns.append(json.loads(done.stdout))
            heads.append(f"{readers:,}" + (f", {kind}" if len(kinds) > 1 else ""))
            print(f"{heads[-1]} readers: done", file=sys.stderr)
    print("| ms, if not said otherwise | " + " | ".join(heads) + " |")
    print("|---|" + "---|" * len(heads))
    for name in columns[0]:
        print(f"| {name} | " + " | ".join(f"{column[name]:,.1f}" for column in columns) + " |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--only", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--postgresql", action="store_true", help="beside TinyDB; needs the packages of ./run test")
    parser.add_argument("--kind", choices=list(KINDS), default="TinyDB", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.only:
        compare(options.readers, list(KINDS) if options.postgresql else ["TinyDB"])
        return
    with contextlib.suppress(ImportError):
        import uvloop

        asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    print(json.dumps(KINDS[options.kind](options.only)))


if __name__ == "__main__":
    main()
