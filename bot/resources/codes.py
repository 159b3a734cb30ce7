"""Codes that editors write (places, languages, topics), checked, and the right one offered for a wrong one."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType

import pycountry
from babel import Locale

from bot.core.directory import EUROPEAN_UNION, SERVICE_TOPICS, WORLDWIDE
from bot.lookup.normal import normalise
from bot.resources.lines import one_line
from bot.texts.catalogues import every_language
from bot.texts.names import topic_name

TAG = re.compile(r"^[a-z]{2,3}(-[A-Za-z]{4})?(-([A-Z]{2}|[0-9]{3}))?\Z")

OFTEN_MEANT = {
    "uk": "GB", "england": "GB", "great britain": "GB", "usa": "US", "america": "US", "russia": "RU",
    "turkey": "TR", "türkiye": "TR", "iran": "IR", "syria": "SY", "moldova": "MD", "chechnya": "RU-CE", "czechia": "CZ",
    "dagestan": "RU-DA", "ingushetia": "RU-IN", "world": "WW", "worldwide": "WW", "everywhere": "WW", "*": "WW",
    "europe": "EU", "european union": "EU", "kosovo": "XK", "palestine": "PS", "bavaria": "DE-BY", "crimea": "UA-43",
    "moscow": "RU-MOW", "москва": "RU-MOW", "saint petersburg": "RU-SPE", "st petersburg": "RU-SPE", "kyiv": "UA-30",
    "kiev": "UA-30", "lisbon": "PT-11", "vienna": "AT-9", "берлин": "DE-BE", "чечня": "RU-CE", "дагестан": "RU-DA",
    "весь мир": "WW", "евросоюз": "EU", "geneva": "CH-GE", "chechen republic": "RU-CE", "new york city": "US-NY",
}  # fmt: skip
TOPICS_OFTEN_MEANT = {
    "lawyer": "legal", "doctor": "medical", "hospital": "medical", "health": "medical", "housing": "shelter",
    "accommodation": "shelter", "psychologist": "mental-health", "psychological": "mental-health", "job": "employment",
    "work": "employment", "money": "financial", "visa": "documents", "passport": "documents", "police": "emergency",
    "refugee": "asylum", "refugees": "asylum", "prison": "detention", "trans": "trans-health", "aids": "hiv",
    "course": "language-class", "security": "digital-security", "women": "violence", "relocation": "evacuation",
    "помощь": "emergency", "эвакуация": "evacuation", "жильё": "shelter", "жилье": "shelter", "приют": "shelter",
    "убежище": "asylum", "беженцы": "asylum", "юрист": "legal", "адвокат": "legal", "юридическая помощь": "legal",
    "врач": "medical", "медицина": "medical", "психолог": "mental-health", "телефон доверия": "hotline",
    "горячая линия": "hotline", "документы": "documents", "виза": "documents", "паспорт": "documents",
    "деньги": "financial", "торговля людьми": "trafficking", "насилие": "violence", "семья": "family",
    "работа": "employment", "язык": "language-class", "курсы": "language-class", "сообщество": "community",
    "вич": "hiv", "пропавшие": "missing-persons", "задержание": "detention", "тюрьма": "detention",
}  # fmt: skip
FIELDS_OFTEN_MEANT = {
    "phone": "phones", "tel": "phones", "telephone": "phones", "website": "url", "web": "url", "site": "url",
    "mail": "email", "e-mail": "email", "hours": "schedule", "opening_hours": "schedule", "title": "name",
    "topic": "topics", "country": "service_area", "countries": "service_area", "area": "service_area",
    "city": "address", "language": "languages", "verified": "assured", "checked": "assured", "warning": "caution",
    "danger": "caution", "note": "alert", "cost": "fees", "price": "fees", "documents": "required_documents",
    "street": "address_1", "zip": "postal_code", "postcode": "postal_code", "state": "region", "from": "source",
    "min_age": "minimum_age", "max_age": "maximum_age", "polling": "poll_every", "interval": "poll_every",
    "url": "website", "kind": "run_by", "feed": "feeds", "service": "services", "contacts": "services",
    "link": "links", "types": "type", "text": "description", "age": "eligibility", "tags": "keywords",
}  # fmt: skip
ALERT_TOPICS_OFTEN_MEANT = {"legal": "law", "refugees": "asylum", "borders": "border", "warning": "safety-warning"}
KINDS_OFTEN_MEANT = {
    "government": "state", "public": "state", "police": "state", "charity": "ngo", "nonprofit": "ngo",
    "non-profit": "ngo", "volunteers": "community", "unhcr": "un", "united nations": "un", "company": "other",
    "private": "other",
}  # fmt: skip
PHONES_OFTEN_MEANT = {"phone": "voice", "call": "voice", "mobile": "voice", "landline": "voice", "text": "sms",
                      "wa": "whatsapp", "whatsup": "whatsapp", "tg": "telegram"}  # fmt: skip
ANY_LANGUAGE = ("en", "ru", "uk", "de", "fr", "es", "tr", "ar", "fa")
"""The languages in which editors may write the names of countries and languages."""
LANGUAGES_OFTEN_MEANT = {"ua": "uk", "cz": "cs", "gr": "el", "dk": "da", "se": "sv", "jp": "ja", "cn": "zh", "ge": "ka",
                         "am": "hy", "by": "be", "kz": "kk", "ir": "fa", "farsi": "fa", "dari": "fa-AF", "iw": "he",
                         "chechen": "ce", "ukranian": "uk"}  # fmt: skip


@cache
def country_codes() -> frozenset[str]:
    """Return every ISO 3166-1 alpha-2 code, and XK."""
    return frozenset(country.alpha_2 for country in pycountry.countries) | {"XK"}


@cache
def subdivision_codes() -> frozenset[str]:
    """Return every ISO 3166-2 code."""
    return frozenset(subdivision.code for subdivision in pycountry.subdivisions)


@cache
def _places_by_name() -> dict[str, str]:
    names = {_plain(subdivision.name): subdivision.code for subdivision in pycountry.subdivisions}
    names |= {without_marks(name): code for name, code in names.items()}
    for language in reversed(ANY_LANGUAGE):
        territories = Locale(language).territories.items()
        names |= {_plain(name): code for code, name in territories if code in country_codes()}
    for country in pycountry.countries:
        names[_plain(country.alpha_3)] = country.alpha_2
        for label in ("name", "common_name", "official_name"):
            if name := getattr(country, label, ""):
                names[_plain(name)] = country.alpha_2
    return {**names, **OFTEN_MEANT}


@cache
def _language_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for language in reversed(ANY_LANGUAGE):
        names |= {_plain(name): tag.replace("_", "-") for tag, name in Locale(language).languages.items()}
    return names | LANGUAGES_OFTEN_MEANT


def without_marks(text: str) -> str:
    """Return the text without accents and dots: `İstanbul` -> `istanbul`."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("-", " ").split())


