"""What an admin was asked to type next; it lives in memory and is forgotten after a quarter of an hour."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

WAITS = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Question:
    """The value that is awaited: `act` names the field (or what to compose), for which alert, in which language."""

    act: str
    alert: str
    language: str
    until: datetime


@dataclass
class Awaited:
    """One question at most for each admin."""

    _questions: dict[int, Question] = field(default_factory=dict, repr=False)

    def ask(self, user_id: int, act: str, alert: str, language: str, now: datetime) -> None:
        """Wait for her next text."""
        self._questions[user_id] = Question(act, alert, language, now + WAITS)

    def of(self, user_id: int, now: datetime) -> Question | None:
        """Return what she was asked, if it still counts."""
        question = self._questions.get(user_id)
        if question is not None and question.until <= now:
            del self._questions[user_id]
            return None
        return question

    def end(self, user_id: int) -> bool:
        """Wait no longer; say whether there was a question."""
        return self._questions.pop(user_id, None) is not None
