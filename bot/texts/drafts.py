"""What an admin decides on: the card of a draft, its preview in every language, and how a push goes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from babel.dates import format_datetime

from bot.core.alert import Alert, seal_of
from bot.core.directory import Text
from bot.core.subscriber import Subscriber
from bot.core.totals import CELLS, K, Shown, in_tens
from bot.texts.admin import panel_row
from bot.texts.alerts import alert_html, render_push
from bot.texts.catalogues import Words
from bot.texts.markup import LONGEST, joined, pack, plain, units
from bot.texts.message import Button, Message
from bot.texts.names import SEVERITY_NAMES, alert_topic_name, own_name, place_names
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
    return Message(text if units(text) <= LONGEST else pack([text])[0], rows)


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


def _facts(alert: Alert, readers: str, _: Words) -> list[str]:
    topics = ", ".join(alert_topic_name(topic, _) for topic in alert.topics)
    facts = [
        _("Severity: {severity}", severity=_(SEVERITY_NAMES[alert.severity])),
        _("Topics: {topics}", topics=topics or "-"),
        _("Where: {places}", places=plain(place_names(alert.area, _)) or "-"),
    ]
    if alert.expires_at:
        facts.append(_("Until: {date}", date=format_datetime(alert.expires_at, "d MMM y, HH:mm", locale=_.language)))
    facts.append(_("Would go to: {readers}", readers=_("admins only") if alert.is_test else readers))
    facts.append(_("Why: {reasons}", reasons=plain(render_reasons(alert.reasons, _))))
    return facts


def consent(alert: Alert, needed: int, _: Words) -> str:
    """Return who approved so far and how many must; empty where one admin is enough."""
    if alert.approvals:
        names = ", ".join(approval.by for approval in alert.approvals)
        return _("Approved by {names}; {needed} needed", names=plain(names), needed=needed)
    return _("{needed} admins must approve it", needed=needed) if needed > 1 else ""


def render_preview(alert: Alert, _: Words) -> Message:
    """Return a draft as readers of one language will see it: what arrives, then what they read after a tap."""
    language = own_name(_.language)
    arrives = render_push(alert, Subscriber(0), _).html
    missing = "" if _.language in alert.headline else _("(There is no headline in this language.)")
    heading = f"<b>{plain(language)}</b> {missing}".strip()
    text = joined([heading, f"<i>{arrives}</i>", alert_html(alert, timedelta(), _)])
    return Message(text if units(text) <= LONGEST else pack([text])[0])


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
        lines.append(_("Unreachable: {n}", n=in_words(seen.unreachable, _)))
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
    text = _("Published by {by} alone, without a second approval.", by=plain(by))
    return Message(text, ((Button(_("Read"), f"r:{alert.id}"),),))


def render_change_notice(text: str, _: Words) -> Message:
    """Return what the other admins are told when a published alert was withdrawn or corrected."""
    return Message(text, ((Button(_("Audit"), "adm:audit"),),))


def languages_of(alert: Alert, languages: Sequence[str]) -> tuple[str, ...]:
    """Return the languages in which an alert can be edited: those of the bot, and those that it has."""
    texts: tuple[Text, ...] = (alert.headline, alert.description, alert.instruction)
    return tuple(dict.fromkeys([*languages, *(language for text in texts for language in text)]))
