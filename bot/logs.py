"""Structured logs on stderr, and the filter that lets no secret and no person through."""

from __future__ import annotations

import logging
import re
import sys
import threading
from collections.abc import MutableMapping, Sequence
from typing import Any, Final, TextIO

import structlog

from bot.core.totals import in_words

HIDDEN: Final = "[hidden]"
PUBLIC_KEYS: Final = frozenset(
    {
        "event", "level", "logger", "timestamp", "error", "place", "feed", "method", "outcome", "reason", "count",
        "seconds", "status", "severity", "path", "port", "version", "services", "faults", "attempt", "kind", "topic",
        "tick", "mode", "code", "state",
    }
)  # fmt: skip
"""Only these keys reach the log: whatever else a careless call adds is dropped, because it could be a person."""

TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{6,}")
LONG_NUMBER = re.compile(r"-?\d{5,}")
OWN_DIGITS: Final = frozenset({"timestamp", "version"})
"""Keys whose values we make ourselves and which are full of digits."""

TOTAL: Final = "count"
"""The key of whatever counts people or what was sent to them: it is told in tens."""

Event = MutableMapping[str, Any]


class Filter:
    """Drops unknown keys, hides secrets, tokens and long numbers (ids), tells totals in tens, and reduces errors to
    class and place.
    """

    def __init__(self, secrets: Sequence[str] = ()) -> None:
        self._secrets = tuple(secret for secret in secrets if len(secret) >= 4)

    def __call__(self, logger: Any, method: str, event: Event) -> Event:
        """Return the event with nothing left that could tell of a secret or a person (a structlog processor)."""
        error = event.pop("exc_info", None)
        clean: Event = {key: self._clean(key, value) for key, value in event.items() if key in PUBLIC_KEYS}
        if error:
            exception = sys.exc_info()[1] if error is True else error[1] if isinstance(error, tuple) else error
            if isinstance(exception, BaseException):
                clean["error"], clean["place"] = type(exception).__name__, place_of(exception)
        return clean

    def _clean(self, key: str, value: Any) -> Any:
        if isinstance(value, bool | float) or value is None:
            return value
        if key == TOTAL and isinstance(value, int):
            return in_words(value)
        if isinstance(value, int):
            return value if abs(value) < 100_000 else HIDDEN
        text = str(value)
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        text = TOKEN.sub(HIDDEN, text)
        return text if key in OWN_DIGITS else LONG_NUMBER.sub(HIDDEN, text)


def place_of(exception: BaseException) -> str:
    """Return `file.py:line` of the innermost frame, without the text of the error."""
    frame = exception.__traceback__
    if frame is None:
        return "?"
    while frame.tb_next is not None:
        frame = frame.tb_next
    return f"{frame.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{frame.tb_lineno}"


def _reduce_library_record(_: Any, __: str, event: Event) -> Event:
    """Keep of a library's record only its level and logger: its text may hold a URL, a token or a person."""
    record = event.get("_record")
    if record is not None and not record.name.startswith("bot"):
        event["event"] = "library message"
        event["logger"] = record.name
        event["place"] = f"{record.filename}:{record.lineno}"
    return event


def catch_what_nobody_catches() -> None:
    """Send to the log what Python would print by itself: its text, and the source it quotes, may hold anything.

    These are errors that nobody catches, in threads and while something is cleared away, too, and warnings.
    """
    log = structlog.get_logger("bot.logs")

    def tell(error: BaseException | None) -> None:
        log.error("an error that nobody caught", exc_info=error)

    sys.excepthook = lambda kind, error, traceback: tell(error)
    threading.excepthook = lambda found: tell(found.exc_value)
    sys.unraisablehook = lambda found: tell(found.exc_value)
    logging.captureWarnings(True)


def set_up_logs(level: str, secrets: Sequence[str] = (), stream: TextIO | None = None) -> None:
    """Send all logs, those of libraries included, through the filter to stderr (or the stream) as one line each."""
    # When a handler fails, the standard library prints the raw record, which may hold anything.
    logging.raiseExceptions = False
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    hide = Filter(secrets)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                _reduce_library_record,
                hide,
                structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"], drop_missing=True),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Libraries speak at WARNING: below it they report every request, with its URL and so the token.
    for name in ("httpx", "httpcore", "aiohttp", "telegram", "apscheduler", "asyncio", "tzlocal"):
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))
