"""The road to a database, as a proxy on loopback that loses answers, falls silent or breaks on order."""

from __future__ import annotations

import contextlib
import socket
import threading

WRITES = b"WITH mine AS"
READY = b"Z\x00\x00\x00\x05I"
"""How an answer ends when no transaction is open."""


class Wire:
    """Passes on what comes, connection by connection, in threads of its own."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._door: socket.socket | None = None
        self._open: list[socket.socket] = []
        self._flows = threading.Event()
        self._flows.set()
        self._loses = threading.Event()
        self.lost = 0
        self.forges_pid = False
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            self.port = int(taken.getsockname()[1])
        self.mend()

    def mend(self) -> None:
        """Let everything through again."""
        self._flows.set()
        if self._door is None:
            self._door = socket.create_server(("127.0.0.1", self.port), reuse_port=True)
            threading.Thread(target=self._welcome, args=(self._door,), daemon=True).start()

    def lose_next_answer(self, *, then_break: bool = False) -> None:
        """Let the next write through, and cut the connection when its answer is there.

        It is known by its words, which the driver leaves out from the sixth time on in one session.
        """
        self._breaks = then_break
        self._loses.set()

    def fall_silent(self) -> None:
        """Keep every connection open and pass nothing on."""
        self._flows.clear()

    def cut(self) -> None:
        """End every connection that is open."""
        for each in self._open:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._open.clear()

    def break_off(self) -> None:
        """End every connection and take no other."""
        door, self._door = self._door, None
        if door is not None:
            with contextlib.suppress(OSError):
                door.shutdown(socket.SHUT_RDWR)
            door.close()
        self.cut()

    def close(self) -> None:
        """Let go of everything."""
        self._flows.set()
        self.break_off()

    def _welcome(self, door: socket.socket) -> None:
        while True:
            try:
                near, _ = door.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                near.close()
                continue
            self._open += [near, far]
            asked = threading.Event()
            threading.Thread(target=self._there, args=(near, far, asked), daemon=True).start()
            threading.Thread(target=self._back, args=(near, far, asked), daemon=True).start()

    def _there(self, near: socket.socket, far: socket.socket, asked: threading.Event) -> None:
        def ask(data: bytes) -> bytes:
            if self._loses.is_set() and WRITES in data:
                self._loses.clear()
                asked.set()
            return data

        self._carry(near, far, ask)

    def _back(self, near: socket.socket, far: socket.socket, asked: threading.Event) -> None:
        self._carry(far, near, lambda data: self._answer(data, asked))

    def _answer(self, data: bytes, asked: threading.Event) -> bytes | None:
        at = data.find(b"K\x00\x00\x00\x0c")
        if self.forges_pid and at >= 0:
            return data[: at + 5] + b"\x00\x00\x00\x07" + data[at + 9 :]
        if asked.is_set():
            if READY in data:
                self.lost += 1
                if self._breaks:
                    self.break_off()
                return None
            return b""
        return data

    def _carry(self, source: socket.socket, target: socket.socket, change) -> None:
        try:
            while data := source.recv(1 << 16):
                self._flows.wait()
                if (passed := change(data)) is None:
                    break
                target.sendall(passed)
        except OSError:
            pass
        for each in (source, target):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
