"""Start to first answer, memory at rest and under push, and how long a person waits for an answer during a push.

./run bench startup                              # 20,000 readers, 50 ms to Telegram and back
./run bench startup --readers 5000 --rate 0

The real bot in its own process at a sandbox in this one, over HTTP. While readers are pushed to, the sandbox answers
each message after `--latency` seconds. A person asks a question again and again meanwhile; each wait is from the moment
at which Telegram has the question until it has the answer.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

# Run as a file, only the folder of this file is on the path, and the rooms are imported from its parent.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import psutil

from bench.soak import TOKEN, Soak
from bot.sandbox import Fault, Sandbox, serve

ROOT = Path(__file__).resolve().parents[1]
ASKERS = range(900_000, 900_500)
"""Many take turns: one chat gets an answer a second, as Telegram wants it."""

QUESTION = "asylum germany"
REST_FOR = 5.0


class Run(Soak):
    """A bot under measurement."""

    rate = "0"

    def environment(self) -> dict[str, str]:
        return super().environment() | {"SEND_RATE": self.rate, "RESOURCES": str(ROOT / "resources.yaml")}


async def answer_in(sandbox: Sandbox, turn: int = 0) -> float:
    """Ask and return the seconds until the answer is there."""
    asker = sandbox.person(ASKERS[turn % len(ASKERS)], "Asker", "en")
    begun, heard = time.perf_counter(), len(asker.messages)
    asker.say(QUESTION)
    while len(asker.messages) <= heard + 1:  # noqa: ASYNC110 - nobody rings when a message arrives
        await asyncio.sleep(0.001)
    return time.perf_counter() - begun


def memory(process: asyncio.subprocess.Process) -> float:
    """Return MiB of the bot and of its children, which read feeds."""
    whole = psutil.Process(process.pid)
    return float(sum(each.memory_info().rss for each in (whole, *whole.children(recursive=True))) / 2**20)


async def run(options: argparse.Namespace, folder: Path) -> None:
    sandbox = Sandbox(token=TOKEN)
    async with serve(sandbox) as url:
        it = Run(folder, url, sandbox, options.readers, options.concurrency)
        it.rate = str(options.rate)
        await it.prepare()
        begun = time.perf_counter()
        process = await it.start()
        try:
            first = await answer_in(sandbox)
            print(f"start to first answer: {time.perf_counter() - begun:.2f} s ({first:.2f} s after the question)")
            await asyncio.sleep(REST_FOR)
            alone = [await answer_in(sandbox, turn) for turn in range(30)]
            print(f"memory at rest: {memory(process):.0f} MiB with {options.readers} readers")
            print(
                f"an answer at rest: median {statistics.median(alone) * 1000:.0f} ms, most {max(alone) * 1000:.0f} ms"
            )
            process.terminate()
            await process.wait()
            await it.publish()
            sandbox.faults.hook = lambda method, _: Fault(delay=options.latency) if method == "sendMessage" else None
            process = await it.start()
            await pushed(it, process, options)
        finally:
            process.terminate()
            await process.wait()


async def pushed(it: Run, process: asyncio.subprocess.Process, options: argparse.Namespace) -> None:
    """Ask while the push is under way, and print how long the answers took."""
    await answer_in(it.sandbox)
    it.count()
    begun, before, waits, most = time.perf_counter(), len(it.seen), [], 0.0
    while it.left() > options.concurrency and time.perf_counter() - begun < options.seconds:
        waits.append(await answer_in(it.sandbox, len(waits)))
        most = max(most, memory(process))
        it.count()
        await asyncio.sleep(0.2)
    sent, seconds = len(it.seen) - before, time.perf_counter() - begun
    waits.sort()
    p99 = waits[min(len(waits) - 1, int(len(waits) * 0.99))]
    print(f"while {sent} were pushed to in {seconds:.0f} s ({sent / seconds:.0f}/s): memory at most {most:.0f} MiB")
    print(
        f"an answer: median {statistics.median(waits) * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms, "
        f"most {waits[-1] * 1000:.0f} ms, of {len(waits)}; the way alone takes {options.latency * 1000:.0f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=int, default=20_000)
    parser.add_argument("--concurrency", type=int, default=8)
    parser.add_argument("--rate", type=float, default=0)
    parser.add_argument("--latency", type=float, default=0.05)
    parser.add_argument("--seconds", type=float, default=300)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="waypost-startup-") as folder:
        (Path(folder) / "resources.yaml").write_text("version: 1\n", encoding="utf-8")
        asyncio.run(run(options, Path(folder)))


if __name__ == "__main__":
    main()
