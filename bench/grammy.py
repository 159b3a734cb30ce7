"""grammY as a contestant: its packages in a temporary folder, and node with `grammy.mjs` on them."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PACKAGES = ("grammy@1.46.0", "@grammyjs/transformer-throttler@1.2.1")
SCRIPT = Path(__file__).with_name("grammy.mjs")
INSTALL_WITHIN = 180


@contextlib.contextmanager
def installed() -> Iterator[Path | None]:
    """Yield a folder with the packages; None, and a sentence, where npm or what it needs is not there."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if not npm or not node:
        print("grammY is left out: there is no npm here")
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="waypost-npm-") as name:
        command = [npm, "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", name]
        try:
            subprocess.run([*command, *PACKAGES], check=True, capture_output=True, timeout=INSTALL_WITHIN)
        except (subprocess.SubprocessError, OSError):
            print("grammY is left out: npm could not install it; is there a network?")
            yield None
            return
        yield Path(name)


def run(folder: Path, what: str, *words: object) -> dict[str, Any]:
    """Return what the script measured."""
    command = ["node", "--no-warnings", str(SCRIPT), str(folder), what, *map(str, words)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found
