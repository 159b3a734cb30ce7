"""Feeds live on public addresses only."""

import socket

import pytest
from yarl import URL

from bot.errors import FeedError
from bot.feeds.public import check_url, is_public, public_socket

PRIVATE = [
    "127.0.0.1", "127.255.255.254", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "100.127.255.255", "0.0.0.0", "0.1.2.3", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.0.8", "192.0.2.1", "198.51.100.1",
    "203.0.113.1", "198.18.0.1", "192.88.99.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd12::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:7f00:1", "::127.0.0.1", "::10.0.0.1", "2002:7f00:1::", "2002:c0a8:101::1",
    "64:ff9b::7f00:1", "64:ff9b::10.0.0.1", "64:ff9b:1::1", "2001:0:7f00:1::", "2001::1", "2001:db8::1", "3fff::1", "100::1", "5f00::1",
    "nonsense", "", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.0.0.1.", "１２７.0.0.1",
]  # fmt: skip
PUBLIC = [
    "93.184.215.14",
    "8.8.8.8",
    "2606:2800:21f:cb07:6820:80da:af6b:8b2c",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
    "2002:808:808::1",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_is_public__private_and_special_addresses__are_not(address) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_is_public__public_addresses__are(address) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_public_socket__private_address_at_the_last_moment__no_socket(address) -> None:
    with pytest.raises(OSError, match="private"):
        public_socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)))


def test_public_socket__public_address__a_socket() -> None:
    public_socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 443))).close()


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://[::1]/", "https://10.0.0.1/feed", "https://news.example.org:8443/", "http://news.example.org:22/",
        "ftp://a.example.org/", "file:///etc/passwd", "javascript:alert(1)", "tg://resolve", "https://user@news.example.org/",
        "https://:secret@news.example.org/", "https://2130706433/", "https://0x7f.1/", "https://0x7f000001/", "https://127.1/",
        "https://0177.0.0.1/", "http://[::ffff:127.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://169.254.169.254/latest/", "/feed", "",
    ],
)  # fmt: skip
def test_check_url__private_unusual_or_with_a_user__refused(url) -> None:
    with pytest.raises(FeedError):
        check_url(URL(url), allow_private=False)


@pytest.mark.parametrize(
    "url", ["https://news.example.org/rss", "http://news.example.org:443/", "https://8.8.8.8/", "https://пример.рф/"]
)
def test_check_url__public_web_address__is_fine(url) -> None:
    check_url(URL(url), allow_private=False)


def test_check_url__private_allowed__ports_and_addresses_are_free_but_schemes_are_not() -> None:
    check_url(URL("http://127.0.0.1:8080/rss"), allow_private=True)
    with pytest.raises(FeedError):
        check_url(URL("file:///etc/passwd"), allow_private=True)
