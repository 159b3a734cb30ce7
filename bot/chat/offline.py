"""/offline: contacts that work when Telegram does not, as a text and as one file for the browser."""

from __future__ import annotations

import asyncio

import structlog
from telegram.error import TelegramError

from bot.chat.desk import Desk, Visit
from bot.texts.offline import FILE_NAME, render_offline

log = structlog.get_logger("bot.chat")


async def on_offline(desk: Desk, person: Visit, _words: str) -> None:
    """Send the ways without Telegram, then the file; the text is worth more on a bad network, and comes first."""
    index = desk.index()
    services = [match.service for match in index.crisis(person.country)]
    listed = {service.id for service in services}
    services += [each for each in index.directory.visible(desk.now().date()) if each.crisis and each.id not in listed]
    _name, website = desk.operator(person.speak.language)
    await person.say(render_offline(services, website, person.speak))
    content = await asyncio.to_thread(desk.offline, person.speak.language)
    try:
        await person.send_file(FILE_NAME, content)
    except TelegramError as error:
        log.warning("a file could not be sent", error=type(error).__name__)
