"""What the offline page of contacts says: plain sentences, which the page wraps in its own markup."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date

from bot.core.directory import Phone, Service, said_in
from bot.texts import cards
from bot.texts.cards import PHONE_KINDS
from bot.texts.catalogues import Words
from bot.texts.hours import render_schedule
from bot.texts.names import language_name, team_name, topic_name


def page_title(_: Words) -> str:
    """Return the title, which tells a stranger who looks at the screen nothing."""
    return _("Useful contacts")


def emergency_title(_: Words) -> str:
    """Return the heading of what stands first."""
    return _("In an emergency")


def others_title(_: Words) -> str:
    """Return the heading of all the rest."""
    return _("More contacts")


def several_countries(_: Words) -> str:
    """Return the heading of services that reach more than one country."""
    return _("Several countries")


def search_label(_: Words) -> str:
    """Return the label of the search field."""
    return _("Search: a country, a city, a need")


def nothing_found(_: Words) -> str:
    """Return what a search without a result says."""
    return _("Nothing found. Try another word.")


def made_on(day: date, _: Words) -> str:
    """Return how old the page is, which an offline copy cannot tell otherwise."""
    # A date that ends with a full stop of its own (2026 г.) ends the sentence.
    written = format_date(day, "long", locale=_.language).rstrip(".")
    return _("This list was made on {day}. Contacts change: look for a newer list when you can.", day=written)


def run_by_operator(name: str, _: Words) -> str:
    """Return who keeps the list."""
    return _("Who keeps this list: {name}", name=name)


def run_by_state(_: Words) -> str:
    """Return the label of a state-run service."""
    return _("Run by the state.")


def topic_line(service: Service, _: Words) -> str:
    """Return the topics as a list."""
    return ", ".join(topic_name(topic, _) for topic in service.topics)


def alert_line(service: Service, _: Words) -> str:
    """Return the short-term notice, or ''."""
    said = said_in(service.alert, _.language)
    return _("⚠️ Notice: {text}", text=said) if said else ""


def caution_line(service: Service, _: Words) -> str:
    """Return what may be dangerous about the contact, or ''."""
    said = said_in(service.caution, _.language)
    return _("⚠️ Careful: {text}", text=said) if said else ""


def phone_kind(kind: str, _: Words) -> str:
    """Return the name of a kind of phone contact."""
    return _(PHONE_KINDS[kind])


def mail_label(_: Words) -> str:
    """Return what stands before an e-mail address."""
    return _("E-mail: {address}", address="").strip()


def web_label(_: Words) -> str:
    """Return what stands before a web address."""
    return _("Web: {address}", address="").strip()


def address_label(_: Words) -> str:
    """Return what stands before a street address."""
    return _("Address: {address}", address="").strip()


def phone_notes(phone: Phone, _: Words) -> str:
    """Return languages, description and hours of one number, or ''."""
    notes = [language_name(tag, _) for tag in phone.languages]
    notes += [said_in(phone.description, _.language), render_schedule(phone.schedule, _) if phone.schedule else ""]
    return "; ".join(note for note in notes if note)


def condition_lines(service: Service, _: Words) -> list[str]:
    """Return the conditions of a card, not escaped; a page cannot say what is open now, and names the time zone."""
    zone = f" ({service.timezone})" if service.timezone and service.schedule != "24/7" else ""
    hours = render_schedule(service.schedule, _) + zone if service.schedule else ""
    return cards.condition_lines(service, hours, str, _)


def assured_line(service: Service, today: date, _: Words) -> str:
    """Return who made sure of it on which day, or plainly that nobody did (not escaped)."""
    return cards.assured_line(service, today, team_name(service.assured.by, _) if service.assured else "", _)
