"""Editing drafts and composing alerts: buttons choose what changes, the admin's next message is its new value."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from bot.chat.desk import Desk, Visit
from bot.chat.drafts import card_of
from bot.core.alert import Alert, all_clear_of
from bot.core.choice import chosen
from bot.core.directory import EUROPEAN_UNION, WORLDWIDE, Text
from bot.errors import NotAllowed
from bot.flows import moderate
from bot.lookup.places import resolve_place
from bot.texts import editor as pages
from bot.texts.catalogues import Words, every_language, languages
from bot.texts.drafts import render_too_late
from bot.texts.markup import length
from bot.texts.message import Message

WIDE = {EUROPEAN_UNION: EUROPEAN_UNION, WORLDWIDE: WORLDWIDE, "ЕС": EUROPEAN_UNION}
COMPOSE, ALL_CLEAR, AREA = "compose", "all-clear", "area"
NOTHING = "-"


async def on_alert(desk: Desk, person: Visit, words: str) -> None:
    """Begin an alert by hand: with its headline, or by asking for it."""
    if words:
        await _compose(desk, person, words, person.speak.language)
        return
    desk.awaited.ask(person.user_id, COMPOSE, "", person.speak.language, desk.now())
    await person.say(pages.render_compose_prompt(person.speak))


async def on_cancel(desk: Desk, person: Visit, _words: str) -> None:
    """Await nothing any more."""
    await person.say(pages.render_cancelled(desk.awaited.end(person.user_id), person.speak))


async def on_press(desk: Desk, person: Visit, words: list[str]) -> None:
    """Show what can be changed, ask for it, or change what a button says in full."""
    alert_id, field, value = words[0], *([*words[1:], "", ""])[:2]
    try:
        alert = await moderate.existing(desk.store, alert_id)
        if value and field in pages.TEXTS:
            page = _ask_text(desk, person, alert, field, value)
        elif value:
            page = await _change(desk, person, alert, field, value)
        elif field == AREA:
            page = _ask_area(desk, person, alert)
        else:
            page = _chooser(alert, field, person.speak)
        await person.show(page)
    except NotAllowed:
        await person.show(Message(render_too_late(person.speak)))


def _chooser(alert: Alert, field: str, speak: Words) -> Message:
    """Return the page on which a field is chosen, or the language of one that is typed."""
    match field:
        case "headline" | "description" | "instruction":
            return pages.render_languages_of(alert, field, languages(), speak)
        case "severity":
            return pages.render_severities(alert, speak)
        case "topics":
            return pages.render_topics_of(alert, speak)
        case "until":
            return pages.render_untils(alert, speak)
        case _:
            return pages.render_editor(alert, speak)


def _ask_text(desk: Desk, person: Visit, alert: Alert, field: str, language: str) -> Message:
    """Await a text in that language; return what asks for it."""
    desk.awaited.ask(person.user_id, field, alert.id, language, desk.now())
    return pages.render_prompt(field, language, getattr(alert, field).get(language, ""), person.speak)


def _ask_area(desk: Desk, person: Visit, alert: Alert) -> Message:
    """Await places; return what asks for them."""
    desk.awaited.ask(person.user_id, AREA, alert.id, "", desk.now())
    return pages.render_area_prompt(alert, person.speak)


async def _change(desk: Desk, person: Visit, alert: Alert, field: str, value: str) -> Message:
    """Change what needs no typing; return the page on which it was chosen. Raises NotAllowed for a forged button."""
    choice = chosen(alert, field, value, desk.now())
    if choice is None:
        raise NotAllowed("no such value")
    changed = await _save(desk, person, alert.id, choice.field, choice.value)
    return _chooser(changed, field if field == "topics" else "", person.speak)


async def _save(
    desk: Desk, person: Visit, alert_id: str, field: str, value: object | Callable[[Alert], object]
) -> Alert:
    return await moderate.edit(desk.store, desk.clock, alert_id, desk.label_of(person.user_id), field, value)


async def on_typed(desk: Desk, person: Visit, text: str) -> bool:
    """Take what an admin typed as the value that she was asked for; say whether she was asked for any."""
    question = desk.awaited.of(person.user_id, desk.now())
    if question is None:
        return False
    try:
        match question.act:
            case "compose":
                await _compose(desk, person, text, question.language)
            case "all-clear":
                await _all_clear(desk, person, question.alert, text, question.language)
            case "area":
                await _typed_area(desk, person, question.alert, text)
            case field:
                await _typed_text(desk, person, question.alert, field, question.language, text)
    except NotAllowed:
        desk.awaited.end(person.user_id)
        await person.say(Message(render_too_late(person.speak)))
    return True


async def _typed_text(desk: Desk, person: Visit, alert_id: str, field: str, language: str, text: str) -> None:
    longest = pages.LONGEST_TEXTS[field]
    if length(text) > longest:
        await person.say(pages.render_too_long(longest, person.speak))
        return
    if field == "headline" and not any(letter.isalnum() for letter in text):
        await person.say(pages.render_no_headline(person.speak))
        return
    said = "" if text == NOTHING and field != "headline" else " ".join(text.split()) if field == "headline" else text

    def with_it(draft: Alert) -> Text:
        others = {tag: other for tag, other in getattr(draft, field).items() if tag != language}
        return {**others, language: said} if said else others

    changed = await _save(desk, person, alert_id, field, with_it)
    await _done(desk, person, changed)


async def _typed_area(desk: Desk, person: Visit, alert_id: str, text: str) -> None:
    codes: list[str] = []
    for part in (part.strip() for part in text.replace(";", ",").replace("\n", ",").split(",")):
        if not part:
            continue
        code = WIDE.get(part.upper(), "")
        place = None if code else resolve_place(part, desk.lexicons)
        if place is not None:
            code = place.subdivision or place.country
        if not code:
            await person.say(pages.render_not_a_place(part, person.speak))
            return
        codes.append(code)
    changed = await _save(desk, person, alert_id, "area", tuple(dict.fromkeys(codes)))
    await _done(desk, person, changed)


async def _done(desk: Desk, person: Visit, changed: Alert) -> None:
    desk.awaited.end(person.user_id)
    await person.say(pages.render_editor(changed, person.speak))


async def _compose(desk: Desk, person: Visit, headline: str, language: str) -> None:
    """Keep a new draft with this headline, and show what else can be written."""
    longest = pages.LONGEST_TEXTS["headline"]
    if length(headline) > longest:
        await person.say(pages.render_too_long(longest, person.speak))
        return
    if not any(letter.isalnum() for letter in headline):
        await person.say(pages.render_no_headline(person.speak))
        return
    by = desk.label_of(person.user_id)
    alert_id = new_id(desk, by)
    draft = Alert(
        id=alert_id,
        story=alert_id,
        headline={language: " ".join(headline.split())},
        description={},
        created_at=desk.now(),
        reasons=(f"written by {by}",),
    )
    await _done(desk, person, await moderate.compose(desk.store, desk.clock, draft, by))


async def ask_all_clear(desk: Desk, person: Visit, alert_id: str) -> None:
    """Ask for the text of an all-clear."""
    desk.awaited.ask(person.user_id, ALL_CLEAR, alert_id, person.speak.language, desk.now())
    await person.show(pages.render_all_clear_prompt(person.speak))


async def _all_clear(desk: Desk, person: Visit, alert_id: str, text: str, language: str) -> None:
    longest = pages.LONGEST_TEXTS["description"]
    if length(text) > longest:
        await person.say(pages.render_too_long(longest, person.speak))
        return
    old = await moderate.existing(desk.store, alert_id)
    by = desk.label_of(person.user_id)
    headline = {speak.language: pages.all_clear_headline(speak) for speak in every_language()}
    draft = all_clear_of(old, new_id(desk, by), headline, {language: text}, desk.now())
    await moderate.compose(desk.store, desk.clock, draft, by)
    desk.awaited.end(person.user_id)
    await person.say(await card_of(desk, person, draft.id))


def new_id(desk: Desk, by: str) -> str:
    """Return an id for something that an admin writes now."""
    return hashlib.blake2b(f"{desk.now().isoformat()} {by}".encode(), digest_size=12).hexdigest()
