"""What still serves of a version that was good once and is not by the rules of today, as after an update of the bot."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace

from bot.resources.lines import Path, read_lines
from bot.resources.load import Resources

LISTS = ("organizations", "services", "feeds")


def remains_of(resources: Resources) -> Resources | None:
    """Return the version without the services and feeds in which errors stand, or whose organization holds one.

    None where nothing serves, or where an error stands elsewhere: a list of dangerous places that lost one is none.
    """
    lined = read_lines(resources.text, "")
    if lined.faults or not isinstance(lined.tree, dict):
        return None
    parts = sorted((line, path) for path, line in lined.lines.items() if _is_part(path))
    wrong: set[Path] = set()
    for fault in resources.errors:
        # Several parts can stand in the line where the nearest one begins; any of them may be meant.
        begins = parts[max(0, bisect_right([line for line, _ in parts], fault.line) - 1)][0] if parts else 0
        wrong |= {path for line, path in parts if line == begins}
    if any(len(path) == 1 for path in wrong):
        return None
    ids = {kind: {_id(lined.tree[kind], path[1]) for path in wrong if path[0] == kind} for kind in LISTS}
    directory = resources.directory
    services = tuple(
        service
        for service in directory.services
        if service.id not in ids["services"] and service.organization not in ids["organizations"]
    )
    if not services:
        return None
    feeds = tuple(feed for feed in resources.feeds if feed.id not in ids["feeds"])
    return replace(resources, directory=replace(directory, services=services), feeds=feeds)


def _is_part(path: Path) -> bool:
    """Say whether a path leads to a part of the file, or to one thing in a list that has parts."""
    return (len(path) == 1 and path[0] not in LISTS) or (len(path) == 2 and path[0] in LISTS)


def _id(listed: object, key: object) -> str:
    if isinstance(listed, dict):
        return str(key)
    part = listed[key] if isinstance(listed, list) and isinstance(key, int) else None
    return str(part.get("id", "")) if isinstance(part, dict) else ""
