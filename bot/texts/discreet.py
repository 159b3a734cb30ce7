"""What may arrive unasked, and the words that none of it may show on a locked screen."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache, partial

from babel import Locale

from bot.core.alert import SEVERITIES, Alert
from bot.core.staff import INVITE, REMOVE, Proposal, Staffbook
from bot.core.subscriber import Subscriber
from bot.core.totals import Shown
from bot.texts import team
from bot.texts.admin import (
    render_changed_notice,
    render_conflict,
    render_draft_notice,
    render_late,
    render_refused,
    render_reminder,
    render_rush_notice,
    render_sources_notice,
)
from bot.texts.alerts import render_digest, render_hidden, render_push, render_read, render_withdrawn
from bot.texts.catalogues import NEVER, Words, every_language
from bot.texts.drafts import render_alone_notice, render_asked, render_progress
from bot.texts.markup import TAG
from bot.texts.message import Message
from bot.texts.names import REGION_NAMES
from bot.texts.parting import render_parting_notice, render_still_there
from bot.texts.trail import render_withdrawn_notice

WORD, LATIN, CYRILLIC = re.compile(r"\w+"), re.compile(r"[a-z]"), re.compile(r"[\u0400-\u04ff]")
_LIKE_LATIN, _LIKE_CYRILLIC = (
    "aeopcxykmthbi",
    "\u0430\u0435\u043e\u0440\u0441\u0445\u0443\u043a\u043c\u0442\u043d\u0432\u0456",
)
ALIKE = str.maketrans(_LIKE_LATIN, _LIKE_CYRILLIC), str.maketrans(_LIKE_CYRILLIC, _LIKE_LATIN)
"""Small letters of the Latin alphabet and those of the Cyrillic one that look alike, and the other way round."""

ENDINGS = "\u0430\u0435\u0438\u043e\u0443\u044b\u044c\u044e\u044f"
"""Letters with which the cases of a Russian noun end (marks above them are taken off)."""

PREVIEW = 60
"""Characters of a message that a locked screen may show, beside its first line."""

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def unasked(_: Words) -> dict[str, list[Message]]:
    """Return every text that can arrive without a tap or a question, by the name of what renders it.

    Readers who chose text at once are left out: they asked for it. The alert is one that would betray them.
    """
    reader = Subscriber(0, is_discreet=True, language=_.language)
    headline = {"en": "Gay men held in Chechnya"}
    alerts = [Alert(str(number), headline, headline, _LONG_AGO, area=("RU-CE",)) for number in range(12)]
    pushes = [render_push(Alert("a", headline, headline, _LONG_AGO, severity=name), reader, _) for name in SEVERITIES]
    progress = [Shown(5, 100, 100, 100), Shown(10, 200, 0, 100, 10, is_done=True)]
    progress.append(Shown(10, 100, 0, 0, 100, is_done=True, is_stopped=True))
    wishes = [Proposal("p", act, "admin 1", 1, _LONG_AGO, "approver", 1) for act in (INVITE, REMOVE)]
    return {
        "render_push": pushes,
        "render_digest": [render_digest(alerts[:number], reader, _) for number in (1, 2, 3, 5, 12)],
        "render_hidden": [render_hidden(alerts[0], _)],
        "render_read": [Message(render_read(_))],
        "render_withdrawn": [render_withdrawn(_)],
        "render_draft_notice": [render_draft_notice(number, _) for number in (1, 2, 5)],
        "render_conflict": [render_conflict("news_bot", _)],
        "render_sources_notice": [render_sources_notice(*numbers, _) for numbers in ((1, 0), (0, 2), (5, 1))],
        "render_refused": [render_refused("Message text is empty", _)],
        "render_late": [render_late(number, _) for number in (1, 40)],
        "render_changed_notice": [render_changed_notice("admin 1", _)],
        "render_reminder": [render_reminder(1, 2, 3, 4, _)],
        "render_progress": [Message(render_progress(seen, timedelta(minutes=1), _)) for seen in progress],
        "render_asked": [render_asked(alerts[0], 2, _)],
        "render_alone_notice": [render_alone_notice(alerts[0], "admin 1", _)],
        "render_rush_notice": [render_rush_notice(30, _)],
        "render_wish_notice": [team.render_wish_notice(wish, Staffbook(), _) for wish in wishes],
        "render_invited_notice": [team.render_invited_notice("admin 1", "editor", _)],
        "render_link": [team.render_link("https://t.me/waypost_bot?start=adm_x", "approver", _)],
        "render_joined_notice": [team.render_joined_notice("editor 1", _)],
        "render_removed_notice": [team.render_removed_notice("admin 1", "editor 1", _)],
        "render_refused_notice": [team.render_refused_notice("admin 1", _)],
        "render_withdrawn_notice": [render_withdrawn_notice("admin 1", _)],
        "render_parting_notice": [render_parting_notice(_LONG_AGO.date(), _)],
        "render_still_there": [render_still_there(_)],
    }


def preview(message: Message) -> str:
    """Return what a locked screen may show of a message: its first line, and its first 60 characters."""
    text = html.unescape(TAG.sub("", message.html))
    return text.partition("\n")[0] + "\n" + text[:PREVIEW]


@cache
def never_words(language: str) -> frozenset[str]:
    """Return the beginnings of words that must not show in that language: the list, if any, and the names of places."""
    file = NEVER / f"{language}.tsv"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else ()
    return frozenset([*(line.split("\t")[1] for line in lines), *(name.casefold() for name in _places(language))])


def _places(language: str) -> Iterator[str]:
    territories: dict[str, str] = dict(Locale.parse(language).territories)
    yield from (name for code, name in territories.items() if len(code) == 2)
    yield from REGION_NAMES.values()


def betrays(text: str, never: Iterable[str]) -> str:
    """Return the first of these beginnings with which a word of the text begins, or ''.

    A stress mark, a letter of another alphabet that looks alike, or an ending of Russian hides none of them.
    """
    folded = _folded(text)
    shown = "\n".join({folded, *(WORD.sub(partial(_in_one_alphabet, alike), folded) for alike in ALIKE)})
    return next((word for word in sorted(never) if re.search(_pattern(word), shown)), "")


def _folded(text: str) -> str:
    """Return a text in small letters without marks above them and without what cannot be seen."""
    kept = [char for char in unicodedata.normalize("NFKD", text) if unicodedata.category(char) not in ("Mn", "Cf")]
    return "".join(kept).casefold()


def _in_one_alphabet(alike: dict[int, int], found: re.Match[str]) -> str:
    """Return a word that mixes alphabets with the letters that look alike in one of them."""
    word = found[0]
    return word.translate(alike) if CYRILLIC.search(word) and LATIN.search(word) else word


@cache
def _pattern(word: str) -> str:
    """Return what finds a beginning, in whichever case of Russian a name of places or people stands."""
    parts = []
    for part in _folded(word).split():
        root = part
        while len(part) - len(root) < 2 and len(root) > 3 and root[-1] in ENDINGS:
            root = root[:-1]
        parts.append(re.escape(root) + (rf"[{ENDINGS}]{{1,3}}\b" if root != part and len(root) < 4 else ""))
    return r"\b" + r"\w*\W+".join(parts)


def betrayals(more: Iterable[str] = ()) -> Iterator[tuple[str, str, str]]:
    """Yield language, what renders it, and word for every text that may arrive unasked and holds a word it must not.

    `more`: what the deployment added.
    """
    added = tuple(more)
    for speak in every_language():
        never = (*never_words(speak.language), *added)
        for name, messages in unasked(speak).items():
            for message in messages:
                labels = [button.label for row in message.buttons for button in row]
                if found := betrays("\n".join([preview(message), *labels]), never):
                    yield speak.language, name, found
