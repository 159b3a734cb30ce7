"""An alert becomes a push, a digest, or a page of news."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from babel.dates import format_datetime, format_timedelta

from bot.core.alert import Alert
from bot.core.directory import said_in
from bot.core.subscriber import Subscriber
from bot.texts.admin import panel_row
from bot.texts.catalogues import Words
from bot.texts.markup import LONGEST, isolated, joined, pack, plain, shortened, units, within
from bot.texts.message import Button, Message, rows_of_two, turning_rows
from bot.texts.names import SEVERITY_NAMES, place_name, place_names

LONGEST_SUMMARY, LONGEST_WRITTEN = 900, 2400
"""What is shown of a source's text, which can be read there on, and of what an admin wrote, which stands nowhere else."""
LONGEST_LINE = 200
FEEDS_SHOWN = 12
"""Sources on one page: as many as surely fit into one message."""
ENTRIES = 30
"""Entries in one message of a digest: more buttons nobody reads."""


def render_push(alert: Alert, subscriber: Subscriber, _: Words) -> Message:
    """Return what arrives unasked: neutral words and a *Read* button when discreet, else the whole text."""
    if not subscriber.is_discreet:
        return render_alert(alert, subscriber.utc_offset, _)
    return Message(_neutral(alert.is_urgent, _), ((Button(_("Read"), f"r:{alert.id}"),),))


def _neutral(is_urgent: bool, _: Words) -> str:
    # Note: shown on a locked screen; must not name any group, place, danger or asylum
    return _("New message. Please read it soon.") if is_urgent else _("New message")


def split_digest(alerts: Sequence[Alert], subscriber: Subscriber, _: Words) -> list[tuple[Alert, ...]]:
    """Split what is due together into as few messages as Telegram's limits allow, by whole entries; none is lost."""
    pages: list[tuple[Alert, ...]] = []
    for alert in _by_area(alerts, _):
        longer = (*pages[-1], alert) if pages else (alert,)
        if pages and len(longer) <= ENTRIES and units(render_digest(longer, subscriber, _).html) <= LONGEST:
            pages[-1] = longer
        else:
            pages.append((alert,))
    return pages


def render_digest(alerts: Sequence[Alert], subscriber: Subscriber, _: Words) -> Message:
    """Return one message for several alerts: a line for each, grouped by area, and a button to read each.

    A discreet reader sees only how many there are. One alert alone is a push like any other.
    """
    if len(alerts) == 1:
        return render_push(alerts[0], subscriber, _)
    ordered = _by_area(alerts, _)
    buttons = [Button(_("Read {n}", n=number), f"r:{alert.id}") for number, alert in enumerate(ordered, 1)]
    rows = rows_of_two(buttons)
    # Note: shown on a locked screen; must not name any group, place, danger or asylum
    heading = _.many("{n} new message", "{n} new messages", len(ordered))
    if subscriber.is_discreet:
        return Message(heading, rows)
    parts, lines, place = [heading], [""], None
    for number, alert in enumerate(ordered, 1):
        if place != (place := _places(alert, _)):
            lines = [f"<b>{plain(place)}</b>"]
            parts.append("")
        lines.append(f"{number}. {within(shortened(said_in(alert.headline, _.language), LONGEST_LINE), _)}")
        parts[-1] = "\n".join(lines)
    return Message(joined(parts), rows)


def _by_area(alerts: Sequence[Alert], _: Words) -> list[Alert]:
    """Return the alerts with those of one area together; the area of the first comes first."""
    groups: dict[str, list[Alert]] = {}
    for alert in alerts:
        groups.setdefault(_places(alert, _), []).append(alert)
    return [alert for group in groups.values() for alert in group]


def _places(alert: Alert, _: Words) -> str:
    return place_names(alert.area, _) or _("Everywhere")


def render_alert(alert: Alert, utc_offset: timedelta, _: Words) -> Message:
    """Return the whole alert with a way to hide it again."""
    text = whole_html(alert, utc_offset, LONGEST, _)
    return Message(text, ((Button(_("Hide"), f"hide:{alert.id}"), Button(_("Find help"), "go:topics")),))


def whole_html(alert: Alert, utc_offset: timedelta, room: int, _: Words) -> str:
    """Return an alert as its readers see it, in at most `room` units: where it is too long, its text gets shorter."""
    longest = LONGEST_SUMMARY if alert.source and not alert.is_edited else LONGEST_WRITTEN
    text = alert_html(alert, utc_offset, _, longest)
    while units(text) > room and longest > 0:
        longest -= min(longest, max(20, units(text) - room))
        text = alert_html(alert, utc_offset, _, longest)
    return text if units(text) <= room else pack([text], room)[0]


def alert_html(alert: Alert, utc_offset: timedelta, _: Words, longest: int = LONGEST_SUMMARY) -> str:
    """Return headline, `longest` letters of the text, what to do, where, when and from whom; foreign text is plain."""
    summary = shortened(said_in(alert.description, _.language), longest) if longest else ""
    instruction = said_in(alert.instruction, _.language)
    lines = [f"<b>{within(said_in(alert.headline, _.language), _)}</b>", within(summary, _)]
    if instruction:
        lines.append(_("<b>What you can do:</b> {text}", text=within(instruction, _)))
    return joined([*lines, _about(alert, utc_offset, _)])


