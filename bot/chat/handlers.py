"""What people type: commands and questions."""

from __future__ import annotations

from dataclasses import replace

from telegram import Update

from bot.chat import wiping
from bot.chat.desk import Desk, Visit, visit
from bot.chat.door import AdminDoor, OnWords
from bot.chat.floods import NEVER_HELD
from bot.chat.gate import is_typed
from bot.chat.news import on_news
from bot.chat.offline import on_offline
from bot.core.flood import ANSWER, WARN
from bot.core.subscriber import FREQUENCIES
from bot.flows import subscribe as flow
from bot.flows.wipe import CODE_PREFIX, is_friends
from bot.lookup.places import resolve_place
from bot.lookup.wishes import wish
from bot.texts import answers, pages, settings
from bot.texts.catalogues import languages
from bot.texts.catalogues import words as words_in
from bot.texts.markup import joined
from bot.texts.message import Message
from bot.texts.my_data import render_my_data

LONGEST_WORDS = 1000


async def on_start(desk: Desk, person: Visit, words: str) -> None:
    """Show the first page; nothing is stored by it. A friend's link wipes another chat."""
    if is_friends(words):
        await wiping.on_friend(desk, person, words.removeprefix(CODE_PREFIX))
        return
    await person.say(pages.render_start(person.speak))


def tongue(person: Visit) -> str:
    """Return the language in which she most likely writes: that of her phone where we cannot speak it, else ours."""
    user = person.update.effective_user
    code = (user.language_code or "") if user else ""
    return code if code and words_in(code).language != code.partition("-")[0] else person.speak.language


async def on_question(desk: Desk, person: Visit, text: str) -> None:
    """Answer a question; neither the question nor that she asked is kept."""
    answer = desk.index().answer(text, country=person.country, language=tongue(person), limit=answers.MOST_CARDS)
    speak = person.in_language(answer.question.told_language)
    if (wished := wish(text)) and not answer.question.is_bare:
        await COMMANDS[wished](desk, replace(person, speak=speak), "")
        return
    services = [match.service for match in answer.matches]
    directory = desk.index().directory
    if services and answer.question.is_bare:
        place = answer.question.place
        await person.say(answers.render_sos(directory, services, place.subdivision or place.country, desk.now(), speak))
    elif services:
        if not person.label:  # what an admin tries out is no demand
            desk.office.totals.demand.note(answer.question)
        await person.say(answers.render_answer(directory, services, answer.question, desk.now(), speak))
    elif answer.question.is_chatter or not answer.question.words:
        await person.say(answers.render_chatter(speak))
    else:
        await person.say(answers.render_nothing(topics(desk), speak))


def topics(desk: Desk) -> tuple[str, ...]:
    """Return the topics for which there is help today."""
    return desk.index().directory.topics(desk.now().date())


async def on_help(desk: Desk, person: Visit, words: str) -> None:
    """Search when there are words, else show how to ask and, first of all, emergency help for the reader's area."""
    if words:
        await on_question(desk, person, words)
        return
    message = sos_message(desk, person, person.country)
    text = joined([message.html, pages.render_how_to_ask(person.speak)])
    await person.say(replace(message, html=text))


async def on_find(desk: Desk, person: Visit, words: str) -> None:
    """Search; without words show the topics."""
    if words:
        await on_question(desk, person, words)
    else:
        await person.say(answers.render_topics(topics(desk), person.speak))


def sos_message(desk: Desk, person: Visit, area: str) -> Message:
    """Return emergency help for an area (`DE`, `RU-CE`, '' for everywhere)."""
    services = [match.service for match in desk.index().crisis(area)][: answers.MOST_CARDS]
    return answers.render_sos(desk.index().directory, services, area, desk.now(), person.speak)


async def on_sos(desk: Desk, person: Visit, words: str) -> None:
    """Show emergency help for the place in the words, or for the reader's area."""
    place = resolve_place(words, desk.lexicons) if words else None
    area = person.country if place is None else place.subdivision or place.country
    await person.say(sos_message(desk, person, area))


async def on_subscribe(desk: Desk, person: Visit, words: str) -> None:
    """Subscribe at once when a frequency is given, else ask for it."""
    frequency = words.strip().lower()
    if frequency in FREQUENCIES:
        await subscribe(desk, person, frequency)
    else:
        await person.say(pages.render_subscribe(person.speak))


async def subscribe(desk: Desk, person: Visit, frequency: str) -> None:
    """Subscribe and confirm, in this order."""
    language = person.speak.language
    subscriber = await flow.subscribe(desk.store, desk.clock, desk.defaults, person.chat_id, frequency, language)
    await person.show(pages.render_subscribed(subscriber, person.speak))


async def on_stop(desk: Desk, person: Visit, _words: str) -> None:
    """End the news and confirm."""
    await flow.stop(desk.store, desk.clock, desk.defaults, person.chat_id)
    await person.show(pages.render_stopped(person.speak))


async def on_settings(desk: Desk, person: Visit, _words: str) -> None:
    """Show the settings."""
    await person.say(settings.render_settings(person.subscriber, person.speak))


async def on_area(desk: Desk, person: Visit, words: str) -> None:
    """Save the place in the words, or offer places."""
    place = resolve_place(words, desk.lexicons) if words else None
    if place is None:
        page = settings.render_areas(desk.index().directory.places(), (person.country,), 0, "area", person.speak)
        unknown = pages.render_unknown_place(person.speak) if words else ""
        await person.say(replace(page, html=joined([unknown, page.html])))
        return
    await _save(desk, person, "area", place.subdivision or place.country)


