"""One session with PostgreSQL: how it is opened and kept alive, how long anything may take, and its errors in words."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict

from bot.errors import SettingsError, StoreAway, StoreDamaged, StoreError

Row = tuple[Any, ...]
Connection = psycopg.Connection[Row]

CONNECT_WITHIN = 5
"""Seconds for reaching one host."""

LONGEST, LONGEST_OF_ALL = 10.0, 600.0
"""Seconds after which a session is given up: for a statement, and for what reads or writes everything."""

OLDEST = 130_000
"""The version from which on a server is taken, in PostgreSQL's way of counting."""

GUARD_EVERY = 0.25
"""Seconds between two looks at what is under way."""

_ROAD = {
    "connect_timeout": CONNECT_WITHIN,
    "keepalives_idle": 5,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
    "application_name": "waypost",
    "gssencmode": "disable",
}
"""How the session is kept, for what the address does not say itself; after some 15 seconds a dead road is noticed."""

_SETTINGS = {
    "statement_timeout": f"{LONGEST_OF_ALL:.0f}s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "60s",
    "default_transaction_isolation": "read committed",
    # the other end lets go of our lock as soon: 10 + 3 * 4 seconds after the road broke
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "4",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "20000",
}

HERE = ("localhost", "127.0.0.1", "::1")

POOLER = (
    "a pooler (PgBouncer or alike) stands before the database, and no lock can be held through it: "
    "write the address of the database itself"
)

_BEFORE = re.compile(r"connection to server .*? failed: ")
"""What stands before the reason, and holds names that could be taken for one."""

_NOT_REACHED = "the database cannot be reached"
_FATAL_WORDS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("certificate", "root.crt"), "the certificate of the database is not one that `sslmode` allows"),
    (("password authentication failed", "no password supplied"), "the database refuses the user or the password"),
    (("does not exist", "is not permitted to log in"), "the database or its user does not exist there"),
    (("server does not support",), "the database speaks no TLS, which its address demands"),
    (("SSL encryption", "SSL on"), "the database lets nobody in from here by that name"),
    (
        ("pg_hba.conf", "SSL required"),
        "the database lets nobody in from here by that name, or only with sslmode=require",
    ),
)
_AWAY_WORDS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("too many", "remaining connection slots"), "the database has too many connections"),
    (("starting up", "shutting down", "in recovery mode", "not yet accepting"), "the database is starting or stopping"),
    (("translate host name", "name resolution"), "the host of the database is not known here"),
    (("refused", "No such file"), "nothing answers where the database should be"),
    (("timeout", "timed out"), "the database does not answer in time"),
    (("session is read-only", "hot standby", "session is not read-only"), "the database takes no writes now"),
)
_STATES = {
    "25006": "the database takes no writes now (it is read-only, or a standby)",
    "53100": "the disk of the database is full",
    "53200": "the database is out of memory",
    "53300": "the database has too many connections",
    "57014": "the database takes too long",
    "57P01": "the database is starting or stopping",
    "57P02": "the database is starting or stopping",
    "57P03": "the database is starting or stopping",
    "58030": "the disk of the database fails",
    "58P01": "the disk of the database fails",
}


class Lost(StoreAway):
    """The session ended while something was under way: nobody knows yet whether that took effect."""


class Held(StoreError):
    """Something else, such as a dump, reads the tables: they cannot be written anew as long as that lasts."""


