"""What an admin decides on: the card of a draft, its preview in every language, what became of it, how a push goes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from babel.dates import format_datetime

from bot.core.alert import Alert, seal_of
from bot.core.directory import Text
from bot.core.subscriber import Subscriber
from bot.core.totals import CELLS, K, Shown, in_tens
from bot.texts.admin import drafts_row, panel_row
from bot.texts.alerts import alert_html, render_push, whole_html
from bot.texts.catalogues import Words
from bot.texts.markup import LONGEST, joined, pack, plain, units
from bot.texts.message import Button, Message
from bot.texts.names import SEVERITY_NAMES, alert_topic_name, own_name, place_names, team_name
from bot.texts.reasons import render_reasons


def render_draft(
    alert: Alert, readers: str, needed: int, position: tuple[int, int], _: Words, *, may_decide: bool = True
) -> Message:
    """Return the card on which an admin decides: text, judgement with reasons, who would get it, consent so far.

    `readers` is a count in words (below ten: "fewer than ten"); `position` is (number, of how many) drafts. An editor,
    who may not decide, gets it without those buttons.
    """
    number, total = position
    parts = [_("<b>Draft {number} of {total}</b>", number=number, total=total), _kind(alert, _)]
    parts += [alert_html(alert, timedelta(), _), "\n".join(_facts(alert, readers, _)), consent(alert, needed, _)]
    text = joined(parts)
    # What she decides is this text: the seal tells when the draft is another one by the time of her tap.
    shown = f"{alert.id}:{seal_of(alert)}"
    approve, edit = Button(_("Approve"), f"m:yes:{shown}"), Button(_("Edit"), f"e:{alert.id}")
    reject, later = Button(_("Reject"), f"m:no:{shown}"), Button(_("Later"), f"m:next:{alert.id}")
    preview = Button(_("Preview"), f"m:see:{alert.id}")
    ways = (preview, *panel_row(_))
    rows = ((approve, edit), (reject, later), ways) if may_decide else ((edit, later), ways)
    return Message(pack([text])[0], rows)


def _kind(alert: Alert, _: Words) -> str:
    if alert.corrects:
        return _(
            "Correction of a published alert: delivered copies will change; readers whom it concerns only now get a new alert."
        )
    if alert.is_all_clear:
        return _("All-clear: it goes to those who had the warning.")
    if alert.references:
        return _("Update: the same story as a published alert, but graver.")
    return ""


def judged_lines(alert: Alert, _: Words) -> list[str]:
    """Return how grave an alert is, what it is about and where, a line each."""
    topics = ", ".join(alert_topic_name(topic, _) for topic in alert.topics)
    return [
        _("Severity: {severity}", severity=_(SEVERITY_NAMES[alert.severity])),
        _("Topics: {topics}", topics=topics or "-"),
        _("Where: {places}", places=plain(place_names(alert.area, _)) or "-"),
    ]


def _facts(alert: Alert, readers: str, _: Words) -> list[str]:
    facts = judged_lines(alert, _)
    if alert.expires_at:
        facts.append(_("Until: {date}", date=format_datetime(alert.expires_at, "d MMM y, HH:mm", locale=_.language)))
    facts.append(_("Would go to: {readers}", readers=_("admins only") if alert.is_test else readers))
    facts.append(_("Why: {reasons}", reasons=plain(render_reasons(alert.reasons, _))))
    return facts


def consent(alert: Alert, needed: int, _: Words) -> str:
    """Return who approved so far and how many must; empty where one admin is enough."""
    if alert.approvals:
        names = ", ".join(team_name(approval.by, _) for approval in alert.approvals)
        return _("Approved by {names}; {needed} needed", names=plain(names), needed=needed)
    return _("{needed} admins must approve it", needed=needed) if needed > 1 else ""


def render_preview(alert: Alert, _: Words) -> Message:
    """Return a draft as readers of one language will see it: what arrives, then what they read after a tap."""
    language = own_name(_.language)
    arrives = render_push(alert, Subscriber(0), _).html
    missing = "" if _.language in alert.headline else _("(There is no headline in this language.)")
    heading = f"<b>{plain(language)}</b> {missing}".strip()
    above = joined([heading, f"<i>{arrives}</i>"])
    return Message(joined([above, whole_html(alert, timedelta(), LONGEST - units(above) - 2, _)]))


def readers_in_words(count: int, _: Words) -> str:
    """Return a total of readers, in tens, in words."""
    if count < K:
        return _("fewer than ten readers")
    return _.many("about {n} reader", "about {n} readers", in_tens(count))


def in_words(count: int, _: Words) -> str:
    """Return a total of anything that has to do with people, in tens, in words."""
    return _("fewer than ten") if count < K else _("about {n}", n=in_tens(count))


def render_progress(seen: Shown, elapsed: timedelta, _: Words) -> str:
    """Return how a push goes: a bar, sent, to go, later, time left, and at the end who could not be reached.

    `elapsed` is the time since it began.
    """
    lines = [
        "▓" * seen.cells + "░" * (CELLS - seen.cells),
        _("Sent: {n}", n=in_words(seen.sent, _)),
        _("To go: {n}", n=_("none") if seen.is_done else in_words(seen.waiting, _)),
    ]
    if seen.is_done:
        n = in_words(seen.unreachable, _)
        # Note: readers, when a message was withdrawn while it was still being sent
        stopped = _("Unreachable, or not sent any more: {n}", n=n)
        lines.append(stopped if seen.is_stopped else _("Unreachable: {n}", n=n))
    if seen.later:
        lines.append(_("Later, at their hour: {n}", n=in_words(seen.later, _)))
    if seen.is_done:
        lines.append(_("Done."))
    elif seen.cells and elapsed:
        lines.append(_left(elapsed * ((CELLS - seen.cells) / seen.cells), _))
    return "\n".join(lines)


def _left(left: timedelta, _: Words) -> str:
    minutes = round(left.total_seconds() / 60)
    if minutes < 1:
        return _("Time left: less than a minute")
    return _.many("Time left: about {n} minute", "Time left: about {n} minutes", minutes)


def render_decided(text: str, alert_id: str, is_waiting: bool, _: Words) -> Message:
    """Return a decision with the way to take it back (`alert_id`, if it went out) and, if one waits, to the next draft."""
    taken_back = [Button(_("Withdraw"), f"x:show:{alert_id}")] if alert_id else []
    row = (*taken_back, *([Button(_("Next"), "adm:pending")] if is_waiting else []))
    return Message(text, (row,) if row else ())


def render_second_needed(alert: Alert, needed: int, _: Words) -> Message:
    """Return that other admins must agree, with the way to go alone."""
    missing = needed - len(alert.approvals)
    text = _.many("Noted. {n} more admin must approve it.", "Noted. {n} more admins must approve it.", missing)
    return Message(
        text,
        ((Button(_("Publish alone"), f"m:alone:{alert.id}:{seal_of(alert)}"), Button(_("Drafts"), "adm:pending")),),
    )


def render_alone(alert: Alert, seen: str, _: Words) -> Message:
    """Return the question before one admin publishes without the others; `seen` is the seal of what she was shown."""
    text = _(
        "Publish it on your word alone? Every admin will be told, and it stays in the audit trail. Do it only if waiting would cost lives."
    )
    return Message(
        text,
        ((Button(_("Publish now"), f"m:force:{alert.id}:{seen}"), Button(_("◀ Back"), f"m:card:{alert.id}")),),
    )


def render_asked(alert: Alert, needed: int, _: Words) -> Message:
    """Return what the other admins get when one of them approved: neutral, the card comes after a tap."""
    # Note: shown on a locked screen; must not name any group, place, danger or asylum
    text = _("A draft needs you: {n} of {needed} approved.", n=len(alert.approvals), needed=needed)
    return Message(text, ((Button(_("Open"), f"m:card:{alert.id}"),),))


def render_alone_notice(alert: Alert, by: str, _: Words) -> Message:
    """Return what every other admin is told when one published alone."""
    # Note: shown on a locked screen; must not name any group, place, danger or asylum
    text = _("Published by {by} alone, without a second approval.", by=plain(team_name(by, _)))
    return Message(text, ((Button(_("Read"), f"r:{alert.id}"),),))


def render_no_drafts(_: Words) -> Message:
    """Return that nothing waits."""
    return Message(_("No draft is waiting."), (panel_row(_),))


def render_no_other_draft(_: Words) -> Message:
    """Return what comes after the only draft, when it was put off."""
    text = _("No other draft is waiting. It stays among the drafts until somebody decides.")
    return Message(text, (drafts_row(_), panel_row(_)))


def render_published(readers: str, _: Words) -> str:
    """Return the short confirmation of a publication."""
    return _("Published. It goes to {readers}.", readers=readers)


def render_tested(_: Words) -> str:
    """Return the short confirmation that a test was sent."""
    return _("The test was sent to the admins and to nobody else.")


def render_corrected(_: Words) -> str:
    """Return the short confirmation of a correction."""
    return _(
        "Corrected. Copies that were delivered are being changed; whoever has not opened it yet sees the new text. "
        "Readers whom it concerns only now get it as a new alert."
    )


def render_rejected(_: Words) -> str:
    """Return the short confirmation of a rejection."""
    return _("Rejected. Nobody will get it.")


def render_expired(_: Words, alert_id: str) -> Message:
    """Return why a draft whose time is over is not published, with the way to a later time."""
    text = _("Not published: its time is over, so nobody would get it. Choose a later time first.")
    return Message(text, ((Button(_("Until when"), f"e:{alert_id}:until"), Button(_("Drafts"), "adm:pending")),))


def render_changed(_: Words, alert_id: str) -> Message:
    """Return that a draft is another one than the card showed on which an admin decided, with the way to see it."""
    text = _("Nothing was decided: the draft was changed since you saw it. Please look at it again.")
    return Message(text, ((Button(_("Open"), f"m:card:{alert_id}"),),))


def render_too_late(_: Words) -> str:
    """Return that somebody else decided already."""
    return _("This draft was decided already.")


def languages_of(alert: Alert, languages: Sequence[str]) -> tuple[str, ...]:
    """Return the languages in which an alert can be edited: those of the bot, and those that it has."""
    texts: tuple[Text, ...] = (alert.headline, alert.description, alert.instruction)
    return tuple(dict.fromkeys([*languages, *(language for text in texts for language in text)]))
