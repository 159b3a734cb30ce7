"""What people type and tap to leave nothing: /panic, the passphrase, the word that wipes, the friend's link."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.chat import cover
from bot.chat.desk import Desk, Visit
from bot.chat.door import OnPress, OnWords
from bot.chat.erasing import erase
from bot.chat.notes import delete_now
from bot.core.subscriber import Subscriber
from bot.flows.passphrase import LONGEST, SHORTEST, could_be, fits, hashed, normal
from bot.flows.subscribe import set_up
from bot.flows.wipe import CODE_PREFIX, code_hash
from bot.lookup.layout import retyped
from bot.texts import wiping
from bot.texts.message import Message

SHORTEST_WORD = 3
AROUND = " .,;:!?…¡¿\"'«»“”„؟،۔"
PASS, WORD = "passphrase", "word"


async def on_panic(desk: Desk, person: Visit, _words: str = "") -> None:
    """Wipe this chat, without a question, and play dull from now on."""
    update, chat_id = person.update, person.chat_id
    message = update.effective_message
    also = {*desk.notes.drop(chat_id), message.message_id if message else 0} - {0}
    await erase(desk, chat_id, also, lambda: cover.greet(update, silent=True))


async def on_panic_press(desk: Desk, person: Visit, _words: list[str]) -> None:
    """Wipe by a button."""
    await on_panic(desk, person)


def page(desk: Desk, person: Visit) -> Message:
    """Return the page about wiping."""
    return wiping.render_wiping(person.subscriber, desk.word_back, person.speak)


async def on_press(desk: Desk, person: Visit, words: list[str]) -> None:
    """Ask for a passphrase or word, make a friend's link, or take one of them back."""
    match words[0]:
        case "pass":
            desk.asked.ask(person.chat_id, PASS, "", "", desk.now())
            await person.show(wiping.render_ask_passphrase(SHORTEST, person.speak))
        case "word":
            desk.asked.ask(person.chat_id, WORD, "", "", desk.now())
            await person.show(wiping.render_ask_word(person.speak))
        case "friend":
            await _make_link(desk, person)
        case "nopass":
            await _change(desk, person, lambda known: replace(known, passphrase=""))  # none is kept  # nosec B106
        case "noword":
            await _change(desk, person, lambda known: replace(known, panic_word=""))
        case "nofriend":
            await _change(desk, person, lambda known: replace(known, wipe_code=""))
        case _:
            await person.show(page(desk, person))


async def _change(desk: Desk, person: Visit, change: Callable[[Subscriber], Subscriber]) -> None:
    known = await set_up(desk.store, desk.clock, desk.defaults, person.chat_id, change)
    await person.show(page(desk, replace(person, known=known)))


async def _make_link(desk: Desk, person: Visit) -> None:
    """Make a code; the one before it does not work any more."""
    code = desk.new_code()
    await set_up(
        desk.store, desk.clock, desk.defaults, person.chat_id, lambda known: replace(known, wipe_code=code_hash(code))
    )
    link = f"https://t.me/{desk.username()}?start={CODE_PREFIX}{code}"
    await person.show(wiping.render_friend(link, person.speak))


async def on_passphrase(desk: Desk, person: Visit, words: str) -> None:
    """Set the passphrase in the words, or ask for it."""
    await _take(desk, person, PASS, words)


async def on_word(desk: Desk, person: Visit, words: str) -> None:
    """Set the word that wipes, or ask for it."""
    await _take(desk, person, WORD, words)


def is_panic_word(known: Subscriber | None, text: str) -> bool:
    """Say whether a text is the word that wipes; it counts whatever else is going on in the chat.

    Who is in danger types as she can: on the wrong keyboard layout, or with the full stop that a phone adds, it is the
    same word.
    """
    if known is None or not known.panic_word or len(text) > 2 * LONGEST:
        return False
    typed = [text, *(other for _, other in retyped(text))]
    return bare(known.panic_word) in {form for each in typed for form in (normal(each), bare(each))}


def bare(text: str) -> str:
    """Return the words as they are compared, without signs around them; of signs alone, all of them."""
    words = normal(text)
    return words.strip(AROUND) or words


async def on_typed(desk: Desk, person: Visit, text: str) -> bool:
    """Take a text that is the word that wipes, or that was asked for; say whether it was one.

    A command, or a cry for help, says that she is about something else now: nothing is asked any more.
    """
    if is_panic_word(person.known, text):
        await on_panic(desk, person)
        return True
    question = desk.asked.of(person.chat_id, desk.now())
    if question is None:
        return False
    if text.startswith("/") or desk.index().answer(text).is_crisis:
        desk.asked.end(person.chat_id)
        return False
    await _take(desk, person, question.act, text)
    return True


async def _take(desk: Desk, person: Visit, act: str, text: str) -> None:
    """Keep a passphrase or word that was written; the message that holds it is deleted at once."""
    desk.asked.ask(person.chat_id, act, "", "", desk.now())
    if not text:
        ask = (
            wiping.render_ask_passphrase(SHORTEST, person.speak)
            if act == PASS
            else wiping.render_ask_word(person.speak)
        )
        await person.say(ask)
        return
    message = person.update.effective_message
    assert message is not None
    await delete_now(desk.store, desk.messenger, person.chat_id, message.message_id, desk.now())
    if not await _is_fit(desk, person.subscriber, act, text):
        await person.say(_unfit(act, person))
        return
    kept = await hashed(text) if act == PASS else normal(text)

    def change(known: Subscriber) -> Subscriber:
        return replace(known, passphrase=kept) if act == PASS else replace(known, panic_word=kept)

    await set_up(desk.store, desk.clock, desk.defaults, person.chat_id, change)
    desk.asked.end(person.chat_id)
    done = wiping.render_passphrase_set if act == PASS else wiping.render_word_set
    await person.say(done(person.speak))


async def _is_fit(desk: Desk, known: Subscriber, act: str, text: str) -> bool:
    if act == PASS:
        return could_be(text, desk.lexicons.is_everyday) and not is_panic_word(known, text)
    if text.startswith("/") or len(normal(text)) < SHORTEST_WORD or len(text) > LONGEST:
        return False
    return not (known.passphrase and await fits(text, known.passphrase))


def _unfit(act: str, person: Visit) -> Message:
    if act == PASS:
        return wiping.render_unfit_passphrase(SHORTEST, LONGEST, person.speak)
    return wiping.render_unfit(SHORTEST_WORD, LONGEST, person.speak)


async def on_friend(desk: Desk, person: Visit, code: str) -> None:
    """Wipe the chat of whoever gave that code away; the answer is the same whether there is one or not."""
    await cover.open_link(desk, person.update, code, lambda: person.say(wiping.render_friend_done(person.speak)))


COMMANDS: dict[str, OnWords] = {
    "panic": on_panic,
    "passphrase": on_passphrase,
    "panicword": on_word,
}
PRESSES: dict[str, OnPress] = {"panic": on_panic_press, "w": on_press}
