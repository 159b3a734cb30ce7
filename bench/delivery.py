"""Compares the whole pipeline with loops that only send, in one run: messages a second and CPU for 1,000 messages.

./run bench delivery                                       # 5,000 and 20,000 readers, medians of three
./run bench delivery --readers 5000 --runs 1 --concurrency 8
./run bench delivery --aiogram-python PATH                 # a Python that has aiogram 3 (no dependency of the bot)

Waypost claims, renders, sends, settles and waits for the disk; the others hold a list of chats and keep nothing. Each
runs in a process of its own on uvloop, with as many messages under way. The receiver is nginx with a fixed answer,
or, where there is none, aiohttp in its own process. grammY is fetched with npm, where that is there (`grammy.py`).
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import importlib.util
import json
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

# Run as a file, only the folder of this file is on the path, and the rooms are imported from its parent.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import grammy

TOKEN = "1:sandbox"
GRAMMY = "bare grammY on node"
ANSWER = {
    "ok": True,
    "result": {
        "message_id": 7,
        "date": 1_800_000_000,
        "text": "New message. Please read it soon.",
        "chat": {"id": 1, "type": "private", "first_name": "Reader"},
        "from": {"id": 1, "is_bot": True, "first_name": "Bot", "username": "sandbox_bot"},
    },
}
TEXT = "New message. Please read it soon."
MARKUP = {"inline_keyboard": [[{"text": "Read", "callback_data": "r:a1"}]]}
NGINX = """worker_processes 1; daemon off; pid %(folder)s/pid; error_log stderr crit;
events { worker_connections 4096; }
http { access_log off; keepalive_requests 100000000; client_body_temp_path %(folder)s; proxy_temp_path %(folder)s;
fastcgi_temp_path %(folder)s; uwsgi_temp_path %(folder)s; scgi_temp_path %(folder)s;
server { listen 127.0.0.1:%(port)d; location / { default_type application/json; return 200 '%(answer)s'; } } }
"""

Send = Callable[[int], Awaitable[object]]


async def crowd(send: Send, readers: int, concurrency: int) -> None:
    """Send to everybody, so many at once."""
    chats = iter(range(1, readers + 1))

    async def work() -> None:
        for chat in chats:
            await send(chat)

    await asyncio.gather(*(work() for _ in range(concurrency)))


async def bare_aiohttp(url: str, readers: int, concurrency: int) -> dict[str, float]:
    import aiohttp

    fields = {"text": TEXT, "parse_mode": "HTML", "reply_markup": MARKUP, "disable_notification": False}
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def send(chat: int) -> None:
            async with session.post(f"{url}/bot{TOKEN}/sendMessage", json={"chat_id": chat, **fields}) as answer:
                await answer.json()

        return await timed(lambda: crowd(send, readers, concurrency))


async def bare_library(url: str, readers: int, concurrency: int) -> dict[str, float]:
    from telegram import Bot, InlineKeyboardMarkup
    from telegram.request import HTTPXRequest

    markup = InlineKeyboardMarkup.de_json(MARKUP, None)
    request = HTTPXRequest(connection_pool_size=concurrency, pool_timeout=60)
    bot = Bot(TOKEN, base_url=f"{url}/bot", request=request)
    await request.initialize()

    async def send(chat: int) -> None:
        await bot.send_message(chat, TEXT, parse_mode="HTML", reply_markup=markup)

    try:
        return await timed(lambda: crowd(send, readers, concurrency))
    finally:
        await request.shutdown()


async def bare_aiogram(url: str, readers: int, concurrency: int) -> dict[str, float]:
    from aiogram import Bot
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.types import InlineKeyboardMarkup

    markup = InlineKeyboardMarkup.model_validate(MARKUP)
    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(url), limit=max(100, concurrency)))

    async def send(chat: int) -> None:
        await bot.send_message(chat, TEXT, parse_mode="HTML", reply_markup=markup)

    try:
        return await timed(lambda: crowd(send, readers, concurrency))
    finally:
        await bot.session.close()


async def waypost(url: str, readers: int, concurrency: int) -> dict[str, float]:
    """The whole pipeline over TinyDB in a temporary folder."""
    from bench.soak import Soak, now
    from bot.chat.application import build_bot
    from bot.chat.sender import Sender
    from bot.flows.deliver import deliver_due
    from bot.sandbox import Sandbox

    with tempfile.TemporaryDirectory(prefix="waypost-bench-") as folder:
        it = Soak(Path(folder), url, Sandbox(), readers, concurrency)
        await it.prepare()
        begun = time.perf_counter()
        await it.publish()
        published = time.perf_counter() - begun
        store = await it.store()
        application = build_bot(TOKEN, url, 0, concurrency)
        await application.bot.request.initialize()
        lags: list[float] = []
        watching = asyncio.create_task(watch(lags))
        sender = Sender(application.bot)
        found = await timed(lambda: deliver_due(store, sender, now, concurrency))
        watching.cancel()
        counts = await store.counts(now())
        assert counts.sent == readers, counts
        await application.bot.request.shutdown()
        await store.close()
    lags.sort()
    return found | {"publish": published, "lag99": lags[int(len(lags) * 0.99)], "lagmax": lags[-1]}


async def watch(lags: list[float]) -> None:
    """Note by how much the event loop is late."""
    while True:
        begun = time.perf_counter()
        await asyncio.sleep(0.005)
        lags.append(time.perf_counter() - begun - 0.005)


async def timed(act: Callable[[], Awaitable[object]]) -> dict[str, float]:
    """Return seconds and CPU seconds of all threads; what was loaded before is left alone, as the bot does it."""
    gc.collect()
    gc.freeze()
    wall, cpu = time.perf_counter(), time.process_time()
    await act()
    return {"seconds": time.perf_counter() - wall, "cpu": time.process_time() - cpu}


CONTESTANTS = {
    "bare aiohttp loop": bare_aiohttp,
    "Waypost, whole pipeline": waypost,
    "bare aiogram 3": bare_aiogram,
    "bare python-telegram-bot (httpx)": bare_library,
}


@contextlib.contextmanager
def receiver() -> Iterator[tuple[str, str]]:
    """Serve a fixed answer; yield the address and what serves it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    nginx = shutil.which("nginx")
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "nginx.conf"
        config.write_text(NGINX % {"folder": folder, "port": port, "answer": json.dumps(ANSWER)})
        mine = [sys.executable, __file__, "--serve", str(port)]
        process = subprocess.Popen([nginx, "-c", str(config), "-p", folder] if nginx else mine)
        try:
            wait_for(port)
            yield f"http://127.0.0.1:{port}", "nginx" if nginx else "aiohttp in its own process"
        finally:
            process.terminate()
            process.wait()


