"""Checking a resources file and writing the directory for others."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from bot import clock
from bot.cli.backup import export_backup
from bot.cli.speak import FINE, NOT_FINE, tell
from bot.feeds.links import visit_all
from bot.resources.links import link_faults, links_with_lines
from bot.resources.load import load_resources, read_resources
from bot.settings import Settings
from bot.texts.catalogues import words
from bot.web.export import export_files, write_export

_count = words("en").many


def on_check(chosen: argparse.Namespace, settings: Settings) -> int:
    """Print every fault of a resources file, and its dead links when asked to visit them."""
    name = chosen.file or str(settings.resources)
    resources = read_resources(Path(name), clock.today(), name)
    faults = list(resources.faults)
    if chosen.links:
        links = links_with_lines(resources.text, name)
        visits = asyncio.run(visit_all((url for url, _ in links), allow_private=settings.allow_private_feeds))
        faults += link_faults(links, visits, name)
    for fault in faults:
        tell(str(fault))
    if not all(fault.is_warning for fault in faults):
        return NOT_FINE
    services = _count("{n} service", "{n} services", len(resources.directory.services))
    tell(f"{name}: fine, {services} and {_count('{n} feed', '{n} feeds', len(resources.feeds))}")
    if (unassured := resources.directory.unassured) > 0:
        tell(f"never assured: {unassured} of {services}; make sure of each before people rely on it")
    return FINE


def on_export(chosen: argparse.Namespace, settings: Settings) -> int:
    """Write the services that people may see into a folder, or a backup into a file."""
    if chosen.kind == "backup":
        return export_backup(chosen.folder, settings)
    directory = load_resources(chosen.resources, clock.today()).directory
    files = export_files(chosen.kind, directory, clock.today())
    write_export(chosen.folder, chosen.kind, files)
    services = _count("{n} service", "{n} services", len(directory.visible(clock.today())))
    tell(f"{chosen.folder}: {services} in {_count('{n} file', '{n} files', len(files))}")
    return FINE
