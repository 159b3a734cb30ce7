"""What the verbs need from the edge: a Store, a FeedReader and a Messenger."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.alert import Alert
from bot.core.audit import AuditEntry
from bot.core.card import Card
from bot.core.changes import Changes
from bot.core.delivery import Claim, Delivery, Outcome, Progress
from bot.core.demand import Demand
from bot.core.feed import Feed, FeedState, Fetched
from bot.core.pause import Pause
from bot.core.staff import Staffbook
from bot.core.subscriber import Subscriber
from bot.core.trace import Trace
from bot.errors import Fault
from bot.texts.message import Message

Clock = Callable[[], datetime]
"""Returns now as an aware UTC datetime; `clock.py` has the real one."""

Plan = Callable[[Subscriber], Delivery | None]
"""Decides for one subscriber; the store calls it for each inside one atomic write."""

Change = Callable[[Subscriber], Subscriber]


@dataclass(frozen=True, slots=True)
class Counts:
    """Totals, exact and about nobody; whoever shows one of people tells it in tens (`flows/totals.py`).

    `due`: planned deliveries whose time has come; `sent`: copies of the last 30 days; `dead`: refused for good.
    """

    drafts: int
    due: int
    sent: int
    dead: int


class Store(Protocol):
    """All that is kept. One call is one atomic, durable write: when it returns, a crash cannot undo it.

    Every adapter passes `tests/storage/test_store_contract.py`. Raises StoreError when the disk or the
    database fails; then nothing of the call was kept.
    """

    @property
    def can_be_taken(self) -> bool:
        """Say whether the lease can be lost while this process lives, so that somebody must look after it."""

    @property
    def is_taken(self) -> bool:
        """Say whether another process has the lease now: then nothing can be written here any more."""

    async def open(self) -> None:
        """Read what was kept before. Raises StoreDamaged, StoreLocked, StoreAway or VaultError rather than starting
        empty.
        """

    async def close(self) -> None:
        """Write what is pending and let go of the lease; safe to call twice."""

    async def ping(self) -> None:
        """Make sure that a write would succeed; raises StoreError."""

    # people
    async def subscriber(self, chat_id: int) -> Subscriber | None:
        """Return what is kept of that chat."""

    async def change_subscriber(self, chat_id: int, change: Change) -> Subscriber:
        """Apply a pure change to the record (a fresh `Subscriber(chat_id, key)` if there is none) and keep it."""

    async def move_subscriber(self, chat_id: int, to: int) -> None:
        """Rewrite the record and its deliveries to a new chat id; a record already there wins."""

    async def trace(self, chat_id: int) -> Trace | None:
        """Return what is remembered of that chat besides settings."""

    async def change_trace(self, chat_id: int, change: Callable[[Trace], Trace]) -> Trace:
        """Apply a pure change to what is remembered of a chat (a fresh `Trace` if nothing is); keep it unless empty."""

    def traces(self) -> AsyncIterator[Trace]:
        """Iterate over all traces, each once."""

    async def messages(self, chat_id: int) -> tuple[int, ...]:
        """Return the numbers of all messages of a chat that are known: what both sides said, and news."""

    async def forget(self, chat_id: int, leaving: Trace | None = None) -> tuple[int, ...]:
        """Erase the subscriber, her deliveries and her trace in one write; return the message ids there were.

        `leaving`: what the chat's trace is from then on (whose it is the store knows); without it, there is none.
        """

    def subscribers(self) -> AsyncIterator[Subscriber]:
        """Iterate over all records, each once."""

    async def replan(self, chat_id: int, decide: Callable[[Subscriber, Alert, Delivery], Delivery | None]) -> int:
        """Decide anew on what is planned for a person and not under way (None: unchanged); return how many changed."""

    async def copies(self, chat_id: int, message_id: int) -> list[Delivery]:
        """Return the deliveries that one message to a person brought: several when it was a digest."""

    async def staff(self) -> Staffbook:
        """Return who was invited to moderate, and what is open about that."""

    async def change_staff(self, change: Callable[[Staffbook], Staffbook]) -> Staffbook:
        """Apply a pure change and keep the result, encrypted as a whole; who was taken out leaves no trace."""

    async def cards(self) -> list[Card]:
        """Return the messages in admins' chats that still stand."""

    async def keep_card(self, card: Card) -> None:
        """Remember a message in an admin's chat, encrypted."""

    async def drop_cards(self, ids: Sequence[str]) -> None:
        """Erase what is remembered of messages that are gone, from every file."""

    async def pause(self, bot: int) -> Pause | None:
        """Return the last pause that Telegram asked of the bot with that number, over or not."""

    async def keep_pause(self, bot: int, pause: Pause) -> None:
        """Remember a pause in the place of the last one."""

    # news
    async def feed_states(self) -> dict[str, FeedState]:
        """Return what is remembered of each feed, by its id."""

    async def record_poll(self, state: FeedState, alerts: Iterable[Alert] = ()) -> None:
        """Keep a feed's state and the drafts found in that poll."""

    async def alert(self, alert_id: str) -> Alert | None:
        """Return the current version of an alert."""

    async def alerts(self, *, state: str = "", since: datetime | None = None) -> list[Alert]:
        """Return alerts (of that state, created since then), newest first."""

    async def save_alert(self, alert: Alert) -> None:
        """Keep the current version of an alert."""

    async def publish(self, alert: Alert, plan: Plan) -> int:
        """Keep the alert and what `plan` decides for every subscriber; return how many deliveries were planned."""

    async def correct(self, alert: Alert, decide: Callable[[Delivery], Delivery | None]) -> int:
        """Keep a later version and what `decide` makes of each delivery (None: unchanged); return how many changed."""

    async def reached(self, alert_id: str) -> frozenset[str]:
        """Return the keys of the subscribers who will get a copy or got one in the last 48 hours."""

    async def progress(self, alert_id: str) -> Progress:
        """Count the deliveries of an alert by what became of them."""

    async def record_audit(self, entry: AuditEntry) -> None:
        """Keep who did what and when."""

    async def audit(self, since: datetime) -> list[AuditEntry]:
        """Return what admins did since then, newest first."""

    async def demand(self) -> list[Demand]:
        """Return how many questions about which topic were answered, month by month."""

    async def add_demand(self, month: str, tens: Mapping[str, int]) -> None:
        """Add questions about topics to a month, encrypted as a whole; what is no full ten is left out."""

    # deliveries
    @property
    def expired(self) -> int:
        """How many deliveries were set aside since the store was opened, because it was too late to send them."""

    async def claim(
        self, now: datetime, leased_until: datetime, limit: int, *, newest_first: bool = False
    ) -> list[Claim]:
        """Take up to `limit` messages that are due and free: by rank, then by due time; expired ones are set aside.

        What was due at one claim stays so when the clock is set back after it. Raises StoreError as well when what
        becomes of them could not be recorded.
        Deliveries of one subscriber with `in_digest` that are due are one Claim.
        """

    async def settle(self, deliveries: Sequence[Delivery]) -> Sequence[Delivery]:
        """Write what became of claimed deliveries; return those that were dropped instead, because they were erased
        or their subscriber forgotten meanwhile.
        """

    async def purge(self, now: datetime) -> int:
        """Delete by age and return how many: settled deliveries and all message ids after 48 hours (refused ones
        after 30 days), alerts after 30 days, the audit trail after 90, what was asked for after twelve months, a pause
        a day after its end. `counts.sent` stays right over 30 days.
        """

    async def counts(self, now: datetime) -> Counts:
        """Return totals for admins."""


