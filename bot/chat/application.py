"""python-telegram-bot's Application with our handlers, menus and profile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from math import ceil
from typing import Any

import structlog
from telegram import (
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    ChatMember,
    LinkPreviewOptions,
    Update,
)
from telegram.constants import ParseMode
from telegram.error import InvalidToken, TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    Defaults,
    ExtBot,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.chat import admin, buttons, cover, handlers, roles, team
from bot.chat.desk import Desk, visit
from bot.chat.gate import person_of
from bot.chat.limiter import Limiter
from bot.chat.menus import as_commands, code_of, set_menu, undress
from bot.chat.modes import warn_of_modes
from bot.chat.polling import WATCH, AnyApplication
from bot.chat.transport import AiohttpRequest, road_to
from bot.chat.updates import UpdatesRequest
from bot.chat.watch import Watch
from bot.core.trace import OPEN
from bot.errors import NotAllowed, StoreError
from bot.flows.forget import forget_gone
from bot.flows.heed import Heed
from bot.flows.ports import Clock, Store
from bot.flows.staff import Staff
from bot.texts import pages
from bot.texts.catalogues import every_language
from bot.texts.commands import command_menu, description, short_description
from bot.texts.cover import cover_description, cover_menu, cover_short_description

log = structlog.get_logger("bot.chat")

REFUSALS = 3
PRIVATE_MESSAGE = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE


class Unremembering(Application):  # type: ignore[type-arg]
    """An Application without a list of everybody who ever wrote.

    The library notes the number of each chat and person for a persistence that we do not have, and would never let go
    of them: it would grow without end, and hold those who wiped their chat in memory.
    """

    __slots__ = ()

    def _mark_for_persistence_update(self, *, update: object | None = None, job: Any = None) -> None:
        """Note nothing."""


def build_bot(token: str, api_url: str, rate: float, pushes: int = 0) -> AnyApplication:
    """Return an Application without handlers: our transport, our limiter, HTML, no link previews.

    `pushes`: how many of them may be under way at once; from one on they have a road of their own.
    """
    ours = AiohttpRequest(road=road_to(api_url, pushes) if pushes else None)
    builder = (
        ApplicationBuilder()
        .application_class(Unremembering)
        .token(token)
        .base_url(f"{api_url}/bot")
        .base_file_url(f"{api_url}/file/bot")
    )
    defaults = Defaults(parse_mode=ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True))
    built: Any = builder.request(ours).get_updates_request(UpdatesRequest(pool=1, read_timeout=40))
    return built.rate_limiter(Limiter(rate)).defaults(defaults).updater(None).build()  # type: ignore[no-any-return]


async def remember(application: AnyApplication, store: Store, clock: Clock) -> None:
    """Keep to what Telegram asked this bot to wait before the process began, and write down what it asks later."""
    number, limiter = application.bot.token.partition(":")[0], application.bot.rate_limiter
    if isinstance(limiter, Limiter):
        bot = int(number) if number.isdecimal() else 0
        await limiter.remember(Heed(store, clock, bot), of_looks=Heed(store, clock, -bot))


def add_handlers(application: AnyApplication, desk: Desk) -> None:
    """Connect updates with what answers them; whatever is not one person in her own chat meets silence."""

    async def on_message(update: Update, context: Any) -> None:
        async with _remembering(desk, update):
            if not await team.on_start(desk, update):
                if await cover.on_message(desk, update):
                    await _show_admins_menu(desk, update, context.bot)
                    return
                await handlers.on_message(desk, update, admin.DOOR)
        if update.effective_message and (update.effective_message.text or "").startswith("/start"):
            # Telegram takes an admin's own menu only once she has written.
            await _show_admins_menu(desk, update, context.bot)

    async def on_press(update: Update, _: Any) -> None:
        async with _remembering(desk, update):
            if not await cover.on_press(desk, update):
                await buttons.on_press(desk, update, admin.DOOR)

    async def on_membership(update: Update, context: Any) -> None:
        await _on_membership(desk, update, context.bot)

    async def on_elsewhere(update: Update, context: Any) -> None:
        await leave(update, context.bot)

    async def on_error(update: object, context: Any) -> None:
        await apologize(desk, update, context.error)

    application.bot_data[WATCH] = Watch(desk)
    application.add_handler(MessageHandler(PRIVATE_MESSAGE, on_message))
    application.add_handler(CallbackQueryHandler(on_press))
    application.add_handler(ChatMemberHandler(on_membership, ChatMemberHandler.MY_CHAT_MEMBER))
    application.add_handler(TypeHandler(Update, on_elsewhere))
    application.add_error_handler(on_error)


async def _show_admins_menu(desk: Desk, update: Update, bot: ExtBot[Any]) -> None:
    """Show an admin's menu in her own chat, and the cover's where she wiped it: with her friend's link she may."""
    found = person_of(update)
    if not found or not desk.is_admin(found[1].id) or await desk.is_wiped(found[0].id):
        return
    await introduce_admin(bot, desk.staff, found[1].id)
    if await desk.is_wiped(found[0].id):
        await cover.show_menu(update, found[0].id)


@asynccontextmanager
async def _remembering(desk: Desk, update: Update) -> AsyncIterator[None]:
    """Write down afterwards which messages an update brought, in one write."""
    try:
        yield
    finally:
        chat = update.effective_chat
        try:
            await desk.keep(chat.id if chat else 0)
        except StoreError as error:
            # She was answered all the same; the next update brings the numbers along.
            log.error("the numbers of messages cannot be kept yet", exc_info=error)


