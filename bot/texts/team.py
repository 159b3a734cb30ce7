"""The team page: who moderates, by labels; inviting and removing; what everybody of the team is told."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.staff import APPROVER, EDITOR, INVITE, Proposal, Staffbook
from bot.texts.admin import panel_row
from bot.texts.catalogues import Words, mark
from bot.texts.markup import joined, plain
from bot.texts.message import Button, Message
from bot.texts.names import team_name

# Note: roles in the team, in the middle of a sentence
ROLE_TITLES = {EDITOR: mark("editor"), APPROVER: mark("approver")}

# Note: what somebody may do for this bot
ROLE_NAMES = {
    EDITOR: mark("editor: the list of contacts, sources, texts of drafts"),
    APPROVER: mark("approver: drafts, alerts, withdrawals"),
}


def render_team(owners: int, book: Staffbook, open_proposals: Sequence[Proposal], by_id: int, _: Words) -> Message:
    """Return the team by labels, what waits for a second owner, and what the owner `by_id` can do."""
    lines = [_("<b>Team</b>"), _("Owners, whom the operator names: {n}", n=owners)]
    lines += [f"{plain(team_name(each.label, _))} – {_(ROLE_NAMES[each.role])}" for each in book.staffers]
    lines.append(_rule(owners, _))
    rows: list[tuple[Button, ...]] = [
        (Button(_("Invite editor"), "st:invite:editor"), Button(_("Invite approver"), "st:invite:approver"))
    ]
    for proposal in open_proposals:
        lines.append(_wish(proposal, book, _))
        if proposal.by_id != by_id:
            agree = Button(_("Agree"), f"st:agree:{proposal.id}")
            rows.append((agree, Button(_("Refuse"), f"st:refuse:{proposal.id}")))
        else:
            rows.append((Button(_("Take back"), f"st:refuse:{proposal.id}"),))
    rows += [
        (Button(_("Remove {name}", name=team_name(each.label, _)), f"st:ask:{each.number}"),) for each in book.staffers
    ]
    return Message("\n".join(lines), (*rows, panel_row(_)))


def _rule(owners: int, _: Words) -> str:
    if owners < 2:
        return _("With one owner you decide alone. Two owners are safer: one seized phone then changes nothing.")
    return _("Two owners must agree before anybody comes or goes.")


def _wish(proposal: Proposal, book: Staffbook, _: Words) -> str:
    found = book.numbered(proposal.number)
    if proposal.act == INVITE:
        return _(
            "{by} wants to invite: {role}", by=plain(team_name(proposal.by, _)), role=_(ROLE_TITLES[proposal.role])
        )
    return _(
        "{by} wants to remove: {name}",
        by=plain(team_name(proposal.by, _)),
        name=plain(team_name(found.label, _)) if found else "-",
    )


def render_link(link: str, role: str, _: Words) -> Message:
    """Return the link of an invitation to the owner who wanted it."""
    lines = [
        _(
            "Send this link to one person, over a safe channel. Whoever opens it first becomes {role}.",
            role=_(ROLE_TITLES[role]),
        ),
        plain(link),
        _("It works once, for 24 hours. Everybody in the team is told when it is used. Then delete this message."),
    ]
    return Message(joined(lines), ((Button(_("Copy link"), copy=link),),))


def render_waits(_: Words) -> Message:
    """Return that a second owner must agree."""
    text = _("Noted. Another owner must agree within 24 hours; the whole team was told.")
    return Message(text, ((Button(_("Team"), "adm:team"),),))


def render_remove_question(label: str, number: int, _: Words) -> Message:
    """Return the question before somebody is removed."""
    text = _("Remove {name} from the team?", name=plain(team_name(label, _)))
    return Message(text, ((Button(_("Remove"), f"st:remove:{number}"), Button(_("◀ Back"), "adm:team")),))


def render_welcome(label: str, role: str, _: Words) -> Message:
    """Return the first words to somebody who opened an invitation."""
    lines = [
        _(
            "<b>You are in the team now.</b> You are called “{label}”; nobody in the team sees your name or number.",
            label=plain(team_name(label, _)),
        ),
        _(ROLE_NAMES[role]),
        _("/admin shows what you can do. Lock Telegram with its own code, and turn previews off."),
    ]
    return Message(joined(lines), ((Button(_("Admin panel"), "adm:panel"),),))


def render_open_no_more(_: Words) -> str:
    """Return that a wish is not open any more, or is not this owner's to agree to."""
    return _("This is not open any more, or another owner must decide it.")


def render_not_your_role(_: Words) -> Message:
    """Return that a role does not include something."""
    return Message(_("Your role does not include this. An owner can do it."))


def render_wish_notice(proposal: Proposal, book: Staffbook, _: Words) -> Message:
    """Return what the team is told when an owner wants somebody in or out; neutral on a locked screen."""
    return Message(_wish(proposal, book, _), ((Button(_("Open"), "adm:team"),),))


def render_invited_notice(by: str, role: str, _: Words) -> Message:
    """Return what the team is told when an invitation was made."""
    # Note: shown on a locked screen; must not name any group, place, danger or asylum
    return Message(_("Invited by {by}: {role}.", by=plain(team_name(by, _)), role=_(ROLE_TITLES[role])))


def render_joined_notice(label: str, _: Words) -> Message:
    """Return what the team is told when somebody joined."""
    # Note: shown on a locked screen; must not name any group, place, danger or asylum
    return Message(_("Joined the team: {name}.", name=plain(team_name(label, _))))


def render_removed_notice(by: str, label: str, _: Words) -> Message:
    """Return what the team is told when somebody was removed."""
    # Note: shown on a locked screen; must not name any group, place, danger or asylum
    return Message(_("Removed by {by}: {name}.", by=plain(team_name(by, _)), name=plain(team_name(label, _))))


def render_refused_notice(by: str, _: Words) -> Message:
    """Return what the team is told when a wish was refused or taken back."""
    # Note: shown on a locked screen; must not name any group, place, danger or asylum
    return Message(_("Refused by {by}; the team stays as it is.", by=plain(team_name(by, _))))
