"""Feeds live on public addresses only."""

import pytest
from yarl import URL

from bot.errors import FeedError
from bot.feeds.public import check_url, is_public

PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "255.255.255.255", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "2001:db8::1", "nonsense",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_is_public__private_and_special_addresses__are_not(address) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "8.8.8.8"])
def test_is_public__public_addresses__are(address) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://[::1]/", "https://10.0.0.1/feed", "https://news.example.org:8443/", "ftp://a.example.org/",
        "https://user@news.example.org/", "https://2130706433/", "https://0x7f.1/",
    ],
)  # fmt: skip
def test_check_url__private_unusual_or_with_a_user__refused(url) -> None:
    try:
        check_url(URL(url), allow_private=False)
    except FeedError:
        return
    # A host that is no address literal is checked when its name is resolved.
    assert URL(url).host in ("2130706433", "0x7f.1")


def test_check_url__public_https__is_fine() -> None:
    check_url(URL("https://news.example.org/rss"), allow_private=False)
