"""Values to JSON documents and back: what is encrypted, what stands in the clear, and what is never written."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from operator import attrgetter
from typing import Any, Union, get_args, get_origin, get_type_hints

import orjson

from bot.core.alert import Alert
from bot.core.audit import AuditEntry
from bot.core.card import Card
from bot.core.delivery import PLANNED, SEND, Delivery
from bot.core.demand import Demand
from bot.core.feed import FeedState
from bot.core.paper import Paper
from bot.core.pause import Pause
from bot.core.staff import Staffbook
from bot.core.subscriber import Subscriber
from bot.core.trace import Trace
from bot.storage.vault import Vault

SUBSCRIBERS, DELIVERIES, ALERTS, FEEDS, TALLIES = "subscribers", "deliveries", "alerts", "feeds", "tallies"
AUDIT, TRACES, STAFF, CARDS = "audit", "traces", "staff", "cards"
DEMAND, PAUSES, PAPERS = "demand", "pauses", "papers"

Document = dict[str, Any]

BLOB_STEP = 128
"""Encrypted settings are padded to multiples of this many bytes: their length must not tell what a reader chose."""

LONG_STEP = 512
"""The same for what grows: the length of a trace must tell no more than roughly whether a chat is lively."""

_SENT_WIDTH = 48


@dataclass(frozen=True, slots=True)
class Tally:
    """How many copies of an alert arrived, after the deliveries themselves were purged."""

    alert: str
    sent: int = 0


Value = (
    Subscriber | Delivery | Alert | FeedState | Tally | AuditEntry | Trace | Staffbook | Card | Demand | Pause | Paper
)

TABLES: dict[str, type[Value]] = {
    SUBSCRIBERS: Subscriber,
    DELIVERIES: Delivery,
    ALERTS: Alert,
    FEEDS: FeedState,
    TALLIES: Tally,
    AUDIT: AuditEntry,
    STAFF: Staffbook,
    CARDS: Card,
    PAUSES: Pause,
    DEMAND: Demand,
    PAPERS: Paper,
    TRACES: Trace,
}

SEALED = {
    SUBSCRIBERS: ("subscriber", BLOB_STEP),
    TRACES: ("trace", LONG_STEP),
    STAFF: ("staff", BLOB_STEP),
    CARDS: ("card", BLOB_STEP),
    DEMAND: ("demand", LONG_STEP),
    PAPERS: ("paper", LONG_STEP),
}
"""Tables whose rows are encrypted as a whole: under which name, and padded to multiples of how many bytes."""

_SEALED_KINDS = {TABLES[table]: how for table, how in SEALED.items()}


def to_document(key: str, value: Value, vault: Vault) -> Document:
    """Return the JSON-ready document of a value (datetimes are left to orjson).

    Of a subscriber or a trace only the key is in the clear, of demand the month, of a paper its name, of team and cards
    nothing. Of a delivery the message id and the time of sending are encrypted; its lease is not written at all, for it
    dies with the process that held it.
    """
    if isinstance(value, Delivery):
        return _of_delivery(key, value, vault)
    if (how := _SEALED_KINDS.get(type(value))) is not None:
        return {"key": key, "blob": _sealed(value, *how, key, vault)}
    return {"key": key, **_plain(value)}


def _of_delivery(key: str, value: Delivery, vault: Vault) -> Document:
    """Return what `_plain` would make of it, but for what is encrypted or left out; written for thousands a second."""
    plain: Document = {
        "key": key,
        "alert": value.alert,
        "subscriber": value.subscriber,
        "due_at": value.due_at,
    }
    if value.version != 1:
        plain["version"] = value.version
    if value.rank != 2:
        plain["rank"] = value.rank
    if value.act != SEND:
        plain["act"] = value.act
    if value.state != PLANNED:
        plain["state"] = value.state
    if value.in_digest:
        plain["in_digest"] = True
    if value.attempt:
        plain["attempt"] = value.attempt
    if value.expires_at is not None:
        plain["expires_at"] = value.expires_at
    if value.reason:
        plain["reason"] = value.reason
    if value.message_id or value.sent_at is not None:
        sent_at = value.sent_at.isoformat() if value.sent_at else ""
        sent = f"{value.message_id} {sent_at}".ljust(_SENT_WIDTH).encode()
        plain["message"] = vault.encrypt(sent, "delivery", key)
    return plain


def from_document(table: str, document: Mapping[str, Any], vault: Vault) -> Value:
    """Return the value that a document of that table holds. Raises VaultError when it cannot be decrypted."""
    plain = dict(document)
    key = plain.pop("key")
    if table in SEALED:
        plain = orjson.loads(vault.decrypt(plain["blob"], SEALED[table][0], key))
        plain["key"] = key
    elif table == DELIVERIES:
        plain["id"] = key
        if sent := plain.pop("message", ""):
            message_id, _, sent_at = vault.decrypt(sent, "delivery", key).decode().rstrip().partition(" ")
            plain["message_id"] = int(message_id)
            plain["sent_at"] = sent_at or None
    value: Value = _value(TABLES[table], plain)
    return value


def renamed(key: str, value: Value, rename: Callable[[str], str]) -> tuple[str, Value]:
    """Return a row as it is kept once every lookup key became what `rename` makes of it."""
    if isinstance(value, Delivery):
        subscriber = rename(value.subscriber)
        moved = replace(value, id=f"{value.alert}.{subscriber}", subscriber=subscriber)
        return moved.id, moved
    if isinstance(value, Pause):
        return rename(key), value
    if hasattr(value, "key"):
        # whatever is kept of a chat says so by this name
        of_chat: Any = value
        return rename(key), replace(of_chat, key=rename(key))
    return key, value


def without_lease(value: Value) -> Value:
    """Return a value free of what only the process that wrote it could hold."""
    return replace(value, leased_until=None) if isinstance(value, Delivery) and value.leased_until else value


def is_current(document: Mapping[str, Any], vault: Vault) -> bool:
    """Say whether all that is encrypted in a document was encrypted with the vault's first key."""
    return all(vault.is_current(document[name]) for name in ("blob", "message") if name in document)


