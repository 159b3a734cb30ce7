"""How the house is: why it is not ready, and its numbers for Prometheus."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from math import ceil

import structlog
from prometheus_client import CollectorRegistry, Gauge

from bot.core.directory import Directory
from bot.core.feed import Feed
from bot.errors import StoreError
from bot.flows.ports import Clock, Store
from bot.flows.totals import Totals

log = structlog.get_logger("bot.web")

TELEGRAM_SILENT_FOR = timedelta(minutes=3)
FEED_FAILURES = 5
LONG_SILENCE = 60.0
"""Seconds of a pause from which on people are not answered; shorter ones are sat out."""


class Health:
    """Knows when Telegram was last heard and what serves; asks the store for the rest.

    `polls`: without polling, silence of Telegram only means that nobody wrote. `silent_for` returns for how many more
    seconds Telegram wants no request.
    """

    def __init__(self, store: Store, clock: Clock, *, polls: bool, totals: Totals | None = None) -> None:
        self._store, self._clock, self._polls = store, clock, polls
        self._totals = totals or Totals(store, clock)
        self._heard_at: datetime | None = None
        self._takes_messages, self._cannot_record = True, False
        self.silent_for: Callable[[], float] = lambda: 0.0
        self._late, self._late_told = 0, -1
        self._directory: Directory | None = None
        self._feeds: Sequence[Feed] = ()
        self.registry = CollectorRegistry()
        self._readers = self._gauge("waypost_subscribers", "Subscribers, in tens; moves when ten people did")
        self._drafts = self._gauge("waypost_drafts", "Drafts that wait for an admin")
        self._due = self._gauge("waypost_deliveries_due", "Deliveries that are due and not yet sent, in tens")
        self._dead = self._gauge("waypost_deliveries_dead", "Deliveries that Telegram refused in 30 days, in tens")
        self._expired = self._gauge(
            "waypost_deliveries_expired", "Deliveries too late to be sent since the start, in tens"
        )
        self._services = self._gauge("waypost_services", "Services in the directory that serves")
        self._unassured = self._gauge("waypost_services_unassured", "Active services that nobody has made sure of")
        self._failures = Gauge("waypost_feed_errors", "Failures in a row of a feed", ["feed"], registry=self.registry)

    def _gauge(self, name: str, text: str) -> Gauge:
        return Gauge(name, text, registry=self.registry)

    def opened(self, recovered: str, *, is_new: bool) -> None:
        """Note what was mended when the store was opened, and whether it is empty: it may be the wrong one."""
        if recovered:
            log.error("the store was damaged and has been mended", reason=recovered)
        if is_new:
            log.warning("an empty store was begun: nothing had been kept there")

    def heard(self) -> None:
        """Note that Telegram answered well just now."""
        self._heard_at = self._clock()

    def trouble(self, error: Exception) -> None:
        """Note that delivering failed."""
        log.error("delivering failed; it is tried again", exc_info=error)

    def late(self, number: int) -> None:
        """Note how many messages were not sent because it was too late for them; a line for each ten of them."""
        self._late += number
        told = self._totals.told("late", self._late)
        if told != self._late_told:
            self._late_told = told
            log.warning("deliveries expired before they could be sent, since the start", count=told)

    def reach(self, is_reached: bool) -> None:
        """Note that Telegram takes no messages any more, or takes them again."""
        self._takes_messages = is_reached
        if is_reached:
            log.info("Telegram takes messages again, or none waits any more")
        else:
            log.warning("Telegram takes no messages; they wait, the gravest first")

    def records(self, why_not: str) -> None:
        """Note why the store cannot record what was sent, or that it can again; whoever says it first is heard."""
        if bool(why_not) == self._cannot_record:
            return
        self._cannot_record = bool(why_not)
        if why_not:
            log.error("the store cannot record: nothing is sent until it can", reason=why_not)
        else:
            log.info("the store records again")

    def must_yield(self) -> bool:
        """Say, when another process speaks as this bot, whether it may be the one that has the store now.

        What people ask of two of them would be kept by one: who wiped her chat here would get news from there.
        """
        if self._store.can_be_taken and self._cannot_record:
            log.error("another process speaks as this bot while the database is away: this one ends")
            return True
        return False

    def serves(self, directory: Directory, feeds: Sequence[Feed]) -> None:
        """Note which directory and feeds serve."""
        self._directory, self._feeds = directory, feeds

    async def reasons(self) -> list[str]:
        """Return why the house is not ready, in words for the operator; empty when it is."""
        reasons = []
        try:
            await self._store.ping()
        except StoreError as error:
            reasons.append(f"store: {error}")
        now = self._clock()
        if self._heard_at is None or (self._polls and now - self._heard_at > TELEGRAM_SILENT_FOR):
            reasons.append("telegram: no good answer in the last three minutes")
        if (left := self.silent_for()) > (LONG_SILENCE if self._heard_at else 0):
            reasons.append(f"telegram: it asked for silence, of which {ceil(left)} seconds are left")
        if not self._takes_messages:
            reasons.append("telegram: takes no messages")
        if self._directory is None:
            reasons.append("resources: no directory is loaded")
        failing = [feed for feed, errors in (await self._errors()).items() if errors >= FEED_FAILURES]
        if failing and len(failing) == len(self._feeds):
            reasons.append("feeds: none could be read lately")
        return reasons

    async def _errors(self) -> dict[str, int]:
        states = await self._store.feed_states()
        return {feed.id: states[feed.id].errors for feed in self._feeds if feed.id in states}

    async def measure(self) -> None:
        """Fill every gauge."""
        counts = await self._store.counts(self._clock())
        self._readers.set(await self._totals.readers())
        self._drafts.set(counts.drafts)
        self._due.set(self._totals.told("due", counts.due))
        self._dead.set(self._totals.told("dead", counts.dead))
        self._expired.set(self._totals.told("expired", self._store.expired))
        if self._directory is not None:
            self._services.set(len(self._directory.services))
            self._unassured.set(self._directory.unassured)
        for feed, errors in (await self._errors()).items():
            self._failures.labels(feed).set(errors)
