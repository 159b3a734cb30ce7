"""Which addresses a feed may live on: public ones only, checked at the moment of connecting."""

from __future__ import annotations

import errno
import ipaddress
import socket
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from bot.errors import FeedError

PORTS = (80, 443)
PRIVATE = "the address leads into a private network"
# Ranges that `ipaddress` of some Python versions takes for global, and doors from IPv6 into IPv4 networks.
NOT_PUBLIC = tuple(
    map(
        ipaddress.ip_network,
        (
            "100.64.0.0/10",  # shared by a carrier's customers (RFC 6598)
            "192.0.0.0/24",  # IETF protocol assignments
            "192.88.99.0/24",  # 6to4 relays (RFC 7526)
            "64:ff9b:1::/48",  # NAT64 of a local network (RFC 8215)
            "100::/64",  # discard
            "2001::/23",  # IETF protocol assignments, Teredo among them
            "3fff::/20",  # documentation (RFC 9637)
            "5f00::/16",  # segment routing
            "fec0::/10",  # site-local, as it was once
        ),
    )
)
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
COMPATIBLE = ipaddress.IPv6Network("::/96")


def is_public(address: str) -> bool:
    """Say whether an IP address belongs to the public internet; IPv4 inside IPv6 is looked through."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = _inside(ip)
        if inner is not None:
            return is_public(str(inner))
    if any(ip in network for network in NOT_PUBLIC if network.version == ip.version):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _inside(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address to which an IPv6 address leads: mapped, 6to4, NAT64 or of the old compatible form."""
    if ip in NAT64 or (ip in COMPATIBLE and int(ip) > 1):
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour


def public_socket(info: tuple[Any, ...]) -> socket.socket:
    """Return a socket for one address about to be connected to. Raises OSError when it is not public.

    This is the last gate: whatever way a name or a spelling of an address took, it is this address that is used.
    """
    family, kind, protocol, _, where = info
    if not is_public(str(where[0])):
        raise OSError(errno.EACCES, PRIVATE)
    return socket.socket(family, kind, protocol)


class PublicResolver(AbstractResolver):
    """Resolves names and refuses a name of which any answer is not public."""

    def __init__(self, resolver: AbstractResolver | None = None) -> None:
        self._resolver = resolver or ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses of a name. Raises FeedError when one of them is not public."""
        found = await self._resolver.resolve(host, port, family)
        if not all(is_public(result["host"]) for result in found):
            raise FeedError(PRIVATE)
        return found

    async def close(self) -> None:
        """Close the resolver."""
        await self._resolver.close()


def check_url(url: Any, allow_private: bool) -> None:
    """Raise FeedError unless a (parsed) URL is http(s) on 80 or 443 and no private address literal."""
    if url.scheme not in ("http", "https") or not url.host:
        raise FeedError("the address is not http or https")
    if url.user is not None or url.password is not None:
        raise FeedError("the address holds a user name")
    if allow_private:
        return
    if url.port not in PORTS:
        raise FeedError("the address uses an unusual port")
    # "2130706433", "127.1" and "0x7f000001" are also ways to write an address, which some systems connect to.
    last = url.host.rstrip(".").rpartition(".")[2].lower()
    is_literal = ":" in url.host or last.isdigit() or last.startswith("0x")
    if is_literal and not is_public(url.host):
        raise FeedError(PRIVATE)
