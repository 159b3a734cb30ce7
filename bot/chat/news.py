"""The latest news that was published, page by page."""

from __future__ import annotations

from bot.chat.desk import Desk, Visit
from bot.core.alert import Alert
from bot.lookup.places import Place, resolve_place
from bot.texts.alerts import render_news
from bot.texts.catalogues import languages
from bot.texts.message import Message

NEWS_KEPT = 30


async def on_news(desk: Desk, person: Visit, words: str) -> None:
    """Show the latest published alerts, those that hold the words if there are any."""
    await person.say(await news_message(desk, person, words, 0))


async def news_message(desk: Desk, person: Visit, words: str, page: int) -> Message:
    """Return one page of the latest alerts."""
    alerts = [alert for alert in await desk.store.alerts(state="published") if alert.status == "Actual"]
    if words:
        place = resolve_place(words, desk.lexicons)
        alerts = [alert for alert in alerts if is_about(alert, words.casefold(), place)]
    states = await desk.store.feed_states()
    read = [state.last_good_at for state in states.values() if state.last_good_at]
    checked_at = max(read) if read else None
    offset = person.subscriber.utc_offset if person.known else desk.defaults.utc_offset
    return render_news(alerts[:NEWS_KEPT], checked_at, desk.now(), offset, page, person.speak)


def is_about(alert: Alert, wanted: str, place: Place | None) -> bool:
    """Say whether an alert holds the folded words or concerns the place: a country also by what befalls its regions."""
    if place and place.subdivision and {place.subdivision, place.country} & set(alert.area):
        return True
    if place and not place.subdivision and any(code.partition("-")[0] == place.country for code in alert.area):
        return True
    return any(wanted in text.casefold() for text in (*alert.headline.values(), *alert.description.values()))


def news_languages(desk: Desk) -> tuple[str, ...]:
    """Return the languages in which there is news: those of the bot, and those of its sources."""
    spoken = sorted(feed.language.partition("-")[0].lower() for feed in desk.feeds())
    return tuple(dict.fromkeys([*languages(), *spoken]))
