"""What is wrong with an installation, in sentences for the operator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from bot.errors import ResourcesError, WaypostError
from bot.resources.load import read_resources
from bot.settings import Settings
from bot.storage.places import place_of
from bot.texts.catalogues import words
from bot.texts.discreet import betrayals

_count = words("en").many


def examine(
    settings: Settings, today: date, open_store: Callable[[], object], ask_modes: Callable[[], list[str]] = list
) -> list[str]:
    """Return every finding, the gravest first; `ask_modes` asks Telegram which modes must be switched off."""
    return [
        *_secrets(settings, open_store),
        *_resources(settings, today),
        *_admins(settings),
        *place_of(settings.store_place).find_weaknesses(),
        *_screens(settings),
        *(ask_modes() if settings.bot_token else []),
    ]


def _secrets(settings: Settings, open_store: Callable[[], object]) -> Iterator[str]:
    if settings.bot_token is None:
        yield "BOT_TOKEN is not set: the bot opens the local sandbox only."
    if settings.secret_key is None:
        yield "SECRET_KEY is not set: write what `python -m bot keys new` prints, and keep a copy in a safe place."
        return
    try:
        open_store()
    except WaypostError as error:
        yield f"{error}."


def _resources(settings: Settings, today: date) -> Iterator[str]:
    try:
        resources = read_resources(settings.resources, today)
    except ResourcesError as error:
        yield from (f"{fault}." for fault in error.faults)
        return
    if resources.errors:
        faults = _count("{n} fault", "{n} faults", len(resources.errors))
        yield f"{settings.resources} has {faults}: `python -m bot check` names what is wrong."
    if unassured := resources.directory.unassured:
        services = _count("{n} service", "{n} services", len(resources.directory.services))
        yield (
            f"NOT READY FOR PEOPLE: never assured: {unassured} of {services} in {settings.resources}. "
            "Make sure of each with the organization itself, then write `assured:` with the date and who did it."
        )
    if not resources.feeds:
        yield f"{settings.resources} lists no feeds: there will be no news."


def _admins(settings: Settings) -> Iterator[str]:
    if not settings.admin_ids:
        yield "ADMIN_IDS is not set: nobody can approve news."
    elif len(settings.admin_ids) == 1:
        yield "ADMIN_IDS names one admin: one seized phone could then alert everyone. Name two or more."


def _screens(settings: Settings) -> Iterator[str]:
    for language, name, word in betrayals(settings.discreet_never):
        yield f"A locked screen may show “{word}”: {name} in {language} arrives unasked. Change that text or the word."
