"""Damages feeds at random: the same seed always gives the same mutants."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from tests.feeds.corpus import Document

# What parsers are known to stumble over.
TOKENS = (
    b"<![CDATA[", b"]]>", b"<!--", b"-->", b"&#99999999;", b"&#x110000;", b"&#0;", b"&nbsp;", b"&", b"<", b">", b"\x00",
    b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"<?xml version='1.1'?>", b"<?php ?>",
    b"encoding='utf-7'", b"xmlns=''", b"xml:base='javascript:1'", b"<item>", b"</item>", b"<entry>", b"</channel>", b"\x1b$B",
    b"<script>", b"</script>", b"type='xhtml'", b"mode='base64'", b"javascript:alert(1)", b"http://[::1", b"//\\@", b"\xe2\x80\xae",
    b"\\ud800", b"1e999999", b"[[[[[[[[", b'{"version":"https://jsonfeed.org/version/1.1","items":[', b"null", b"-1", b"\r\n" * 9,
    b"<a " * 40, b"<b>" * 60, b"A" * 3000, b"0000-00-00T99:99:99+99:99", b"Mon, 99 Foo 99999 25:61:61 ZZZZ", b"9" * 40,
)  # fmt: skip


def mutants(documents: Sequence[Document], count: int, seed: int) -> Iterator[tuple[Document, bytes]]:
    """Yield `count` damaged copies, each with the document that it comes from."""
    chance = random.Random(seed)
    for _ in range(count):
        document = chance.choice(documents)
        body = bytearray(document.body)
        for _ in range(chance.choice((1, 1, 2, 3, 8))):
            _damage(body, chance, documents)
        yield document, bytes(body)


def _damage(body: bytearray, chance: random.Random, documents: Sequence[Document]) -> None:
    at = chance.randrange(len(body) + 1)
    length = min(len(body) - at, chance.choice((1, 1, 4, 20, 200)))
    match chance.randrange(8):
        case 0 if at < len(body):
            body[at] ^= 1 << chance.randrange(8)
        case 1:
            del body[at : at + length]
        case 2:
            body[at:at] = body[at : at + length] * chance.choice((1, 2, 30))
        case 3:
            body[at:at] = chance.choice(TOKENS)
        case 4:
            body[at : at + length] = chance.choice(TOKENS)
        case 5:
            body[at : at + length] = bytes(chance.randrange(256) for _ in range(length))
        case 6:
            other = chance.choice(documents).body
            body[at:] = other[chance.randrange(len(other) + 1) :]
        case _:
            del body[at:]