async def on_topics(desk: Desk, person: Visit, _words: str) -> None:
    """Offer the topics of news."""
    await person.say(settings.render_news_topics(person.subscriber, person.speak))


async def on_language(desk: Desk, person: Visit, words: str) -> None:
    """Save the language named by its tag, or offer languages."""
    tag = words.strip().lower()
    if tag in languages():
        await _save(desk, person, "language", tag)
    else:
        await person.say(pages.render_languages(languages(), person.speak))


async def on_quiet(desk: Desk, person: Visit, words: str) -> None:
    """Save quiet hours such as `23-8`, or offer some."""
    span = flow.parse_quiet(words)
    if span:
        await _save(desk, person, "quiet", span)
    else:
        page = settings.render_quiet(person.subscriber, person.speak)
        unknown = pages.render_unknown_hours(person.speak) if words else ""
        await person.say(replace(page, html=joined([unknown, page.html])))


async def _save(desk: Desk, person: Visit, key: str, value: str) -> None:
    change = flow.setting(key, value)
    assert change is not None
    known = await flow.set_up(desk.store, desk.clock, desk.defaults, person.chat_id, change)
    changed = replace(person, known=known, speak=person.in_language(known.language))
    await changed.say(settings.render_settings(known, changed.speak))


async def on_privacy(desk: Desk, person: Visit, _words: str) -> None:
    """Show what is stored."""
    await person.say(pages.render_privacy(desk.operator(person.speak.language)[0], person.speak))


async def on_mydata(_desk: Desk, person: Visit, _words: str) -> None:
    """Show everything that is stored about this chat."""
    await person.say(render_my_data(person.known, person.trace, person.speak, label=person.label))


async def on_forget(_desk: Desk, person: Visit, _words: str) -> None:
    """Ask before everything is deleted."""
    await person.say(pages.render_forget(person.speak, closes=person.is_let_in))


async def on_safety(desk: Desk, person: Visit, _words: str) -> None:
    """Show how to leave fewer traces on the phone."""
    await person.say(pages.render_safety(person.subscriber, desk.word_back, person.speak))


async def on_verify(desk: Desk, person: Visit, _words: str) -> None:
    """Show how to make sure that this is the real bot."""
    name, website = desk.operator(person.speak.language)
    fingerprint = desk.identity.fingerprint if desk.identity else ""
    await person.say(pages.render_verify(desk.username(), name, website, fingerprint, person.speak))


async def on_unknown_command(desk: Desk, person: Visit, _words: str) -> None:
    """Answer a command that does not exist."""
    await person.say(pages.render_unknown_command(person.speak))


COMMANDS: dict[str, OnWords] = {
    "start": on_start,
    "help": on_help,
    "sos": on_sos,
    "find": on_find,
    "news": on_news,
    "subscribe": on_subscribe,
    "stop": on_stop,
    "settings": on_settings,
    "area": on_area,
    "topics": on_topics,
    "language": on_language,
    "quiet": on_quiet,
    "privacy": on_privacy,
    "mydata": on_mydata,
    "forget": on_forget,
    "safety": on_safety,
    "verify": on_verify,
    "offline": on_offline,
} | wiping.COMMANDS


def command_of(text: str, username: str) -> tuple[str, str]:
    """Split `/Help@waypost_bot  words` into ("help", "words"); a command for another bot gives ("", "")."""
    head, _, rest = text.strip().partition(" ")
    head, newline, below = head.partition("\n")
    name, at, target = head.lstrip("/").partition("@")
    if at and username and target.casefold() != username.casefold():
        return "", ""
    return name.casefold(), f"{below}{newline}{rest}".strip()


async def is_answered(desk: Desk, person: Visit, text: str) -> bool:
    """Say whether this message is answered; whoever floods us hears so once."""
    name, words = command_of(text, desk.username()) if text.startswith("/") else ("", "")
    if name in NEVER_HELD:
        return True
    is_known = person.known is not None or (name == "start" and is_friends(words))
    verdict = desk.office.floods.verdict(person.chat_id, is_known=is_known)
    if verdict == WARN:
        await person.say(pages.render_slower(person.speak))
    return verdict == ANSWER


async def on_message(desk: Desk, update: Update, door: AdminDoor) -> None:
    """Answer one message of one person."""
    person = await visit(desk, update)
    message = update.effective_message
    if person is None or message is None:
        return
    await person.heard(message.message_id)
    if not wiping.is_panic_word(person.known, message.text or "") and not await is_answered(
        desk, person, message.text or ""
    ):
        return
    may_act = is_typed(message)
    if message.document is not None and may_act and await door.on_file(desk, person, message):
        return
    text = (message.text or message.caption or "").strip()
    if not text:
        await person.say(pages.render_not_text(person.speak))
        return
    if await wiping.on_typed(desk, person, text):
        return
    if not text.startswith("/"):
        if may_act and await door.on_typed(desk, person, text):
            return
        await on_question(desk, person, text)
        return
    if not may_act or message.text is None:
        await person.say(pages.render_not_typed(person.speak))
        return
    name, words = command_of(text, desk.username())
    if not await door.on_command(desk, person, name, words):
        await COMMANDS.get(name, on_unknown_command)(desk, person, words[:LONGEST_WORDS])
