"""Routes of the chat page: the page itself, its files, its actions and its live events."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from aiohttp import web

from bot.sandbox.feed import SampleFeed
from bot.sandbox.guard import own_name_only, own_page_only
from bot.sandbox.page import PAGE_HEADERS, render_page
from bot.sandbox.page_live import View
from bot.sandbox.people import Person
from bot.sandbox.world import World

_STATIC = Path(__file__).parent / "static"
_KINDS = {"page.css": "text/css", "page.js": "text/javascript"}
MOST_UPLOAD = 20 * 1024 * 1024
HEARTBEAT = 15.0
MOST_PEOPLE = 6


class PageRoutes:
    """The chat page over HTTP."""

    def __init__(self, world: World, feed: SampleFeed, person: Callable[..., Person], first_admin: int) -> None:
        self.world = world
        self.feed = feed
        self.person = person
        self.first_admin = first_admin

    def attach(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_get("/", own_name_only(self.on_page))
        app.router.add_get("/sandbox/static/{name}", own_name_only(self.on_static))
        app.router.add_get("/sandbox/events", own_name_only(self.on_events))
        app.router.add_get("/sandbox/file/{file_id}", own_name_only(self.on_file))
        app.router.add_post("/sandbox/act/{action}", own_page_only(self.on_act))

    def people(self) -> list[Person]:
        """Return who is shown: three people from the start, then others whom a test or the page made."""
        first = [
            self.person(100_001, "Amina", "ru"),
            self.person(100_002, "Sam", "en"),
            self.person(self.first_admin, "Admin", "en"),
        ]
        others = [person for person in self.world.people.values() if person not in first]
        return [*first, *others][:MOST_PEOPLE]

    async def on_page(self, request: web.Request) -> web.Response:
        """Answer the page."""
        people = self.people()
        html = render_page(self.world, people, self.feed, self.first_admin)
        return web.Response(text=html, content_type="text/html", headers=PAGE_HEADERS)

    async def on_static(self, request: web.Request) -> web.Response:
        """Answer the style sheet or the script."""
        name = request.match_info["name"]
        if name not in _KINDS:
            raise web.HTTPNotFound
        text = await asyncio.to_thread((_STATIC / name).read_text, "utf-8")
        return web.Response(text=text, content_type=_KINDS[name], headers={"Cache-Control": "no-cache"})

    async def on_file(self, request: web.Request) -> web.Response:
        """Answer a document of a chat, always as a download."""
        document = self.world.documents.get(request.match_info["file_id"])
        if document is None:
            raise web.HTTPNotFound
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(document.name, safe='')}",
            "X-Content-Type-Options": "nosniff",
        }
        return web.Response(body=document.data, content_type="application/octet-stream", headers=headers)

    async def on_events(self, request: web.Request) -> web.StreamResponse:
        """Stream what changes, as server-sent events, until the page closes."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        view = View(self.world, self.feed)
        try:
            while not self.world.updates.closing:
                for kind, data in view.changes(self.people()):
                    body = f"event: {kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
                    await response.write(body.encode())
                await self._next_change(response)
        except ConnectionResetError:
            return response
        return response

    async def _next_change(self, response: web.StreamResponse) -> None:
        try:
            async with asyncio.timeout(HEARTBEAT):
                await self.world.bell.wait()
        except TimeoutError:
            await response.write(b": still here\n\n")

    async def on_act(self, request: web.Request) -> web.Response:
        """Carry out an action of the page, then lead back to it (a script asks with `X-Live` and stays)."""
        acts = {
            "say": self._say,
            "press": self._press,
            "block": self._block,
            "upload": self._upload,
            "publish": self._publish,
        }
        act = acts.get(request.match_info["action"])
        if act is None:
            raise web.HTTPNotFound
        form = await request.clone(client_max_size=MOST_UPLOAD).post()
        try:
            act({name: value for name, value in form.items() if isinstance(value, str | web.FileField)})
        except (LookupError, RuntimeError, ValueError) as fault:
            raise web.HTTPConflict(text=f"{fault}\n") from None
        if "X-Live" in request.headers:
            return web.Response(status=204)
        raise web.HTTPSeeOther("/")

    def _who(self, form: dict[str, str | web.FileField]) -> Person:
        return self.world.people[int(str(form["person"]))]

    def _say(self, form: dict[str, str | web.FileField]) -> None:
        text = str(form["text"]).strip()
        if text:
            self._who(form).say(text)

    def _press(self, form: dict[str, str | web.FileField]) -> None:
        person, number = self._who(form), int(str(form["message"]))
        row, column = (int(part) for part in str(form["button"]).split("."))
        markup = person.message(number).reply_markup or {}
        person.push(number, markup["inline_keyboard"][row][column])

    def _block(self, form: dict[str, str | web.FileField]) -> None:
        person = self._who(form)
        person.unblock() if person.blocked else person.block()

    def _upload(self, form: dict[str, str | web.FileField]) -> None:
        file = form["file"]
        if not isinstance(file, web.FileField):
            return
        with file.file:
            data = file.file.read()
        if file.filename:
            self._who(form).send_document(file.filename, data, mime_type=file.content_type)

    def _publish(self, form: dict[str, str | web.FileField]) -> None:
        title = str(form["title"]).strip()
        if not title:
            raise ValueError("an entry needs a title")
        self.feed.publish(title, str(form["summary"]).strip())
