"""What an operator does to an installation: keys, diagnosis, preparing the store."""

from __future__ import annotations

import argparse
import asyncio
import base64
import os

from bot import app, clock, doctor
from bot.chat.modes import ask_modes
from bot.cli.speak import FINE, NOT_FINE
from bot.settings import Settings


def on_keys(_: argparse.Namespace, __: Settings) -> int:
    """Print a new key."""
    print(base64.b64encode(os.urandom(32)).decode())
    return FINE


def on_doctor(_: argparse.Namespace, settings: Settings) -> int:
    """Print what is wrong with this installation."""

    def modes() -> list[str]:
        tokens = [token.get_secret_value() for token in (settings.bot_token, settings.admin_bot_token) if token]
        found = [asyncio.run(ask_modes(token, settings.bot_api_url)) for token in tokens]
        return list(dict.fromkeys(sentence for sentences in found for sentence in sentences))

    findings = doctor.examine(settings, clock.today(), lambda: app.open_store(settings), modes)
    for finding in findings:
        print(finding)
    if not findings:
        print("Nothing is wrong.")
    return NOT_FINE if findings else FINE


def on_migrate(_: argparse.Namespace, settings: Settings) -> int:
    """Prepare the store; for TinyDB that is making the folder, which opening does by itself."""
    folder = settings.store_folder
    if folder is None:
        app.open_store(settings)
        return FINE
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    print("the store is ready")
    return FINE
