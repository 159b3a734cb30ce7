"""What was published and can be taken back, and who decided what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from babel.dates import format_datetime

from bot.core.alert import Alert
from bot.core.audit import AuditEntry
from bot.core.directory import said_in
from bot.texts.admin import panel_row
from bot.texts.alerts import alert_html
from bot.texts.catalogues import Words, mark
from bot.texts.markup import joined, pack, plain, shortened, within
from bot.texts.message import Button, Message, rows_of_two, turning_rows
from bot.texts.names import SEVERITY_NAMES, team_name
from bot.texts.team import ROLE_TITLES

LISTED = 8
LONGEST_LINE = 120
ENTRIES_SHOWN = 15
"""Acts on one page: as many as surely fit into one message."""

# Note: what an admin did, in a list after time and name
ACT_NAMES = {
    "approved": mark("approved"),
    "published": mark("published"),
    "published alone": mark("published alone, without a second approval"),
    "rejected": mark("rejected"),
    "edited": mark("edited"),
    "composed": mark("wrote"),
    "corrected": mark("corrected"),
    "withdrew": mark("withdrew"),
    "proposed to invite": mark("wants to invite"),
    "invited": mark("invited"),
    "joined": mark("joined the team"),
    "proposed to remove": mark("wants to remove"),
    "removed": mark("removed"),
    "refused": mark("refused"),
}

# Note: parts of an alert that an admin changed, in brackets after "edited"
FIELD_NAMES = {
    "headline": mark("headline"),
    "description": mark("text"),
    "instruction": mark("what to do"),
    "severity": mark("severity"),
    "topics": mark("topics"),
    "area": mark("places"),
    "expires_at": mark("until when"),
    "status": mark("whether it is a test"),
}


def render_published_list(alerts: Sequence[Alert], page: int, _: Words) -> Message:
    """Return a page of what was published, with a button for each: what is not the newest can be taken back as well."""
    if not alerts:
        return Message(_("Nothing is published that could be withdrawn."), (panel_row(_),))
    last = (len(alerts) - 1) // LISTED
    page = min(max(page, 0), last)
    shown = alerts[page * LISTED : (page + 1) * LISTED]
    lines = [_("<b>Published</b>: which one?")]
    for number, alert in enumerate(shown, 1):
        headline = within(shortened(said_in(alert.headline, _.language), LONGEST_LINE), _)
        at = alert.published_at or alert.created_at
        date = format_datetime(at, "d MMM, HH:mm", locale=_.language)
        lines.append(f"{number}. {headline} ({date}, {_(SEVERITY_NAMES[alert.severity])})")
    buttons = [Button(_("Choose {n}", n=number), f"x:show:{alert.id}") for number, alert in enumerate(shown, 1)]
    turn = [Button("◀", f"x:list:{page - 1}")] if page else []
    turn += [Button("▶", f"x:list:{page + 1}")] if page < last else []
    return Message("\n".join(lines), (*rows_of_two(buttons), *([tuple(turn)] if turn else []), panel_row(_)))


def render_published_alert(alert: Alert, _: Words) -> Message:
    """Return one published alert with what can be done about it."""
    text = joined([_("<b>What should happen to it?</b>"), alert_html(alert, timedelta(), _)])
    rows = (
        (Button(_("Withdraw now"), f"x:yes:{alert.id}"), Button(_("Correct"), f"x:fix:{alert.id}")),
        (Button(_("All-clear"), f"x:clear:{alert.id}"), Button(_("◀ Back"), "x:list:")),
    )
    return Message(pack([text])[0], rows)


def render_withdrawn_now(is_old: bool, _: Words) -> str:
    """Return the confirmation of a withdrawal; `is_old`: some copies are too old to be deleted."""
    lines = [_("Withdrawn. Copies that were delivered are being deleted.")]
    if is_old:
        lines.append(
            _(
                "Copies older than 48 hours cannot be deleted any more. Whoever opens one reads that it was withdrawn; where the whole text stands, it may stay."
            )
        )
    return "\n".join(lines)


def render_withdrawn_notice(by: str, _: Words) -> Message:
    """Return what the other admins are told."""
    # Note: shown on a locked screen; must not name any group, place, danger or asylum
    text = _("{by} withdrew a published message.", by=plain(team_name(by, _)))
    return Message(text, ((Button(_("Audit"), "adm:audit"),),))


def render_audit(entries: Sequence[AuditEntry], page: int, _: Words) -> Message:
    """Return a page of who did what and when, newest first; times are UTC."""
    if not entries:
        return Message(_("Nobody did anything in the last 90 days."), (panel_row(_),))
    last = (len(entries) - 1) // ENTRIES_SHOWN
    page = min(max(page, 0), last)
    lines = [_("<b>Audit</b>: the last 90 days, times in UTC")]
    for entry in entries[page * ENTRIES_SHOWN : (page + 1) * ENTRIES_SHOWN]:
        at = format_datetime(entry.at, "d MMM, HH:mm", locale=_.language)
        act = _(ACT_NAMES[entry.act]) if entry.act in ACT_NAMES else plain(entry.act)
        about = f": {_about(entry.about, _)}" if entry.about else ""
        lines.append(f"{at} · {plain(team_name(entry.by, _))} · {act}{_field(entry.detail, _)}{about}")
    return Message(pack(["\n".join(lines)])[0], (*turning_rows("adm:audit", page, last), panel_row(_)))


def _about(about: str, _: Words) -> str:
    """Return what an act was about: a role, somebody of the team, or the beginning of a headline."""
    return _(ROLE_TITLES[about]) if about in ROLE_TITLES else within(shortened(team_name(about, _), LONGEST_LINE), _)


def _field(detail: str, _: Words) -> str:
    """Return which part of an alert was edited, in brackets."""
    name = _(FIELD_NAMES[detail]) if detail in FIELD_NAMES else plain(detail)
    return f" ({name})" if name else ""
