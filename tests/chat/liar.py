"""A server that says over plain sockets whatever a test wants, HTTP or not, and writes down what it was asked."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Say = Callable[[asyncio.StreamWriter], Awaitable[bool]]
"""Answers one request; returns whether the connection stays open."""

GOOD = b'{"ok":true,"result":{"message_id":7}}'


def head(*lines: str, status: str = "200 OK", version: str = "1.1") -> bytes:
    return "\r\n".join([f"HTTP/{version} {status}", "Content-Type: application/json", *lines, "", ""]).encode()


def whole(body: bytes = GOOD, *lines: str, status: str = "200 OK") -> bytes:
    return head(f"Content-Length: {len(body)}", *lines, status=status) + body


def chunked(*parts: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    return head("Transfer-Encoding: chunked") + b"".join(b"%x\r\n%b\r\n" % (len(each), each) for each in parts) + end


def says(data: bytes, *, stays: bool = False, piece: int = 0) -> Say:
    """Send these bytes, in pieces of that size, and close unless the connection `stays`."""

    async def say(writer: asyncio.StreamWriter) -> bool:
        for start in range(0, len(data), piece or max(1, len(data))):
            writer.write(data[start : start + (piece or len(data))])
            await writer.drain()
            if piece:
                await asyncio.sleep(0)
        return stays

    return say


def good(*, piece: int = 0) -> Say:
    return says(whole(), stays=True, piece=piece)


async def silent(_: asyncio.StreamWriter) -> bool:
    await asyncio.sleep(60)
    return False


async def dripping(writer: asyncio.StreamWriter) -> bool:
    """Begin an answer and never come to its end, though something always comes."""
    writer.write(head("Content-Length: 1000000"))
    for _ in range(2000):
        writer.write(b" ")
        await asyncio.sleep(0.01)
    return False


async def reset(writer: asyncio.StreamWriter) -> bool:
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
    return False


@dataclass
class Liar:
    """`script`: how the next requests are answered, a good answer when nothing is left. `heads`: what they began with."""

    script: deque[Say] = field(default_factory=deque)
    heads: list[bytes] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    connections: int = 0
    url: str = ""
    writers: list[asyncio.StreamWriter] = field(default_factory=list)

    async def on_connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writers.append(writer)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                heading = await reader.readuntil(b"\r\n\r\n")
                length = next(int(line[15:]) for line in heading.split(b"\r\n") if line.startswith(b"Content-Length"))
                self.heads.append(heading)
                self.bodies.append(await reader.readexactly(length))
                say = self.script.popleft() if self.script else good()
                if not await say(writer):
                    break
        writer.close()

    async def hang_up(self) -> None:
        """Close every connection that rests, and wait until the other side must have seen it."""
        for writer in self.writers:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


@contextlib.asynccontextmanager
async def liar(context: ssl.SSLContext | None = None) -> AsyncIterator[Liar]:
    made = Liar()
    server = await asyncio.start_server(made.on_connection, "127.0.0.1", 0, ssl=context)
    scheme, port = "https" if context else "http", server.sockets[0].getsockname()[1]
    made.url = f"{scheme}://localhost:{port}"
    try:
        yield made
    finally:
        server.close()
        for writer in made.writers:
            writer.transport.abort()
        await asyncio.sleep(0)


def certificate(folder: Path, name: str = "localhost") -> tuple[ssl.SSLContext, Path]:
    """Return what a server of that name shows, and the file with the certificate that vouches for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / f"{name}.pem", folder / f"{name}.key"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return context, public
