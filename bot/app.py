"""The only place where concrete things meet: they are opened in order and closed in reverse."""

from __future__ import annotations

import asyncio
import gc
import random
import signal
import time
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog
from telegram.error import TelegramError

from bot import clock
from bot.chat.application import add_handlers, build_bot, connect, introduce, remember, undresser
from bot.chat.desk import Desk
from bot.chat.limiter import REPLY
from bot.chat.menus import dresser
from bot.chat.office import Office
from bot.chat.polling import ALLOWED, Poller, process
from bot.chat.second import AdminBot
from bot.chat.sender import Sender
from bot.chat.updates import read_update
from bot.feeds.fetch import HttpFeedReader
from bot.flows import demand, tidy
from bot.flows.collect import Collected, Turns, collect
from bot.flows.deliver import Courier
from bot.flows.follow import EVERY
from bot.flows.late import LateBell
from bot.flows.part import Parting
from bot.flows.stand_by import WATCH_EVERY, keep_watch, stand_by
from bot.flows.subscribe import Defaults
from bot.flows.tidy import Tidier
from bot.flows.totals import Totals
from bot.flows.wipe import Veiled, wipe_owed
from bot.resources.keep import Keeper
from bot.resources.newsroom import load_newsroom
from bot.resources.serve import Serving, sample_feed
from bot.resources.shelf import FolderShelf
from bot.resources.versions import Versions
from bot.sandbox import Sandbox
from bot.scheduler import Tick, Timetable
from bot.settings import Settings
from bot.storage.choose import KeptStore, choose_store
from bot.storage.keyring import identity_of
from bot.storage.papers import PaperShelf
from bot.texts.admin import render_conflict
from bot.web.export import Published
from bot.web.health import Health
from bot.web.porch import Porch
from bot.web.published import AlertFeeds
from bot.web.server import Doors, build_web

log = structlog.get_logger("bot.app")

FINISH_WITHIN = 22.0
"""Seconds for the answers to what is under way: longer than any may take, for whoever is cut off gets it twice."""


def open_store(settings: Settings) -> KeptStore:
    """Return the store that the settings name, not yet opened. Raises SettingsError."""
    assert settings.secret_key is not None
    return choose_store(settings.store_place, settings.secret_key.get_secret_value())


