"""Answers are counted as they will be in memory."""

import gzip
import tracemalloc
import zlib

import pytest

from bot.errors import FeedError
from bot.feeds.inflate import PIECE, Body

TEXT = b"<rss>" + bytes(range(256)) * 2000


def taken(data: bytes, encoding: str = "", piece: int = PIECE) -> bytes:
    body = Body(encoding)
    for start in range(0, len(data), piece):
        body.take(data[start : start + piece])
    return body.whole()


def raw_deflate(data: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(data) + stream.flush()


@pytest.mark.parametrize("piece", [1, 7, 1000, PIECE])
@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT, ""),
        (TEXT, "identity"),
        (gzip.compress(TEXT), "gzip"),
        (gzip.compress(TEXT), "X-GZIP"),
        (zlib.compress(TEXT), "deflate"),
        (raw_deflate(TEXT), "deflate"),
        (gzip.compress(TEXT[:100]) + gzip.compress(TEXT[100:]), "gzip"),
        (gzip.compress(TEXT) + bytes(50), "gzip"),
    ],
)
def test_body__each_encoding_in_any_pieces__is_undone(data, encoding, piece) -> None:
    assert taken(data, encoding, piece) == TEXT


@pytest.mark.parametrize(
    ("data", "encoding", "reason"),
    [
        (bytes(5_000_001), "", "larger"),
        (gzip.compress(bytes(5_000_001)), "gzip", "larger"),
        (gzip.compress(gzip.compress(TEXT))[:-9], "gzip", "broke off"),
        (TEXT, "gzip", "not compressed"),
        (gzip.compress(b"") * 500, "gzip", "too many parts"),
    ],
)
def test_body__too_large_or_damaged__refused(data, encoding, reason) -> None:
    with pytest.raises(FeedError, match=reason):
        taken(data, encoding)


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "x"])
def test_body__an_encoding_that_was_not_asked_for__refused(encoding) -> None:
    with pytest.raises(FeedError, match="not asked for"):
        Body(encoding)


def test_body__bomb_of_half_a_gigabyte__memory_stays_flat() -> None:
    stream = zlib.compressobj(9, wbits=31)
    bomb = b"".join(stream.compress(bytes(1_000_000)) for _ in range(500)) + stream.flush()
    tracemalloc.start()
    with pytest.raises(FeedError, match="larger"):
        taken(bomb, "gzip")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000


def test_body__nothing__is_empty() -> None:
    assert Body("gzip").whole() == b""
