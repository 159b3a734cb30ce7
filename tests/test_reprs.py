"""No value shows whose it is, or what was asked, when something prints it: a debugger, asyncio, a library's warning."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from telegram import Update

from bot.chat.awaited import Awaited
from bot.chat.desk import visit
from bot.chat.handles import Handles
from bot.chat.limiter import Waiting
from bot.chat.notes import Notes
from bot.chat.road import Answer as Reply
from bot.core.card import Card
from bot.core.delivery import Moved
from bot.core.subscriber import Subscriber
from bot.core.trace import Said, Trace
from bot.flows.follow import Followed
from bot.flows.staff import Decided
from bot.lookup.hearing import hear
from bot.lookup.normal import Token
from bot.texts.catalogues import words
from bot.texts.message import Button, Message
from tests.builders import NOW, a_subscriber
from tests.chat.stage import a_message, a_stage
from tests.lookup.lexicons import real as lexicons

CHAT, NAME, WORD, CODE = 7_312_345_678, "Zarema", "evacuation", "kUvJ2f0lQm_7sX-9aBcDeF"


def shown_by_values() -> dict[str, object]:
    handles = Handles(lambda: NOW, lambda: "abc")
    handles.issue(CHAT, "m:yes:a1")
    awaited, notes = Awaited(), Notes()
    awaited.ask(CHAT, "passphrase", "", "", NOW)
    notes.said(CHAT, 4_242_424_242, NOW)
    copy = Button("Copy link", copy=f"https://t.me/x?start=w_{CODE}")
    return {
        "a button and its handle": [*handles._handles.values()],
        "what is awaited": awaited,
        "what is noted": notes,
        "a request in its lane": Waiting("reply", CHAT, None),
        "an answer over the wire": Reply(200, f'{{"chat": {CHAT}, "text": "{WORD}"}}'.encode(), ""),
        "a card": Card("c", CHAT, 4_242_424_242, NOW),
        "a move": Moved(CHAT),
        "a reader": a_subscriber(CHAT, passphrase=CODE, panic_word=WORD, wipe_code=CODE, label=NAME),
        "a trace": Trace(CHAT, CODE, (Said(4_242_424_242, 1),), passphrase=CODE),
        "a push that is followed": Followed("a", 1, NOW, CHAT, 4_242_424_242, words("en")),
        "an invitation": Decided(None, True, CODE),
        "a word": Token(WORD, 0, 0),
        "what was heard": hear(f"{WORD} from Grozny", lexicons(), "en"),
        "what is said": Message(f"<b>{WORD}</b>", ((copy, Button("Next", f"a:{WORD}")),)),
    }


@pytest.mark.parametrize("what", list(shown_by_values()))
def test_repr__of_every_value_that_concerns_somebody__tells_neither_who_nor_what(what) -> None:
    shown = repr(shown_by_values()[what])
    assert [each for each in (str(CHAT), NAME, WORD, CODE, "Grozny", "4242424242") if each in shown] == []


async def test_repr__of_a_visit_and_of_an_answer__tells_neither_who_nor_what() -> None:
    stage = await a_stage(lexicons())
    await stage.store.change_subscriber(CHAT, lambda known: replace(known, country="RU-CE"))
    said = a_message(CHAT, f"{WORD} from Grozny")
    said["from"]["first_name"] = NAME
    person = await visit(stage.desk, Update.de_json({"update_id": 1, "message": said}, stage.application.bot))
    answer = stage.desk.index().answer(f"{WORD} from Grozny")
    assert answer.question.words
    shown = repr(person) + repr(answer) + repr(answer.question) + repr(stage.desk.office) + repr(stage.desk.notes)
    assert [each for each in (str(CHAT), NAME, WORD, "Grozny", "RU-CE") if each in shown] == []


async def test_repr__of_the_tasks_that_handle_somebody__tells_neither_who_nor_what() -> None:
    """What asyncio prints of a task that was slow, or that nobody waited for."""
    stage = await a_stage(lexicons())
    playing = asyncio.create_task(stage.play(message=a_message(CHAT, WORD)))
    await asyncio.sleep(0)
    shown = " ".join(repr(task) for task in asyncio.all_tasks())
    await playing
    assert [each for each in (str(CHAT), WORD) if each in shown] == []


def test_repr__of_a_reader__shows_no_name_she_chose() -> None:
    assert NAME not in repr(Subscriber(1, label=NAME))
