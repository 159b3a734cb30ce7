"""The kinds of text in resources.yaml, each checked where it is read; a refusal says `what; fix`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from bot.core.alert import ALERT_TOPICS
from bot.core.directory import EUROPEAN_UNION, PHONE_TYPES, RUN_BY, SERVICE_TOPICS, STATUSES, WORLDWIDE
from bot.resources import codes, shapes
from bot.resources.channels import email, needed_url, number, refuse, url
from bot.texts.markup import HIDDEN_CONTROLS

SLUG = re.compile(r"^[a-z0-9][a-z0-9-]{0,63}\Z")
DAY = re.compile(r"^\d{4}-\d\d-\d\d$", re.ASCII)
DURATION = re.compile(r"^([0-9]{1,5}) ?([smhdw])$")
TRUST = ("review", "publish")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def _slug(value: str) -> str:
    if not SLUG.match(value):
        raise refuse(f"`{value[:40]}` is no id", "write small letters, digits and hyphens, as in de-berlin-advice")
    return value


def _text(value: Any) -> Any:
    if isinstance(value, str):
        return {"en": said} if (said := _said(value)) else {}
    if isinstance(value, dict):
        texts = {tag: _said(text) for tag, text in _by_language(value).items()}
        for tag, text in texts.items():
            if not text:
                raise refuse(f"the text in `{tag}` is empty", f"write it, or remove `{tag}`")
        return texts
    raise refuse("a text is expected here", "write a text, or one text a language as in {en: Help, ru: Помощь}")


def _said(text: str) -> str:
    """Return a text as it is said: in one line, without signs that nobody sees and that can turn it round."""
    return " ".join(HIDDEN_CONTROLS.sub("", text).split())


def _by_language(value: dict[str, Any]) -> dict[str, str]:
    """Return language -> text; `{en: Come in, no appointment}` is one text, although YAML splits it at the comma."""
    result: dict[str, str] = {}
    last = ""
    for tag, text in value.items():
        if last and text == "" and not codes.is_language(tag):
            result[last] += f", {tag}"
        elif not codes.is_language(tag):
            raise refuse(f"`{tag}` is no language tag", codes.language_fix(tag))
        elif not isinstance(text, str):
            raise refuse(f"the text in `{tag}` is no plain text", "write one text a language")
        else:
            result[tag], last = text, tag
    return result


def _needed_text(value: dict[str, str]) -> dict[str, str]:
    if not value:
        raise refuse("the text is empty", "write at least the English text")
    return value


def _list(value: Any) -> Any:
    return [value] if isinstance(value, str) and value else [] if value == "" else value


def _entry(value: str) -> str:
    if not value.strip():
        raise refuse("an entry is empty", "write it, or remove it with its comma")
    return value


def _mapping(value: Any) -> Any:
    return {} if value == "" else value


def _nothing(value: Any) -> Any:
    return None if value == "" else value


def _place(value: str) -> str:
    if not codes.is_place(_entry(value)):
        raise refuse(f"`{value}` is no place code", codes.place_fix(value))
    return value


def _country(value: str) -> str:
    if value and value not in codes.country_codes():
        fix = "write the code of one country, as in DE"
        is_wider = value in (EUROPEAN_UNION, WORLDWIDE)
        raise refuse(f"`{value}` is no country code", fix if is_wider else codes.country_fix(value))
    return value


def _language(value: str) -> str:
    if not codes.is_language(_entry(value)):
        raise refuse(f"`{value}` is no language tag", codes.language_fix(value))
    return value


def _one_of(words: tuple[str, ...], noun: str, often_meant: Mapping[str, str] | None = None) -> AfterValidator:
    def known(value: str) -> str:
        if _entry(value) not in words:
            raise refuse(f"`{value}` is no {noun}", codes.word_fix(value, words, often_meant or {}))
        return value

    return AfterValidator(known)


def _topic(value: str) -> str:
    if _entry(value) not in SERVICE_TOPICS:
        raise refuse(f"`{value}` is no topic", codes.topic_fix(value))
    return value


def _scalar(value: Any, fix: str) -> Any:
    """Refuse lists and fields where one word is expected; values that were typed already pass."""
    if isinstance(value, list | dict):
        raise refuse("one value is expected here", fix)
    return value


def _duration(value: Any) -> Any:
    fix = "write a number and s, m, h, d or w, as in 15m or 90d"
    if not isinstance(_scalar(value, fix), str):
        return value
    found = DURATION.match(value)
    if not found or not int(found[1]):
        raise refuse(f"`{value}` is no span of time", fix)
    return timedelta(**{UNITS[found[2]]: int(found[1])})


def _days(value: timedelta | None) -> timedelta | None:
    """Refuse spans that would hide a contact within the day: who writes 3m means three months."""
    if value is not None and value < timedelta(days=1):
        raise refuse("the span in `every` is shorter than a day", "write days, as in 90d")
    return value


def _date(value: Any) -> Any:
    fix = "write year, month and day, as in 2026-11-01"
    if not isinstance(_scalar(value, fix), str):
        return value
    try:
        return date.fromisoformat(value if DAY.match(value) else "")
    except ValueError:
        raise refuse(f"`{value}` is no date", fix) from None


def _truth(value: Any) -> Any:
    words = {"true": True, "yes": True, "false": False, "no": False, "": False}
    if isinstance(_scalar(value, "write true or false"), str):
        if value.lower() not in words:
            raise refuse(f"`{value}` is neither true nor false", "write true or false")
        return words[value.lower()]
    return value


def _age(value: Any) -> Any:
    fix = "write full years, as in 16"
    if isinstance(_scalar(value, fix), str):
        if not value:
            return None
        if not (value.isascii() and value.isdigit()) or len(value) > 3 or int(value) > 120:
            raise refuse(f"`{value}` is no age", fix)
        return int(value)
    return value


Slug = Annotated[str, AfterValidator(_slug), WithJsonSchema(shapes.SLUG)]
Words = Annotated[dict[str, str], BeforeValidator(_text), WithJsonSchema(shapes.TEXT)]
NeededWords = Annotated[Words, AfterValidator(_needed_text), WithJsonSchema(shapes.NEEDED_TEXT)]
Line = Annotated[str, WithJsonSchema(shapes.FREE)]
Name = Annotated[str, WithJsonSchema(shapes.FILLED)]
Place = Annotated[str, AfterValidator(_place), WithJsonSchema(shapes.PLACE)]
Country = Annotated[str, AfterValidator(_country), WithJsonSchema(shapes.COUNTRY)]
Language = Annotated[str, AfterValidator(_language), WithJsonSchema(shapes.LANGUAGE)]
Url = Annotated[str, AfterValidator(url), WithJsonSchema(shapes.or_nothing(shapes.URL))]
NeededUrl = Annotated[Url, AfterValidator(needed_url), WithJsonSchema(shapes.URL)]
FeedUrl = Annotated[NeededUrl, WithJsonSchema(shapes.ANY_URL)]
Entry = Annotated[str, AfterValidator(_entry), WithJsonSchema(shapes.FILLED)]
Email = Annotated[str, AfterValidator(email), WithJsonSchema(shapes.or_nothing(shapes.EMAIL))]
Number = Annotated[str, AfterValidator(number), WithJsonSchema(shapes.NUMBER)]
Duration = Annotated[timedelta, BeforeValidator(_duration), WithJsonSchema(shapes.DURATION)]
Day = Annotated[date, BeforeValidator(_date), WithJsonSchema(shapes.DAY)]
Truth = Annotated[bool, BeforeValidator(_truth), WithJsonSchema(shapes.TRUTH)]
Age = Annotated[int | None, BeforeValidator(_age), WithJsonSchema(shapes.AGE)]
Topic = Annotated[
    str,
    AfterValidator(_topic),
    WithJsonSchema(shapes.words(SERVICE_TOPICS)),
]
AlertTopic = Annotated[
    str,
    _one_of(ALERT_TOPICS, "alert topic", codes.ALERT_TOPICS_OFTEN_MEANT),
    WithJsonSchema(shapes.words(ALERT_TOPICS)),
]
RunBy = Annotated[
    str, _one_of(RUN_BY, "kind of organization", codes.KINDS_OFTEN_MEANT), WithJsonSchema(shapes.words(RUN_BY))
]
Status = Annotated[str, _one_of(STATUSES, "status"), WithJsonSchema(shapes.words(STATUSES))]
PhoneType = Annotated[
    str, _one_of(PHONE_TYPES, "kind of phone", codes.PHONES_OFTEN_MEANT), WithJsonSchema(shapes.words(PHONE_TYPES))
]
Trust = Annotated[str, _one_of(TRUST, "kind of trust"), WithJsonSchema(shapes.words(TRUST))]


class Marked(str):
    """What the schema says of a field beyond its shape; `check` has a rule of its own for it."""


AsList = BeforeValidator(_list)
AsMapping = BeforeValidator(_mapping)
OrNothing = BeforeValidator(_nothing)
AtLeastADay = AfterValidator(_days)
AtLeastOne = Marked("minItems")
