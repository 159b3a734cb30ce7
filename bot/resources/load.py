"""A resources file becomes a Directory and Feeds, or a list of every fault in it with its line."""

from __future__ import annotations

import contextlib
import copy
import hashlib
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
from bot.resources.check import check_https, check_service
from bot.resources.codes import is_place, place_fix, word_fix
from bot.resources.lines import Lined, Path, read_lines
from bot.resources.model import FeedPart, OrganizationPart, Part, ResourcesFile, ServicePart

PartType = TypeVar("PartType", bound=Part)
LARGEST_FILE = 20_000_000
CHANNELS = ("phones", "email", "url", "links", "address")
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

    @property
    def unassured(self) -> int:
        """How many active services nobody has ever made sure of."""
        return sum(service.assured is None for service in self.directory.services if service.status == "active")


def read_resources(file: FilePath, today: date) -> Resources:
    """Read a file whatever is wrong with it. Raises ResourcesError only when it cannot be opened or is no text."""
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise ResourcesError(
                [Fault(str(file), 1, "the file is larger than 20 MB", "check that it is the right file")]
            )
        text = file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise ResourcesError([Fault(str(file), 1, "there is no such file", "set RESOURCES to its path")]) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ResourcesError([Fault(str(file), line, "this is not UTF-8 text", "save the file as UTF-8")]) from None
    except OSError as error:
        what = f"the file cannot be read ({error.strerror})"
        raise ResourcesError([Fault(str(file), 1, what, "check its path and its rights")]) from None
    return read_text(text, str(file), today)


def load_resources(file: FilePath, today: date) -> Resources:
    """Read a file that must be fit to serve. Raises ResourcesError with every fault otherwise."""
    resources = read_resources(file, today)
    if resources.errors:
        raise ResourcesError(resources.faults)
    return resources


def read_text(text: str, name: str, today: date) -> Resources:
    """Read the text of a resources file; `name` is what faults call it."""
    lined = read_lines(text, name)
    reading = _Reading(lined, name, today)
    directory, feeds = reading.read() if not lined.faults or lined.tree else (Directory({}, ()), ())
    faults = sorted({*lined.faults, *reading.faults}, key=lambda fault: (fault.line, fault.what))
    version = hashlib.sha256(text.encode()).hexdigest()[:12]
    directory = replace(directory, version=version)
    return Resources(directory, feeds, tuple(faults), text)


