"""Names a package that only a bench needs, before that bench has done half of its work."""

from __future__ import annotations

import sys
from importlib.util import find_spec


def need(module: str, package: str = "") -> None:
    """End with a sentence where a module is not installed; `package`: its name in a registry, if another."""
    if find_spec(module) is None:
        name = package or module
        raise SystemExit(
            f"this needs the package {name}, which the bot does not: {sys.executable} -m pip install {name}"
        )
