"""What Telegram's errors mean for a delivery."""

from datetime import timedelta

import pytest
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TimedOut

from bot.chat.sender import outcome_of
from bot.chat.transport import NotTaken
from bot.core.delivery import Gone, Moved, Rejected, Throttled, Unsure


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (RetryAfter(timedelta(seconds=7)), Throttled(timedelta(seconds=7))),
        (ChatMigrated(-100123), Moved(-100123)),
        (Forbidden("Forbidden: bot was blocked by the user"), Gone()),
        (Forbidden("Forbidden: user is deactivated"), Gone()),
        (Forbidden("Forbidden: bot can't initiate conversation with a user"), None),
        (BadRequest("Bad Request: chat not found"), Rejected("chat not found")),
        (BadRequest("Bad Request: can't parse entities"), Rejected("can't parse entities")),
        (BadRequest("Bad Request: user Sam 630000001 is gone"), Rejected("BadRequest")),
        (Forbidden("Forbidden: Sam"), Rejected("Forbidden")),
        (TimedOut(), Unsure("TimedOut")),
        (NetworkError("Bad Gateway"), Unsure("NetworkError")),
        (InvalidToken("Unauthorized"), Unsure("InvalidToken", may_have_arrived=False)),
        (NotTaken("HTTP 502"), Unsure("NotTaken", may_have_arrived=False)),
    ],
)
def test_outcome_of__each_error(error, outcome) -> None:
    found = outcome_of(error)
    if outcome is None:
        assert isinstance(found, Rejected)
    else:
        assert found == outcome