class House:
    """One running bot."""

    def __init__(self, settings: Settings, sandbox: Sandbox | None = None) -> None:
        assert settings.bot_token is not None
        self.settings, self.sandbox, self.store = settings, sandbox, open_store(settings)
        self._stopping, self._turns, self.owed = asyncio.Event(), Turns(), set[int]()
        self.porch = Porch(settings.host, settings.port)
        self.reader = HttpFeedReader(clock.now, allow_private=settings.allow_private_feeds)
        self.totals = Totals(self.store, clock.now)
        self.health = Health(self.store, clock.now, polls=settings.webhook_url is None, totals=self.totals)
        token, api_url = settings.bot_token.get_secret_value(), settings.bot_api_url
        self.application = build_bot(token, api_url, settings.send_rate, settings.send_concurrency)
        self.messenger = Sender(self.application.bot)
        self.health.silent_for = self.messenger.silent_for
        second, replies = settings.admin_bot_token, Sender(self.application.bot, REPLY)
        self.second = AdminBot(second.get_secret_value(), settings.bot_api_url) if second else None
        road = Sender(self.second.application.bot, REPLY) if self.second else replies
        veiled = Veiled(road, self.store, clock.now, remembers=self.second is None)
        self.office = Office(self.store, veiled, clock.now, settings.admin_ids, settings.approvals, self.totals)
        self.late = LateBell(self.office.team, self.health.late, self.health.reach)
        tells = self.health.trouble, self.late.note, self.late.reach, self.health.records, self.late.refuse
        self.courier = Courier(self.store, self.messenger, clock.now, settings.send_concurrency, *tells)
        self.office.dress = dresser(self.application.bot, self.store, settings.front, self.owed)
        self.published = Published(lambda: self.serving.keeper.directory, clock.today)
        self.tidier = Tidier(self.store, Veiled(replies, self.store, clock.now), clock.now, self.office.dress)
        to_readers, leave = Veiled(self.messenger, self.store, clock.now), undresser(self.application, settings.front)
        self.parting = Parting(self.store, to_readers, self.office.team, clock.now, time.monotonic, leave)
        self.poller = Poller(self.application, heard=self.health.heard, warn=self._warn_of_conflict)

    async def run(self, ready: Callable[[], None] = lambda: None, *, obeys_signals: bool = True) -> None:
        """Open everything, serve until asked to stop, close everything."""
        if obeys_signals:
            self._stop_on_signals()
        async with AsyncExitStack() as stack:
            await self._open_store(stack)
            if self._stopping.is_set():
                return
            # What is due waits for nothing else: after a crash it goes on before the word lists are read.
            self._delivering = asyncio.create_task(self.courier.run(), name="deliver")
            self.courier.wake()
            stack.push_async_callback(self._finish_delivering)
            await asyncio.to_thread(self._open_resources)
            await self._open_web(stack)
            stack.push_async_callback(self.reader.close)
            await self._open_telegram(stack)
            if self._stopping.is_set():
                return
            # What is loaded by now stays: looking through it again and again would make pushes stutter.
            gc.freeze()
            await self._serve(ready)
        log.info("stopped")

    def stop(self) -> None:
        """Ask the house to close; what is claimed is finished first."""
        self._stopping.set()
        self.courier.stop()

    def _stop_on_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            with suppress(NotImplementedError, RuntimeError):
                loop.add_signal_handler(name, self.stop)

    async def _open_store(self, stack: AsyncExitStack) -> None:
        stack.push_async_callback(self.porch.close)
        if await stand_by(self.store, self._stopping, self.porch.stand) and not self._stopping.is_set():
            self.porch.take_over()
        if not self._stopping.is_set():
            await self.office.staff.load()
            await remember(self.application, self.store, clock.now)
            self.health.opened(self.store.recovered, is_new=self.store.is_new)
        stack.push_async_callback(self.store.close)
        folder, loop = self.settings.store_folder, asyncio.get_running_loop()
        self.shelf: FolderShelf | PaperShelf = FolderShelf(folder) if folder else PaperShelf(self.store, loop)

    def _open_resources(self) -> None:
        folder, file = self.settings.store_folder, self.settings.resources
        if self.sandbox is None:
            self.serving = Serving(Keeper(file, self.shelf, clock.today), clock.today, self.health.serves)
        else:
            # Editing in the sandbox changes a copy; what is edited in the real file shows up in it.
            copy = Keeper((folder or Path()) / file.name, self.shelf, clock.today)
            self.serving = Serving(
                copy, clock.today, self.health.serves, (sample_feed(self.settings.bot_api_url),), original=file
            )
        self.serving.start()
        self.newsroom = load_newsroom(self.serving.lexicons)

    async def _open_web(self, stack: AsyncExitStack) -> None:
        secret, url = self.settings.webhook_secret, self.settings.webhook_url or ""
        doors = Doors(
            reasons=self.health.reasons,
            registry=self.health.registry,
            measure=self.health.measure,
            webhook_path=urlsplit(url).path or ("/" if url else ""),
            webhook_secret=secret.get_secret_value() if secret else "",
            take_update=self._take_update,
            published=self.published,
            alerts=AlertFeeds(self.store, lambda: self.serving.keeper.directory.operator, clock.now, url),
        )
        application = build_web(doors)
        if self.sandbox is not None:
            self.sandbox.attach(application)
        runner = await self.porch.open_house(application)
        stack.push_async_callback(runner.cleanup)

    async def _open_telegram(self, stack: AsyncExitStack) -> None:
        await connect(self.application, self._stopping, self._choose_road)
        if self._stopping.is_set():
            return
        self.health.heard()
        stack.push_async_callback(self.application.shutdown)
        self._desk = self.desk()
        add_handlers(self.application, self._desk)
        if self.second is not None:
            stack.push_async_callback(self.second.close)
            await self.second.open(self._stopping, self._desk)

    async def _choose_road(self) -> None:
        """Tell Telegram how updates reach us: by webhook, or by asking for them."""
        hook, secret = self.settings.webhook_url, self.settings.webhook_secret
        if hook and secret:
            await self.application.bot.set_webhook(
                hook, secret_token=secret.get_secret_value(), allowed_updates=list(ALLOWED), max_connections=40
            )
        else:
            try:
                await self.application.bot.delete_webhook()
            except TelegramError as error:
                # Without a webhook there is nothing to delete; with one, polling says so and slows down.
                log.warning("an old webhook could not be taken away", error=type(error).__name__)

    def desk(self) -> Desk:
        """Return the tools of the handlers."""
        return Desk(
            store=self.store,
            messenger=self.messenger,
            lexicons=self.serving.lexicons,
            index=lambda: self.serving.index,
            feeds=lambda: self.serving.feeds,
            faults=lambda: self.serving.keeper.faults,
            resource_file=Versions(self.serving.keeper, self.shelf, clock.today),
            clock=clock.now,
            office=self.office,
            defaults=Defaults(self.settings.utc_offset, self.settings.digest_hour),
            wake=self.courier.wake,
            identity=identity_of(self.settings.identity_key, self.settings.secret_key),
            admits_admins=self.second is None,
            watch=self.tidier.watch,
            owed=self.owed,
            offline=self.published.offline,
            front=self.settings.front,
            start_codes=self.settings.start_codes,
            username=lambda: self.application.bot.username,
        )

    async def _serve(self, ready: Callable[[], None]) -> None:
        timetable = Timetable(self._ticks(), clock.now)
        staff, front, second = self.office.staff, self.settings.front, self.second
        faces = introduce(self.application, staff, front, self._desk.is_wiped, has_second=second is not None)
        others = [asyncio.create_task(faces, name="introduce")]
        if second is not None:
            others.append(asyncio.create_task(second.run(), name="second"))
        if not self.settings.webhook_url:
            others.append(asyncio.create_task(self.poller.run(), name="poll"))
        timetable.start()
        log.info("serving", mode="sandbox" if self.sandbox else "telegram", port=self.porch.port)
        ready()
        await self._stopping.wait()
        timetable.stop()
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        if not self.settings.webhook_url:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.poller.acknowledge(), 1)
        await self._finish_delivering()

    async def _finish_delivering(self) -> None:
        self.courier.stop()
        await asyncio.wait([self._delivering], timeout=FINISH_WITHIN)
        self._delivering.cancel()
        await asyncio.gather(self._delivering, return_exceptions=True)

    def _ticks(self) -> list[Tick]:
        return [
            Tick("deliver", timedelta(seconds=1), self.courier.tick),
            Tick("collect", timedelta(seconds=1), self._collect, rounds=100),
            Tick("reload", timedelta(seconds=1), self.serving.look),
            Tick("follow", EVERY, self.office.follower.tick),
            Tick("hide", tidy.HIDE_EVERY, self.tidier.hide),
            Tick("tidy", tidy.EVERY, self.tidier.tidy),
            Tick("wipe", tidy.HIDE_EVERY, self._wipe_owed),
            Tick("lease", WATCH_EVERY, lambda: keep_watch(self.store, self.health.records, self.stop)),
            Tick("late", timedelta(seconds=10), self.late.ring),
            Tick("remind", timedelta(minutes=1), self._remind),
            Tick("office", timedelta(minutes=1), self.office.tick),
            Tick("part", timedelta(hours=1), self.parting.tick),
            Tick("purge", timedelta(hours=1), lambda: self.store.purge(clock.now())),
            Tick("demand", demand.EVERY, self.totals.demand.keep),
            Tick("new-day", timedelta(minutes=1), self.serving.refresh),
        ]

    async def _collect(self) -> None:
        feeds, chance = self.serving.feeds, random.random
        await collect(self.store, self.reader, self.newsroom, feeds, clock.now, chance, self._turns, self._collected)

    async def _collected(self, found: Collected) -> None:
        self.courier.wake()
        await self.office.bell.ring(found.drafts, is_urgent=bool(found.urgent))
        await self.office.sources.ring(self.serving.feeds)

    async def _remind(self) -> None:
        keeper = self.serving.keeper
        await self.office.remind(keeper.directory, keeper.reminded_on, keeper.remember_reminder)

    async def _wipe_owed(self) -> None:
        await wipe_owed(self.store, self.messenger, self.owed, clock.now())

    async def _warn_of_conflict(self) -> None:
        if self.health.must_yield():
            self.stop()
        await self.office.team.tell(lambda speak: render_conflict(self.application.bot.username, speak), silent=False)

    async def _take_update(self, payload: dict[str, Any]) -> None:
        self.health.heard()
        if (update := read_update(payload, self.application.bot)) is not None:
            await process(self.application, [update])
