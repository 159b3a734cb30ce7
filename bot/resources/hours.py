"""Opening hours as people write them, in three languages, brought into the syntax that is asked for."""

from __future__ import annotations

import re
import unicodedata

SAID = {
    "Mo": "monday mon montag пн понедельник",
    "Tu": "tuesday tues tue dienstag di вт вторник",
    "We": "wednesday wed mittwoch mi ср среда",
    "Th": "thursday thurs thur thu donnerstag do чт четверг",
    "Fr": "friday fri freitag пт пятница",
    "Sa": "saturday sat samstag сб суббота",
    "Su": "sunday sun sonntag so вс воскресенье",
    "Mo-Su": "daily täglich ежедневно",
    "Mo-Fr": "weekdays werktags будни будням",
    "24/7": "24h 24x7 круглосуточно",
    "-": "to till until bis по до",
    "": "uhr from von с",
}
MEANT = {word: osm for osm, words in SAID.items() for word in words.split()}
WORD = re.compile(r"[^\W\d_]+\.?|24h|24x7")
DASH = re.compile(r"\s*[-‐‑‒–—−]\s*")
SPAN = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d)")
OF_TWELVE = re.compile(r"(?<![\d:.])(1[0-2]|[1-9])(?:[:.](\d\d))?\s*([ap])\.?m\b\.?", re.IGNORECASE)
AFTER_DAYS = re.compile(r"\b(Mo|Tu|We|Th|Fr|Sa|Su):(?=\s)")
TIME = re.compile(r"(?<![\d:.])(\d{1,2})(?:[:.](\d\d))?(?![\d:.])")


def as_meant(written: str) -> str:
    """Return hours in OpenStreetMap's syntax as far as the words are known: `Пн–Пт с 10 до 16` -> `Mo-Fr 10:00-16:00`.

    Whether that is a schedule the caller must check. '' where the hours may be those of a clock of twelve: `9 to 5`.
    """
    plain = "".join(" " if unicodedata.category(sign) in ("Zs", "Cf") else sign for sign in written)
    plain = OF_TWELVE.sub(_of_a_day, plain)
    words = WORD.sub(lambda found: MEANT.get(found[0].lower().rstrip("."), found[0]), plain)
    dashed = AFTER_DAYS.sub(r"\1", DASH.sub("-", words)).removeprefix("-")
    if "24/7" in dashed:
        return "24/7"
    meant = " ".join(TIME.sub(lambda found: f"{int(found[1]):02}:{found[2] or '00'}", dashed).split())
    return "" if any(until <= since for since, until in SPAN.findall(meant)) else meant


def _of_a_day(found: re.Match[str]) -> str:
    """Return a time of a clock of twelve as one of twenty-four: `5 pm` -> `17:00`."""
    hour = int(found[1]) % 12 + (12 if found[3].lower() == "p" else 0)
    return f"{hour:02}:{found[2] or '00'}"
