"""The names of topics, frequencies, severities, languages and places, in the reader's language."""

from __future__ import annotations

import pycountry
from babel import Locale, UnknownLocaleError

from bot.core.directory import EUROPEAN_UNION, WORLDWIDE
from bot.core.staff import APPROVER, EDITOR
from bot.lookup.places import country_name
from bot.texts.catalogues import Words, mark

# Note: topics of help, as labels of buttons (two to three words at most)
SERVICE_TOPIC_NAMES = {
    "emergency": mark("Emergency"),
    "evacuation": mark("Getting out"),
    "shelter": mark("Shelter"),
    "asylum": mark("Asylum"),
    "legal": mark("Lawyer"),
    "medical": mark("Doctor"),
    "mental-health": mark("Someone to talk to"),
    "hotline": mark("Hotlines"),
    "documents": mark("Documents"),
    "digital-security": mark("Phone and accounts"),
    "financial": mark("Money"),
    "trafficking": mark("Forced labour"),
    "violence": mark("Violence"),
    "family": mark("Family"),
    "employment": mark("Work"),
    "language-class": mark("Language classes"),
    "community": mark("Community"),
    "hiv": mark("HIV"),
    "trans-health": mark("Trans health"),
    "missing-persons": mark("Missing people"),
    "detention": mark("Detention"),
    "monitoring": mark("Report abuse"),
}

# Note: topics of news, as labels of buttons
ALERT_TOPIC_NAMES = {
    "persecution": mark("Persecution"),
    "violence": mark("Attacks"),
    "law": mark("Laws"),
    "asylum": mark("Asylum news"),
    "border": mark("Borders"),
    "court": mark("Courts"),
    "safety-warning": mark("Warnings"),
    "health": mark("Health"),
    "community": mark("Community"),
    "policy": mark("Policy"),
}

# Note: what somebody of the team is called, of whom nobody knows the name; a reader sees it where a contact was checked
TEAM_NAMES = {"admin": mark("admin {n}"), EDITOR: mark("editor {n}"), APPROVER: mark("approver {n}")}

FREQUENCY_NAMES = {"now": mark("At once"), "daily": mark("Once a day"), "weekly": mark("Once a week")}

SEVERITY_NAMES = {
    "Extreme": mark("Danger to life"),
    "Severe": mark("Serious danger"),
    "Moderate": mark("Important"),
    "Minor": mark("For information"),
    "Unknown": mark("Not yet judged"),
}

# Note: who a service is for; stands in a list after "For:"
AUDIENCE_NAMES = {
    "women": mark("women"),
    "minors": mark("children and teenagers"),
    "men": mark("men"),
    "trans": mark("trans people"),
    "lgbt": mark("LGBT+ people"),
    "hiv": mark("people with HIV"),
    "refugees": mark("refugees and asylum seekers"),
    "migrants": mark("migrants"),
    "conscripts": mark("people who refuse to fight"),
    "journalists": mark("journalists"),
    "defenders": mark("human rights defenders"),
    "survivors": mark("survivors of violence"),
    "families": mark("families"),
    "students": mark("students"),
    "disabled": mark("people with disabilities"),
    "elderly": mark("older people"),
    "sex-workers": mark("sex workers"),
}

# Note: regions and cities that are a region of their own
REGION_NAMES = {
    "RU-MOW": mark("Moscow"),
    "RU-SPE": mark("Saint Petersburg"),
    "DE-BE": mark("Berlin"),
    "DE-BY": mark("Bavaria"),
    "TR-34": mark("Istanbul"),
    "UA-30": mark("Kyiv"),
    "UA-43": mark("Crimea"),
    "NL-NH": mark("North Holland"),
    "SE-T": mark("Örebro County"),
    "US-NY": mark("New York State"),
    "CA-ON": mark("Ontario"),
    "RU-CE": mark("Chechnya"),
    "RU-DA": mark("Dagestan"),
    "RU-IN": mark("Ingushetia"),
    "RU-KB": mark("Kabardino-Balkaria"),
    "RU-KC": mark("Karachay-Cherkessia"),
    "RU-SE": mark("North Ossetia"),
    "RU-AD": mark("Adygea"),
    "RU-STA": mark("Stavropol region"),
    "RU-KDA": mark("Krasnodar region"),
}


def team_name(label: str, _: Words) -> str:
    """Return what somebody of the team is called; a name that she chose herself stands as it is."""
    role, _space, number = label.rpartition(" ")
    return _(TEAM_NAMES[role], n=number) if role in TEAM_NAMES and number.isdecimal() else label


def topic_name(topic: str, _: Words) -> str:
    """Return the name of a topic of help."""
    return _(SERVICE_TOPIC_NAMES[topic])


def alert_topic_name(topic: str, _: Words) -> str:
    """Return the name of a topic of news."""
    return _(ALERT_TOPIC_NAMES[topic])


def audience_names(audience: tuple[str, ...], _: Words) -> str:
    """Return who a service is for as a list; a free word of the editor stands as it is."""
    return ", ".join(_(AUDIENCE_NAMES[word]) if word in AUDIENCE_NAMES else word for word in audience)


def language_name(tag: str, _: Words) -> str:
    """Return the name of a language in the reader's language, or its tag where the CLDR has none."""
    names: dict[str, str] = dict(Locale.parse(_.language).languages)
    return names.get(tag.replace("-", "_")) or names.get(tag.split("-")[0]) or tag


def own_name(tag: str) -> str:
    """Return the name of a language in itself, for the choice of languages."""
    try:
        return (Locale.parse(tag).display_name or tag).capitalize()
    except UnknownLocaleError:
        return tag


def place_name(code: str, _: Words) -> str:
    """Return the name of a country, region, EU or WW in the reader's language."""
    if code == WORLDWIDE:
        return _("Worldwide")
    if code == EUROPEAN_UNION:
        return _("European Union")
    if code in REGION_NAMES:
        return _(REGION_NAMES[code])
    if "-" in code:
        region = pycountry.subdivisions.get(code=code)
        return region.name.partition(" [")[0] if region else code
    return country_name(code, _.language)


def best_known(subdivision: str, country: str) -> str:
    """Return the region where it has a name in the reader's language, else its country, whose name she reads."""
    return subdivision if subdivision in REGION_NAMES else country


def place_names(codes: tuple[str, ...], _: Words) -> str:
    """Return the places as a list, in the order of the editor."""
    return ", ".join(place_name(code, _) for code in codes)
