"""The sandbox: Telegram in miniature on this machine, with a strict Bot API, people to play, and a sample feed."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from bot.sandbox.api import Api, Call, is_real
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.feed import SampleFeed
from bot.sandbox.guard import loopback_only
from bot.sandbox.limits import Limits
from bot.sandbox.page_routes import PageRoutes
from bot.sandbox.people import Person
from bot.sandbox.webhook import Webhook
from bot.sandbox.world import World


def _now() -> datetime:
    return datetime.now(UTC)


class Sandbox:
    """One sandbox, all in memory. Nothing happens until `attach` gives it to an application that serves.

    `token` is what the bot must use, `first_admin` the user id of the page's admin, `clock` the sandbox's
    time (aware UTC), which stamps messages and decides what is too old.
    """

    def __init__(
        self,
        token: str = "1:sandbox",  # noqa: S107 - it opens nothing  # nosec B107
        first_admin: int = 900_001,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        if is_real(token):
            raise ValueError("the sandbox takes no real token: keep it for Telegram, and invent one, such as 1:sandbox")
        self.token = token
        self.first_admin = first_admin
        self.world = World(token, clock)
        self.webhook = Webhook(self.world.updates)
        self.faults = Faults()
        self.limits: Limits | None = None
        self.feed = SampleFeed(clock, self.world.bell)
        self.api = Api(token, self.world, self.webhook, self.faults)
        self.api.limits = lambda: self.limits

    @property
    def calls(self) -> list[Call]:
        """Return every call that was answered, in the order of the answers: (method, params, status)."""
        return self.api.calls

    def calls_of(self, method: str) -> list[dict[str, Any]]:
        """Return the parameters of the calls of one method."""
        return [call.params for call in self.calls if call.method == method]

    def person(
        self, user_id: int, first_name: str = "Amina", language_code: str = "ru", username: str | None = None
    ) -> Person:
        """Return the person of that id, made when new."""
        if user_id not in self.world.people:
            self.world.people[user_id] = Person(self.world, user_id, first_name, language_code, username)
        return self.world.people[user_id]

    def fail_next(self, method: str = "*", error_code: int | None = None, times: int = 1, **fault: Any) -> None:
        """Let the next `times` calls of `method` (`*`: any) fail; the other words are those of `Fault`."""
        self.faults.add(method, Fault(error_code=error_code, **fault), times)

    def migrate(self, chat_id: int, new_id: int) -> None:
        """Turn a group into a supergroup with a new id; the old one answers with `migrate_to_chat_id`."""
        old = self.world.chats[chat_id]
        self.world.group(new_id, str(old.about.get("title", "Group"))).member = old.member
        old.moved_to = new_id

    def attach(self, app: web.Application) -> None:
        """Add the routes of the Bot API, the chat page and the sample feed."""
        page = PageRoutes(self.world, self.feed, self.person, self.first_admin)
        on_method, on_file = loopback_only(self.api.on_method), loopback_only(self.api.on_file)
        for path in ("/bot{token:[^/]*}/{method:[^/]*}", "/bot{token:[^/]*}"):
            app.router.add_route("GET", path, on_method)
            app.router.add_route("POST", path, on_method)
        app.router.add_get("/file/bot{token:[^/]*}/{path:.+}", on_file)
        app.router.add_get("/sandbox/feed.rss", loopback_only(self.feed.on_feed))
        page.attach(app)
        app.on_shutdown.append(self._on_shutdown)

    async def _on_shutdown(self, app: web.Application) -> None:
        self.world.updates.close()
        self.world.bell.ring()
        self.faults.clear()
        await self.webhook.stop()
