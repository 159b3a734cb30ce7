"""The newsroom: judges entries of feeds and finds the story they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.core.alert import Alert
from bot.core.feed import Entry, Feed
from bot.core.story import Told, find_story
from bot.core.triage import Judgement, Reading, Rules, judge
from bot.lookup.report import NewsLexicons, read_report

READINGS_KEPT = 5000
NO_DATE = datetime(1970, 1, 1, tzinfo=UTC)


class Newsroom:
    """What editors wrote about news, applied to entries; remembers how it read the last few thousand texts."""

    def __init__(self, lexicons: NewsLexicons, rules: Rules) -> None:
        self.lexicons = lexicons
        self.rules = rules
        self._readings: dict[tuple[str, str], Reading] = {}

    def judge(self, entry: Entry, feed: Feed) -> Judgement:
        """Return what an entry of that feed means for our readers."""
        return judge(self._read(entry.title, entry.summary, entry.language or feed.language), self.rules, feed)

    def story_of(self, entry: Entry, alerts: Sequence[Alert]) -> str:
        """Return the story of the alert that tells the same event within ten days, '' when none does."""
        reading = self._read(entry.title, entry.summary, entry.language)
        told = [self._told(alert) for alert in alerts]
        at = entry.published_at or max((one.at for one in told), default=NO_DATE)
        return find_story(reading, at, told, self.rules.story)

    def _told(self, alert: Alert) -> Told:
        language = next(iter(alert.headline), "")
        reading = self._read(alert.headline.get(language, ""), alert.description.get(language, ""), language)
        return Told(alert.story, alert.entry_at or alert.created_at, reading)

    def _read(self, title: str, summary: str, language: str) -> Reading:
        key = (title, summary)
        reading = self._readings.pop(key, None) or read_report(title, summary, language, self.lexicons)
        self._readings[key] = reading
        if len(self._readings) > READINGS_KEPT:
            del self._readings[next(iter(self._readings))]
        return reading
