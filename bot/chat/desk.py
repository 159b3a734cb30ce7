"""What every handler needs: the store, the directory that serves now, the clock, and the way to answer one update."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from telegram import Message as TelegramMessage
from telegram import Update
from telegram.error import BadRequest, TelegramError

from bot.chat.awaited import Awaited
from bot.chat.gate import person_of
from bot.chat.keyboard import keyboard
from bot.chat.office import Office
from bot.chat.sender import is_unchanged
from bot.core.directory import said_in
from bot.core.feed import Feed
from bot.core.subscriber import Subscriber
from bot.errors import Fault
from bot.flows.identity import Identity
from bot.flows.part import hear
from bot.flows.ports import Clock, Messenger, ResourceFile, Store
from bot.flows.staff import Staff
from bot.flows.subscribe import Defaults
from bot.flows.tell import Team
from bot.lookup.lexicon import Lexicons
from bot.lookup.search import Index
from bot.texts.catalogues import Words, words
from bot.texts.message import Message

STATED_FOR = 90
"""Days for which the statement counts that /verify shows."""


@dataclass(frozen=True)
class Desk:
    """The tools of the handlers; `index`, `feeds` and `faults` return what serves at the moment of the call.

    `admits_admins`: False where admins have a bot of their own; then they are anybody here, with user id 0.
    """

    store: Store
    messenger: Messenger
    lexicons: Lexicons
    index: Callable[[], Index]
    feeds: Callable[[], Sequence[Feed]]
    faults: Callable[[], Sequence[Fault]]
    resource_file: ResourceFile
    clock: Clock
    office: Office
    awaited: Awaited = field(default_factory=Awaited)
    defaults: Defaults = field(default_factory=Defaults)
    wake: Callable[[], None] = lambda: None
    identity: Identity | None = None
    admits_admins: bool = True
    username: Callable[[], str] = lambda: ""

    def now(self) -> datetime:
        """Return the moment of the call."""
        return self.clock()

    def operator(self, language: str) -> tuple[str, str]:
        """Return name and website of who runs this bot, as the editor wrote them; empty where nothing is written."""
        operator = self.index().directory.operator
        return (said_in(operator.name, language), operator.website) if operator else ("", "")

    def statement(self) -> str:
        """Return the signed statement of who this bot is; the same for a month, so that it can be compared."""
        if self.identity is None or not self.username():
            return ""
        since = self.now().date().replace(day=1)
        return self.identity.signed(self.username(), *self.operator("en"), since, since + timedelta(days=STATED_FOR))

    @property
    def staff(self) -> Staff:
        """Who is an admin and may do what."""
        return self.office.staff

    @property
    def team(self) -> Team:
        """The admins as those who are told something."""
        return self.office.team

    def is_admin(self, user_id: int) -> bool:
        """Say whether this Telegram user has any role, and this bot is one for admins."""
        return self.admits_admins and bool(self.staff.role_of(user_id))

    def label_of(self, user_id: int) -> str:
        """Return what an admin is called in approvals and in the audit trail, never her id."""
        return self.staff.label_of(user_id)

    @property
    def approvals(self) -> int:
        """How many must approve what is urgent."""
        return self.staff.approvals


@dataclass(frozen=True)
class Visit:
    """One update of one person in a private chat: who she is to us, and the words to answer her in."""

    update: Update
    chat_id: int = field(repr=False)
    user_id: int = field(repr=False)
    known: Subscriber | None
    speak: Words
    office: Office = field(repr=False)

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
        message = self.office.handles.sealed(message, self.chat_id)
        sent = await self.update.effective_chat.send_message(message.html, reply_markup=keyboard(message))
        await self.note(sent.message_id)

    async def note(self, message_id: int) -> None:
        """Let a message in an admin's chat be deleted after a day; of a reader's chat nothing is remembered here."""
        if self.office.staff.role_of(self.user_id):
            await self.office.note(self.chat_id, message_id)

    async def show(self, message: Message) -> None:
        """Edit the message whose button she pressed; where that is not possible, send a new one."""
        query = self.update.callback_query
        if query is None or not isinstance(query.message, TelegramMessage):
            await self.say(message)
            return
        sealed = self.office.handles.sealed(message, self.chat_id)
        try:
            await query.edit_message_text(sealed.html, reply_markup=keyboard(sealed))
        except BadRequest as error:
            if not is_unchanged(error):
                await self.say(message)


async def visit(desk: Desk, update: Update) -> Visit | None:
    """Return the visit of a private update, or None for anything that is not one person in her own chat."""
    found = person_of(update)
    if found is None:
        return None
    chat, user = found
    known = await desk.store.subscriber(chat.id)
    if known is not None:
        known = await hear(desk.store, desk.clock, known)
    language = (known.language if known else "") or user.language_code or "en"
    # In a private chat both ids are one; were they not, nobody could say whose word counts: an admin's it is not.
    user_id = user.id if desk.admits_admins and user.id == chat.id else 0
    return Visit(update, chat.id, user_id, known, words(language), desk.office)


async def acknowledge(update: Update, text: str = "") -> None:
    """Answer a tap at once, so that the button stops turning; an expired one needs no answer."""
    if update.callback_query is None:
        return
    try:
        await update.callback_query.answer(text or None)
    except TelegramError:
        return
