"""Over TLS nothing is sent to whom nobody vouches for, whichever way a push takes."""

import ssl

import pytest

from bot.core.delivery import Sent
from tests.chat.liar import (
    certificate,
    liar,
    says,
)
from tests.chat.ways import NOBODY_KNOWS, NOT_TAKEN, is_unsure, way


@pytest.fixture
def trusts(monkeypatch):
    """Let both ways trust a certificate besides those of the system."""

    def trust(file) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        monkeypatch.setattr("aiohttp.connector._SSL_CONTEXT_VERIFIED", ssl.create_default_context(cafile=str(file)))

    return trust


async def test_tls__a_certificate_that_is_trusted__is_sent(kind, tmp_path, trusts):
    context, file = certificate(tmp_path)
    trusts(file)
    async with liar(context) as server, way(server.url, kind) as it:
        assert await it.push() == Sent(7)
        assert await it.push(2) == Sent(7)
        server.script.append(says(b""))
        assert is_unsure(await it.push(3), may_have_arrived=NOBODY_KNOWS)
        assert await it.push(4) == Sent(7)
        assert server.connections == 2


async def test_tls__a_certificate_that_nobody_vouches_for__nothing_is_sent(kind, tmp_path, trusts):
    context, _ = certificate(tmp_path)
    trusts(certificate(tmp_path, "elsewhere")[1])
    async with liar(context) as server, way(server.url, kind) as it:
        assert is_unsure(await it.push(), may_have_arrived=NOT_TAKEN)
        assert server.bodies == []


async def test_tls__a_certificate_of_another_name__nothing_is_sent(kind, tmp_path, trusts):
    context, file = certificate(tmp_path, "elsewhere")
    trusts(file)
    async with liar(context) as server, way(server.url, kind) as it:
        assert is_unsure(await it.push(), may_have_arrived=NOT_TAKEN)
        assert server.bodies == []


async def test_tls__the_server_speaks_none__nothing_is_sent(kind):
    async with liar() as server, way(server.url.replace("http:", "https:"), kind) as it:
        assert is_unsure(await it.push(), may_have_arrived=NOT_TAKEN)
        assert server.bodies == []
