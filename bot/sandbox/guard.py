"""Who may come in: this machine only, under its own name, and for actions only from the page itself."""

from collections.abc import Awaitable, Callable
from functools import wraps
from urllib.parse import urlsplit

from aiohttp import web

from bot.sandbox.webhook import is_loopback

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def loopback_only(handler: Handler) -> Handler:
    """Refuse (403) a client from another machine."""

    @wraps(handler)
    async def guarded(request: web.Request) -> web.StreamResponse:
        if request.remote is None or not is_loopback(request.remote):
            raise web.HTTPForbidden(text="The sandbox serves this machine only.\n")
        return await handler(request)

    return guarded


def own_name_only(handler: Handler) -> Handler:
    """Refuse (403) what another machine or a foreign host name (DNS rebinding) asks for."""

    @wraps(handler)
    async def guarded(request: web.Request) -> web.StreamResponse:
        if not is_loopback(urlsplit(f"//{request.host}").hostname or ""):
            raise web.HTTPForbidden(text="The sandbox answers to names of this machine only.\n")
        return await handler(request)

    return loopback_only(guarded)


def own_page_only(handler: Handler) -> Handler:
    """Refuse (403) an action that another site's page set off."""

    @wraps(handler)
    async def guarded(request: web.Request) -> web.StreamResponse:
        site = request.headers.get("Sec-Fetch-Site", "same-origin")
        origin = request.headers.get("Origin", f"{request.scheme}://{request.host}")
        if site not in ("same-origin", "none") or urlsplit(origin).netloc != request.host:
            raise web.HTTPForbidden(text="This action belongs to the sandbox's own page.\n")
        return await handler(request)

    return own_name_only(guarded)
