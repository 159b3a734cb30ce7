"""Every web address of a resources file with its line, for the command that visits them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from bot.errors import Fault
from bot.resources.lines import Path, read_lines


def links_with_lines(text: str, name: str) -> list[tuple[str, int]]:
    """Return the addresses and their lines in the order of the file, without those of services that are not active.

    Onion addresses are left out: they cannot be visited from the open network.
    """
    lined = read_lines(text, name)
    found = sorted((lined.line(path), url) for url, path in _found(lined.tree) if _can_be_visited(url))
    return list(dict.fromkeys((url, line) for line, url in found))


def link_faults(links: Iterable[tuple[str, int]], visits: Mapping[str, tuple[str, bool]], name: str) -> Iterator[Fault]:
    """Yield a fault for each line with a dead address, a warning where only a person can tell.

    `visits`: address -> (what is wrong, or ''; whether it is dead for certain).
    """
    for url, line in links:
        reason, is_dead = visits[url]
        if is_dead:
            yield Fault(name, line, f"`{url}` is dead: {reason}", "check the address with the organization")
        elif reason:
            yield Fault(name, line, f"`{url}` is uncertain: {reason}", "open it in a browser", is_warning=True)


def _can_be_visited(url: Any) -> bool:
    if not isinstance(url, str):
        return False
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(host) and not host.endswith(".onion")


def _found(tree: Any) -> Iterator[tuple[Any, Path]]:
    if not isinstance(tree, Mapping):
        return
    yield from _of(tree.get("operator"), ("operator",), "website")
    organizations = tree.get("organizations")
    for slug, organization in organizations.items() if isinstance(organizations, Mapping) else ():
        yield from _of(organization, ("organizations", slug), "website")
    for number, service in enumerate(_listed(tree.get("services"))):
        path: Path = ("services", number)
        if not isinstance(service, Mapping) or service.get("status") not in (None, "", "active"):
            continue
        yield from _of(service, path, "url")
        for below, link in enumerate(_listed(service.get("links"))):
            yield from _of(link, (*path, "links", below), "url")
        yield from _of(service.get("assured"), (*path, "assured"), "source")
    for number, feed in enumerate(_listed(tree.get("feeds"))):
        yield from _of(feed, ("feeds", number), "url")


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _of(part: Any, path: Path, field: str) -> Iterator[tuple[Any, Path]]:
    if isinstance(part, Mapping):
        yield part.get(field), (*path, field)
