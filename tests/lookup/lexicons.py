"""Small lexicons and directories for the tests of look-up, and the real ones, read once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

from bot.core.directory import Address, Assured, Directory, Organization, Service
from bot.lookup.lexicon import Lexicons, compile_lexicons
from bot.lookup.question import understand
from bot.resources.lexicons import load_lexicons

TODAY = date(2026, 11, 23)


@cache
def real() -> Lexicons:
    return load_lexicons()


def small(**lists: object) -> Lexicons:
    """Lexicons of English alone, with these lists."""
    return compile_lexicons({"en": {"language": "en", **lists}})


def topics(**words: list[str]) -> dict[str, dict[str, list[str]]]:
    return {topic.replace("_", "-"): {"strong": listed, "weak": []} for topic, listed in words.items()}


def a_service(id_: str, *service_topics: str, area: tuple[str, ...] = ("WW",), **fields: object) -> Service:
    values: dict[str, object] = {
        "id": id_,
        "organization": "org",
        "name": {"en": f"Card {id_}"},
        "description": {"en": "What it does."},
        "topics": service_topics or ("legal",),
        "service_area": area,
        "assured": Assured(TODAY, "Editor"),
    }
    return Service(**{**values, **fields})  # type: ignore[arg-type]


def a_directory(*services: Service, police: tuple[str, ...] = (), **run_by: str) -> Directory:
    names: Mapping[str, str] = {"org": "ngo", **run_by}
    return Directory(
        {id_: Organization(id_, {"en": id_.replace("_", " ").title()}, run_by=who) for id_, who in names.items()},
        services,
        police,
    )


def in_city(city: str, country: str) -> Address:
    return Address(city=city, country=country)


def place(text: str, country: str = "", language: str = "") -> str:
    """Return the code of the place that is understood, of the region where there is one."""
    found = understand(text, real(), country=country, language=language).place
    return found.subdivision or found.country