class _Reading:
    """Reads one tree into nouns and collects faults on the way."""

    def __init__(self, lined: Lined, name: str, today: date) -> None:
        self.lined, self.name, self.today = lined, name, today
        self.faults: list[Fault] = []

    def report(self, path: Path, what: str, fix: str, is_warning: bool = False) -> Fault:
        """Return a fault at the line of that path."""
        return Fault(self.name, self.lined.line(path), what, fix, is_warning)

    def read(self) -> tuple[Directory, tuple[Feed, ...]]:
        """Return all that could be read."""
        tree = self.lined.tree
        if not isinstance(tree, Mapping):
            self.faults.append(self.report((), "the file holds no resources", "begin with `version: 1`"))
            return Directory({}, ()), ()
        for key in tree:
            if key not in TOP_LEVEL:
                self.faults.append(self.report((key,), f"unknown part `{key}`", word_fix(key, TOP_LEVEL)))
        if tree.get("version") != "1":
            self.faults.append(self.report(("version",), "the version of the format is missing", "write `version: 1`"))
        organizations = self._organizations(tree)
        services = tuple(self._services(tree, organizations))
        danger = tuple(self._danger_areas(tree))
        operator = self._part(OrganizationPart, tree["operator"], ("operator",)) if tree.get("operator") else None
        noun = operator.to_core("operator") if operator else None
        return Directory(organizations, services, danger, noun), tuple(self._feeds(tree))

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
        parts = {slug: self._part(OrganizationPart, value, ("organizations", slug)) for slug, value in found.items()}
        for slug, part in parts.items():
            if part:
                self.faults += check_https(part.website, ("organizations", slug, "website"), self.report)
        return {slug: part.to_core(slug) for slug, part in parts.items() if part}

    def _listed(self, tree: Mapping[str, Any], key: str) -> list[Any]:
        found = tree.get(key) or []
        if isinstance(found, list):
            return found
        self.faults.append(self.report((key,), f"`{key}` must be a list", "begin each of its lines with `- `"))
        return []

    def _services(self, tree: Mapping[str, Any], organizations: Mapping[str, Organization]) -> Iterator[Service]:
        seen: dict[str, int] = {}
        declared = tree.get("organizations") or {}
        for number, value in enumerate(self._listed(tree, "services")):
            path: Path = ("services", number)
            part = self._part(ServicePart, value, path)
            if part is None:
                continue
            service = part.to_core()
            self.faults += check_service(service, path, self.report, self.today)
            self.faults += self._empty(service, value, path)
            line = self.lined.line((*path, "id"))
            if service.id in seen:
                what = f"the id `{service.id}` is taken already in line {seen[service.id]}"
                self.faults.append(self.report((*path, "id"), what, "give one of the two another id"))
                continue
            seen[service.id] = line
            if service.organization in organizations:
                yield service
            elif service.organization not in declared:
                what = f"there is no organization `{service.organization}`"
                fix = word_fix(service.organization, declared) if declared else "add it under `organizations:`"
                self.faults.append(self.report((*path, "organization"), what, fix))

    def _empty(self, service: Service, value: Mapping[str, Any], path: Path) -> Iterator[Fault]:
        """Yield what the editor left out; a field that stands there but is wrong has its own fault already."""
        if not value.get("topics"):
            fix = "write at least one, the main one first"
            yield self.report((*path, "topics"), f"`{service.id}` has no topic", fix)
        if not value.get("service_area"):
            fix = "write a country code, EU or WW"
            yield self.report((*path, "service_area"), f"`{service.id}` reaches nobody", fix)
        if not any(value.get(channel) for channel in CHANNELS):
            yield self.report(path, f"`{service.id}` cannot be reached", "add phones, email, url, links or address")

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
            yield part.to_core()

    def _part(self, kind: type[PartType], value: Any, path: Path) -> PartType | None:
        if not isinstance(value, Mapping):
            self.faults.append(self.report(path, "fields are expected here", "write `name: value` lines, indented"))
            return None
        try:
            return kind.model_validate(value)
        except ValidationError as error:
            self.faults += [self._in_words(item, path, kind) for item in error.errors()]
            return _salvage(kind, value, [item["loc"] for item in error.errors()])

    def _in_words(self, item: ErrorDetails, path: Path, kind: type[Part]) -> Fault:
        location = tuple(step for step in item["loc"] if step != "[key]")
        place, field = (*path, *location), str(location[-1]) if location else ""
        match item["type"]:
            case "missing":
                return self.report(place[:-1], f"`{field}` is missing", f"add `{field}:`")
            case "extra_forbidden":
                return self.report(place, f"unknown field `{field}`", word_fix(field, _fields(kind, location)))
            case "value_error":
                what, _, fix = str(item["msg"]).removeprefix("Value error, ").rpartition("; ")
                return self.report(place, what, fix)
            case "list_type":
                return self.report(place, f"`{field}` must be a list", "write it as [one, two]")
            case "string_type":
                return self.report(
                    place, f"`{field}` must be one text", "write a single text, without a list or fields"
                )
            case _:
                return self.report(place, f"`{field}` has the wrong shape", "compare it with docs/resources.md")


def _salvage(kind: type[PartType], value: Mapping[str, Any], wrong: list[tuple[int | str, ...]]) -> PartType | None:
    """Return the part without what is wrong in it, so that its other faults are found in the same run; else None."""
    rest = copy.deepcopy(dict(value))
    for location in sorted(wrong, key=lambda steps: [str(step).zfill(6) for step in steps], reverse=True):
        below: Any = rest
        with contextlib.suppress(KeyError, IndexError, TypeError):
            for step in location[:-1]:
                below = below[step]
            del below[location[-1]]
    try:
        return kind.model_validate(rest)
    except ValidationError:
        return None


def _fields(kind: type[Part], location: tuple[int | str, ...]) -> list[str]:
    """Return the names of the fields that are known where the unknown one stands."""
    known: Any = kind
    for step in location[:-1]:
        if isinstance(step, str) and step in known.model_fields:
            parts = [
                part for part in Part.__subclasses__() if part.__name__ in str(known.model_fields[step].annotation)
            ]
            known = parts[0] if parts else known
    return list(known.model_fields)
