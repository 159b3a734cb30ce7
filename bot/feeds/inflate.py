"""Inflates an answer piece by piece, so that a bomb is noticed before it fills the memory."""

from __future__ import annotations

import zlib

from bot.errors import FeedError

LARGEST_BODY = 5_000_000
PIECE = 65_536
ANY_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
GZIP = b"\x1f\x8b"
MOST_MEMBERS = 100
TOO_LARGE = "the answer is larger than 5 MB"


class Body:
    """The bytes of an answer, counted as they will be in memory; gzip and deflate are undone.

    Raises FeedError beyond 5 MB, before or after inflating, and for an encoding that was not asked for.
    """

    def __init__(self, content_encoding: str = "") -> None:
        encoding = content_encoding.strip().lower()
        if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise FeedError("the answer is compressed in a way that was not asked for")
        self._inflates = encoding not in ("", "identity")
        self._may_be_raw = encoding == "deflate"
        self._stream: zlib._Decompress | None = None
        self._came = self._members = 0
        self._held = b""
        self._bytes = bytearray()

    def take(self, piece: bytes) -> None:
        """Add the next piece as it came over the wire."""
        self._came += len(piece)
        if self._came > LARGEST_BODY:
            raise FeedError(TOO_LARGE)
        if self._inflates:
            self._inflate(piece)
        else:
            self._add(piece)

    def whole(self) -> bytes:
        """Return what came. Raises FeedError when a compressed answer ended too early."""
        if self._inflates and self._came and (self._stream is None or not self._stream.eof):
            raise FeedError("the answer broke off")
        return bytes(self._bytes)

    def _inflate(self, piece: bytes) -> None:
        rest, self._held = self._held + piece, b""
        while rest:
            if self._stream is None:
                self._stream = self._opened(rest)
            elif self._stream.eof:
                if rest == GZIP[:1]:
                    self._held = rest  # half of the mark of another member; the other half is on its way
                    return
                if not rest.startswith(GZIP):
                    return  # padding behind the last member, as gzip allows
                self._stream = zlib.decompressobj(ANY_GZIP_OR_ZLIB)
                self._members += 1
            if self._members > MOST_MEMBERS:
                raise FeedError("the answer is compressed in too many parts")
            try:
                self._add(self._stream.decompress(rest, PIECE))
            except zlib.error:
                raise FeedError("the answer is not compressed as it says") from None
            rest = self._stream.unconsumed_tail or self._stream.unused_data

    def _opened(self, start: bytes) -> zlib._Decompress:
        """Return a stream; some servers call deflate what has no header, which only its first byte tells."""
        is_raw = self._may_be_raw and start[0] & 0x0F != 8 and not start.startswith(b"\x1f")
        return zlib.decompressobj(-zlib.MAX_WBITS if is_raw else ANY_GZIP_OR_ZLIB)

    def _add(self, piece: bytes) -> None:
        self._bytes += piece
        if len(self._bytes) > LARGEST_BODY:
            raise FeedError(TOO_LARGE)
