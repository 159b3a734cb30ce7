"""The cover: a dull bot for news and weather. Nothing here may hint at help, at a group, or at what was before."""

from __future__ import annotations

from bot.texts.catalogues import Words, mark
from bot.texts.message import Message

# Note: the command menu of the cover, a dull bot for news and weather
COVER_COMMANDS = {
    "weather": mark("Weather forecast"),
    "news": mark("Headlines"),
    "help": mark("How it works"),
}


def cover_menu(_: Words) -> list[tuple[str, str]]:
    """Return (command, description) pairs of the dull bot."""
    return [(command, _(text)) for command, text in COVER_COMMANDS.items()]


def cover_short_description(_: Words) -> str:
    """Return the line on the profile of the dull bot (120 characters at most)."""
    return _("Short news and the weather.")


def cover_description(_: Words) -> str:
    """Return what an empty chat with the dull bot shows (512 characters at most)."""
    return _("Short news and the weather forecast. Press Start and send the name of a town.")


def render_cover(command: str, _: Words) -> Message:
    """Return the dull answer to a command (without its slash), or to any other message (`command` is '')."""
    match command:
        case "start":
            # Note: greeting of the cover, a dull bot for news and weather
            text = _(
                "Hello! Here you get short news and the weather forecast.\n\nSend the name of a town, or choose /weather or /news."
            )
        case "weather":
            text = _("Which town? Send its name.")
        case "news":
            text = _("No new headlines right now. Please try again later.")
        case "":
            text = _("No forecast for this place right now. Please try again later.")
        case _other:
            text = _("Send the name of a town to get the forecast. /news shows the headlines.")
    return Message(text)


def render_cover_notice(_: Words) -> str:
    """Return the short notice for an old button under the cover."""
    return _("Not available right now.")
