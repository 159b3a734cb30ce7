"""What /mydata says: everything that is kept about a chat, in words, and none of the secrets themselves."""

from __future__ import annotations

from bot.core.alert import ALERT_TOPICS
from bot.core.subscriber import NEVER, Subscriber
from bot.core.trace import MENU, READ, Trace
from bot.texts.catalogues import Words
from bot.texts.markup import plain
from bot.texts.message import Button, Message
from bot.texts.names import (
    FREQUENCY_NAMES,
    SEVERITY_NAMES,
    alert_topic_name,
    own_name,
    place_name,
    place_names,
    team_name,
)
from bot.texts.pages import back_row
from bot.texts.settings import news_languages_line, offset_text, pause_lines, quiet_hours_line, tidy_line


def render_my_data(known: Subscriber | None, trace: Trace | None, _: Words, *, label: str = "") -> Message:
    """Return everything that is stored about this chat; `label`: what she is called in the team, '' for a reader."""
    besides = [*trace_lines(trace, _), *team_lines(label, _)]
    if known is None:
        text = _("Nothing is stored about you, except:") if besides else _("Nothing is stored about you.")
        lines = [text, *besides]
    else:
        lines = [
            _("<b>All that is stored about you</b>"),
            _("• the number of this chat, encrypted"),
            *news_lines(known, _),
            *time_lines(known, _),
            *quiet_lines(known, _),
            *secret_lines(known, _),
            *besides,
            _(
                "• of news on its way to you, and for 48 hours after: which, when it is due, and the number of its message"
            ),
        ]
    return Message("\n".join(lines), ((Button(_("Delete my data"), "go:forget"),), back_row(_)))


def news_lines(known: Subscriber, _: Words) -> list[str]:
    """Return what she wants to hear, in which language, and where she is."""
    topics = ", ".join(alert_topic_name(topic, _) for topic in known.topics if topic in ALERT_TOPICS)
    return [
        _("• news: {frequency}", frequency=_(FREQUENCY_NAMES[known.frequency]))
        if known.is_subscribed
        else _("• news: none"),
        _("• topics: {topics}", topics=topics or _("all")),
        _("• areas of news: {areas}", areas=place_names(known.areas, _) or _("all")),
        _("• your area: {area}", area=place_name(known.country, _) if known.country else _("not set")),
        _("• language: {language}", language=own_name(known.language) if known.language else _("not set")),
        "• " + news_languages_line(known, _),
        _("• at least: {severity}", severity=_(SEVERITY_NAMES[known.min_severity])),
    ]


def time_lines(known: Subscriber, _: Words) -> list[str]:
    """Return her hours, and in which months there was a sign of her."""
    passes = _("Nothing") if known.quiet_passes == NEVER else _(SEVERITY_NAMES[known.quiet_passes])
    lines = [
        "• " + quiet_hours_line(known, _),
        _("• may arrive in quiet hours: {what}", what=passes),
        *(f"• {line}" for line in pause_lines(known, _)),
        "• " + _("Clock: UTC{offset}", offset=offset_text(known.utc_offset)),
        _("• hour of the daily or weekly message: {hour}:00", hour=known.digest_hour),
        _(
            "• last heard from you in: {month}; after a year without a sign all of it is deleted",
            month=known.seen_month or _("not set"),
        ),
    ]
    if known.asked_month:
        lines.append(_("• asked in {month} whether you are still there", month=known.asked_month))
    return lines


def quiet_lines(known: Subscriber, _: Words) -> list[str]:
    """Return how quietly things arrive, and how long they stand."""
    minutes = int(known.read_for.total_seconds()) // 60
    lines = [
        "• " + (_("Sound: off") if known.is_silent else _("Sound: only for urgent news")),
        "• " + (_("Discreet: on, text only after a tap") if known.is_discreet else _("Discreet: off, text at once")),
        f"• {tidy_line(known, _)}",
        _.many("• news stays open for {n} minute", "• news stays open for {n} minutes", minutes),
    ]
    if known.label:
        lines.append(_("• your name on cards that you checked: {label}", label=plain(known.label)))
    return lines


def trace_lines(trace: Trace | None, _: Words) -> list[str]:
    """Return what is remembered of a chat besides settings."""
    if trace is None:
        return []
    lines = []
    numbers = [each for each in trace.messages if each.message_id != MENU]
    if numbers:
        lines.append(
            _.many(
                "• for 48 hours at most: the number of {n} message in this chat, to be able to delete it",
                "• for 48 hours at most: the numbers of {n} messages in this chat, to be able to delete them",
                len(numbers),
            )
        )
    if any(each.kind == READ for each in numbers):
        lines.append(_("• for the same time: which of them are news that you opened"))
    if trace.opened:
        lines.append(_("• until it hides itself: which news stands open in this chat"))
    if trace.face:
        lines.append(_("• that this chat came in by the private link"))
    return lines


def secret_lines(known: Subscriber, _: Words) -> list[str]:
    """Return which secrets of a reader are kept, without any of them."""
    lines = []
    if known.passphrase:
        lines.append(_("• a hash of your passphrase, from which nobody can read it back"))
    if known.panic_word:
        lines.append(_("• your word that wipes this chat"))
    if known.wipe_code:
        lines.append(_("• a hash of the code in your friend's link"))
    return lines


def team_lines(label: str, _: Words) -> list[str]:
    """Return what is kept of somebody who belongs to the team; nothing of a reader."""
    if not label:
        return []
    return [
        _(
            "• as long as you belong to the team: your Telegram number, and that you are “{label}”",
            label=team_name(label, _),
        ),
        _("• for 90 days, under that name: what you did to which alert"),
        _("• for 24 hours: the numbers of the messages in this chat a second time, so that they go after a day"),
    ]
