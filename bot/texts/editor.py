"""Editing a draft: what can be changed, and what to type."""

from __future__ import annotations

from datetime import timedelta

from bot.core.alert import ALERT_TOPICS, Alert
from bot.core.choice import AS_USUAL, DAYS
from bot.texts.alerts import LONGEST_WRITTEN, alert_html
from bot.texts.catalogues import Words, mark
from bot.texts.drafts import judged_lines, languages_of
from bot.texts.markup import joined, pack, plain
from bot.texts.message import Button, Message, rows_of_two
from bot.texts.names import SEVERITY_NAMES, alert_topic_name, own_name, place_names
from bot.texts.settings import tick

# Note: parts of an alert, as labels of buttons
TEXTS = {
    "headline": mark("Headline"),
    "description": mark("Text"),
    "instruction": mark("What to do"),
}
LONGEST_TEXTS = {"headline": 200, "description": LONGEST_WRITTEN, "instruction": 900}
"""In the units of Telegram, in which readers see them whole."""


def render_editor(alert: Alert, _: Words) -> Message:
    """Return a draft with a button for each part that can be changed."""
    lines = "\n".join(judged_lines(alert, _))
    text = joined([_("<b>Edit: what should change?</b>"), alert_html(alert, timedelta(), _), lines])
    buttons = [Button(_(label), f"e:{alert.id}:{name}") for name, label in TEXTS.items()]
    buttons += [
        Button(_("Severity"), f"e:{alert.id}:severity"),
        Button(_("Topics"), f"e:{alert.id}:topics"),
        Button(_("Places"), f"e:{alert.id}:area"),
        Button(_("Until when"), f"e:{alert.id}:until"),
    ]
    if not alert.source and not alert.corrects:
        other = "Actual" if alert.is_test else "Test"
        buttons.append(Button(tick(alert.is_test, _("Only a test")), f"e:{alert.id}:status:{other}"))
    rows = (*rows_of_two(buttons), (Button(_("Done"), f"m:card:{alert.id}"),))
    return Message(pack([text])[0], rows)


def render_languages_of(alert: Alert, field: str, languages: tuple[str, ...], _: Words) -> Message:
    """Return the choice of the language in which a text is changed; a tick stands where there is one already."""
    have = getattr(alert, field)
    buttons = [
        Button(tick(tag in have, own_name(tag)), f"e:{alert.id}:{field}:{tag}")
        for tag in languages_of(alert, languages)
    ]
    return Message(_("In which language?"), (*rows_of_two(buttons), _back(alert, _)))


def render_severities(alert: Alert, _: Words) -> Message:
    """Return the choice of the severity."""
    buttons = [
        Button(tick(alert.severity == name, _(SEVERITY_NAMES[name])), f"e:{alert.id}:severity:{name}")
        for name in ("Extreme", "Severe", "Moderate", "Minor")
    ]
    return Message(_("How serious is it?"), (*rows_of_two(buttons), _back(alert, _)))


def render_topics_of(alert: Alert, _: Words) -> Message:
    """Return the choice of the topics."""
    buttons = [
        Button(tick(topic in alert.topics, alert_topic_name(topic, _)), f"e:{alert.id}:topics:{topic}")
        for topic in ALERT_TOPICS
    ]
    return Message(_("What is it about?"), (*rows_of_two(buttons), _back(alert, _)))


def render_untils(alert: Alert, _: Words) -> Message:
    """Return the choice of how long it may be told."""
    buttons = [Button(_.many("{n} day", "{n} days", days), f"e:{alert.id}:until:{days}") for days in DAYS]
    none = Button(tick(alert.expires_at is None, _("As usual")), f"e:{alert.id}:until:{AS_USUAL}")
    text = _("For how long, from now, may it still be told to someone?")
    return Message(text, (*rows_of_two(buttons), (none,), _back(alert, _)))


def _back(alert: Alert, _: Words) -> tuple[Button, ...]:
    return (Button(_("◀ Back"), f"e:{alert.id}"),)


def render_prompt(field: str, language: str, present: str, _: Words) -> Message:
    """Return what to type, with what stands there now."""
    lines = [
        _("Write it in your next message: {field} ({language}).", field=_(TEXTS[field]), language=own_name(language)),
        _("It now reads: {text}", text=plain(present)) if present else "",
        "" if field == "headline" else _("Send “-” to leave it out."),
        _("/cancel ends this."),
    ]
    return Message(joined(lines))


def render_area_prompt(alert: Alert, _: Words) -> Message:
    """Return how to type places."""
    lines = [
        _("Write the places in your next message, with commas: “Russia, Tbilisi, EU”. “WW” means everywhere."),
        _("It now reads: {text}", text=plain(place_names(alert.area, _)) or "-"),
        _("/cancel ends this."),
    ]
    return Message(joined(lines))


def render_compose_prompt(_: Words) -> Message:
    """Return how an alert is begun."""
    return Message(joined([_("Write the headline of the new alert in your next message."), _("/cancel ends this.")]))


def all_clear_headline(_: Words) -> str:
    """Return the headline of every all-clear."""
    return _("The danger is over")


def render_all_clear_prompt(_: Words) -> Message:
    """Return how an all-clear is begun."""
    lines = [
        _(
            "Write in your next message, in one or two sentences, why the danger is over. It goes to those who had the warning."
        ),
        _("/cancel ends this."),
    ]
    return Message(joined(lines))


def render_not_a_place(text: str, _: Words) -> Message:
    """Return that a place was not understood; the question stays open."""
    lines = [
        _("I do not know the place “{text}”. Nothing was changed.", text=plain(text[:60])),
        _("Please write all places again, or a code such as RU-CE. /cancel ends this."),
    ]
    return Message("\n".join(lines))


def render_too_long(longest: int, _: Words) -> Message:
    """Return that a text is too long; the question stays open."""
    return Message(
        _.many(
            "That is too long: at most {n} letter. Please send it again, shorter. /cancel ends this.",
            "That is too long: at most {n} letters. Please send it again, shorter. /cancel ends this.",
            longest,
        )
    )


def render_no_headline(_: Words) -> Message:
    """Return that a headline needs words; the question stays open."""
    return Message(_("A headline needs words. Please write it again. /cancel ends this."))


def render_cancelled(had_question: bool, _: Words) -> Message:
    """Return that nothing is awaited any more."""
    return Message(_("Ended. Nothing was changed.") if had_question else _("There is nothing to end."))
