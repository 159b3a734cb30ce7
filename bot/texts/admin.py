"""What admins see: the panel, totals, notices, and the list of contacts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.core.changes import Changes
from bot.core.demand import Demand
from bot.core.staff import CONTACTS, FEEDS, LOOK, RETRACT, TEAM
from bot.core.totals import K, in_tens
from bot.errors import Fault
from bot.texts.catalogues import Words
from bot.texts.changes import changes_text
from bot.texts.markup import fitting, joined, pack, plain, within
from bot.texts.message import Button, Message, rows_of_two
from bot.texts.names import team_name, topic_name

FAULTS_ROOM = 3400
WARNINGS_ROOM = 1000
"""UTF-16 units of a message; the rest is for what stands around them, and for the changes, which come first."""


def render_panel(may: Callable[[str], bool], _: Words) -> Message:
    """Return the panel of somebody whose role includes what `may` says."""
    parts = (
        (LOOK, Button(_("Drafts"), "adm:pending")),
        (FEEDS, Button(_("Sources"), "adm:feeds")),
        (LOOK, Button(_("Totals"), "adm:stats")),
        (CONTACTS, Button(_("Contacts"), "adm:resources")),
        (RETRACT, Button(_("Published"), "adm:published")),
        (LOOK, Button(_("Audit"), "adm:audit")),
        (TEAM, Button(_("Team"), "adm:team")),
    )
    rows = rows_of_two([button for what, button in parts if may(what)])
    return Message(_("<b>Admin</b>\nOnly totals are shown here, never who the readers are."), rows)


def panel_row(_: Words) -> tuple[Button, ...]:
    """Return the row that leads back to the panel."""
    return (Button(_("◀ Back"), "adm:panel"),)


def drafts_row(_: Words) -> tuple[Button, ...]:
    """Return the row that leads to what waits for a decision."""
    return (Button(_("Drafts"), "adm:pending"),)


def render_stats(readers: str, drafts: int, due: str, sent: str, dead: str, _: Words) -> Message:
    """Return the totals; all but the drafts are in tens, in words."""
    lines = [
        _("<b>Totals</b>"),
        _("Readers: {readers}", readers=readers),
        _("Drafts waiting: {n}", n=drafts),
        _("Messages due: {n}", n=due),
        _("Messages sent in 30 days: {n}", n=sent),
        _("Messages that Telegram refused: {n}", n=dead),
        _("Numbers about people are rounded, and change only when ten or more people did something."),
    ]
    return Message("\n".join(lines), ((Button(_("Questions by topic"), "adm:demand"),), panel_row(_)))


def render_demand(months: Sequence[Demand], _: Words) -> Message:
    """Return how many questions about which topic were answered in each month, the most asked first; all in tens."""
    parts = [
        joined(
            [
                _("<b>Answered questions by topic</b>"),
                _("In full tens; whatever is below ten is not counted. Nobody can see what was asked, or by whom."),
            ]
        )
    ]
    for demand in months:
        most = sorted(demand.tens.items(), key=lambda pair: (-pair[1], pair[0]))
        counts = [f"{topic_name(topic, _)}: {_('about {n}', n=count)}" for topic, count in most if count >= K]
        parts.append("\n".join([f"<b>{demand.month}</b>", *counts]) if counts else "")
    if not any(parts[1:]):
        parts.append(_("Nothing has been counted yet."))
    back = (Button(_("◀ Back"), "adm:stats"),)
    return Message(pack([part for part in parts if part])[0], (back,))


def render_draft_notice(count: int, _: Words) -> Message:
    """Return the neutral notice to an admin that drafts wait."""
    return Message(
        _.many("{n} draft is waiting.", "{n} drafts are waiting.", count), ((Button(_("Open"), "adm:pending"),),)
    )


def render_sources_notice(fell: int, back: int, _: Words) -> Message:
    """Return the notice that so many sources fell silent or came back; which ones comes after a tap."""
    # Note: shown on a locked screen; must not name any group, place, danger or asylum
    lines = [_.many("{n} source fell silent.", "{n} sources fell silent.", fell) if fell else ""]
    lines.append(_.many("{n} source is back.", "{n} sources are back.", back) if back else "")
    return Message("\n".join(line for line in lines if line), ((Button(_("Sources"), "adm:feeds"),),))


def render_late(count: int, _: Words) -> Message:
    """Return the notice that messages expired before Telegram took them; small numbers are not told."""
    number = _("about {n}", n=in_tens(count)) if count >= K else _("fewer than ten")
    return Message(_("Some messages came too late to be sent and were dropped: {number}.", number=number))


def render_refused(reason: str, _: Words) -> Message:
    """Return the notice that a message is refused for good, in Telegram's own words."""
    # The reason may quote what was to be sent: it stands where no locked screen shows it.
    lines = [
        # Note: shown on a locked screen; must not name any group, place, danger or asylum
        _("A message was refused, and the bot will not try it again."),
        _(
            "The reason that was given: {reason}. Please tell whoever looks after the bot.",
            reason=within(reason, _),
        ),
    ]
    return Message(joined(lines))


