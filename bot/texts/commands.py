"""The command menu and what Telegram shows of the bot before the first message."""

from __future__ import annotations

from collections.abc import Collection

from bot.texts.catalogues import Words, mark

# Note: one line each in Telegram's command menu; neutral words, since others may see the menu
COMMANDS = {
    "help": mark("Find help"),
    "sos": mark("Urgent help"),
    "news": mark("Latest news"),
    "subscribe": mark("Get news"),
    "stop": mark("No more news"),
    "settings": mark("Settings"),
    "area": mark("My area"),
    "topics": mark("Topics of news"),
    "language": mark("Language"),
    "quiet": mark("Quiet hours"),
    "find": mark("Search"),
    "privacy": mark("What is stored"),
    "mydata": mark("My data"),
    "forget": mark("Delete my data"),
    "safety": mark("Safer phone"),
    "offline": mark("Without Telegram"),
    "panic": mark("Erase all now"),
    "verify": mark("Is this bot real?"),
}

ADMIN_COMMANDS = {
    "pending": mark("Drafts to approve"),
    "alert": mark("Write an alert"),
    "retract": mark("Withdraw or correct"),
    "feeds": mark("Sources"),
    "stats": mark("Totals"),
    "resources": mark("The list of contacts"),
    "admin": mark("Admin panel"),
}


def command_menu(_: Words, *, also: Collection[str] = (), everybodys: bool = True) -> list[tuple[str, str]]:
    """Return (command, description) pairs in the order of the menu: everybody's, and those of admins in `also`."""
    listed = (COMMANDS if everybodys else {}) | {
        command: text for command, text in ADMIN_COMMANDS.items() if command in also
    }
    return [(command, _(text)) for command, text in listed.items()]


def short_description(_: Words) -> str:
    """Return the line on the bot's profile (120 characters at most); it names no group and no place."""
    return _("News and useful contacts. Write what you need in your own words.")


def description(_: Words) -> str:
    """Return what an empty chat shows (512 characters at most); it names no group and no place."""
    return _(
        "Write what you need in your own words, in your language. We never ask for your name, address or documents."
    )
