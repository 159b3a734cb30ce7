"""What every handler needs: the store, the directory that serves now, the clock, and the way to answer one update."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_urlsafe

from telegram import Message as TelegramMessage
from telegram import Update
from telegram.error import BadRequest, TelegramError

from bot.chat.awaited import Awaited
from bot.chat.gate import person_of
from bot.chat.keyboard import keyboard
from bot.chat.notes import Notes, delete_now
from bot.chat.office import Office
from bot.chat.sender import is_unchanged
from bot.chat.tries import Tries
from bot.core.directory import said_in
from bot.core.feed import Feed
from bot.core.subscriber import Subscriber
from bot.core.trace import OPEN, SAID, Trace
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

WORD_BACK = "waypost"
"""What opens a wiped chat that has no passphrase, where no private link does. It is no secret: /safety says it, and
advises a passphrase. Without it, who wiped in a hurry would be locked out of help."""


@dataclass(frozen=True)
class Desk:
    """The tools of the handlers; `index`, `feeds` and `faults` return what serves at the moment of the call.

    `asked`: what readers were asked to type; `owed`: chats whose record a failing disk did not let go of; `front`:
    how strangers are met, `OPEN` or `COVER`; `start_codes`: what the deployment's private links hold;
    `offline`: the page of all contacts in a language (it takes a while: call it in a thread);
    `admits_admins`: False where admins have a bot of their own; then they are anybody here, with user id 0;
    `is_second`: this is that bot.
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
    notes: Notes = field(default_factory=Notes)
    watch: Callable[[int], None] = lambda chat_id: None
    asked: Awaited = field(default_factory=Awaited)
    tries: Tries = field(default_factory=Tries)
    owed: set[int] = field(default_factory=set, repr=False)
    front: str = OPEN
    start_codes: tuple[str, ...] = field(default=(), repr=False)
    offline: Callable[[str], bytes] = lambda language: b""
    new_code: Callable[[], str] = lambda: token_urlsafe(16)
    defaults: Defaults = field(default_factory=Defaults)
    wake: Callable[[], None] = lambda: None
    identity: Identity | None = None
    admits_admins: bool = True
    is_second: bool = False
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

    @property
    def word_back(self) -> str:
        """The word that opens a wiped chat without a passphrase; '' where the private link does."""
        return "" if self.start_codes else WORD_BACK

    @property
    def codes(self) -> tuple[str, ...]:
        """What lets strangers in, and opens a wiped chat without a passphrase."""
        return self.start_codes or (WORD_BACK,)

    async def is_wiped(self, chat_id: int) -> bool:
        """Say whether a chat wiped itself and was not opened since."""
        trace = await self.store.trace(chat_id)
        return chat_id in self.owed or (trace is not None and trace.is_covered)

    async def is_covered(self, chat_id: int, user_id: int) -> bool:
        """Say whether the bot plays dull there: it wiped itself, or it is a stranger's where those meet the cover."""
        if await self.is_wiped(chat_id):
            return True
        if self.front == OPEN or self.is_admin(user_id):
            return False
        trace = await self.store.trace(chat_id)
        return (trace is None or trace.face != OPEN) and await self.store.subscriber(chat_id) is None

    def drop(self, chat_id: int) -> None:
        """Make the buttons in a chat old ones, and wait for nothing that was to be typed there."""
        self.office.handles.forget(chat_id)
        self.asked.end(chat_id)
        self.awaited.end(chat_id)

    async def keep(self, chat_id: int) -> None:
        """Write down which messages the update brought that was just handled. Raises StoreError."""
        if await self.notes.keep(self.store, chat_id, self.now()):
            self.watch(chat_id)

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

    desk: Desk = field(repr=False)
    update: Update = field(repr=False)
    chat_id: int = field(repr=False)
    user_id: int = field(repr=False)
    known: Subscriber | None = field(repr=False)
    speak: Words
    trace: Trace | None = field(default=None, repr=False)

    @property
    def subscriber(self) -> Subscriber:
        """Return her record, or what a record without any setting would be."""
        return self.known or Subscriber(self.chat_id)

    @property
    def label(self) -> str:
        """Return what she is called in the team, '' for a reader."""
        return self.desk.label_of(self.user_id) if self.desk.is_admin(self.user_id) else ""

    @property
    def is_let_in(self) -> bool:
        """Say whether she would meet the cover here if nothing were kept of her."""
        return self.desk.front != OPEN and not self.label

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

    async def say(self, message: Message) -> int:
        """Send a new message to her; return its number."""
        assert self.update.effective_chat is not None
        message = self.desk.office.handles.sealed(message, self.chat_id)
        sent = await self.update.effective_chat.send_message(message.html, reply_markup=keyboard(message))
        await self._stands(sent.message_id)
        return sent.message_id

    async def send_file(self, name: str, content: bytes) -> None:
        """Send a file without a sound. Raises TelegramError."""
        assert self.update.effective_chat is not None
        sent = await self.update.effective_chat.send_document(content, filename=name, disable_notification=True)
        await self._stands(sent.message_id)

    async def _stands(self, message_id: int) -> None:
        """Remember a message that was sent or changed; in a chat that was wiped meanwhile it must not stand."""
        if not self.desk.is_second and await self.desk.is_wiped(self.chat_id):
            await delete_now(self.desk.store, self.desk.messenger, self.chat_id, message_id, self.desk.now())
            return
        self.note(message_id)
        if self.desk.is_admin(self.user_id):
            await self.desk.office.note(self.chat_id, message_id)

    def note(self, message_id: int, kind: str = SAID) -> None:
        """Let a message be remembered, so that it can be deleted. The second bot's chats are other chats."""
        if not self.desk.is_second:
            self.desk.notes.said(self.chat_id, message_id, self.desk.now(), kind)

    async def heard(self, message_id: int) -> None:
        """Remember a message that she wrote; what an admin wrote goes after a day."""
        self.note(message_id)
        if self.desk.is_admin(self.user_id):
            await self.desk.office.note(self.chat_id, message_id)

    async def show(self, message: Message) -> int:
        """Edit the message whose button she pressed; where that is not possible, send a new one. Return its number."""
        query = self.update.callback_query
        if query is None or not isinstance(query.message, TelegramMessage):
            return await self.say(message)
        sealed = self.desk.office.handles.sealed(message, self.chat_id)
        try:
            await query.edit_message_text(sealed.html, reply_markup=keyboard(sealed))
        except BadRequest as error:
            if not is_unchanged(error):
                return await self.say(message)
        await self._stands(query.message.message_id)
        return query.message.message_id


async def visit(desk: Desk, update: Update) -> Visit | None:
    """Return the visit of a private update, or None for anything that is not one person in her own chat.

    Also None where the cover is shown: nothing but `chat.cover` may answer there.
    """
    found = person_of(update)
    if found is None:
        return None
    chat, user = found
    if await desk.is_covered(chat.id, user.id):
        return None
    known = await desk.store.subscriber(chat.id)
    if known is not None:
        known = await hear(desk.store, desk.clock, known)
    language = (known.language if known else "") or user.language_code or "en"
    user_id = user.id if desk.admits_admins else 0
    return Visit(desk, update, chat.id, user_id, known, words(language), await desk.store.trace(chat.id))


async def acknowledge(update: Update, text: str = "") -> None:
    """Answer a tap at once, so that the button stops turning; an expired one needs no answer."""
    if update.callback_query is not None:
        with suppress(TelegramError):
            await update.callback_query.answer(text or None)