def wait_for(port: int) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise SystemExit("the receiver does not answer")


def serve(port: int) -> None:
    """The receiver where there is no nginx."""
    from aiohttp import web

    async def answer(request: web.Request) -> web.Response:
        await request.read()
        return web.json_response(ANSWER)

    application = web.Application()
    application.router.add_route("*", "/{rest:.*}", answer)
    web.run_app(application, host="127.0.0.1", port=port, access_log=None, print=None)


def run_one(name: str, url: str, readers: int, concurrency: int) -> None:
    """Run one contestant in this process and print its numbers as JSON."""
    with contextlib.suppress(ImportError):
        import uvloop

        asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    print(json.dumps(asyncio.run(CONTESTANTS[name](url, readers, concurrency))))


def python_for(options: argparse.Namespace, name: str) -> str:
    """Return the Python that runs a contestant; empty for what is not installed."""
    if "aiogram" in name and importlib.util.find_spec("aiogram") is None:
        return str(options.aiogram_python)
    return sys.executable


def run_all(options: argparse.Namespace, url: str, readers: int, npm: Path | None) -> dict[str, list[dict[str, Any]]]:
    """Run every contestant so many times, in turns: what else the machine does meanwhile meets all of them."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in (*CONTESTANTS, GRAMMY)}
    arguments = ["--url", url, "--readers", str(readers), "--concurrency", str(options.concurrency)]
    for _ in range(options.runs):
        for name in CONTESTANTS:
            if python := python_for(options, name):
                command = [python, __file__, "--only", name, *arguments]
                done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
                found[name].append(json.loads(done.stdout))
        if npm is not None:
            found[GRAMMY].append(grammy.run(npm, "send", url, readers, options.concurrency))
    return found


def compare(options: argparse.Namespace) -> None:
    """Print a table for every number of readers: medians, and the ratio in each turn."""
    with receiver() as (url, what), grammy.installed() as npm:
        print(f"receiver: {what}; under way at once: {options.concurrency}; medians of {options.runs}, in turns")
        for readers in options.readers:
            print(f"\n| {readers} readers | messages/s | CPU s per 1,000 | of the bare loop |\n|---|---|---|---|")
            found = run_all(options, url, readers, npm)
            bare = [each["seconds"] for each in next(iter(found.values()))]
            for name, runs in found.items():
                if not runs:
                    print(f"| {name} | not installed | | |")
                    continue
                speed = readers / statistics.median(each["seconds"] for each in runs)
                cpu = statistics.median(each["cpu"] for each in runs) * 1000 / readers
                ratio = statistics.median(first / each["seconds"] for first, each in zip(bare, runs, strict=True))
                print(f"| {name} | {speed:.0f} | {cpu:.3f} | {ratio:.2f} |")
            ours = found["Waypost, whole pipeline"]
            publish, lag, most = (
                statistics.median(each[key] for each in ours) for key in ("publish", "lag99", "lagmax")
            )
            late = f"loop late by {lag * 1000:.1f} ms (p99), {most * 1000:.0f} (most)"
            print(f"\nWaypost: publishing took {publish:.2f} s; {late}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=int, nargs="+", default=[5000, 20_000])
    parser.add_argument("--concurrency", type=int, default=8)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--aiogram-python", default="")
    parser.add_argument("--only", choices=CONTESTANTS, help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve)
    elif options.only:
        run_one(options.only, options.url, options.readers[0], options.concurrency)
    else:
        compare(options)


if __name__ == "__main__":
    main()
