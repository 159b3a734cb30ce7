"""How servers are asked: through how many redirects, and what went wrong, in words for admins."""

from __future__ import annotations

import aiohttp

from bot.feeds.public import PRIVATE

REDIRECTS = (301, 302, 303, 307, 308)
MOST_REDIRECTS = 5


def in_words(error: Exception) -> str:
    """Return the reason why a server could not be asked, without its address."""
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "the name of the host is not known"
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError):
        return "the certificate of the server is not valid"
    if isinstance(error, aiohttp.ClientConnectorError):
        return PRIVATE if PRIVATE in str(error) else "the server cannot be reached"
    if isinstance(error, aiohttp.InvalidURL):
        return "the address cannot be read"
    return f"the connection broke ({type(error).__name__})"
