"""Serving: Telegram, or the sandbox."""

from __future__ import annotations

import argparse

from bot import app
from bot.cli.speak import FINE, tell
from bot.settings import Settings


def on_nothing(_: argparse.Namespace, settings: Settings) -> int:
    """Serve Telegram, or the sandbox when there is no token."""
    if settings.bot_token is None:
        app.serve_sandbox(settings, tell)
    else:
        app.serve(settings)
    return FINE


def on_sandbox(_: argparse.Namespace, settings: Settings) -> int:
    """Serve the local chat page."""
    app.serve_sandbox(settings, tell)
    return FINE
