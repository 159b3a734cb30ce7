"""A resources file becomes a Directory and Feeds, or a list of every fault in it with its line."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path as FilePath
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.core.directory import Directory, Organization, Service
from bot.core.feed import Feed
from bot.errors import Fault, ResourcesError
from bot.resources.channels import hides_something
from bot.resources.check import check_filled, check_https, check_length, check_service
from bot.resources.codes import FIELDS_OFTEN_MEANT, is_place, place_fix, word_fix
from bot.resources.lines import MOST_FAULTS, Lined, Path, enough, one_line, read_lines
from bot.resources.model import FeedPart, OrganizationPart, Part, ResourcesFile, ServicePart
from bot.resources.salvage import salvage
from bot.resources.syntax import cut_by_a_note
from bot.resources.types import SLUG

PartType = TypeVar("PartType", bound=Part)
LARGEST_FILE = 20_000_000
LOOPBACK = re.compile(r"^http://(127\.|localhost\b|\[::1\])")
FIELDS_OF = {
    "phones": '{number: "+49 30 23125 001"}',
    "links": '{label: Form, url: "https://refuge.example.org/form"}',
    "address": "{address_1: Musterstraße 1, city: Berlin, country: DE}",
    "eligibility": "{description: {en: For everyone}, minimum_age: 16}",
    "assured": "{date: 2026-11-01, by: Editor of the list}",
}
TOP_LEVEL = tuple(ResourcesFile.model_fields)


@dataclass(frozen=True)
class Resources:
    """One version of the file: what could be read of it, and every fault; `text` is the file itself."""

    directory: Directory
    feeds: tuple[Feed, ...]
    faults: tuple[Fault, ...]
    text: str

    @property
    def errors(self) -> tuple[Fault, ...]:
        """The faults that forbid to serve this version."""
        return tuple(fault for fault in self.faults if not fault.is_warning)

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """The faults that an editor should know but that forbid nothing."""
        return tuple(fault for fault in self.faults if fault.is_warning)


def read_resources(file: FilePath, today: date, name: str = "") -> Resources:
    """Read a file whatever is wrong with it; `name` is what faults call it, if not its path.

    Raises ResourcesError only when it cannot be opened or is no text.
    """
    name = name or str(file)
    try:
        with file.open("rb") as opened:
            raw = opened.read(LARGEST_FILE + 1)
        if len(raw) > LARGEST_FILE:
            raise ResourcesError([Fault(name, 1, "the file is larger than 20 MB", "check that it is the right file")])
        text = raw.decode("utf-8-sig")
    except FileNotFoundError:
        raise ResourcesError([Fault(name, 1, "there is no such file", "set RESOURCES to its path")]) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ResourcesError(
            [Fault(name, line, "this is not UTF-8 text", "save the file as plain text in UTF-8")]
        ) from None
    except OSError as error:
        what = f"the file cannot be read ({error.strerror})"
        raise ResourcesError([Fault(name, 1, what, "check its path and its rights")]) from None
    return read_text(text, name, today)


def load_resources(file: FilePath, today: date) -> Resources:
    """Read a file that must be fit to serve. Raises ResourcesError with every fault otherwise."""
    return _fit(read_resources(file, today))


def load_text(text: str, name: str, today: date) -> Resources:
    """Read a text that must be fit to serve. Raises ResourcesError with every fault otherwise."""
    return _fit(read_text(text, name, today))


def _fit(resources: Resources) -> Resources:
    if resources.errors:
        raise ResourcesError(resources.faults)
    return resources


def emptied(new: Resources, old: Resources | None, name: str) -> tuple[Fault, ...]:
    """Return the fault of a version without any service in the place of one with some: a file that was cut off."""
    if new.directory.services or old is None or not old.directory.services:
        return ()
    return (Fault(name, 1, "no service is left in the file", "put back what stood below `services:`"),)


def read_text(text: str, name: str, today: date) -> Resources:
    """Read the text of a resources file; `name` is what faults call it."""
    lined = read_lines(text, name)
    reading = _Reading(lined, name, today)
    directory: Directory = Directory({}, ())
    feeds: tuple[Feed, ...] = ()
    if lined.tree or not lined.faults:
        try:
            directory, feeds = reading.read()
        except ResourcesError as error:
            reading.faults += error.faults
    for line in cut_by_a_note(text):
        what, fix = (
            "what stands after # is a note, which people do not see",
            "put the whole text in quotes if it goes on",
        )
        lined.faults.append(Fault(name, line, what, fix, is_warning=True))
    found = {fault for fault in reading.faults if fault.line not in lined.unread}
    faults = sorted({*lined.faults, *found}, key=lambda fault: (fault.line, fault.what))
    version = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]
    directory = replace(directory, version=version)
    return Resources(directory, feeds, tuple(faults), text)


class _Reading:
    """Reads one tree into nouns and collects faults on the way."""

    def __init__(self, lined: Lined, name: str, today: date) -> None:
        self.lined, self.name, self.today = lined, name, today
        self.faults: list[Fault] = []
        self._errors = 0

    def report(self, path: Path, what: str, fix: str, is_warning: bool = False) -> Fault:
        """Return a fault at the line of that path. Raises ResourcesError after too many: more nobody reads."""
        self._errors += not is_warning
        if self._errors > MOST_FAULTS:
            raise enough(self.name, self.lined.line(path))
        return Fault(self.name, self.lined.line(path), one_line(what), one_line(fix, 600), is_warning)

    def read(self) -> tuple[Directory, tuple[Feed, ...]]:
        """Return all that could be read."""
        tree = self.lined.tree
        if not isinstance(tree, Mapping):
            self.faults.append(self.report((), "the file holds no resources", "begin with `version: 1`"))
            return Directory({}, ()), ()
        for key in tree:
            if key not in TOP_LEVEL:
                self.faults.append(self.report((key,), f"unknown part `{key}`", word_fix(key, TOP_LEVEL)))
        if (version := tree.get("version")) != "1":
            what = f"the format has no version `{version}`" if version else "the version of the format is missing"
            self.faults.append(self.report(("version",), what, "write `version: 1`"))
        if not tree.get("services"):
            fix = "write at least one below `services:`"
            self.faults.append(self.report(("services",), "the file lists no services", fix, is_warning=True))
        organizations = self._organizations(tree)
        services = tuple(self._services(tree, organizations))
        danger = tuple(self._danger_areas(tree))
        operator = self._organization("operator", tree["operator"], ("operator",)) if tree.get("operator") else None
        return Directory(organizations, services, danger, operator), tuple(self._feeds(tree))

    def _danger_areas(self, tree: Mapping[str, Any]) -> Iterator[str]:
        for number, code in enumerate(self._listed(tree, "police_danger_areas")):
            if isinstance(code, str) and is_place(code):
                yield code
            else:
                path = ("police_danger_areas", number)
                self.faults.append(self.report(path, f"`{code}` is no place code", place_fix(str(code))))

    def _organizations(self, tree: Mapping[str, Any]) -> dict[str, Organization]:
        found = tree.get("organizations") or {}
        if not isinstance(found, Mapping):
            fix = "write `organizations:` and below it one name a line, as in `example-refuge:`"
            self.faults.append(self.report(("organizations",), "organizations are not a list", fix))
            return {}
        read = {slug: self._organization(slug, value, ("organizations", slug)) for slug, value in found.items()}
        return {slug: organization for slug, organization in read.items() if organization}

    def _organization(self, slug: str, value: Any, path: Path) -> Organization | None:
        if not SLUG.match(slug):
            fix = "write small letters, digits and hyphens, as in example-refuge"
            self.faults.append(self.report(path, f"`{slug[:40]}` is no id", fix))
        part = self._part(OrganizationPart, value, path)
        if part is None:
            return None
        self.faults += check_https(part.website, (*path, "website"), self.report)
        for field in ("name", "description"):
            self.faults += check_length(getattr(part, field), (*path, field), self.report)
        return part.to_core(slug)

    def _listed(self, tree: Mapping[str, Any], key: str) -> list[Any]:
        found = tree.get(key) or []
        if isinstance(found, list):
            return found
        self.faults.append(self.report((key,), f"`{key}` must be a list", "begin each of its lines with `- `"))
        return []

    def _services(self, tree: Mapping[str, Any], organizations: Mapping[str, Organization]) -> Iterator[Service]:
        seen: dict[str, int] = {}
        declared = found if isinstance(found := tree.get("organizations") or {}, Mapping) else None
        for number, value in enumerate(self._listed(tree, "services")):
            path: Path = ("services", number)
            before = len(self.faults)
            part = self._part(ServicePart, value, path)
            if part is None:
                continue
            service = part.to_core()
            is_whole = len(self.faults) == before
            self.faults += check_service(service, path, self.report, self.today, is_whole)
            self.faults += check_filled(service, value, path, self.report)
            is_named = service.organization == value.get("organization")
            if is_named and declared is not None and service.organization not in declared:
                what = f"there is no organization `{service.organization}`"
                fix = word_fix(service.organization, declared) if declared else "add it under `organizations:`"
                self.faults.append(self.report((*path, "organization"), what, fix))
            if service.id in seen and service.id == value.get("id"):
                what = f"the id `{service.id}` is taken already in line {seen[service.id]}"
                self.faults.append(self.report((*path, "id"), what, "give one of the two another id"))
                continue
            seen[service.id] = self.lined.line((*path, "id"))
            if service.organization in organizations:
                yield service

    def _feeds(self, tree: Mapping[str, Any]) -> Iterator[Feed]:
        seen: set[str] = set()
        for number, value in enumerate(self._listed(tree, "feeds")):
            part = self._part(FeedPart, value, ("feeds", number))
            if part is None:
                continue
            if part.id in seen:
                path = ("feeds", number, "id")
                self.faults.append(self.report(path, f"the id `{part.id}` is taken already", "choose another one"))
                continue
            seen.add(part.id)
            if not LOOPBACK.match(part.url):
                self.faults += check_https(part.url, ("feeds", number, "url"), self.report, is_warning=True)
            yield part.to_core()

    def _part(self, kind: type[PartType], value: Any, path: Path) -> PartType | None:
        if not isinstance(value, Mapping):
            self.faults.append(self.report(path, "fields are expected here", "write `name: value` lines, indented"))
            return None
        try:
            return kind.model_validate(value)
        except ValidationError as error:
            self.faults += self._told(error.errors(), path, kind)
            return salvage(kind, value, error.errors())

    def _told(self, errors: list[ErrorDetails], path: Path, kind: type[Part]) -> Iterator[Fault]:
        """Yield the faults; a field that is only spelled wrong is not missing as well."""
        found = [(item, self._in_words(item, path, kind)) for item in errors]
        meant = {(item["loc"][:-1], fault.fix) for item, fault in found if item["type"] == "extra_forbidden"}
        for item, fault in found:
            if item["type"] != "missing" or (item["loc"][:-1], f"write {item['loc'][-1]}") not in meant:
                yield fault

    def _in_words(self, item: ErrorDetails, path: Path, kind: type[Part]) -> Fault:
        location = tuple(step for step in item["loc"] if step != "[key]")
        place, field = (*path, *location), next((str(step) for step in reversed(location) if isinstance(step, str)), "")
        named = f"`{field}`" if location and isinstance(location[-1], str) else f"an entry of `{field}`"
        match item["type"]:
            case "missing":
                return self.report(place[:-1], f"`{field}` is missing", f"add `{field}:`")
            case "extra_forbidden":
                fix = word_fix(field, kind.known_at(location), FIELDS_OFTEN_MEANT)
                return self.report(place, f"unknown field `{field}`", fix)
            case "value_error" if isinstance(item["input"], str) and hides_something(item["input"]):
                return self.report(place, f"a hidden character stands in {named}", "write it anew, without copying it")
            case "value_error":
                what, _, fix = str(item["msg"]).removeprefix("Value error, ").rpartition("; ")
                return self.report(place, what, fix)
            case "list_type":
                return self.report(
                    place, f"`{field}` must be a list", f"write it as [{FIELDS_OF.get(field, 'one, two')}]"
                )
            case "string_type":
                return self.report(place, f"{named} must be one text", "write a single text, without a list or fields")
            case "dict_type":
                return self.report(place, f"`{field}` must be a map", "write it by language, as in {en: [one, two]}")
            case "model_type" | "model_attributes_type":
                return self.report(place, f"{named} needs fields", f"write them in braces, as in {fields_of(field)}")
            case _:
                return self.report(place, f"{named} has the wrong shape", "compare it with docs/resources.md")


def fields_of(field: str) -> str:
    """Return an example of the fields that belong in the braces of this one."""
    return FIELDS_OF.get(field, "{name: value}")
