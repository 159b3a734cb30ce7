"""What every handler needs: the store, the directory that serves now, the clock, and the way to answer one update."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from telegram import Message as TelegramMessage
from telegram import Update
from telegram.error import BadRequest, TelegramError

from bot.chat.awaited import Awaited
from bot.chat.keyboard import keyboard
from bot.chat.sender import is_unchanged
from bot.core.directory import said_in
from bot.core.feed import Feed
from bot.core.subscriber import Subscriber
from bot.errors import Fault
from bot.flows.follow import Follower
from bot.flows.part import hear
from bot.flows.ports import Clock, Messenger, ResourceFile, Store
from bot.flows.subscribe import Defaults
from bot.flows.tell import Team
from bot.lookup.lexicon import Lexicons
from bot.lookup.search import Index
from bot.texts.catalogues import Words, words
from bot.texts.message import Message


@dataclass(frozen=True)
class Desk:
    """The tools of the handlers; `index`, `feeds` and `faults` return what serves at the moment of the call."""

    store: Store
    messenger: Messenger
    lexicons: Lexicons
    index: Callable[[], Index]
    feeds: Callable[[], Sequence[Feed]]
    faults: Callable[[], Sequence[Fault]]
    resource_file: ResourceFile
    clock: Clock
    team: Team
    follower: Follower
    awaited: Awaited = field(default_factory=Awaited)
    defaults: Defaults = field(default_factory=Defaults)
    admin_ids: tuple[int, ...] = field(default=(), repr=False)
    approvals: int = 1
    wake: Callable[[], None] = lambda: None
    username: Callable[[], str] = lambda: ""

    def now(self) -> datetime:
        """Return the moment of the call."""
        return self.clock()

    def operator(self, language: str) -> tuple[str, str]:
        """Return name and website of who runs this bot, as the editor wrote them; empty where nothing is written."""
        operator = self.index().directory.operator
        return (said_in(operator.name, language), operator.website) if operator else ("", "")

    def is_admin(self, user_id: int) -> bool:
        """Say whether this Telegram user may moderate."""
        return user_id in self.admin_ids

    def label_of(self, user_id: int) -> str:
        """Return what an admin is called in approvals: her place in ADMIN_IDS, never her id."""
        return f"admin {self.admin_ids.index(user_id) + 1}"


@dataclass(frozen=True)
class Visit:
    """One update of one person in a private chat: who she is to us, and the words to answer her in."""

    update: Update
    chat_id: int = field(repr=False)
    user_id: int = field(repr=False)
    known: Subscriber | None
    speak: Words

    @property
    def subscriber(self) -> Subscriber:
        """Return her record, or what a record without any setting would be."""
        return self.known or Subscriber(self.chat_id)

    @property
    def country(self) -> str:
        """Return the area that she saved, if any."""
        return self.known.country if self.known else ""

    @property
    def message_id(self) -> int:
        """Return the id of the message whose button she pressed, 0 for anything else."""
        query = self.update.callback_query
        return query.message.message_id if query is not None and query.message is not None else 0

    def buttons(self) -> list[str]:
        """Return what the buttons below that message would do."""
        query = self.update.callback_query
        message = query.message if query is not None else None
        markup = message.reply_markup if isinstance(message, TelegramMessage) else None
        rows = markup.inline_keyboard if markup is not None else ()
        return [str(button.callback_data or "") for row in rows for button in row]

    def in_language(self, language: str) -> Words:
        """Return the words for an answer: her own choice, else the language in which she asked, else Telegram's."""
        if self.known and self.known.language:
            return self.speak
        return words(language) if language and words(language).language == language.split("-")[0] else self.speak

    async def say(self, message: Message) -> None:
        """Send a new message to her."""
        assert self.update.effective_chat is not None
        await self.update.effective_chat.send_message(message.html, reply_markup=keyboard(message))

    async def show(self, message: Message) -> None:
        """Edit the message whose button she pressed; where that is not possible, send a new one."""
        query = self.update.callback_query
        if query is None or not isinstance(query.message, TelegramMessage):
            await self.say(message)
            return
        try:
            await query.edit_message_text(message.html, reply_markup=keyboard(message))
        except BadRequest as error:
            if not is_unchanged(error):
                await self.say(message)


async def visit(desk: Desk, update: Update) -> Visit | None:
    """Return the visit of a private update, or None for anything that is not one person in her own chat."""
    chat, user = update.effective_chat, update.effective_user
    if chat is None or user is None or chat.type != "private" or user.is_bot:
        return None
    known = await desk.store.subscriber(chat.id)
    if known is not None:
        known = await hear(desk.store, desk.clock, known)
    language = (known.language if known else "") or user.language_code or "en"
    return Visit(update, chat.id, user.id, known, words(language))


async def acknowledge(update: Update, text: str = "") -> None:
    """Answer a tap at once, so that the button stops turning; an expired one needs no answer."""
    if update.callback_query is None:
        return
    try:
        await update.callback_query.answer(text or None)
    except TelegramError:
        return
