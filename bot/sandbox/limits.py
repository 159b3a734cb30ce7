"""Telegram's limits on sending, when a test wants them: too much is answered with 429 and `retry_after`."""

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.sandbox.errors import ApiError, too_many_requests

_SECOND = timedelta(seconds=1)


@dataclass
class Limits:
    """How much may be sent; None sets no limit.

    `overall`: messages a second; `per_chat`: messages a second in one chat; `retry_after`: seconds to stay away
    after a refusal. What is sent inside that time is refused as well and counted in `broken`.
    """

    overall: int | None = None
    per_chat: int | None = None
    retry_after: int = 3
    broken: int = 0
    refused: int = 0
    _sent: dict[str, deque[datetime]] = field(default_factory=lambda: defaultdict(deque), repr=False)
    _closed_until: dict[str, datetime] = field(default_factory=dict, repr=False)

    def check(self, method: str, chat_id: str, now: Callable[[], datetime]) -> None:
        """Count a call that sends or edits. Raises `ApiError` 429 beyond the limits."""
        if not method.lower().startswith(("send", "edit")) or method.lower() == "sendchataction":
            return
        at = now()
        rules = (("", self.overall), (chat_id, self.per_chat))
        for key, most in rules:
            if most is not None:
                self._check_closed(key, at)
        for key, most in rules:
            if most is not None:
                self._check_rate(key, most, at)
        for key, most in rules:
            if most is not None:
                self._sent[key].append(at)

    def _check_closed(self, key: str, at: datetime) -> None:
        until = self._closed_until.get(key)
        if until is not None and at < until:
            self.broken += 1
            raise self._refusal(until - at)

    def _check_rate(self, key: str, most: int, at: datetime) -> None:
        sent = self._sent[key]
        while sent and at - sent[0] >= _SECOND:
            sent.popleft()
        if len(sent) >= most:
            self._closed_until[key] = at + timedelta(seconds=self.retry_after)
            raise self._refusal(timedelta(seconds=self.retry_after))

    def _refusal(self, wait_in: timedelta) -> ApiError:
        self.refused += 1
        return too_many_requests(max(1, -(-wait_in // _SECOND)))
