"""The acts that concern news: feeds, alerts, their publication and correction, who decided what; and demand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.core.alert import Alert
from bot.core.audit import AuditEntry
from bot.core.delivery import PLANNED, SENT, Delivery, Progress
from bot.core.demand import Demand
from bot.core.feed import FeedState
from bot.flows.ports import Plan
from bot.storage.base import Acts
from bot.storage.documents import ALERTS, AUDIT, DEMAND, FEEDS
from bot.storage.tables import Batch


class NewsActs(Acts):
    """What `flows.ports.Store` can do with news."""

    async def feed_states(self) -> dict[str, FeedState]:
        """Return what is remembered of each feed, by its id."""
        return dict(self._tables.feeds)

    async def record_poll(self, state: FeedState, alerts: Iterable[Alert] = ()) -> None:
        """Keep a feed's state and new drafts; an alert that is there already stays as it is."""
        batch = Batch(self._tables)
        batch.put(FEEDS, state.feed, state)
        for alert in alerts:
            if alert.id not in self._tables.alerts:
                batch.put(ALERTS, alert.id, alert)
        await self._commits.commit(batch)

    async def alert(self, alert_id: str) -> Alert | None:
        """Return the current version of an alert."""
        return self._tables.alerts.get(alert_id)

    async def alerts(self, *, state: str = "", since: datetime | None = None) -> list[Alert]:
        """Return alerts (of that state, created since then), newest first."""
        found = (
            alert
            for alert in self._tables.alerts.values()
            if state in ("", alert.state) and (since is None or alert.created_at >= since)
        )
        return sorted(found, key=lambda alert: (alert.created_at, alert.id), reverse=True)

    async def save_alert(self, alert: Alert) -> None:
        """Keep the current version of an alert."""
        batch = Batch(self._tables)
        batch.put(ALERTS, alert.id, alert)
        await self._commits.commit(batch)

    async def publish(self, alert: Alert, plan: Plan) -> int:
        """Keep the alert and what `plan` decides for every subscriber, each delivery once; return how many are new."""
        decided = await self._decide(lambda: self._tables.subscribers, plan)
        new = [delivery for _, delivery in decided if delivery.id not in self._tables.deliveries]
        batch = Batch(self._tables)
        batch.put(ALERTS, alert.id, alert)
        batch.put_new(new)
        await self._commits.commit(batch)
        return len(new)

    async def correct(self, alert: Alert, decide: Callable[[Delivery], Delivery | None]) -> int:
        """Keep a later version and what `decide` makes of each of its deliveries; return how many changed."""
        decided = await self._decide(lambda: self._tables.of_alert(alert.id), decide)
        batch = Batch(self._tables)
        batch.put(ALERTS, alert.id, alert)
        batch.put_deliveries(delivery for _, delivery in decided)
        await self._commits.commit(batch)
        return len(decided)

    async def reached(self, alert_id: str) -> frozenset[str]:
        """Return the keys of the subscribers who will get a copy or got one in the last 48 hours."""
        copies = self._tables.of_alert(alert_id).values()
        return frozenset(each.subscriber for each in copies if each.message_id or each.state == PLANNED)

    async def progress(self, alert_id: str) -> Progress:
        """Count the deliveries of an alert by what became of them; copies purged since still count as sent."""
        tally = self._tables.tallies.get(alert_id)
        found = Progress(sent=tally.sent if tally else 0)
        counts = dict.fromkeys(("sent", "waiting", "later", "failed"), 0)
        for each in self._tables.of_alert(alert_id).values():
            counts[_kind(each)] += 1
        return replace(found, **{name: getattr(found, name) + count for name, count in counts.items()})

    async def record_audit(self, entry: AuditEntry) -> None:
        """Keep who did what and when."""
        batch = Batch(self._tables)
        batch.put(AUDIT, entry.id, entry)
        await self._commits.commit(batch)

    async def audit(self, since: datetime) -> list[AuditEntry]:
        """Return what admins did since then, newest first."""
        found = (each for each in self._tables.audit.values() if each.at >= since)
        return sorted(found, key=lambda each: (each.at, each.id), reverse=True)

    async def demand(self) -> list[Demand]:
        """Return how many questions about which topic were answered, month by month."""
        return list(self._tables.demand.values())

    async def add_demand(self, month: str, tens: Mapping[str, int]) -> None:
        """Add questions about topics to a month; what is no full ten is left out."""
        known = self._tables.demand.get(month, Demand(month))
        batch = Batch(self._tables)
        if (changed := known.more(tens)) != known:
            batch.put(DEMAND, month, changed)
        await self._commits.commit(batch)


def _kind(delivery: Delivery) -> str:
    """Return under which count of a Progress a delivery falls."""
    if delivery.state == PLANNED:
        return "later" if delivery.in_digest else "waiting"
    return "sent" if delivery.state == SENT else "failed"
