"""python -m bot: environment -> Settings -> logs -> command."""

from __future__ import annotations

import signal
import sys

IS_OURS = signal.getsignal(signal.SIGINT) is signal.default_int_handler
"""Whether Ctrl+C is meant for us; a shell that starts us behind itself says that it is not."""

if IS_OURS and __name__ == "__main__":
    # Until there is somebody to catch it, Ctrl+C ends us at once: Python would show where the loading stood.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from bot.cli import run  # noqa: E402
from bot.cli.process import deny_dumps  # noqa: E402
from bot.cli.speak import FINE, WRONG_USE, close_streams, complain, open_streams  # noqa: E402
from bot.errors import SettingsError  # noqa: E402
from bot.logs import catch_what_nobody_catches, set_up_logs  # noqa: E402
from bot.settings import read_settings  # noqa: E402


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
        return WRONG_USE
    set_up_logs(settings.log_level, settings.secrets())
    catch_what_nobody_catches()
    try:
        if IS_OURS:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        return close_streams(run(words, settings))
    except KeyboardInterrupt:
        return FINE


if __name__ == "__main__":
    raise SystemExit(main())
