"""The latest news that was published, page by page."""

from __future__ import annotations

from dataclasses import replace

from bot.chat.desk import Desk, Visit
from bot.core.alert import Alert
from bot.lookup.places import Place, resolve_place
from bot.texts.alerts import render_news, render_no_news_of
from bot.texts.catalogues import languages
from bot.texts.markup import joined
from bot.texts.message import Message

NEWS_KEPT = 30


async def on_news(desk: Desk, person: Visit, words: str) -> None:
    """Show the latest published alerts, those that hold the words if there are any."""
    await person.say(await news_message(desk, person, words, 0))


async def news_message(desk: Desk, person: Visit, words: str, page: int, code: str = "") -> Message:
    """Return one page of the latest alerts: those that hold the words, or concern the place of that code.

    Its buttons carry a code, and no words: those would stand on the phone for as long as the message does. Where it is
    not the place alone that was asked for, there is one page. Where there is no such news, it says so above all other.
    """
    alerts = every = [alert for alert in await desk.store.alerts(state="published") if alert.status == "Actual"]
    place = resolve_place(words or code, desk.lexicons) if words or code else None
    missed = ""
    if words or code:
        there = [alert for alert in alerts if place and concerns_place(alert, place)]
        alerts = [alert for alert in alerts if alert in there or (words and holds(alert, words.casefold()))]
        of_place = (place.subdivision or place.country) if place else ""
        code = of_place if there == alerts else ""
        if every and not alerts:
            missed = render_no_news_of(of_place, person.speak)
            alerts, words, code = every, "", ""
    states = await desk.store.feed_states()
    read = [state.last_good_at for state in states.values() if state.last_good_at]
    checked_at = max(read) if read else None
    offset = person.subscriber.utc_offset if person.known else desk.defaults.utc_offset
    turns = code if code or not words else None
    shown = render_news(alerts[:NEWS_KEPT], checked_at, desk.now(), offset, page, person.speak, turns)
    return replace(shown, html=joined([missed, shown.html]))


def concerns_place(alert: Alert, place: Place) -> bool:
    """Say whether an alert concerns a place: a country also by what befalls its regions."""
    if place.subdivision:
        return bool({place.subdivision, place.country} & set(alert.area))
    return any(code.partition("-")[0] == place.country for code in alert.area)


def holds(alert: Alert, wanted: str) -> bool:
    """Say whether an alert holds the folded words."""
    return any(wanted in text.casefold() for text in (*alert.headline.values(), *alert.description.values()))


def news_languages(desk: Desk) -> tuple[str, ...]:
    """Return the languages in which there is news: those of the bot, and those of its sources."""
    spoken = sorted(feed.language.partition("-")[0].lower() for feed in desk.feeds())
    return tuple(dict.fromkeys([*languages(), *spoken]))
