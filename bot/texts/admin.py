"""What admins see: totals, the state of the list, and short confirmations."""

from __future__ import annotations

from collections.abc import Sequence

from bot.errors import Fault
from bot.texts.catalogues import Words
from bot.texts.markup import LONGEST, joined, pack, plain
from bot.texts.message import Button, Message


def render_panel(_: Words) -> Message:
    """Return the admin's panel."""
    rows = (
        (Button(_("Drafts"), "adm:pending"), Button(_("Sources"), "adm:feeds")),
        (Button(_("Totals"), "adm:stats"), Button(_("Contacts"), "adm:resources")),
    )
    return Message(_("<b>Admin</b>\nOnly totals are shown here, never who the readers are."), rows)


def render_stats(readers: str, drafts: int, due: int, sent: int, dead: int, _: Words) -> Message:
    """Return the totals; `readers` is already rounded."""
    lines = [
        _("<b>Totals</b>"),
        _("Readers: {readers}", readers=readers),
        _("Drafts waiting: {n}", n=drafts),
        _("Messages due: {n}", n=due),
        _("Messages sent in 30 days: {n}", n=sent),
        _("Messages that Telegram refused: {n}", n=dead),
    ]
    return Message("\n".join(lines))


def render_no_drafts(_: Words) -> Message:
    """Return that nothing waits."""
    return Message(_("No draft is waiting."))


def render_draft_notice(count: int, _: Words) -> Message:
    """Return the neutral notice to an admin that drafts wait."""
    return Message(
        _.many("{n} draft is waiting.", "{n} drafts are waiting.", count), ((Button(_("Open"), "adm:pending"),),)
    )


def render_published(planned: int, readers: str, _: Words) -> str:
    """Return the short confirmation of a publication."""
    return _("Published. It goes to {readers}.", readers=readers) if planned else _("Published. No reader wants it.")


def render_second_needed(missing: int, _: Words) -> str:
    """Return that another admin must agree."""
    return _.many("Noted. {n} more admin must approve it.", "Noted. {n} more admins must approve it.", missing)


def render_rejected(_: Words) -> str:
    """Return the short confirmation of a rejection."""
    return _("Rejected. Nobody will get it.")


def render_too_late(_: Words) -> str:
    """Return that somebody else decided already."""
    return _("This draft was decided already.")


def render_resources(services: int, unassured: int, overdue: int, faults: Sequence[Fault], _: Words) -> Message:
    """Return the state of the list of contacts, with the faults of a newer version that cannot serve."""
    lines = [
        _("<b>Contacts</b>"),
        _.many("{n} contact serves.", "{n} contacts serve.", services),
        _("Never checked: {n}", n=unassured),
        _("Due for a new check: {n}", n=overdue),
    ]
    parts = ["\n".join(lines)]
    if faults:
        parts.append(_("The newest version of the file is not used, because of:"))
        parts.append("\n".join(plain(str(fault)) for fault in faults[:20]))
    return Message(pack([joined(parts)], LONGEST)[0])
