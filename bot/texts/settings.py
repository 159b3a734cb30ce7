"""The settings as inline keyboards; each tap edits the same message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from babel.dates import format_datetime

from bot.core.alert import ALERT_TOPICS
from bot.core.directory import EUROPEAN_UNION, WORLDWIDE
from bot.core.subscriber import NEVER, Subscriber
from bot.texts.catalogues import Words
from bot.texts.message import Button, Message, rows_of_two, turning_rows
from bot.texts.names import FREQUENCY_NAMES, SEVERITY_NAMES, alert_topic_name, own_name, place_name, place_names

PLACES_A_PAGE = 10
WIDE = (WORLDWIDE, EUROPEAN_UNION)
"""They stand first in the list of places."""


def tick(is_on: bool, label: str) -> str:
    """Return a label with a sign that says whether it is chosen."""
    return f"✓ {label}" if is_on else label


def render_settings(subscriber: Subscriber, _: Words) -> Message:
    """Return the overview; every line has its button."""
    topics = ", ".join(alert_topic_name(topic, _) for topic in subscriber.topics)
    lines = [
        _("<b>Settings</b>"),
        _("News: {frequency}", frequency=_(FREQUENCY_NAMES[subscriber.frequency]))
        if subscriber.is_subscribed
        else _("News: none"),
        _("Topics: {topics}", topics=topics or _("all")),
        _("Areas of news: {areas}", areas=place_names(subscriber.areas, _) or _("all")),
        _("Your area: {area}", area=place_name(subscriber.country, _) if subscriber.country else _("not set")),
        _("Language: {language}", language=own_name(subscriber.language or _.language)),
        news_languages_line(subscriber, _),
        _("At least: {severity}", severity=_(SEVERITY_NAMES[subscriber.min_severity])),
        quiet_hours_line(subscriber, _),
        *pause_lines(subscriber, _),
        _("Clock: UTC{offset}", offset=offset_text(subscriber.utc_offset)),
        _("Sound: off") if subscriber.is_silent else _("Sound: only for urgent news"),
        _("Discreet: on, text only after a tap") if subscriber.is_discreet else _("Discreet: off, text at once"),
        tidy_line(subscriber, _),
    ]
    rows = (
        (Button(_("How often"), "go:frequency"), Button(_("Topics"), "go:newstopics")),
        (Button(_("Areas of news"), "go:newsareas"), Button(_("My area"), "go:area")),
        (Button(_("Language"), "go:language"), Button(_("Quiet hours"), "go:quiet")),
        (
            Button(tick(subscriber.is_silent, _("No sound")), f"set:silent:{int(not subscriber.is_silent)}"),
            Button(tick(subscriber.is_discreet, _("Discreet")), f"set:discreet:{int(not subscriber.is_discreet)}"),
        ),
        (Button(_("How serious"), "go:severity"), Button(_("News language"), "go:newslanguages")),
        (Button(_("Pause"), "go:pause"), Button(_("Clock"), "go:clock")),
        (Button(_("Tidy up"), "go:tidy"), Button(_("Wiping"), "go:wiping")),
        (Button(_("◀ Back"), "go:start"),),
    )
    return Message("\n".join(lines), rows)


def pause_lines(subscriber: Subscriber, _: Words) -> list[str]:
    """Return until when nothing arrives, by the reader's clock; nothing where there is no pause."""
    if subscriber.paused_until is None:
        return []
    until = subscriber.paused_until + subscriber.utc_offset
    return [_("Paused until: {date}", date=format_datetime(until, "d MMM, HH:mm", locale=_.language))]


def tidy_line(subscriber: Subscriber, _: Words) -> str:
    """Return after how long question and answer delete themselves."""
    if subscriber.tidy_in is None:
        return _("Tidy: off, messages stay")
    hours = int(subscriber.tidy_in.total_seconds()) // 3600
    return _.many("Tidy: after {n} hour", "Tidy: after {n} hours", hours)