def _sealed(value: Value, field: str, step: int, key: str, vault: Vault) -> str:
    plain = _plain(value)
    plain.pop("key", None)
    blob = orjson.dumps(plain)
    return vault.encrypt(blob.ljust(-(-len(blob) // step) * step), field, key)


@cache
def _shape(kind: Any) -> tuple[tuple[str, ...], tuple[object, ...], Callable[[object], tuple[object, ...]]]:
    """Return the names and defaults of a dataclass's fields and what reads them all at once."""
    names = tuple(field.name for field in fields(kind))
    defaults = tuple(
        field.default_factory() if field.default_factory is not MISSING else field.default for field in fields(kind)
    )
    return names, defaults, attrgetter(*names)


def _plain(value: Any) -> Document:
    """Return the fields that differ from their defaults, in JSON's terms."""
    kind: Any = type(value)
    names, defaults, read = _shape(kind)
    found = zip(names, read(value), defaults, strict=True)
    return {name: _json(field) for name, field, default in found if field is not default and field != default}


def _json(value: object) -> object:
    match value:
        case str() | int() | datetime() | None:
            return value
        case timedelta():
            return value.total_seconds()
        case tuple():
            return [_json(each) for each in value]
        case Mapping():
            return dict(value)
        case _:
            return _plain(value)


Reader = Callable[[Any], Any]


@cache
def _readers(kind: Any) -> dict[str, Reader | None]:
    return {name: _reader(hint) for name, hint in get_type_hints(kind).items()}


def _reader(hint: Any) -> Reader | None:
    """Return what turns JSON back into a field of that type; None where JSON holds it as it is."""
    if get_origin(hint) in (Union, types.UnionType):
        hint = next(each for each in get_args(hint) if each is not type(None))
    if hint is datetime:
        return datetime.fromisoformat
    if hint is timedelta:
        return lambda seconds: timedelta(seconds=seconds)
    if get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        inner = inner._make if hasattr(inner, "_make") else _reader(inner)
        return tuple if inner is None else lambda each: tuple(map(inner, each))
    if is_dataclass(hint):
        return lambda plain: _value(hint, plain)
    return None


def _value(kind: Any, plain: Mapping[str, Any]) -> Any:
    """Build a dataclass; names that it no longer has are passed over, so that an older store can be read."""
    readers = _readers(kind)
    known = {
        name: reader(value) if (reader := readers[name]) is not None and value is not None else value
        for name, value in plain.items()
        if name in readers
    }
    return kind(**known)
