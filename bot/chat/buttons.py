"""What people tap: every tap is answered at once, browsing edits the same message, an old button says so kindly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from telegram import Update

from bot.chat import wiping
from bot.chat.desk import Desk, Visit, acknowledge, visit
from bot.chat.door import AdminDoor, OnPress
from bot.chat.floods import TAPS_NEVER_HELD
from bot.chat.handlers import sos_message, subscribe, topics
from bot.chat.handles import MARK
from bot.chat.news import news_languages, news_message
from bot.core.alert import CANCELLED, PUBLISHED
from bot.core.flood import ANSWER
from bot.core.subscriber import FREQUENCIES
from bot.core.trace import READ, SAID
from bot.flows import subscribe as flow
from bot.flows.bring import standing_in
from bot.flows.forget import forget
from bot.texts import answers, pages, settings
from bot.texts.admin import drafts_row
from bot.texts.alerts import render_alert, render_digest, render_hidden, render_withdrawn
from bot.texts.catalogues import languages
from bot.texts.message import Message
from bot.texts.my_data import render_my_data
from bot.texts.parting import render_stays

PAGE_AFTER = {
    "frequency": "frequency",
    "hour": "frequency",
    "language": "settings",
    "area": "settings",
    "newsarea": "newsareas",
    "newslanguage": "newslanguages",
    "topic": "newstopics",
    "silent": "settings",
    "discreet": "settings",
    "quiet": "quiet",
    "passes": "quiet",
    "offset": "clock",
    "severity": "severity",
    "pause": "pause",
    "tidy": "tidy",
    "reading": "tidy",
}
"""The page that is shown after a setting was changed."""


async def on_go(desk: Desk, person: Visit, words: list[str]) -> None:
    """Show a fixed page; below news in a message of its own, which no correction or withdrawal takes away from her."""
    message = page(desk, person, words[0])
    if message is None:
        await stale(person)
    elif any(data.startswith("hide:") for data in person.buttons()):
        await person.say(message)
    else:
        await person.show(message)


def page(desk: Desk, person: Visit, name: str) -> Message | None:
    """Return a fixed page by its name in the buttons, or None when there is none of that name."""
    speak, known, places = person.speak, person.subscriber, desk.index().directory.places()
    wide = (*settings.WIDE, *places)
    makers: dict[str, Callable[[], Message]] = {
        "start": lambda: pages.render_start(speak),
        "sos": lambda: sos_message(desk, person, person.country),
        "topics": lambda: answers.render_topics(topics(desk), speak),
        "subscribe": lambda: pages.render_subscribe(speak),
        "settings": lambda: settings.render_settings(known, speak),
        "frequency": lambda: settings.render_frequency(known, speak),
        "newstopics": lambda: settings.render_news_topics(known, speak),
        "newslanguages": lambda: settings.render_news_languages(news_languages(desk), known, speak),
        "newsareas": lambda: settings.render_areas(wide, known.areas, 0, "newsarea", speak),
        "area": lambda: settings.render_areas(places, (known.country,), 0, "area", speak, back="go:start"),
        "language": lambda: pages.render_languages(languages(), speak),
        "quiet": lambda: settings.render_quiet(known, speak),
        "clock": lambda: settings.render_clock(known, speak),
        "severity": lambda: settings.render_severity(known, speak),
        "pause": lambda: settings.render_pause(known, speak),
        "tidy": lambda: settings.render_tidy(known, speak),
        "wiping": lambda: wiping.page(desk, person),
        "privacy": lambda: pages.render_privacy(desk.operator(speak.language)[0], speak),
        "mydata": lambda: render_my_data(person.known, person.trace, speak, label=person.label),
        "forget": lambda: pages.render_forget(speak, closes=person.is_let_in),
        "safety": lambda: pages.render_safety(known, desk.word_back, speak),
        "statement": lambda: pages.render_statement(desk.statement(), speak),
    }
    return makers[name]() if name in makers else None


async def on_answer_page(desk: Desk, person: Visit, words: list[str]) -> None:
    """Turn the page of an answer: the button itself carries which services were found, nothing is remembered."""
    kind, number, handles = words[:3]
    index = desk.index()
    visible = {service.id for service in index.directory.visible(desk.now().date())}
    services = [service for service in answers.find_handles(index.directory, handles) if service.id in visible]
    if not services or not number.isdecimal():
        await stale(person)
        return
    await person.show(
        answers.render_page(index.directory, services, kind, int(number), "", "", desk.now(), person.speak)
    )


async def on_topic(desk: Desk, person: Visit, words: list[str]) -> None:
    """Show who helps with a topic, near the reader first."""
    topic = words[0]
    matches = desk.index().by_topic(topic, person.country)
    services = [match.service for match in matches][: answers.MOST_CARDS]
    if not services:
        await stale(person)
        return
    heading = answers.topic_heading(topic, person.country, person.speak)
    hint = "" if person.country else answers.country_hint(person.speak)
    directory = desk.index().directory
    await person.show(answers.render_page(directory, services, "", 0, heading, hint, desk.now(), person.speak))


async def on_news_page(desk: Desk, person: Visit, words: list[str]) -> None:
    """Turn the page of the news."""
    number, code = (*words, "")[:2]
    await person.show(await news_message(desk, person, "", int(number) if number.isdecimal() else 0, code))


async def on_read(desk: Desk, person: Visit, words: list[str]) -> None:
    """Show the text of an alert in the place of its neutral face."""
    alert = await desk.store.alert(words[0])
    if alert is not None and alert.state == CANCELLED:
        await _open(desk, person, render_withdrawn(person.speak), "")
    elif alert is None or alert.state != PUBLISHED or (alert.is_test and not desk.is_admin(person.user_id)):
        await stale(person)
    else:
        offset = person.known.utc_offset if person.known else timedelta()
        await _open(desk, person, render_alert(alert, offset, person.speak), alert.id)


async def _open(desk: Desk, person: Visit, message: Message, alert_id: str) -> None:
    """Show a text in the place of its button; below a digest that could not be put back, which must stay.

    A discreet reader's text hides itself after her time.
    """
    buttons = person.buttons()
    is_digest = sum(data.startswith("r:") for data in buttons) > 1
    if is_digest and len(await standing_in(desk.store, person.chat_id, person.message_id)) < 2:
        shown = await person.say(message)
    else:
        shown = await person.show(message)
    if await desk.store.copies(person.chat_id, shown):
        person.note(shown, READ)
    if alert_id and person.subscriber.is_discreet:
        desk.notes.opened(person.chat_id, shown, alert_id, desk.now() + person.subscriber.read_for)


async def on_hide(desk: Desk, person: Visit, words: list[str]) -> None:
    """Put the neutral face back, or the digest to which it belongs."""
    alert = await desk.store.alert(words[0])
    together = await standing_in(desk.store, person.chat_id, person.message_id)
    if alert is None:
        await stale(person)
    elif len(together) > 1:
        person.note(await person.show(render_digest(together, person.subscriber, person.speak)), READ)
    else:
        shown = await person.show(render_hidden(alert, person.speak))
        person.note(shown, READ if together else SAID)


async def on_subscription(desk: Desk, person: Visit, words: list[str]) -> None:
    """Subscribe or stop."""
    if words[0] in FREQUENCIES:
        await subscribe(desk, person, words[0])
        return
    await flow.stop(desk.store, desk.clock, desk.defaults, person.chat_id)
    await person.show(pages.render_stopped(person.speak))


async def on_setting(desk: Desk, person: Visit, words: list[str]) -> None:
    """Change one setting and show its page again."""
    key, value = words[0], words[1] if len(words) > 1 else ""
    change = flow.setting(key, value, desk.now())
    if change is None or not _is_known_value(desk, key, value):
        await stale(person)
        return
    known = await flow.set_up(desk.store, desk.clock, desk.defaults, person.chat_id, change)
    changed = replace(person, known=known, speak=person.in_language(known.language) if known.language else person.speak)
    if key == "language":
        changed = await visit(desk, person.update) or changed
    if key == "newsarea":
        number = int(words[2]) if len(words) > 2 and words[2].isdecimal() else 0
        places = (*settings.WIDE, *desk.index().directory.places())
        await changed.show(settings.render_areas(places, known.areas, number, "newsarea", changed.speak))
        return
    message = page(desk, changed, PAGE_AFTER[key])
    assert message is not None
    await changed.show(message)


def _is_known_value(desk: Desk, key: str, value: str) -> bool:
    """Say whether a place or language in a button (which anyone can forge) is one that we offer."""
    if key == "newsarea" and value in settings.WIDE:
        return True
    if key in ("area", "newsarea"):
        return value in ("none", "all") or value in desk.index().directory.places()
    if key == "newslanguage":
        return value == "all" or value in news_languages(desk)
    return key != "language" or value in languages()


async def on_places_page(desk: Desk, person: Visit, words: list[str]) -> None:
    """Turn the page of the places."""
    key, number = words[0], int(words[1]) if words[1].isdecimal() else 0
    known, places = person.subscriber, desk.index().directory.places()
    if key == "area":
        await person.show(settings.render_areas(places, (known.country,), number, key, person.speak, back="go:start"))
    else:
        wide = (*settings.WIDE, *places)
        await person.show(settings.render_areas(wide, known.areas, number, "newsarea", person.speak))


async def on_forget(desk: Desk, person: Visit, words: list[str]) -> None:
    """Delete everything, after the question was answered with yes."""
    if words[0] != "yes":
        await stale(person)
        return
    chat_id = person.chat_id
    desk.drop(chat_id)
    also = (person.message_id, *desk.notes.drop(chat_id))
    dress = desk.office.dress if person.is_let_in else None
    await forget(desk.store, desk.messenger, chat_id, desk.now(), also, dress)
    await desk.office.cards.clear(chat_id)
    await person.say(pages.render_forgotten(person.speak))
    desk.notes.drop(chat_id)
    await desk.office.cards.forget(chat_id)


async def on_here(_: Desk, person: Visit, __: list[str]) -> None:
    """Thank whoever is still there; that she was heard of is kept already."""
    await person.show(render_stays(person.speak))


async def stale(person: Visit) -> None:
    """Say kindly, below the message, that its button no longer works; an admin gets the way to what waits."""
    is_admins = (person.update.callback_query.data or "").startswith(MARK) if person.update.callback_query else False
    rows = (drafts_row(person.speak),) if is_admins else ()
    await person.say(Message(pages.render_stale(person.speak), rows))


PRESSES: dict[str, OnPress] = {
    "go": on_go,
    "a": on_answer_page,
    "t": on_topic,
    "n": on_news_page,
    "r": on_read,
    "hide": on_hide,
    "sub": on_subscription,
    "set": on_setting,
    "pg": on_places_page,
    "forget": on_forget,
    "here": on_here,
} | wiping.PRESSES
LEAST_WORDS = {"a": 3, "pg": 2}


def _verdict(desk: Desk, person: Visit) -> str:
    """Say whether this tap is answered; who moderates taps more than who reads."""
    if desk.is_admin(person.user_id):
        return desk.office.floods.verdict_at_work(person.chat_id)
    return desk.office.floods.verdict(person.chat_id, is_known=person.known is not None)


async def on_press(desk: Desk, update: Update, door: AdminDoor) -> None:
    """Answer one tap of one person."""
    person = await visit(desk, update)
    if person is None or update.callback_query is None:
        return
    data = update.callback_query.data or ""
    if not data.startswith(TAPS_NEVER_HELD) and _verdict(desk, person) != ANSWER:
        await acknowledge(update, pages.render_slower(person.speak).html)
        return
    await acknowledge(update)
    if data.startswith(MARK) and await door.on_press(desk, person, data):
        return
    # Who taps is no longer about to type what was asked: her next text is a question.
    desk.asked.end(person.chat_id)
    key, *words = data.split(":")
    press = PRESSES.get(key)
    if press is None or len(words) < LEAST_WORDS.get(key, 1):
        await stale(person)
        return
    await press(desk, person, words)