async def _on_membership(desk: Desk, update: Update, bot: ExtBot[Any]) -> None:
    """Forget whoever blocks the bot, down to the menu of her chat; leave groups and channels without a word."""
    change = update.my_chat_member
    if change is None:
        return
    if change.chat.type == "private":
        if change.from_user.id == change.chat.id:
            if change.new_chat_member.status == ChatMember.BANNED:
                await forget_gone(desk.store, change.chat.id)
            if not await desk.is_wiped(change.chat.id) and await desk.is_covered(change.chat.id, change.from_user.id):
                # Also when she is back: Telegram may refuse to change the menu of who blocked the bot.
                await undress(bot, change.chat.id, desk.front)
    elif change.new_chat_member.status not in (ChatMember.LEFT, ChatMember.BANNED):
        await leave(update, bot)


def undresser(application: AnyApplication, front: str) -> Callable[[int], Awaitable[None]]:
    """Return what makes the chat of somebody whose record goes look like a stranger's."""
    return lambda chat_id: undress(application.bot, chat_id, front)


async def leave(update: Update, bot: ExtBot[Any]) -> None:
    """Leave the group or channel of an update without a word."""
    chat = update.effective_chat
    if chat is not None and chat.type in ("group", "supergroup", "channel"):
        try:
            await bot.leave_chat(chat.id)
        except TelegramError as error:
            log.info("a group could not be left", error=type(error).__name__)


async def apologize(desk: Desk, update: object, error: BaseException | None) -> None:
    """Log class and place, and tell the person in her language that it was not her fault."""
    log.error("an update failed", exc_info=error)
    if not isinstance(update, Update) or isinstance(error, TelegramError):
        return
    try:
        person = await visit(desk, update)
        if person is not None:
            await person.say(pages.render_trouble(person.speak))
            await desk.keep(person.chat_id)
    except Exception as second:
        log.error("the apology failed too", exc_info=second)


async def connect(
    application: AnyApplication,
    stopping: asyncio.Event,
    prepare: Callable[[], Awaitable[None]],
    token_name: str = "BOT_TOKEN",  # noqa: S107 - the name of a setting
) -> None:
    """Ask Telegram who we are, then prepare: a network that is not there yet is waited for, a refused token is told.

    A pause is sat out before. Raises NotAllowed when Telegram refuses the token three times; returns at once when
    `stopping` is set.
    """
    failures, limiter = 0, application.bot.rate_limiter
    while not stopping.is_set():
        if isinstance(limiter, Limiter) and (left := limiter.pause_left()) > 0:
            log.warning("Telegram asked for silence, which is kept before anything is sent", seconds=ceil(left))
            await _wait(stopping, left)
            continue
        try:
            await application.initialize()
            warn_of_modes(application.bot.bot)
            await prepare()
        except TelegramError as error:
            failures += 1
            if isinstance(error, InvalidToken) and failures >= REFUSALS:
                raise NotAllowed(f"{token_name}: Telegram does not accept it; ask @BotFather for a new one") from None
            log.warning("Telegram does not answer well yet", error=type(error).__name__, attempt=failures)
        else:
            return
        await _wait(stopping, min(2 ** (failures - 1), 60))


async def _wait(stopping: asyncio.Event, seconds: float) -> None:
    """Wait so long, or until we are asked to stop."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), seconds)


async def introduce(
    application: AnyApplication,
    staff: Staff,
    front: str = OPEN,
    is_wiped: Callable[[int], Awaitable[bool]] | None = None,
    *,
    has_second: bool = False,
) -> None:
    """Set menus and profile in every language; what Telegram refuses here must not keep the bot from serving.

    `front`: how strangers are met; it decides which menu and profile they see. An admin's chat that was wiped
    (`is_wiped`) keeps the menu of the cover. `has_second`: admins have a bot of their own, and here everybody's menu.
    """
    bot = application.bot
    face = (command_menu, short_description, description)
    menu, short, long = face if front == OPEN else (cover_menu, cover_short_description, cover_description)
    for speak in every_language():
        code = code_of(speak)
        try:
            await bot.set_my_commands(
                as_commands(menu(speak)), scope=BotCommandScopeAllPrivateChats(), language_code=code
            )
            await bot.set_my_short_description(short(speak), language_code=code)
            await bot.set_my_description(long(speak), language_code=code)
        except TelegramError as error:
            log.warning("the menu could not be set", error=type(error).__name__)
            return
    for admin_id in staff.everybody():
        if is_wiped is not None and await is_wiped(admin_id):
            continue
        if has_second:
            await set_menu(bot, admin_id, None)
        else:
            await introduce_admin(bot, staff, admin_id)


async def introduce_admin(bot: ExtBot[Any], staff: Staff, admin_id: int, *, is_second: bool = False) -> None:
    """Set the menu of an admin: what her role includes, and everybody's commands unless it is the second bot's."""
    hers = [command for command, what in roles.COMMANDS.items() if staff.may(admin_id, what)]
    for speak in every_language():
        menu = as_commands(command_menu(speak, also=hers, everybodys=not is_second))
        try:
            await bot.set_my_commands(menu, scope=BotCommandScopeChat(admin_id), language_code=code_of(speak))
        except TelegramError as error:
            # She has not written to the bot yet: the commands work all the same.
            log.info("an admin has no menu yet", error=type(error).__name__)
            return
