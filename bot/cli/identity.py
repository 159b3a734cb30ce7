"""The bot's identity on the command line: a signed statement for the website, and a check of one."""

from __future__ import annotations

import argparse
import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from bot import clock
from bot.chat.modes import ask_name
from bot.cli.speak import FINE, tell
from bot.core.directory import said_in
from bot.core.identity import LONGEST
from bot.errors import NotAllowed, SettingsError
from bot.flows.identity import checked, fingerprint
from bot.resources.load import read_resources
from bot.settings import Settings
from bot.storage.keyring import identity_of


def show(chosen: argparse.Namespace, settings: Settings) -> int:
    """Print the public key, its fingerprint, and the signed statement."""
    identity = identity_of(settings.identity_key, settings.secret_key)
    if identity is None:
        raise SettingsError("SECRET_KEY: it is needed; the identity belongs to it (or to IDENTITY_KEY)")
    if settings.bot_token is None and not chosen.bot:
        raise SettingsError("BOT_TOKEN: without it, name the bot: `keys identity --bot NAME`")
    name = chosen.bot.removeprefix("@") or asyncio.run(
        ask_name(settings.bot_token.get_secret_value() if settings.bot_token else "", settings.bot_api_url)
    )
    today = clock.today()
    operator = read_resources(settings.resources, today).directory.operator
    run_by, website = (said_in(operator.name, "en"), operator.website) if operator else ("", "")
    tell(f"public key: {identity.key}\nfingerprint: {identity.fingerprint}\n")
    tell(identity.signed(name, run_by, website, today, today + timedelta(days=chosen.days)))
    return FINE


def verify(chosen: argparse.Namespace, _: Settings) -> int:
    """Check the statement in a file (`-`: what is piped in). Raises NotAllowed that says why it does not count."""
    try:
        text = sys.stdin.read(LONGEST) if str(chosen.file) == "-" else read(chosen.file)
    except (OSError, UnicodeDecodeError):
        raise NotAllowed(f"{chosen.file}: the file cannot be read") from None
    statement = checked(text, clock.today(), chosen.key)
    tell(f"The signature fits. @{statement.bot} is run by {statement.run_by} ({statement.website}).")
    tell(f"It counts until {statement.valid_until}. Fingerprint: {fingerprint(statement.key)}")
    if not chosen.key:
        tell("Anybody can sign: compare the fingerprint with the one you know from the organization itself.")
    return FINE


def read(file: Path) -> str:
    """Return the beginning of a file. Raises OSError or UnicodeDecodeError."""
    with file.open(encoding="utf-8") as opened:
        return opened.read(LONGEST)
