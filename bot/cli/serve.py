"""Serving: Telegram, or the sandbox."""

from __future__ import annotations

import argparse
import asyncio
import socket
import tempfile
from collections.abc import Callable, Coroutine
from typing import Any

from bot.app import House
from bot.cli.speak import FINE, tell
from bot.errors import StoreLocked
from bot.sandbox import Sandbox
from bot.settings import SANDBOX_ADMIN, SANDBOX_TOKEN, Settings, for_sandbox


def on_nothing(_: argparse.Namespace, settings: Settings) -> int:
    """Serve Telegram, or the sandbox when there is no token."""
    if settings.bot_token is None:
        serve_sandbox(settings, tell)
    else:
        serve(settings)
    return FINE


def on_sandbox(_: argparse.Namespace, settings: Settings) -> int:
    """Serve the local chat page."""
    serve_sandbox(settings, tell)
    return FINE


def run_forever(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run on uvloop where it exists, else on the loop of the standard library."""
    try:
        import uvloop
    except ImportError:
        asyncio.run(main())
        return
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())


def serve(settings: Settings) -> None:
    """Serve Telegram until a signal comes. Raises StoreLocked when another process took over meanwhile."""

    async def main() -> None:
        house = House(settings)
        await house.run()
        if house.store.is_taken:
            raise StoreLocked("another process has taken over the store, so this one has ended")

    run_forever(main)


def a_free_port() -> int:
    """Return a port of this machine that nothing uses now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def serve_sandbox(settings: Settings, say: Callable[[str], None]) -> None:
    """Serve the local chat page until a signal comes; its state vanishes with it."""
    with tempfile.TemporaryDirectory(prefix="waypost-sandbox-") as folder:
        # Its bot calls its server by the number of the port, so that one must be known before the server is there.
        local = for_sandbox(settings.model_copy(update={"port": settings.port or a_free_port()}), folder)

        async def main() -> None:
            sandbox = Sandbox(token=SANDBOX_TOKEN, first_admin=SANDBOX_ADMIN)
            # A bot cannot write first: the page's admin has pressed Start before, so that drafts reach her.
            sandbox.person(SANDBOX_ADMIN, "Admin", "en").say("/start")
            house = House(local, sandbox)
            await house.run(lambda: say(f"Waypost's sandbox is open: {local.bot_api_url}  (Ctrl+C closes it)"))

        run_forever(main)
