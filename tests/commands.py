"""The command line as whoever types it meets it: within this process, or as one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from bot import cli
from bot.settings import read_settings

ROOT = Path(__file__).parents[1]
SMALL = str(ROOT / "tests" / "journeys" / "resources.yaml")


def run(*arguments: str, **environment: str) -> int:
    """Run a command within this process, with these variables alone; return its exit status."""
    return cli.run(list(arguments), read_settings(environment))


def bot(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m bot` to its end, at most half a minute, without the keys of whoever runs the tests."""
    clean = {name: value for name, value in os.environ.items() if name not in ("BOT_TOKEN", "SECRET_KEY")}
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        env=clean | environment,
        capture_output=True,
        text=True,
        timeout=30,
    )