def is_place(code: str) -> bool:
    """Say whether it is an ISO 3166-1 or 3166-2 code, EU or WW."""
    return code in (WORLDWIDE, EUROPEAN_UNION) or code in country_codes() or code in subdivision_codes()


@lru_cache(maxsize=1024)
def place_fix(wrong: str) -> str:
    """Say what to write instead of something that is no place code: `Istanbul` -> `write TR-34`."""
    code = re.sub("[ _‐‑‒–—−]", "-", wrong.strip().upper())
    if is_place(code):
        return f"write {code}"
    if "," in wrong:
        return f"write a list in brackets, as in [{one_line(wrong)}]"
    names = _places_by_name()
    plain = _plain(wrong)
    if plain in names:
        return f"write {names[plain]}"
    if city := city_code(wrong):
        return f"write {city}"
    # Who mistypes rarely does so in the first letter; to compare with all names takes ten milliseconds each time.
    alike = [name for name in names if name[:1] == plain[:1]]
    near = difflib.get_close_matches(plain, alike, n=1, cutoff=0.85)
    if near:
        return f"write {names[near[0]]} if you mean {near[0].title()}"
    return "write an ISO code such as DE or DE-BE, EU for the European Union, WW for worldwide"


@cache
def _cities() -> str:
    """Return the cities that look-up knows, largest first, a line each: `CODE|thousands|Name|folded name|...|`."""
    text = (Path(__file__).parents[1] / "lookup" / "places" / "cities.tsv").read_text(encoding="utf-8")
    return text.replace("?", "").replace("\t", "|").replace("\n", "|\n")