def _about(alert: Alert, utc_offset: timedelta, _: Words) -> str:
    lines = []
    if alert.is_test:
        lines.append(_("<b>This is a test. Nothing has happened.</b>"))
    if alert.is_urgent and not alert.is_all_clear:
        lines.append(f"<b>{_(SEVERITY_NAMES[alert.severity])}</b>")
    if alert.area:
        lines.append(_("Where: {places}", places=place_names(alert.area, _)))
    at = alert.entry_at or alert.published_at
    if at:
        lines.append(_("When: {date}", date=format_datetime(at + utc_offset, "d MMM, HH:mm", locale=_.language)))
    if alert.corrected_at:
        date = format_datetime(alert.corrected_at[-1] + utc_offset, "d MMM, HH:mm", locale=_.language)
        lines.append(_("Corrected: {date}", date=date))
    if alert.source_title:
        source = within(alert.source_title, _)
        link = f": {isolated(alert.link, _)}" if alert.link else ""
        # Note: source is the name of a news outlet, followed by a link where there is one
        lines.append(_("Source: {source}", source=source) + link)
    return "\n".join(lines)


def render_withdrawn(_: Words) -> Message:
    """Return what stands in place of an alert that was withdrawn."""
    return Message(_("This message was withdrawn because it was not right."))


def render_hidden(alert: Alert, _: Words) -> Message:
    """Return the neutral face of an alert that was read."""
    return Message(render_read(_), ((Button(_("Read"), f"r:{alert.id}"),),))


def render_read(_: Words) -> str:
    """Return the neutral words in place of an alert that was read."""
    return _("Message read")


def render_news(
    alerts: Sequence[Alert],
    checked_at: datetime | None,
    now: datetime,
    utc_offset: timedelta,
    page: int,
    _: Words,
    place: str | None = "",
) -> Message:
    """Return a page of the latest alerts, and how long ago the sources were last read.

    `place`: the code of the place that they concern, '' for all; None where no button could lead to the same ones.
    """
    fresh = ""
    if checked_at is not None:
        ago = format_timedelta(checked_at - now, add_direction=True, locale=_.language)
        fresh = _("Sources last checked: {ago}", ago=ago)
    if not alerts:
        text = _("No news has been published yet.")
        return Message(
            joined([text, fresh]), ((Button(_("Get news"), "go:subscribe"), Button(_("◀ Back"), "go:start")),)
        )
    pages = pack([alert_html(alert, utc_offset, _) for alert in alerts], LONGEST // 2)
    page = min(max(page, 0), len(pages) - 1)
    of_place = f":{place}" if place else ""
    turn = [Button(_("◀ Back"), f"n:{page - 1}{of_place}")] if page else []
    turn += [Button(_("More ▶"), f"n:{page + 1}{of_place}")] if page + 1 < len(pages) and place is not None else []
    rows = [tuple(turn)] if turn else []
    rows.append((Button(_("Get news"), "go:subscribe"), Button(_("Topics"), "go:topics")))
    return Message(joined([pages[page], fresh]), tuple(rows))


def render_no_news_of(place: str, _: Words) -> str:
    """Return that no news is of that place (a code), or '': holds the words that were asked for; other news follow."""
    if place:
        return _("There is no news about {place} right now. The latest about other places:", place=place_name(place, _))
    return _("Nothing in the news has these words right now. The latest:")


def render_feeds(rows: Sequence[Mapping[str, object]], now: datetime, page: int, _: Words) -> Message:
    """Return a page of the sources for admins: `title`, `last_good_at`, `errors`, `reason` of each.

    `last_entry_at` is set for those that have had nothing new for long.
    """
    parts = []
    for row in rows:
        title, at, errors = within(str(row["title"]), _), row["last_good_at"], row["errors"]
        ago = (
            format_timedelta(at - now, add_direction=True, locale=_.language)
            if isinstance(at, datetime)
            else _("never")
        )
        line = _("• {title}: read {ago}", title=title, ago=ago)
        if isinstance(errors, int) and errors:
            reason = within(str(row["reason"]), _)
            # Note: of a source that could not be read; reason says why
            line += "\n   " + _.many(
                "failed {n} time: {reason}", "failed {n} times in a row: {reason}", errors, reason=reason
            )
        if isinstance(silent_since := row["last_entry_at"], datetime):
            ago = format_timedelta(silent_since - now, add_direction=True, locale=_.language)
            line += "\n   " + _("silent: the last new report came {ago}", ago=ago)
        parts.append(line)
    pages = ["\n".join(parts[at : at + FEEDS_SHOWN]) for at in range(0, len(parts), FEEDS_SHOWN)]
    pages = pages or [_("No source is listed in resources.yaml.")]
    page = min(max(page, 0), len(pages) - 1)
    text = pack(["\n".join([_("<b>Sources</b>"), pages[page]])])[0]
    return Message(text, (*turning_rows("adm:feeds", page, len(pages) - 1), panel_row(_)))
