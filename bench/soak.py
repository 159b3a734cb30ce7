"""Kills the bot with SIGKILL in the middle of a push, again and again; the sandbox, in another process, is the witness.

./run soak                             # 20 kills, 5,000 readers
./run soak --kills 200 --readers 5000 --concurrency 8 --seed 7
./run soak --postgresql                # the same with the store in PostgreSQL, whose server is killed as well
./run soak --chaos 500                 # 500 scripts of Telegram's faults instead (bench/chaos.py)

Every second kill comes at a random moment, every other one at the next of all points at which a delivery waits or
touches a file (bench/mortal.py finds them by itself).

Exit status 1 when somebody got nothing, when a kill made more than SEND_CONCURRENCY messages arrive twice, when the
bot took more than five seconds to go on, or when the store could not be read.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import os
import random
import re
import shutil
import signal
import statistics
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

# Run as a file, only the folder of this file is on the path, and the rooms are imported from its parent.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bot.core import delivery as rules
from bot.core.alert import PUBLISHED, Alert
from bot.errors import StoreLocked, WaypostError
from bot.flows.subscribe import Defaults, subscribe
from bot.sandbox import Sandbox, serve
from bot.storage.choose import KeptStore, choose_store
from tests.storage.postgres import Server

ROOT = Path(__file__).resolve().parents[1]
TOKEN = "1:sandbox"
KEY = b"k" * 32
RESUME_WITHIN = 5.0
LONGEST_RUN = 120.0
DIES_WITHIN = 20.0
"""Seconds after which a bot that has not passed its point is killed all the same."""
ALERT_OF = re.compile(r"['\"]r:([^'\"]+)['\"]")


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Soak:
    """Where it all lies, and what was seen."""

    folder: Path
    url: str
    sandbox: Sandbox
    readers: int
    concurrency: int
    alerts: int = 0
    read: int = 0
    seen: Counter[tuple[int, str]] = field(default_factory=Counter)
    resumed: list[float] = field(default_factory=list)
    twice: list[int] = field(default_factory=list)
    readable: int = 0
    points: dict[str, int] = field(default_factory=dict)
    died_at: set[str] = field(default_factory=set)
    server: Server | None = None
    address: str = ""

    async def store(self, folder: Path | None = None) -> KeptStore:
        """Open the store; the server of a database may need a moment to see that the bot is dead."""
        place = SecretStr(self.address) if self.address else folder or self.folder / "data"
        store = choose_store(place, base64.b64encode(KEY).decode())
        async with asyncio.timeout(RESUME_WITHIN):
            while True:
                with contextlib.suppress(StoreLocked):
                    await store.open()
                    return store
                await asyncio.sleep(0.02)

    async def prepare(self) -> None:
        """Let everybody subscribe."""
        store = await self.store()
        for start in range(0, self.readers, 500):
            chats = range(start + 1, min(start + 500, self.readers) + 1)
            await asyncio.gather(*(subscribe(store, now, Defaults(), chat, "now", "en") for chat in chats))
        await store.close()
        for chat in range(1, self.readers + 1):
            self.sandbox.person(chat, "Reader", "en").started = True

    async def publish(self) -> None:
        """Plan a push to everybody while the bot is down."""
        self.alerts += 1
        alert = Alert(f"a{self.alerts}", {"en": "News"}, {"en": "Text"}, now(), severity="Severe", state=PUBLISHED)
        store = await self.store()
        alert = replace(alert, published_at=now())
        await store.publish(alert, lambda reader: rules.plan(reader, alert, now()))
        await store.close()

    def left(self) -> int:
        """Return how many copies nobody has seen yet."""
        return self.readers * self.alerts - len(self.seen)

    def count(self) -> int:
        """Take in what arrived since the last time; return how much of it had arrived before."""
        twice = 0
        for call in self.sandbox.calls[self.read :]:
            found = ALERT_OF.search(str(call.params.get("reply_markup"))) if call.method == "sendMessage" else None
            if found:
                key = int(call.params["chat_id"]), found[1]
                twice += self.seen[key] > 0
                self.seen[key] += 1
        self.read = len(self.sandbox.calls)
        return twice

    def environment(self) -> dict[str, str]:
        """Return the settings of the bot."""
        return {
            "BOT_TOKEN": TOKEN,
            "BOT_API_URL": self.url,
            "SECRET_KEY": base64.b64encode(KEY).decode(),
            "STORE": self.address or f"tinydb:{self.folder / 'data'}",
            "RESOURCES": str(self.folder / "resources.yaml"),
            "PORT": "0",
            "SEND_RATE": "0",
            "SEND_CONCURRENCY": str(self.concurrency),
            "LOG_LEVEL": "WARNING",
        }

    async def start(self, *mortal: str) -> asyncio.subprocess.Process:
        """Start the bot as an operator does, or one that dies where `mortal` says."""
        environment = self.environment()
        command = [str(ROOT / "bench" / "mortal.py"), *mortal] if mortal else ["-m", "bot"]
        with (self.folder / "log").open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable, *command, cwd=ROOT, env=os.environ | environment, stdout=log, stderr=log
            )

    async def until_it_sends(self, process: asyncio.subprocess.Process, since: float) -> None:
        """Wait for the first push after a start."""
        begun = self.read
        while not any(call.method == "sendMessage" for call in self.sandbox.calls[begun:]):
            if process.returncode is not None or time.monotonic() - since > LONGEST_RUN:
                raise SystemExit("the bot does not deliver: " + (self.folder / "log").read_text()[-2000:])
            begun = max(begun, len(self.sandbox.calls) - 1)
            await asyncio.sleep(0.005)

    async def kill_once(self, chance: random.Random) -> None:
        """Start, wait until it sends, kill it somewhere in the middle, and look at what is left."""
        since = time.monotonic()
        process = await self.start()
        try:
            await self.until_it_sends(process, since)
            self.resumed.append(time.monotonic() - since)
            await asyncio.sleep(chance.uniform(0, 0.3))
            if self.server is not None:
                self.server.kill()
                self.server.start()
                await asyncio.sleep(chance.uniform(0, 1.5))
        finally:
            process.kill()
            await process.wait()
        await asyncio.sleep(0.05)
        self.twice.append(self.count())
        await self.look()

    async def find_points(self) -> None:
        """Let one bot live for a while and write down every point that it passes."""
        file = self.folder / "points"
        process = await self.start("--list", str(file))
        try:
            await self.until_it_sends(process, time.monotonic())
            await asyncio.sleep(1.0)
        finally:
            process.terminate()
            await process.wait()
        self.count()
        for line in file.read_text().splitlines():
            count, _, name = line.partition("\t")
            self.points[name] = int(count)

    async def die_at(self, point: str, nth: int) -> None:
        """Start a bot that kills itself at a point, and look at what is left."""
        since, begun = time.monotonic(), len(self.sandbox.calls)
        process = await self.start("--die", point, "--nth", str(nth))
        resumed_in = 0.0
        while process.returncode is None and self.left() > 0 and time.monotonic() - since < DIES_WITHIN:
            await asyncio.sleep(0.005)
            if not resumed_in and any(call.method == "sendMessage" for call in self.sandbox.calls[begun:]):
                resumed_in = time.monotonic() - since
        if process.returncode is None:
            process.kill()
        await process.wait()
        if process.returncode == -signal.SIGKILL and time.monotonic() - since < DIES_WITHIN:
            self.died_at.add(point)
        if resumed_in:
            self.resumed.append(resumed_in)
        await asyncio.sleep(0.05)
        self.twice.append(self.count())
        await self.look()

    async def look(self) -> None:
        """Open a copy of what lies on the disk."""
        with tempfile.TemporaryDirectory() as copy:
            if not self.address:
                shutil.copytree(self.folder / "data", copy, dirs_exist_ok=True)
            try:
                store = await self.store(Path(copy))
                self.readable += len([None async for _ in store.subscribers()]) == self.readers
                await store.close()
            except WaypostError as error:
                print(f"the store cannot be read: {error}")

    async def finish(self) -> None:
        """Let the bot bring the rest."""
        since = time.monotonic()
        self.twice.append(0)
        process = await self.start()
        try:
            while self.left() and time.monotonic() - since < LONGEST_RUN:
                await asyncio.sleep(0.1)
                self.twice[-1] += self.count()
        finally:
            process.terminate()
            await process.wait()
        self.twice[-1] += self.count()


async def soak(options: argparse.Namespace, folder: Path, resume_within: float = RESUME_WITHIN) -> int:
    """Do it all and print what came of it; return the exit status."""
    chance = random.Random(options.seed)
    (folder / "resources.yaml").write_text("version: 1\n", encoding="utf-8")
    sandbox = Sandbox(token=TOKEN)
    async with serve(sandbox) as url:
        it = Soak(folder, url, sandbox, options.readers, options.concurrency)
        if getattr(options, "postgresql", False):
            it.server = Server()
            it.address = it.server.place()
        await it.prepare()
        await it.publish()
        await it.find_points()
        points = sorted(it.points)
        for number in range(options.kills):
            if it.left() < options.readers // 2:
                await it.publish()
            point = "a random moment"
            if number % 2:
                point = points[number // 2 % len(points)]
                await it.die_at(point, chance.randint(1, min(it.points[point], 40)))
            else:
                await it.kill_once(chance)
            # What arrived twice in this run was made by the kill before it.
            print(f"kill {number + 1}: {len(it.seen)} arrived, {it.twice[-1]} twice; at {point}", flush=True)
        await it.finish()
    if it.server is not None:
        it.server.remove()
    lost, most, mean = it.left(), max(it.twice), sum(it.twice) / options.kills
    print(f"\nkills {options.kills}, readers {options.readers}, SEND_CONCURRENCY {options.concurrency}")
    print(f"alerts {it.alerts}, copies due {it.readers * it.alerts}, lost {lost}")
    print(f"arrived twice: {sum(it.twice)} in all, at most {most} after one kill, {mean:.1f} on average")
    print(f"on after a start: median {statistics.median(it.resumed):.2f} s, at most {max(it.resumed):.2f} s")
    print(f"points of a delivery: {len(it.points)}, killed at {len(it.died_at)} of them")
    for point in sorted(it.points):
        print(f"  {'killed' if point in it.died_at else 'passed'}: {point}")
    print(f"store readable {it.readable} of {options.kills}")
    fine = lost == 0 and most <= options.concurrency and max(it.resumed) <= resume_within
    return 0 if fine and it.readable == options.kills else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--readers", type=int, default=5000)
    parser.add_argument("--concurrency", type=int, default=8)
    parser.add_argument("--seed", type=int, default=2017)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--chaos", type=int, default=0, metavar="SEEDS", help="scripts of faults instead of kills")
    options = parser.parse_args()
    if options.chaos:
        from bench.chaos import chaos

        return chaos(0, options.chaos)
    with tempfile.TemporaryDirectory(prefix="waypost-soak-") as folder:
        return asyncio.run(soak(options, Path(folder)))


if __name__ == "__main__":
    raise SystemExit(main())