def city_code(name: str) -> str:
    """Return the code of the region, or country, in which the largest city of that name lies; '' if there is none."""
    folded = normalise(name.replace("-", " "))
    for each in (folded, without_marks(folded)):
        if (found := _cities().find(f"|{each}|")) >= 0 and not each.isdecimal():
            line = _cities()[_cities().rfind("\n", 0, found) + 1 : found]
            return line.partition("|")[0].rpartition(":")[2]
    return ""


def meant_place(text: str) -> str:
    """Return the code of the place that a code or a name means, in whatever letters: `de`, `Germany`, `UK`; else ''."""
    code = text.strip().upper().replace("_", "-")
    return code if is_place(code) else _places_by_name().get(_plain(text), "")


def country_fix(wrong: str) -> str:
    """Say which country to write where a region or a name stands: `DE-BE` -> `write DE`."""
    return f"write {wrong.partition('-')[0]}" if is_place(wrong) else place_fix(wrong)


def is_language(tag: str) -> bool:
    """Say whether it is a BCP 47 tag of a language, a script and a region that the CLDR knows."""
    if not TAG.match(tag):
        return False
    known, (language, *rest) = Locale("en"), tag.split("-")
    return language in known.languages and all(
        part in (known.scripts if len(part) == 4 else known.territories) for part in rest
    )


def language_fix(wrong: str) -> str:
    """Say what to write instead of something that is no language tag: `German` -> `write de`."""
    plain = _plain(wrong)
    names = _language_names()
    if plain in names:
        return f"write {names[plain]}"
    tag = _as_tag(wrong)
    for meant in (tag, f"{tag.removesuffix('-UK')}-GB", _of_three_letters(plain), tag.partition("-")[0]):
        if is_language(meant):
            return f"write {meant}"
    if "," in wrong:
        return f"write a list in brackets, as in [{one_line(wrong)}]"
    near = difflib.get_close_matches(plain, names, n=1, cutoff=0.8)
    if near:
        return f"write {names[near[0]]} if you mean {near[0].title()}"
    return "write a language tag such as en, ru or pt-BR"


def _of_three_letters(code: str) -> str:
    """Return the tag for a code of three letters where there is one of two: `rus` -> `ru`, `ger` -> `de`; else ''."""
    for kind in ("alpha_3", "bibliographic"):
        if found := pycountry.languages.get(**{kind: code}):
            return str(getattr(found, "alpha_2", ""))
    return ""


def _as_tag(text: str) -> str:
    """Return the text in the letters of a tag: `pt_br` -> `pt-BR`, `ZH-hant` -> `zh-Hant`."""
    first, *rest = text.strip().replace("_", "-").split("-")
    return "-".join([first.lower(), *(part.upper() if len(part) < 4 else part.title() for part in rest)])


def topic_fix(wrong: str) -> str:
    """Say which topic to write, also by its name on the buttons: `Getting out` -> `write evacuation`."""
    names = {topic_name(topic, speak).casefold(): topic for speak in every_language() for topic in SERVICE_TOPICS}
    return word_fix(wrong, SERVICE_TOPICS, names | TOPICS_OFTEN_MEANT)


def word_fix(wrong: str, words: Iterable[str], often_meant: Mapping[str, str] = MappingProxyType({})) -> str:
    """Say which of the known words are nearest: `shleter` -> `write shelter`, also by what is often meant."""
    known = list(words)
    if wrong.strip() != wrong.strip(" "):
        return "write it anew with plain spaces; copying from a web page brings in others"
    meant = often_meant.get(" ".join(wrong.split()).casefold())
    if meant in known:
        return f"write {meant}"
    if "," in wrong:
        return f"write a list in brackets, as in [{one_line(wrong)}]"
    near = difflib.get_close_matches(wrong.casefold(), known, n=1, cutoff=0.8)
    near = near or difflib.get_close_matches(wrong.casefold(), known, n=3, cutoff=0.5)
    if near:
        return "write " + " or ".join(near)
    return "write one of: " + ", ".join(known)
