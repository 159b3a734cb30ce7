"""The real handlers on a stage: updates go in as Telegram would send them, calls to Telegram are written down."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from telegram import Update
from telegram.constants import ParseMode
from telegram.ext import ApplicationBuilder, Defaults
from telegram.request import BaseRequest

from bot.chat.application import add_handlers
from bot.chat.desk import Desk
from bot.chat.menus import dresser
from bot.chat.office import Office
from bot.chat.polling import process
from bot.core.changes import Changes
from bot.lookup.lexicon import Lexicons
from bot.lookup.search import Index
from bot.storage.memory_store import MemoryStore
from tests.builders import NOW, a_directory
from tests.flows.conftest import Clock, Phones

BOT = {"id": 1, "is_bot": True, "first_name": "Bot", "username": "waypost_bot"}


class Recorder(BaseRequest):
    """Telegram's side: writes down each call, and answers that all is well."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []

    @property
    def read_timeout(self) -> float:
        return 1.0

    async def initialize(self) -> None:
        pass

    async def shutdown(self) -> None:
        pass

    async def do_request(self, url, method, request_data=None, **_: Any) -> tuple[int, bytes]:
        name, values = url.rsplit("/", 1)[-1], dict(request_data.json_parameters) if request_data else {}
        self.calls.append((name, values))
        return 200, json.dumps({"ok": True, "result": self._result(name, values)}).encode()

    def _result(self, name: str, values: dict[str, Any]) -> Any:
        if name == "getMe":
            return BOT
        if name.startswith(("sendMessage", "sendDocument", "editMessageText")):
            chat = {"id": int(values["chat_id"]), "type": "private"}
            return {"message_id": 1000 + len(self.calls), "date": 0, "chat": chat, "from": BOT, "text": "sent"}
        if name == "getFile":
            return {"file_id": "f", "file_unique_id": "u", "file_path": "f"}
        return True

    def texts(self) -> list[str]:
        """Return what was said or shown, oldest first."""
        return [values["text"] for name, values in self.calls if "text" in values and "Message" in name]


class ResourceFile:
    """A list of contacts that notes every act on it."""

    def __init__(self) -> None:
        self.acts: list[str] = []

    def text(self) -> str:
        return "version: 1\n"

    def examine(self, content):
        self.acts.append("examine")
        return "candidate", (), Changes()

    def look(self):
        pass

    def put(self, name):
        self.acts.append("put")

    def drop(self, name):
        self.acts.append("drop")

    def undo(self, _seen):
        self.acts.append("undo")

    def assure(self, service_id, by):
        self.acts.append("assure")

    def take_down(self, service_id):
        self.acts.append("take_down")


@dataclass
class Stage:
    """One bot without a network."""

    desk: Desk
    application: Any
    recorder: Recorder
    store: MemoryStore
    clock: Clock
    phones: Phones
    number: int = field(default=0)

    async def play(self, *, seconds: float = 2, **update: Any) -> list[tuple[str, dict[str, Any]]]:
        """Let one update come in, so long after the one before; return the calls that it led to."""
        self.number += 1
        self.clock.now += timedelta(seconds=seconds)
        self.recorder.calls.clear()
        made = Update.de_json({"update_id": self.number, **update}, self.application.bot)
        await process(self.application, [made])
        return list(self.recorder.calls)


async def a_stage(lexicons: Lexicons, **changes: Any) -> Stage:
    """Return an open stage: two admins, one service, an empty store unless one is given."""
    store, clock, phones, recorder = changes.pop("store", None), Clock(), Phones(), Recorder()
    if store is None:
        store = MemoryStore()
        await store.open()
    defaults = Defaults(parse_mode=ParseMode.HTML)
    builder = ApplicationBuilder().token("1:sandbox").request(recorder).get_updates_request(Recorder())
    application = builder.defaults(defaults).updater(None).build()
    await application.initialize()
    index = Index(a_directory(), lexicons, NOW.date())
    owners = changes.pop("owners", (1, 2))
    desk = Desk(
        store=store,
        messenger=phones,
        lexicons=lexicons,
        index=lambda: index,
        feeds=lambda: (),
        faults=lambda: (),
        resource_file=ResourceFile(),
        clock=clock,
        office=Office(store, phones, clock, owners),
        username=lambda: "waypost_bot",
        **changes,
    )
    desk.office.dress = dresser(application.bot, store, desk.front, desk.owed)
    add_handlers(application, desk)
    return Stage(desk, application, recorder, store, clock, phones)


def a_user(user_id: int, **changes: Any) -> dict[str, Any]:
    """A person's account."""
    return {"id": user_id, "is_bot": False, "first_name": "Person", "language_code": "en"} | changes


def a_message(user_id: int, text: str = "", **changes: Any) -> dict[str, Any]:
    """A message in that person's private chat."""
    said = {"text": text} if text else {}
    return {
        "message_id": 7,
        "date": int(NOW.timestamp()),
        "chat": {"id": user_id, "type": "private", "first_name": "Person"},
        "from": a_user(user_id),
        **said,
    } | changes


def a_tap(user_id: int, data: str, **changes: Any) -> dict[str, Any]:
    """A tap on a button of a message in that person's private chat."""
    message = a_message(user_id, "shown", **{"from": BOT})
    return {"id": "5", "from": a_user(user_id), "chat_instance": "9", "message": message, "data": data} | changes