def render_conflict(username: str, _: Words) -> Message:
    """Return the warning that another program reads the same updates as the bot of that name."""
    return Message(
        _(
            "Another program is reading what is written to @{username}. If none of you started it, the token may have "
            "been stolen: ask @BotFather for a new one at once.",
            username=username,
        )
    )


def render_rush_notice(count: int, _: Words) -> Message:
    """Return what admins are told when so many new chats wrote at once that not all were answered."""
    # Note: shown on a locked screen; must not name any group, place, danger or asylum
    text = _.many(
        "Very many new chats at once: about {n} message got no answer.",
        "Very many new chats at once: about {n} messages got no answer.",
        count,
    )
    return Message(text)


def render_resources(
    services: int, hidden: int, overdue: int, due: int, never: int, faults: Sequence[Fault], version: str, _: Words
) -> Message:
    """Return the state of the list of contacts, with the faults of a newer version that cannot serve.

    `version` is the one that serves: another one must not be undone by a button below this state.
    """
    lines = [
        _("<b>Contacts</b>"),
        _.many("{n} contact serves.", "{n} contacts serve.", services),
        *_queue_lines(hidden, overdue, due, never, _),
        _("To change the list, edit the file and send it back here."),
    ]
    parts = ["\n".join(lines)]
    if faults:
        parts.append(_("The newest version of the file is not used, because of:"))
        parts.append(_faults_text(faults, FAULTS_ROOM, _))
    rows = (
        (Button(_("What is due"), "res:queue:"), Button(_("Undo last change"), f"res:undo:{version}")),
        panel_row(_),
    )
    return Message(joined(parts), rows)


def _queue_lines(hidden: int, overdue: int, due: int, never: int, _: Words) -> list[str]:
    return [
        _("Hidden from people, because nobody checked for too long: {n}", n=hidden),
        _("Overdue: {n}", n=overdue),
        _("Due for a new check: {n}", n=due),
        _("Never checked: {n}", n=never),
    ]


def render_reminder(hidden: int, overdue: int, due: int, never: int, _: Words) -> Message:
    """Return the daily reminder of what must be checked."""
    lines = [_("<b>Please check contacts</b>"), *_queue_lines(hidden, overdue, due, never, _)]
    return Message("\n".join(lines), ((Button(_("What is due"), "res:queue:"),),))


def render_due(
    card: str, handle: str, seen: str, number: int, total: int, label: str, _: Words, *, is_hidden: bool = False
) -> Message:
    """Return one contact that is due, with what can be done; `label` is how the admin will be named on the card.

    `seen` stands for what the card says, so that nobody decides on what she has not read.
    """
    heading = _("<b>To check: {number} of {total}</b>", number=number, total=total)
    if is_hidden:
        heading += "\n" + _("People do not see it any more, because nobody checked it for too long.")
    advice = _(
        "Ask the organization itself: call, write, or open its page. You will be named as “{label}” (change it: /admin name ...).",
        label=plain(team_name(label, _)),
    )
    rows = (
        (Button(_("Still right"), f"res:right:{handle}:{seen}"), Button(_("Take down"), f"res:down:{handle}:{seen}")),
        (Button(_("Later"), f"res:queue:{handle}"), Button(_("◀ Back"), "adm:resources")),
    )
    return Message(joined([heading, card, advice]), rows)


