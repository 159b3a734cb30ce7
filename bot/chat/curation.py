"""The list of contacts in an admin's chat: sent back, checked when sent, put in place, undone; what is due.

What reads or writes the list does so beside everything else: a large file takes seconds, and people wait for answers.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace

import structlog
from telegram import Message as TelegramMessage
from telegram.error import TelegramError

from bot.chat.desk import Desk, Visit
from bot.core.changes import fingerprint
from bot.core.directory import Service, said_in
from bot.errors import NotAllowed, Overtaken, StoreError
from bot.flows import subscribe as settings
from bot.flows.curate import queue
from bot.texts import admin as words_for
from bot.texts.answers import find_handles, handle
from bot.texts.cards import render_card
from bot.texts.message import Message

log = structlog.get_logger("bot.chat")

LARGEST_FILE = 5_000_000
LONGEST_LABEL = 60
FILE_NAME = "resources.yaml"


async def on_resources(desk: Desk, person: Visit, _words: str) -> None:
    """Send the file back, and its state."""
    # The state below is worth more than the file; a second try is one tap away.
    with suppress(TelegramError):
        await person.send_file(FILE_NAME, desk.resource_file.text().encode())
    await person.say(resources_message(desk, person))


def resources_message(desk: Desk, person: Visit) -> Message:
    """Return the state of the list of contacts."""
    today = desk.now().date()
    directory = desk.index().directory
    waiting = queue(directory, today)
    return words_for.render_resources(
        len(directory.visible(today)),
        len(waiting.hidden),
        len(waiting.overdue),
        len(waiting.due),
        len(waiting.never),
        desk.faults(),
        directory.version,
        person.speak,
    )


async def on_file(desk: Desk, person: Visit, message: TelegramMessage) -> None:
    """Check a file that an admin sent, and show its mistakes or what it would change."""
    document = message.document
    assert document is not None
    if (document.file_size or 0) > LARGEST_FILE:
        await person.say(Message(words_for.render_too_large(LARGEST_FILE // 1_000_000, person.speak)))
        return
    try:
        file = await document.get_file()
        content = bytes(await file.download_as_bytearray())
    except TelegramError as error:
        log.warning("a sent list could not be fetched", error=type(error).__name__)
        await person.say(Message(words_for.render_not_fetched(person.speak)))
        return
    if len(content) > LARGEST_FILE:
        await person.say(Message(words_for.render_too_large(LARGEST_FILE // 1_000_000, person.speak)))
        return
    try:
        candidate, faults, changes = await asyncio.to_thread(desk.resource_file.examine, content)
    except StoreError as error:
        await person.say(words_for.render_disk_refused(str(error), person.speak))
        return
    await person.say(words_for.render_examined(candidate, faults, changes, person.speak))


async def on_press(desk: Desk, person: Visit, words: list[str]) -> None:
    """Do what a button below the list of contacts asks for."""
    act, value = words[0], ":".join(words[1:])
    try:
        async with desk.office.curating:
            await _ACTS[act](desk, person, value)
    except Overtaken:
        await person.show(Message(words_for.render_overtaken(person.speak)))
    except (NotAllowed, KeyError):
        await person.show(Message(words_for.render_not_possible(person.speak)))
    except StoreError as error:
        await person.show(words_for.render_disk_refused(str(error), person.speak))


async def _put(desk: Desk, person: Visit, candidate: str) -> None:
    await asyncio.to_thread(desk.resource_file.put, candidate)
    await person.show(Message(words_for.render_put(person.speak)))
    await _tell_others(desk, person)


async def _drop(desk: Desk, person: Visit, candidate: str) -> None:
    await asyncio.to_thread(desk.resource_file.drop, candidate)
    await person.show(Message(words_for.render_kept(person.speak)))


async def _undo(desk: Desk, person: Visit, seen: str) -> None:
    try:
        await asyncio.to_thread(desk.resource_file.undo, seen)
    except Overtaken:
        await person.show(Message(words_for.render_not_undone(person.speak)))
        return
    await person.show(Message(words_for.render_undone(person.speak)))
    await _tell_others(desk, person)


async def _tell_others(desk: Desk, person: Visit) -> None:
    """Let those who keep the list know that another one serves: a phone that was seized could put false numbers in."""
    by = desk.label_of(person.user_id)
    await desk.office.editors.tell(
        lambda speak: words_for.render_changed_notice(by, speak), but=person.user_id, silent=False
    )


async def _queue(desk: Desk, person: Visit, after: str) -> None:
    await person.show(_due_message(desk, person, after))


def _due_message(desk: Desk, person: Visit, after: str = "") -> Message:
    """Return the contact that is due after the one with that handle, or the first."""
    due = queue(desk.index().directory, desk.now().date())
    waiting = due.all
    if not waiting:
        return words_for.render_nothing_due(person.speak)
    handles = [handle(service.id) for service in waiting]
    number = (handles.index(after) + 1) % len(handles) if after in handles else 0
    service = waiting[number]
    card = render_card(desk.index().directory, service, desk.now(), person.speak)
    label = label_of(desk, person)
    seen, is_hidden = _fingerprint(desk, service), service in due.hidden
    return words_for.render_due(
        card, handles[number], seen, number + 1, len(waiting), label, person.speak, is_hidden=is_hidden
    )


async def _right(desk: Desk, person: Visit, value: str) -> None:
    service = await _as_seen(desk, value)
    if service is None:
        await _done(desk, person, words_for.render_other_by_now(person.speak))
        return
    await asyncio.to_thread(desk.resource_file.assure, service.id, label_of(desk, person))
    await _done(desk, person, words_for.render_assured_now(said_in(service.name, person.speak.language), person.speak))


async def _down(desk: Desk, person: Visit, value: str) -> None:
    service = await _as_seen(desk, value)
    if service is None:
        await _done(desk, person, words_for.render_other_by_now(person.speak))
        return
    await asyncio.to_thread(desk.resource_file.take_down, service.id)
    await _done(desk, person, words_for.render_taken_down(said_in(service.name, person.speak.language), person.speak))


async def _as_seen(desk: Desk, value: str) -> Service | None:
    """Return the contact of a button, or None when it is no longer as it stood on the card: somebody mended it."""
    letters, _, seen = value.partition(":")
    await asyncio.to_thread(desk.resource_file.look)
    service = _service(desk, letters)
    return service if seen == _fingerprint(desk, service) else None


def _fingerprint(desk: Desk, service: Service) -> str:
    return fingerprint(service, desk.index().directory.organization_of(service))


async def _done(desk: Desk, person: Visit, text: str) -> None:
    """Say what was done, and show the next contact that is due."""
    message = _due_message(desk, person)
    await person.show(Message(f"{text}\n\n{message.html}", message.buttons))


def _service(desk: Desk, letters: str) -> Service:
    found = find_handles(desk.index().directory, letters)
    if len(found) != 1:
        raise NotAllowed("this contact is gone")
    return found[0]


def label_of(desk: Desk, person: Visit) -> str:
    """Return how this admin is named on the cards that she assures."""
    return (person.known.label if person.known else "") or desk.label_of(person.user_id)


async def on_name(desk: Desk, person: Visit, name: str) -> None:
    """Keep how an admin wants to be named on cards: people will read it."""
    label = " ".join(name.split())[:LONGEST_LABEL]
    known = await settings.set_up(
        desk.store, desk.clock, desk.defaults, person.chat_id, lambda subscriber: replace(subscriber, label=label)
    )
    await person.say(words_for.render_named(known.label or desk.label_of(person.user_id), person.speak))


_ACTS = {"put": _put, "drop": _drop, "undo": _undo, "queue": _queue, "right": _right, "down": _down}