def render_tidy(subscriber: Subscriber, _: Words) -> Message:
    """Return the choice of when messages delete themselves, and for how long news stands open."""
    hours = int(subscriber.tidy_in.total_seconds()) // 3600 if subscriber.tidy_in else 0
    names = ((0, _("Never")), (1, _("After 1 hour")), (24, _("After 24 hours")))
    buttons = [Button(tick(hours == number, label), f"set:tidy:{number}") for number, label in names]
    # Note: how long the text of news stands open after a tap
    spans = ((60, _("1 minute")), (300, _("5 minutes")), (900, _("15 minutes")))
    reading = int(subscriber.read_for.total_seconds())
    open_for = [Button(tick(reading == seconds, label), f"set:reading:{seconds}") for seconds, label in spans]
    text = "\n\n".join(
        [
            tidy_line(subscriber, _),
            _(
                "Your questions and our answers then delete themselves, on both sides. News that you read is deleted after two days."
            ),
            _("Below: how long news stays open after “Read”, when discreet is on. Then it hides itself."),
        ]
    )
    return Message(text, ((buttons[0],), tuple(buttons[1:]), *rows_of_two(open_for), settings_row(_)))


def render_severity(subscriber: Subscriber, _: Words) -> Message:
    """Return the choice of how serious news must be to arrive."""
    buttons = [
        Button(tick(subscriber.min_severity == name, _(SEVERITY_NAMES[name])), f"set:severity:{name}")
        for name in ("Minor", "Moderate", "Severe", "Extreme")
    ]
    text = _("How serious must news be to arrive? You get what you choose, and everything more serious.")
    return Message(text, (*rows_of_two(buttons), settings_row(_)))


def render_pause(subscriber: Subscriber, _: Words) -> Message:
    """Return the choice of a pause, in days."""
    names = ((1, _("1 day")), (3, _("3 days")), (7, _("1 week")), (30, _("30 days")))
    buttons = [Button(label, f"set:pause:{days}") for days, label in names]
    none = Button(tick(subscriber.paused_until is None, _("No pause")), "set:pause:none")
    text = _(
        "In a pause nothing arrives, not even warnings about danger to life. Afterwards you get what still matters."
    )
    return Message("\n".join([text, *pause_lines(subscriber, _)]), (*rows_of_two(buttons), (none,), settings_row(_)))


def quiet_hours_line(subscriber: Subscriber, _: Words) -> str:
    """Return the quiet hours as a line."""
    if subscriber.quiet_from is None or subscriber.quiet_to is None:
        return _("Quiet hours: none")
    return _("Quiet hours: {start}:00 to {end}:00", start=subscriber.quiet_from, end=subscriber.quiet_to)


def offset_text(offset: timedelta) -> str:
    """Return an offset from UTC as `+3`, `-4` or `+5:30`."""
    minutes = int(offset.total_seconds()) // 60
    sign = "-" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    return f"{sign}{hours}:{rest:02}" if rest else f"{sign}{hours}"


def render_frequency(subscriber: Subscriber, _: Words) -> Message:
    """Return the choice of how often."""
    on = subscriber.is_subscribed
    buttons = [
        Button(tick(on and subscriber.frequency == name, _(label)), f"set:frequency:{name}")
        for name, label in FREQUENCY_NAMES.items()
    ]
    buttons.append(Button(tick(not on, _("No news")), "set:frequency:none"))
    hours = [Button(tick(subscriber.digest_hour == hour, f"{hour}:00"), f"set:hour:{hour}") for hour in (8, 12, 18, 21)]
    text = _("How often do you want news? Below: the hour of the daily or weekly message, by your clock.")
    return Message(text, (*rows_of_two(buttons), *rows_of_two(hours), settings_row(_)))


def settings_row(_: Words) -> tuple[Button, ...]:
    """Return the row that leads back to the settings."""
    return (Button(_("◀ Back"), "go:settings"),)


def render_news_topics(subscriber: Subscriber, _: Words) -> Message:
    """Return the choice of news topics; none chosen means all."""
    buttons = [
        Button(tick(topic in subscriber.topics, alert_topic_name(topic, _)), f"set:topic:{topic}")
        for topic in ALERT_TOPICS
    ]
    every = Button(tick(not subscriber.topics, _("All topics")), "set:topic:all")
    return Message(_("Which news do you want?"), (*rows_of_two(buttons), (every,), settings_row(_)))


def news_languages_line(subscriber: Subscriber, _: Words) -> str:
    """Return in which languages she reads news."""
    chosen = ", ".join(own_name(tag) for tag in subscriber.languages)
    return _("News in: {languages}", languages=chosen or _("any language"))


