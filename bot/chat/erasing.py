"""Erasing a chat: record, messages, an admin's cards, the menu; what fails meanwhile is done later."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress

import structlog
from telegram.error import TelegramError

from bot.chat.desk import Desk
from bot.core.trace import MENU
from bot.errors import StoreError
from bot.flows.forget import settle
from bot.flows.wipe import wipe

log = structlog.get_logger("bot.chat")


async def erase(
    desk: Desk,
    chat_id: int,
    also: Collection[int] = (),
    greet: Callable[[], Awaitable[None]] | None = None,
    *,
    is_friends: bool = False,
) -> None:
    """Erase all of a chat but the cover; what the disk does not let go of is tried again, and so is the menu.

    `also`: messages whose numbers are not kept yet; `greet`: what is said when record and messages are gone;
    `is_friends`: the menu is left to the tidying of the next second, since somebody else's next message waits here.
    """
    desk.drop(chat_id)
    desk.office.floods.renew(chat_id)
    done: tuple[int, ...] = ()
    try:
        done = await wipe(desk.store, desk.messenger, chat_id, desk.now(), {*also, *desk.notes.drop(chat_id)})
    except StoreError as error:
        desk.owed.add(chat_id)
        log.error("a chat could not be wiped from the disk yet", exc_info=error)
    with suppress(StoreError):
        # An admin's cards, also those in the second bot's chat; what is left of them goes with the next tidying.
        await desk.office.cards.clear(chat_id)
    if desk.staff.role_of(chat_id):
        await desk.office.undress(chat_id)
    if greet is not None:
        try:
            await greet()
        except TelegramError as error:
            log.warning("a wiped chat could not be greeted", error=type(error).__name__)
    if is_friends:
        desk.watch(chat_id)
    elif await desk.office.dress(chat_id):
        done = (MENU, *done)
    if chat_id not in desk.owed:
        try:
            await settle(desk.store, chat_id, done)
        except StoreError as error:
            log.error("what a wipe owes no more is still kept", exc_info=error)
