"""python -m bot: environment -> Settings -> logs -> command."""

from __future__ import annotations

import sys

from bot.cli import run
from bot.cli.process import deny_dumps
from bot.cli.speak import close_streams, complain, open_streams
from bot.errors import SettingsError
from bot.logs import set_up_logs
from bot.settings import read_settings


def main() -> int:
    """Run one command; return its exit status (0 fine, 1 what was checked is not, 2 wrong use or settings)."""
    deny_dumps()
    open_streams()
    words = sys.argv[1:]
    try:
        # Whoever lacks a key must be able to make one, and whoever asks for help is not ready yet.
        settings = read_settings({} if words[:2] == ["keys", "new"] or {"-h", "--help"} & {*words} else None)
    except SettingsError as error:
        complain(str(error))
        return 2
    set_up_logs(settings.log_level, settings.secrets())
    return close_streams(run(words, settings))


if __name__ == "__main__":
    raise SystemExit(main())
