"""Serving a sandbox by itself, for tests and benches."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from bot.sandbox.sandbox import Sandbox
from bot.sandbox.webhook import is_loopback


@asynccontextmanager
async def serve(sandbox: Sandbox, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serve the sandbox and yield its base URL without a slash at the end; port 0 takes a free one.

    Raises ValueError for a host that other machines can reach.
    """
    if not is_loopback(host):
        raise ValueError("the sandbox serves this machine only: 127.0.0.1, ::1 or localhost")
    app = web.Application()
    sandbox.attach(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        yield f"http://{host}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
