"""The directory as files for others: `hsds` (HSDS 3.1), `json` (plain) and `html` (one page that works offline)."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from pathlib import Path, PurePosixPath
from typing import Any

import orjson

from bot.core.directory import Directory
from bot.errors import WaypostError
from bot.texts.catalogues import words
from bot.web.hsds import hsds_languages, hsds_organizations, hsds_services, hsds_taxonomies, hsds_taxonomy_terms
from bot.web.offline import render_offline_page

Files = dict[str, bytes]
"""Path inside the folder (with `/`) -> content."""

KINDS = ("hsds", "json", "html")
MANIFEST = ".waypost-export"
"""Names the files of an export, so that a later one knows what it may replace; it is no part of what is published."""

ONCE = "waypost-export.json"
"""What that file was called before."""


class ExportError(WaypostError):
    """The folder cannot take the export; the text says why and what to do."""


def export_files(kind: str, directory: Directory, today: date) -> Files:
    """Return the files of one kind of export, with only those services that people may see on that day.

    Raises ValueError for a kind that is not in `KINDS`.
    """
    match kind:
        case "hsds":
            return _hsds(directory, today)
        case "json":
            return {"directory.json": pretty(plain_directory(directory, today))}
        case "html":
            return {"index.html": render_offline_page(directory, today)}
        case _:
            raise ValueError(kind)


def _hsds(directory: Directory, today: date) -> Files:
    files: Files = {}
    for language in hsds_languages(directory.visible(today)):
        files[f"{language}/services.json"] = pretty(hsds_services(directory, today, language))
        files[f"{language}/organizations.json"] = pretty(hsds_organizations(directory, today, language))
        files[f"{language}/taxonomies.json"] = pretty(hsds_taxonomies())
        files[f"{language}/taxonomy_terms.json"] = pretty(hsds_taxonomy_terms(language))
    return files


def pretty(value: object) -> bytes:
    """Return JSON that people can read and compare line by line."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def plain_directory(directory: Directory, today: date) -> dict[str, Any]:
    """Return the directory as resources.yaml names it; empty fields are left out, texts stay language -> text."""
    services = directory.visible(today)
    used = dict.fromkeys(service.organization for service in services)
    return {
        "version": 1,
        "made_on": today.isoformat(),
        "content_version": directory.version,
        **({"operator": _plain(directory.operator)} if directory.operator else {}),
        "police_danger_areas": list(directory.police_danger_areas),
        "organizations": {slug: _plain(directory.organizations[slug]) for slug in used},
        "services": [_plain(service) for service in services],
    }


def _plain(value: Any) -> Any:
    """Return a noun as maps, lists and scalars."""
    if is_dataclass(value):
        # The file calls the kinds of a phone `type`, as HSDS does.
        named = {
            ("type" if field.name == "types" else field.name): getattr(value, field.name) for field in fields(value)
        }
        return {name: _plain(part) for name, part in named.items() if part not in ("", None, (), {})}
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, timedelta):
        return f"{value.days}d" if value.seconds == 0 else f"{int(value.total_seconds())}s"
    return value.isoformat() if isinstance(value, date) else value


def write_export(folder: Path, kind: str, files: Files) -> None:
    """Write the files of an export, each at once or not at all; the list of them comes last.

    Of what stands in the folder, only files that an earlier export of the same kind wrote are replaced or removed;
    exports of the other kinds, and whatever else is there, stay as they are. Raises ExportError.
    """
    try:
        exports = _earlier(folder)
        earlier = exports.get(kind, set())
        folder.mkdir(parents=True, exist_ok=True)
        foreign = [name for name in files if name not in earlier and (folder / name).exists()]
        if foreign:
            raise ExportError(f"export: {folder / foreign[0]} is in the way and was not written by an export; move it")
        for name, content in files.items():
            _write(folder / name, content)
        listed = {each: sorted(names) for each, names in {**exports, kind: {*files}}.items()}
        _write(folder / MANIFEST, pretty({"exports": listed}))
        if exports:
            (folder / ONCE).unlink(missing_ok=True)
        for name in sorted(earlier - files.keys()):
            (folder / name).unlink(missing_ok=True)
            if (folder / name).parent != folder and not any((folder / name).parent.iterdir()):
                (folder / name).parent.rmdir()
    except OSError as error:
        raise ExportError(f"export: {folder} cannot be written ({error.strerror})") from None


def _earlier(folder: Path) -> dict[str, set[str]]:
    """Return kind -> the files that earlier exports wrote there. Raises ExportError for a list that cannot be read."""
    try:
        found = orjson.loads((folder / (MANIFEST if (folder / MANIFEST).exists() else ONCE)).read_bytes())
        # Before kinds could share a folder, the list named one kind and its files.
        exports = {found["kind"]: found["files"]} if "kind" in found else found["exports"]
        return {
            kind: {name for name in exports[kind] if isinstance(name, str) and _is_inside(name)}
            for kind in KINDS
            if kind in exports
        }
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError, KeyError, TypeError):
        what = f"export: {folder / MANIFEST} does not say what an earlier export wrote"
        raise ExportError(f"{what}; name a new folder") from None


def _is_inside(name: str) -> bool:
    """Say whether a name from a manifest, which anybody may have edited, stays inside the folder."""
    path = PurePosixPath(name)
    return (
        not path.is_absolute()
        and ".." not in path.parts
        and len(path.parts) in (1, 2)
        and path.suffix in (".json", ".html")
    )


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


class Published:
    """What the web server gives out of the directory, made once for each version and day.

    `directory` returns the version that serves, `today` the current date.
    """

    def __init__(self, directory: Callable[[], Directory], today: Callable[[], date]) -> None:
        self._directory, self._today = directory, today
        self._key: tuple[str, date] | None = None
        self._made: dict[str, bytes] = {}

    def page(self) -> bytes:
        """Return the offline page (HTML)."""
        return self._once("page", render_offline_page)

    def offline(self, language: str) -> bytes:
        """Return the offline page (HTML) in one language alone: a smaller file for a bad network."""
        speak = words(language)
        return self._once(
            f"page-{speak.language}", lambda directory, today: render_offline_page(directory, today, (speak,))
        )

    def hsds(self, language: str = "en") -> bytes:
        """Return the services in HSDS (JSON) in that language, in English when no service has it."""
        known = hsds_languages(self._directory().visible(self._today()))
        tag = language if language in known else "en"
        return self._once(f"hsds-{tag}", lambda directory, today: orjson.dumps(hsds_services(directory, today, tag)))

    def _once(self, name: str, make: Callable[[Directory, date], bytes]) -> bytes:
        directory, today = self._directory(), self._today()
        if self._key != (directory.version, today):
            self._key, self._made = (directory.version, today), {}
        made = self._made
        if name not in made:
            made[name] = make(directory, today)
        return made[name]