def render_nothing_due(_: Words) -> Message:
    """Return that every contact was checked in time."""
    back = (Button(_("◀ Back"), "adm:resources"),)
    return Message(_("Nothing is due. Every contact was checked in time."), (back,))


def render_assured_now(name: str, _: Words) -> str:
    """Return the confirmation that a contact was assured."""
    return _("Noted: {name} is still right.", name=within(name, _))


def render_taken_down(name: str, _: Words) -> str:
    """Return the confirmation that a contact was taken down."""
    return _("Taken down: {name}. People do not see it any more.", name=within(name, _))


def render_examined(candidate: str, faults: Sequence[Fault], changes: Changes, _: Words) -> Message:
    """Return what a sent file would change, or all that is wrong with it."""
    errors = [fault for fault in faults if not fault.is_warning]
    if errors:
        heading = _.many("{n} mistake. Nothing was changed.", "{n} mistakes. Nothing was changed.", len(errors))
        return Message(joined([heading, _faults_text(errors, FAULTS_ROOM, _)]))
    if changes.is_empty:
        return Message(_("The file is fine and changes nothing."))
    parts = [_("The file is fine. It would change this:"), changes_text(changes, _)]
    warnings = [fault for fault in faults if fault.is_warning]
    if warnings:
        parts += [_("Please look at this as well:"), _faults_text(warnings, WARNINGS_ROOM, _)]
    rows = ((Button(_("Put in place"), f"res:put:{candidate}"), Button(_("Do nothing"), f"res:drop:{candidate}")),)
    return Message(joined(parts), rows)


def _faults_text(faults: Sequence[Fault], room: int, _: Words) -> str:
    return fitting([plain(str(fault)) for fault in faults], room, _)


def render_put(_: Words) -> str:
    """Return the confirmation that a new version serves."""
    return _("Done. The new list serves. /resources can undo it.")


def render_undone(_: Words) -> str:
    """Return the confirmation that the version before serves again."""
    return _("Done. The earlier list serves again.")


def render_changed_notice(by: str, _: Words) -> Message:
    """Return what the others who keep the list are told when somebody put another one in place."""
    # Note: shown on a locked screen; must not name any group, place, danger or asylum
    text = _("{who} put another version of the list in place.", who=plain(by))
    advice = _("If nobody of you did that, undo it, and find out who holds that phone.")
    return Message(joined([text, advice]), ((Button(_("Contacts"), "adm:resources"),),))


def render_not_undone(_: Words) -> str:
    """Return that the last change is another one by now than the admin saw."""
    return _("Nothing was undone: somebody has changed the list since you opened this. Please open /resources again.")


def render_kept(_: Words) -> str:
    """Return that a sent file was dropped."""
    return _("Nothing was changed.")


def render_too_large(most: int, _: Words) -> str:
    """Return that a sent file is larger than `most` MB."""
    return _("This file is larger than {most} MB. Nothing was changed.", most=most)


def render_not_fetched(_: Words) -> str:
    """Return that Telegram did not give a sent file out."""
    return _("Telegram did not hand this file over. Nothing was changed. Please send it again.")


def render_not_possible(_: Words) -> str:
    """Return that an act came too late."""
    return _("That is not possible any more. Please open /resources again.")


def render_disk_refused(reason: str, _: Words) -> Message:
    """Return that the list could not be written, and why."""
    return Message(_("The disk refused: {reason}", reason=plain(reason)))


def render_overtaken(_: Words) -> str:
    """Return that the list was changed by somebody else after a file was sent."""
    return _(
        "Nothing was changed: the list itself has changed since you sent this file. "
        "Take the newest file from /resources, make your changes there, and send it again."
    )


def render_other_by_now(_: Words) -> str:
    """Return that a contact is no longer as the admin saw it."""
    return _("This contact has been changed meanwhile. Please look at it again.")


def render_named(label: str, _: Words) -> Message:
    """Return how an admin will be named on cards."""
    return Message(_("On cards that you check you will be named as “{label}”.", label=plain(team_name(label, _))))
