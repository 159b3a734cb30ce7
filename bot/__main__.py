"""python -m bot: environment -> Settings -> logs -> command."""

from __future__ import annotations

import sys

from bot.cli import run
from bot.cli.process import deny_dumps
from bot.errors import SettingsError
from bot.logs import set_up_logs
from bot.settings import read_settings


def main() -> int:
    """Run one command; return its exit status (0 fine, 1 what was checked is not, 2 wrong use or settings)."""
    deny_dumps()
    try:
        # Whoever lacks a key must be able to make one.
        settings = read_settings({} if sys.argv[1:3] == ["keys", "new"] else None)
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201 - the operator reads it before there are logs
        return 2
    set_up_logs(settings.log_level, settings.secrets())
    return run(sys.argv[1:], settings)


if __name__ == "__main__":
    raise SystemExit(main())
