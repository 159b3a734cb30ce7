"""The HTTP server: health for the host, metrics for the operator, the webhook for Telegram, the directory for all."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import hmac
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web, web_protocol, web_response
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from bot.errors import SettingsError
from bot.web.export import Published
from bot.web.offline import policy_in
from bot.web.published import CAP_TYPE, AlertFeeds

LARGEST_UPDATE = 1_000_000
HEAD_WITHIN = 15.0
"""Seconds in which a request must be there up to its body, and for which an idle connection is kept."""

BODY_WITHIN = 10.0
"""Seconds in which an update must be there."""

BANNER = "web"
STRICT_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""What every answer says unless it says otherwise itself."""

_library_tells = web_protocol.RequestHandler.handle_error

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header  # nosec B105


@dataclass(frozen=True)
class Doors:
    """What the server asks the house for: reasons against readiness, metrics, a taker of updates, what is public."""

    reasons: Callable[[], Awaitable[list[str]]]
    registry: CollectorRegistry
    measure: Callable[[], Awaitable[None]]
    webhook_path: str = ""
    webhook_secret: str = field(default="", repr=False)
    take_update: Callable[[dict[str, Any]], Awaitable[None]] | None = None
    published: Published | None = None
    alerts: AlertFeeds | None = None


def build_web(doors: Doors) -> web.Application:
    """Return the aiohttp application; nothing listens yet."""
    application = web.Application(client_max_size=LARGEST_UPDATE)

    async def on_health(_: web.Request) -> web.Response:
        return web.json_response({"status": "alive"})

    async def on_ready(_: web.Request) -> web.Response:
        reasons = await doors.reasons()
        return web.json_response({"ready": not reasons, "reasons": reasons}, status=503 if reasons else 200)

    async def on_metrics(_: web.Request) -> web.Response:
        await doors.measure()
        return web.Response(body=generate_latest(doors.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def on_webhook(request: web.Request) -> web.Response:
        return await _on_webhook(doors, request)

    application.router.add_get("/healthz", on_health)
    application.router.add_get("/readyz", on_ready)
    application.router.add_get("/metrics", on_metrics)
    if doors.webhook_path and doors.take_update:
        application.router.add_post(doors.webhook_path, on_webhook)
    if doors.published:
        _publish(application, doors.published)
    if doors.alerts:
        _publish_alerts(application, doors.alerts)
    return application


def _publish(application: web.Application, published: Published) -> None:
    """Add the routes of the directory: the offline page, and HSDS in the language of `?language=`."""

    async def on_page(request: web.Request) -> web.Response:
        return _published(request, await asyncio.to_thread(published.page), "text/html")

    async def on_hsds(request: web.Request) -> web.Response:
        language = request.query.get("language", "en")
        return _published(request, await asyncio.to_thread(published.hsds, language), "application/json")

    application.router.add_get("/directory", on_page)
    application.router.add_get("/directory.json", on_hsds)


def _publish_alerts(application: web.Application, alerts: AlertFeeds) -> None:
    """Add the routes of what was published: RSS in the language of `?language=`, CAP documents and their index."""

    async def on_rss(request: web.Request) -> web.Response:
        body = await alerts.rss(_origin(request), request.query.get("language", "en"))
        return _published(request, body, "application/rss+xml")

    async def on_index(request: web.Request) -> web.Response:
        return _published(request, await alerts.cap_index(_origin(request)), "application/atom+xml")

    async def on_cap(request: web.Request) -> web.Response:
        body = await alerts.cap(_origin(request), request.match_info["alert"])
        return _published(request, body, CAP_TYPE) if body is not None else web.Response(status=404)

    application.router.add_get("/alerts.rss", on_rss)
    application.router.add_get("/alerts.cap", on_index)
    application.router.add_get("/alerts/{alert}.cap", on_cap)


def _origin(request: web.Request) -> str:
    """Return the address under which somebody reached us. Raises HTTPBadRequest for a host that is none."""
    try:
        return str(request.url.origin())
    except ValueError:
        raise web.HTTPBadRequest from None


def _published(request: web.Request, body: bytes, content_type: str) -> web.Response:
    """Answer what is public, or 304 to whoever has it already. Shared computers keep no copy without asking again."""
    tag = hashlib.sha256(body).hexdigest()[:32]
    headers = {"ETag": f'W/"{tag}"', "Cache-Control": "no-cache", "Cross-Origin-Resource-Policy": "cross-origin"}
    if content_type == "text/html":
        headers["Content-Security-Policy"] = f"{policy_in(body)}; frame-ancestors 'none'"
    if any(known.value in (tag, "*") for known in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    answer = web.Response(
        body=body, content_type=content_type, charset="utf-8", headers=headers, zlib_executor_size=65_536
    )
    answer.enable_compression()
    return answer


async def listen(application: web.Application, host: str, port: int, patience: float = 0.0) -> web.AppRunner:
    """Serve the application; the caller cleans the runner up.

    Raises SettingsError when the host is not ours, or the port cannot be had within `patience` seconds.
    """
    if _quiet_headers not in application.on_response_prepare:
        application.on_response_prepare.append(_quiet_headers)
    # Answers to what is no HTTP at all never pass our handlers: the library would put its version on them.
    web_response.SERVER_SOFTWARE = BANNER  # type: ignore[attr-defined]
    web_protocol.RequestHandler.handle_error = _bare_error  # type: ignore[assignment, method-assign]
    runner = web.AppRunner(
        application,
        access_log=None,
        handle_signals=False,
        shutdown_timeout=1,
        keepalive_timeout=HEAD_WITHIN,
        lingering_time=BODY_WITHIN,
    )
    await runner.setup()
    clock = asyncio.get_running_loop().time
    until = clock() + patience
    while True:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            if clock() < until:
                await asyncio.sleep(0.1)
                continue
            await runner.cleanup()
            if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
                raise SettingsError(f"HOST: {host} is no address of this machine; write one, or 127.0.0.1") from None
            raise SettingsError(f"PORT: {port} on {host} cannot be had; choose another, or end what uses it") from None
        return runner


def _bare_error(
    handler: web_protocol.RequestHandler,
    request: web.BaseRequest,
    status: int = 500,
    exc: BaseException | None = None,
    message: str | None = None,
) -> web.StreamResponse:
    """Answer what is no request, or what failed, with its number alone.

    The library would send back what came, and in Python's debug mode the whole traceback.
    """
    told = _library_tells(handler, request, status, exc, message)
    answer = web.Response(status=told.status, headers=STRICT_HEADERS)
    answer.force_close()
    return answer


async def _quiet_headers(_: web.Request, response: web.StreamResponse) -> None:
    """Tell neither the server's name nor its version, and let browsers do nothing with an answer but show it."""
    response.headers["Server"] = BANNER
    for name, value in STRICT_HEADERS.items():
        response.headers.setdefault(name, value)


async def _on_webhook(doors: Doors, request: web.Request) -> web.Response:
    """Take one update; 200 only after its effects, so that Telegram sends it again when we die before."""
    given = request.headers.get(SECRET_HEADER, "").encode(errors="surrogateescape")
    # Compared in a time that does not depend on how much of it is right.
    if not hmac.compare_digest(given, doors.webhook_secret.encode()) or not doors.webhook_secret:
        return web.Response(status=403)
    try:
        async with asyncio.timeout(BODY_WITHIN):
            update = orjson.loads(await request.read())
    except orjson.JSONDecodeError:
        return web.Response(status=400)
    except TimeoutError:
        return web.Response(status=408)
    if not isinstance(update, dict) or not isinstance(update.get("update_id"), int) or doors.take_update is None:
        return web.Response(status=400)
    await doors.take_update(update)
    return web.Response()