class FeedReader(Protocol):
    """Reads one feed over the network."""

    async def read(self, feed: Feed, state: FeedState) -> Fetched:
        """Fetch and parse, conditionally on what is remembered. Raises FeedError with the reason."""


class Shelf(Protocol):
    """Small files by name that last as long as the store does. Its acts block: call them in threads of their own.

    `is_only_place`: nothing else lasts, not even the file that admins edit.
    """

    @property
    def is_only_place(self) -> bool:
        """Say whether the disk of this machine may be emptied at every start."""

    def read(self, name: str) -> bytes | None:
        """Return what stands there, None when there is nothing of that name."""

    def names(self, prefix: str) -> list[str]:
        """Return the names that begin so, the one written first in front."""

    def write(self, name: str, content: bytes) -> None:
        """Keep it, in the place of what has that name. Raises StoreError."""

    def remove(self, name: str) -> None:
        """Keep nothing of that name. Raises StoreError."""


class ResourceFile(Protocol):
    """resources.yaml as admins change it. Acts raise NotAllowed when not possible, StoreError when the disk fails."""

    def text(self) -> str:
        """Return the text of the version that serves."""

    def look(self) -> None:
        """See to it that what was written into the file by now serves, before somebody decides about it."""

    def examine(self, content: bytes) -> tuple[str, tuple[Fault, ...], Changes]:
        """Check a file that was sent; return the candidate's name ('' if it has errors), faults and changes."""

    def put(self, name: str) -> None:
        """Put a candidate in place; the version before it is kept."""

    def drop(self, name: str) -> None:
        """Keep nothing of a candidate."""

    def undo(self, seen: str) -> None:
        """Put the version before this one in place again. Raises Overtaken unless the version `seen` serves."""

    def assure(self, service_id: str, by: str) -> None:
        """Write today's date and a name to a service."""

    def take_down(self, service_id: str) -> None:
        """Set a service to inactive."""


class Messenger(Protocol):
    """Brings messages to a chat; what Telegram says comes back as an Outcome, never as an exception."""

    async def send(self, chat_id: int, message: Message, *, silent: bool = False, urgent: bool = False) -> Outcome:
        """Send a new message; `urgent` ones leave before others, `silent` ones make no sound."""

    def room(self) -> tuple[int, float]:
        """Return how many messages may leave now, and, when none may, the seconds until one may (or infinity)."""

    async def edit(self, chat_id: int, message_id: int, message: Message) -> Outcome:
        """Replace a message's text and buttons; one that is the same already counts as Sent."""

    async def delete(self, chat_id: int, message_ids: Sequence[int]) -> Outcome:
        """Delete messages (any number); those that are gone already count as deleted."""