class Session:
    """One connection; used by one thread at a time, but for the guard, which ends what takes too long."""

    def __init__(self, address: str) -> None:
        """Take the address. Raises SettingsError when it is none; nothing is connected yet."""
        try:
            given = conninfo_to_dict(address)
        except psycopg.Error:
            raise SettingsError("STORE: this is no address of a database: postgresql://USER@HOST/NAME") from None
        self._parameters: dict[str, Any] = _ROAD | given | {"client_encoding": "UTF8"}
        self._connection: Connection | None = None
        self._guard: threading.Thread | None = None
        self._ended = threading.Event()
        self._until: float | None = None
        self._was_cut = False
        self.pid = 0
        self.began = ""

    @property
    def is_open(self) -> bool:
        """Say whether the session was not seen to end."""
        return self._connection is not None and not self._connection.closed

    def open(self) -> None:
        """Begin a session that may write.

        Raises StoreAway for what passes, StoreError for what somebody has to change.
        """
        self.close()
        try:
            self._connection = psycopg.connect(**self._parameters, autocommit=True)
        except psycopg.Error as error:
            raise _of_connecting(error) from None
        # Ended by whatever leaves the process, this thread holds nobody up.
        self._ended, self._was_cut = threading.Event(), False
        self._guard = threading.Thread(target=self._watch, args=(self._ended,), name="store-guard", daemon=True)
        self._guard.start()
        try:
            self._greet(self._connection)
        except BaseException:
            self.close()
            raise

    def _greet(self, connection: Connection) -> None:
        settings = dict(_SETTINGS)
        if connection.info.server_version < OLDEST:
            raise StoreError(f"the database is older than PostgreSQL {OLDEST // 10_000}")
        if connection.info.server_version >= 140_000:
            settings["idle_session_timeout"] = "0"
        if self.do("SELECT current_setting('synchronous_commit')") == [("off",)]:
            # It would let a crash of the server undo what was said to be kept.
            settings["synchronous_commit"] = "on"
        names, values = list(settings), list(settings.values())
        self.do("SELECT set_config(n, v, false) FROM unnest(%s::text[], %s::text[]) AS s (n, v)", (names, values))
        pid, encoding, is_read_only, began = self.do(
            "SELECT pg_backend_pid(), current_setting('server_encoding'), current_setting('transaction_read_only'), "
            "(SELECT backend_start::text FROM pg_stat_activity WHERE pid = pg_backend_pid())"
        )[0]
        if pid != connection.info.backend_pid:
            raise StoreError(POOLER)
        if encoding != "UTF8":
            raise StoreError("the database has another encoding than UTF8: make one that has it")
        if is_read_only == "on":
            raise StoreAway(_STATES["25006"])
        self.pid, self.began = int(pid), str(began)

    def weaknesses(self) -> list[str]:
        """Return what makes the database less safe than it could be, in sentences. Raises what `do` raises."""
        found = []
        with self._limited(LONGEST) as connection:
            host = connection.info.host
            if not connection.pgconn.ssl_in_use and not host.startswith("/") and host not in HERE:
                found.append(
                    "STORE: What goes to the database and back goes unencrypted: add sslmode=verify-full to its "
                    "address (or sslmode=require, which does not make sure whom it speaks to)."
                )
        if self.do("SELECT current_setting('fsync')") == [("off",)]:
            found.append("STORE: fsync of the database is off: when its machine crashes, what was kept may be lost.")
        return found

    def close(self) -> None:
        """End the session; safe to call twice."""
        connection, self._connection = self._connection, None
        self._ended.set()
        if connection is not None:
            with contextlib.suppress(psycopg.Error):
                connection.close()
        guard, self._guard = self._guard, None
        if guard is not None and guard is not threading.current_thread():
            guard.join()

    def do(self, statement: str, values: Sequence[object] = (), *, within: float = LONGEST) -> list[Row]:
        """Do one statement and return its rows. Raises Lost, StoreAway, StoreDamaged or StoreError."""
        with self._limited(within) as connection:
            cursor = connection.execute(statement.encode(), values or None)
            return cursor.fetchall() if cursor.description else []

    @contextmanager
    def together(self, *, within: float = LONGEST_OF_ALL) -> Iterator[None]:
        """Do everything in the block as one transaction. Raises what `do` raises."""
        with self._limited(within) as connection, connection.transaction():
            yield

    def copy(self, statement: str, rows: Iterator[Sequence[str]]) -> None:
        """Do a COPY from here. Raises what `do` raises."""
        with self._limited(LONGEST_OF_ALL) as connection, connection.cursor().copy(statement.encode()) as copying:
            for row in rows:
                copying.write_row(row)

    @contextmanager
    def _limited(self, seconds: float) -> Iterator[Connection]:
        connection = self._connection
        if connection is None or connection.closed:
            raise Lost(_NOT_REACHED)
        before = self._until
        self._until = max(before or 0.0, time.monotonic() + seconds)
        try:
            yield connection
        except psycopg.Error as error:
            said = _of_working(error, is_lost=bool(connection.closed), was_cut=self._was_cut)
            if isinstance(said, StoreAway):
                self.close()
            raise said from None
        finally:
            self._until = before

    def _watch(self, ended: threading.Event) -> None:
        """Cut the road when something takes too long: the server may hang, and its own limit with it."""
        while not ended.wait(GUARD_EVERY):
            connection, until = self._connection, self._until
            if until is not None and connection is not None and time.monotonic() > until:
                self._was_cut = True
                with contextlib.suppress(OSError, psycopg.Error):
                    road = socket.socket(fileno=os.dup(connection.fileno()))
                    with road:
                        road.shutdown(socket.SHUT_RDWR)


def _of_connecting(error: psycopg.Error) -> StoreError:
    """Say why no session could be begun, without host, user or what they are called."""
    said = _BEFORE.sub("", str(error))
    for words, sentence in _FATAL_WORDS:
        if any(word in said for word in words):
            return StoreError(sentence)
    for words, sentence in _AWAY_WORDS:
        if any(word in said for word in words):
            return StoreAway(sentence)
    return StoreAway(_NOT_REACHED)


def _of_working(error: psycopg.Error, *, is_lost: bool, was_cut: bool) -> StoreError:
    """Say what went wrong in a session."""
    state = "57014" if was_cut else error.sqlstate or ""
    if is_lost or isinstance(error, psycopg.InterfaceError) or state.startswith("08"):
        return Lost(_STATES.get(state, "the connection to the database broke"))
    if state == "25006":
        return StoreAway(_STATES[state])
    if state == "55P03":
        return Held("the tables are held by something else, a dump for instance")
    if state.startswith("XX00"):
        return StoreDamaged("the database says that its own files are damaged")
    if isinstance(error, errors.UndefinedTable | errors.UndefinedColumn | errors.InvalidSchemaName):
        return StoreDamaged("the tables of the store are gone, or are not those of Waypost")
    if isinstance(error, errors.InsufficientPrivilege):
        return StoreError("the database does not let this user make or change its tables")
    return StoreError(_STATES.get(state, f"the database refused ({state or type(error).__name__})"))
