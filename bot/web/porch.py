"""What answers on the port before the house is open: that this process lives, and that it stands by."""

from __future__ import annotations

import structlog
from aiohttp import web

from bot.errors import SettingsError, StoreError, StoreLocked
from bot.web.server import listen

log = structlog.get_logger("bot.web")

STANDING_BY = "standing by: another process holds the store"
TAKING_OVER = "taking over: the store is free"
PORT_PATIENCE = 5.0
"""Seconds until the port must be ours once the store is: whoever held both lets go of them one after the other."""

COME_AGAIN = {"Retry-After": "5"}


class Porch:
    """Says 200 to `/healthz` and 503 to all else, so that Telegram keeps what it would hand over.

    The port may still be the other process's, when both run on one machine: then nothing answers here until later.
    """

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self.port = port
        """The port that is ours: with `PORT=0` the one that the system chose."""
        self._runner: web.AppRunner | None = None
        self.reason = ""

    async def stand(self, error: StoreError) -> None:
        """Note that another process does the work, or why not, and take the port if it can be had."""
        before, self.reason = self.reason, STANDING_BY if isinstance(error, StoreLocked) else f"store: {error}"
        if self.reason == STANDING_BY != before:
            log.warning("standing by: another process holds the store; this one goes on when that ends")
        elif self.reason != before:
            log.warning("the store cannot be opened yet; it is tried again", reason=str(error))
        if self._runner is None:
            try:
                self._runner = await listen(self._application(), self._host, self._port)
            except SettingsError:
                return

    def take_over(self) -> None:
        """Note that the store is ours now; the house opens its own doors next."""
        if self.reason == STANDING_BY:
            log.warning("taking over: the store is free")
        else:
            log.info("the store is open")
        self.reason = TAKING_OVER

    async def open_house(self, application: web.Application) -> web.AppRunner:
        """Serve the house itself from now on; the caller cleans the runner up. Raises SettingsError without a port."""
        await self.close()
        runner = await listen(application, self._host, self._port, PORT_PATIENCE if self.reason else 0.0)
        self.port = runner.addresses[0][1]
        return runner

    async def close(self) -> None:
        """Let go of the port; safe to call twice."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    def _application(self) -> web.Application:
        application = web.Application()

        async def on_health(_: web.Request) -> web.Response:
            return web.json_response({"status": "alive"})

        async def on_ready(_: web.Request) -> web.Response:
            return web.json_response({"ready": False, "reasons": [self.reason]}, status=503, headers=COME_AGAIN)

        async def on_anything(_: web.Request) -> web.Response:
            return web.Response(status=503, headers=COME_AGAIN)

        application.router.add_get("/healthz", on_health)
        application.router.add_get("/readyz", on_ready)
        application.router.add_route("*", "/{rest:.*}", on_anything)
        return application
