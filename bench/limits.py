"""Compares limiters against a strict limit on a simulated clock: how much of it is used, and how often it is hit.

./run bench limits                 # 30/s, 1,000/s, and a limit of which nobody tells that it moves
./run bench limits --rtt 0.05      # seconds to the server and back

The server takes so many messages in any one second; one more is refused, and for three seconds all that comes. The
clock is simulated, so the figures are the same on every machine. "inside" counts requests that were begun although
a refusal had already been answered and its time was not over. grammY's throttler runs on node's simulated clock against
the same rules, where npm is there.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

# Run as a file, only the folder of this file is on the path, and the rooms are imported from its parent.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from telegram.error import RetryAfter

from bench import grammy
from bot.chat.limiter import ROUTINE, Limiter, span
from tests.chat.server import Server
from tests.chat.virtual import now, run

Send = Callable[[int], Awaitable[object]]
Moves = tuple[tuple[float, float], ...]
"""From which second on which limit."""

SCENES: dict[str, tuple[float, Moves]] = {
    "30/s": (300, ((0, 30),)),
    "1000/s": (30, ((0, 1000),)),
    "hidden: 30/s, 15/s after 5 min, 30/s after 10 min": (1200, ((0, 30), (300, 15), (600, 30))),
}


def waypost(rate: float, server: Server) -> Send:
    limits = Limiter(rate)
    return lambda chat: limits.send(ROUTINE, chat, lambda: server.take(chat))


def library(rate: float, server: Server) -> Send:
    from telegram.ext import AIORateLimiter

    limits = AIORateLimiter(overall_max_rate=rate, overall_time_period=1, max_retries=0)
    return lambda chat: limits.process_request(server.take, (chat,), {}, "sendMessage", {"chat_id": chat}, None)


def aiolimiter(rate: float, server: Server) -> Send:
    from aiolimiter import AsyncLimiter

    limits = AsyncLimiter(rate, 1)

    async def send(chat: int) -> object:
        async with limits:
            return await server.take(chat)

    return send


CONTESTANTS = {"Waypost": waypost, "telegram.ext.AIORateLimiter": library, "aiolimiter": aiolimiter}


async def push(make: Callable[[float, Server], Send], seconds: float, moves: Moves, workers: int, rtt: float) -> Server:
    """Send as much as the limiter lets, for so long."""
    server = Server(limit=moves[0][1], delay=lambda: rtt / 2)
    send, end = make(moves[0][1], server), now() + seconds
    chats = iter(range(1, 10_000_000))
    for at, limit in moves[1:]:
        asyncio.get_running_loop().call_later(at, setattr, server, "limit", limit)

    async def work() -> None:
        while now() < end:
            chat = next(chats)
            while now() < end:
                try:
                    async with asyncio.timeout_at(end):
                        await send(chat)
                    break
                except RetryAfter as error:
                    await asyncio.sleep(span(error).total_seconds())
                except TimeoutError:
                    return

    await asyncio.gather(*(work() for _ in range(workers)))
    return server


def row(name: str, taken: int, refused: int, inside: int, seconds: float, moves: Moves) -> str:
    """Return a line of the table: what was taken, of all that could have been; 429s; what was begun in spite of one."""
    ends = [at for at, _ in moves[1:]] + [seconds]
    most = sum(limit * (end - at) for (at, limit), end in zip(moves, ends, strict=True))
    return f"| {name} | {taken / most:.3f} | {1000 * refused / max(1, taken):.1f} | {inside} |"


def compare(options: argparse.Namespace, npm: Path | None) -> None:
    """Print a table for each scene."""
    for scene, (seconds, moves) in SCENES.items():
        print(f"\n| {scene} | used | 429 per 1,000 taken | inside a retry_after |\n|---|---|---|---|")
        for name, make in CONTESTANTS.items():
            try:
                server = run(push(make, seconds, moves, options.workers, options.rtt))
            except (ImportError, RuntimeError) as error:
                print(f"| {name} | not installed ({type(error).__name__}) | | |")
                continue
            print(row(name, len(server.taken), server.refused, server.started_inside, seconds, moves))
        if npm is not None:
            words = (seconds, options.rtt, options.workers, *(f"{at:g},{limit:g}" for at, limit in moves))
            found = grammy.run(npm, "limits", *words)
            print(row("grammY's throttler", **found, seconds=seconds, moves=moves))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rtt", type=float, default=0.01)
    parser.add_argument("--workers", type=int, default=64)
    options = parser.parse_args()
    logging.disable()  # the library tells of every refusal
    print(f"simulated clock; {options.rtt * 1000:.0f} ms to the server and back; {options.workers} under way at most")
    with grammy.installed() as npm:
        compare(options, npm)


if __name__ == "__main__":
    main()