def render_news_languages(tags: Sequence[str], subscriber: Subscriber, _: Words) -> Message:
    """Return the choice of the languages in which she reads news; none chosen means any."""
    shown = dict.fromkeys([*tags, *subscriber.languages])
    buttons = [Button(tick(tag in subscriber.languages, own_name(tag)), f"set:newslanguage:{tag}") for tag in shown]
    every = Button(tick(not subscriber.languages, _("Any language")), "set:newslanguage:all")
    text = _(
        "In which languages do you read news? What exists only in other languages does not arrive, but warnings of danger always do."
    )
    return Message(text, (*rows_of_two(buttons), (every,), settings_row(_)))


def render_areas(
    codes: Sequence[str], chosen: Sequence[str], page: int, key: str, _: Words, *, back: str = "go:settings"
) -> Message:
    """Return one page of places; `key` is `area` (where the reader is) or `newsarea` (what news she wants)."""
    # A region stands below its country, where one looks for it.
    ordered = sorted(
        codes, key=lambda code: (code not in WIDE, place_name(code[:2], _), "-" in code, place_name(code, _))
    )
    count = max(1, -(-len(ordered) // PLACES_A_PAGE))
    page = min(max(page, 0), count - 1)
    shown = ordered[page * PLACES_A_PAGE : (page + 1) * PLACES_A_PAGE]
    buttons = [Button(tick(code in chosen, place_name(code, _)), f"set:{key}:{code}:{page}") for code in shown]
    if key == "area":
        text = _("Where are you? That decides which help is shown first. You can also write “/area Georgia”.")
        none = Button(tick(not chosen, _("Do not save")), "set:area:none:0")
    else:
        text = _("News about which places? Nothing chosen means all.")
        none = Button(tick(not chosen, _("All places")), f"set:newsarea:all:{page}")
    turning = turning_rows(f"pg:{key}", page, count - 1)
    return Message(text, (*rows_of_two(buttons), *turning, (none,), (Button(_("◀ Back"), back),)))


def render_quiet(subscriber: Subscriber, _: Words) -> Message:
    """Return the choice of quiet hours, by the reader's clock, and what may pass them."""
    spans = ((22, 7), (22, 9), (0, 8), (20, 8))
    buttons = [
        Button(
            tick((subscriber.quiet_from, subscriber.quiet_to) == span, f"{span[0]}:00-{span[1]}:00"),
            f"set:quiet:{span[0]}-{span[1]}",
        )
        for span in spans
    ]
    buttons.append(Button(tick(subscriber.quiet_from is None, _("None")), "set:quiet:none"))
    passes = [
        Button(tick(subscriber.quiet_passes == "Extreme", _("Danger to life")), "set:passes:Extreme"),
        Button(tick(subscriber.quiet_passes == "Severe", _("Serious danger")), "set:passes:Severe"),
        Button(tick(subscriber.quiet_passes == NEVER, _("Nothing")), f"set:passes:{NEVER}"),
    ]
    text = "\n".join(
        [
            quiet_hours_line(subscriber, _),
            _("Choose hours in which nothing arrives, or write “/quiet 23-8”. What may arrive all the same?"),
        ]
    )
    text += "\n" + _("Clock: UTC{offset}", offset=offset_text(subscriber.utc_offset))
    clock = (Button(_("Clock"), "go:clock"),)
    return Message(text, (*rows_of_two(buttons), *rows_of_two(passes), clock, settings_row(_)))


CLOCKS = (-5, -3, 0, 1, 2, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 12)
"""Hours from UTC that are offered: where our readers are, Iran and Afghanistan with their half hours among them."""


def render_clock(subscriber: Subscriber, _: Words) -> Message:
    """Return the choice of the reader's clock; it needs no location."""
    buttons = [
        Button(
            tick(subscriber.utc_offset == timedelta(hours=hours), f"UTC{offset_text(timedelta(hours=hours))}"),
            f"set:offset:{offset_text(timedelta(hours=hours)).lstrip('+').replace(':', '.')}",
        )
        for hours in CLOCKS
    ]
    text = _("Which clock do you use? Moscow and Istanbul are UTC+3, Berlin is UTC+1 or, in summer, UTC+2.")
    return Message(text, (*rows_of_two(buttons), settings_row(_)))
