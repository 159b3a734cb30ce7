"""The words of parting: whether a reader is still there, and what admins are told when too many seem gone."""

from __future__ import annotations

from datetime import date

from bot.texts.catalogues import Words
from bot.texts.markup import isolated, joined
from bot.texts.message import Button, Message


def render_still_there(_: Words) -> Message:
    """Return the question whether a reader is still there; it arrives unasked, so it names nothing."""
    # Note: shown on a locked screen; must not name any group, place, danger or asylum
    lines = [
        _("Are you still there?"),
        _("Write any word or press the button, and everything stays as it is."),
        _("If I hear nothing for a month, I delete what is kept for this chat. You can come back at any time."),
    ]
    return Message(joined(lines), ((Button(_("I am here"), "here:yes"),),))


def render_stays(_: Words) -> Message:
    """Return the answer to whoever is still there."""
    return Message(_("Thank you. Everything stays as it is."))


def render_parting_notice(today: date, _: Words) -> Message:
    """Return what admins are told before more than a third of all records are asked or removed."""
    lines = [
        _(
            "More than a third of the chats seem not to have been heard from for about a year. The clock says: {date}.",
            date=isolated(today.isoformat(), _),
        ),
        _(
            "If that date is wrong, set the clock of the server right today, or stop the bot. Otherwise I begin tomorrow: "
            "a third a day is asked whether anybody is there, and deleted when nobody answers for a month."
        ),
    ]
    return Message(joined(lines))
