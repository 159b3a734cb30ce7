"""The command line; each command is a sentence over the rooms below."""

from __future__ import annotations

import argparse
import asyncio
import base64
import gc
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO

import orjson

from bot import app, doctor
from bot.core.alert import Alert
from bot.core.directory import Directory
from bot.core.feed import Entry, Feed, read_time
from bot.errors import ResourcesError, SettingsError, WaypostError
from bot.feeds.links import visit_all
from bot.flows.collect import as_draft
from bot.logs import place_of
from bot.lookup.search import Answer, Index
from bot.resources.lexicons import load_lexicons
from bot.resources.links import link_faults, links_with_lines
from bot.resources.load import load_resources, read_resources
from bot.resources.newsroom import load_newsroom
from bot.settings import Settings
from bot.texts.answers import DANGER_LINES
from bot.texts.cards import as_text, render_card
from bot.texts.catalogues import Words, words
from bot.web.export import KINDS, export_files, write_export

FINE, NOT_FINE, WRONG_USE = 0, 1, 2
Command = Callable[[argparse.Namespace, Settings], int]


def run(arguments: list[str], settings: Settings) -> int:
    """Run one command line; return the exit status. Errors go to stderr, one line each, without a traceback."""
    parser = build_parser(settings)
    try:
        chosen = parser.parse_args(arguments)
    except SystemExit as stop:
        return int(stop.code or 0)
    command: Command = chosen.command
    try:
        return command(chosen, settings)
    except SettingsError as error:
        complain(str(error))
        return WRONG_USE
    except ResourcesError as error:
        for fault in error.faults:
            complain(str(fault))
        return NOT_FINE
    except WaypostError as error:
        complain(str(error) or type(error).__name__)
        return NOT_FINE
    except BrokenPipeError:
        # Whoever read our output has gone; that is no fault of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    except KeyboardInterrupt:
        return FINE
    except Exception as error:  # noqa: BLE001 - a traceback could show what nobody may see
        complain(f"something broke that should not: {type(error).__name__} at {place_of(error)}; please report it")
        return NOT_FINE


def tell(text: str) -> None:
    """Say something on stdout at once, also when it goes into a file."""
    print(text, flush=True)


def complain(text: str) -> None:
    """Say what is wrong on stderr."""
    print(text, file=sys.stderr)


def build_parser(settings: Settings) -> argparse.ArgumentParser:
    """Return the parser of every command."""
    parser = argparse.ArgumentParser(
        "python -m bot", description="Waypost: news alerts and contacts for people in danger."
    )
    parser.set_defaults(command=on_nothing)
    commands = parser.add_subparsers(metavar="COMMAND")

    def add(name: str, command: Command, text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(command=command)
        return added

    add("sandbox", on_sandbox, "open the local chat page, without Telegram")
    check = add("check", on_check, "check a resources file; every fault with its line")
    check.add_argument("file", nargs="?", type=Path, default=settings.resources)
    check.add_argument("--links", action="store_true", help="visit every web address and name the dead ones")
    export = add("export", on_export, "write the directory for others")
    export.add_argument("kind", choices=KINDS, help="HSDS 3.1, plain JSON, or one page that works offline")
    export.add_argument("folder", type=Path, help="a new or empty folder, or one with an earlier export")
    export.add_argument("--resources", type=Path, default=settings.resources)
    find = add("find", on_find, "what a person who asked would get")
    find.add_argument("query", nargs="*")
    find.add_argument("--resources", type=Path, default=settings.resources)
    find.add_argument("--country", default="", help="the area that the person saved, as in DE")
    find.add_argument("--language", default="", help="the language of the person, as in ru")
    find.add_argument("--limit", type=int, default=5)
    find.add_argument("--json", action="store_true", help="one JSON line with ids, crisis and ms")
    find.add_argument("--stdin", action="store_true", help="read JSON lines, write one JSON line for each")
    find.add_argument("--explain", action="store_true", help="say why each was found")
    triage = add("triage", on_triage, "judge news entries given as JSON lines")
    triage.add_argument("--resources", type=Path, default=settings.resources)
    triage.add_argument("--stdin", action="store_true", required=True)
    keys = add("keys", on_keys, "print a new key for SECRET_KEY")
    keys.add_argument("act", choices=["new"])
    add("doctor", on_doctor, "say what is wrong with this installation")
    add("migrate", on_migrate, "prepare the store")
    return parser


def on_nothing(_: argparse.Namespace, settings: Settings) -> int:
    """Serve Telegram, or the sandbox when there is no token."""
    if settings.bot_token is None:
        app.serve_sandbox(settings, tell)
    else:
        app.serve(settings)
    return FINE


def on_sandbox(_: argparse.Namespace, settings: Settings) -> int:
    """Serve the local chat page."""
    app.serve_sandbox(settings, tell)
    return FINE


def on_check(chosen: argparse.Namespace, settings: Settings) -> int:
    """Print every fault of a resources file, and its dead links when asked to visit them."""
    resources = read_resources(chosen.file, app.today())
    faults = list(resources.faults)
    if chosen.links:
        links = links_with_lines(resources.text, str(chosen.file))
        visits = asyncio.run(visit_all((url for url, _ in links), allow_private=settings.allow_private_feeds))
        faults += link_faults(links, visits, str(chosen.file))
    for fault in faults:
        print(fault)
    if not all(fault.is_warning for fault in faults):
        return NOT_FINE
    count = len(resources.directory.services)
    print(f"{chosen.file}: fine, {count} services and {len(resources.feeds)} feeds")
    if resources.unassured:
        rest = "services were never assured: make sure of each before people rely on it"
        complain(f"{resources.unassured} of {count} {rest}")
    return FINE


def on_export(chosen: argparse.Namespace, _: Settings) -> int:
    """Write the services that people may see into a folder."""
    directory = load_resources(chosen.resources, app.today()).directory
    files = export_files(chosen.kind, directory, app.today())
    write_export(chosen.folder, chosen.kind, files)
    print(f"{chosen.folder}: {len(directory.visible(app.today()))} services in {len(files)} files")
    return FINE


def on_find(chosen: argparse.Namespace, _: Settings) -> int:
    """Print what a person who asked would get."""
    if not chosen.query and not chosen.stdin:
        complain("find: write what to look for, as in: find asylum germany")
        return WRONG_USE
    resources = read_resources(chosen.resources, app.today())
    for fault in resources.errors:
        complain(str(fault))
    index = Index(resources.directory, load_lexicons(), app.today())
    settle_memory()
    if chosen.stdin:
        for question in _json_lines(sys.stdin):
            text, country = str(question.get("q") or ""), str(question.get("country") or "")
            language = str(question.get("language") or "")
            _write_line(_answered(index, text, country, language, chosen.limit)[1])
        return FINE
    answer, line = _answered(index, " ".join(chosen.query), chosen.country, chosen.language, chosen.limit)
    if chosen.json:
        _write_line(line)
    else:
        _print_answer(index.directory, answer, words(chosen.language or answer.question.language), chosen.explain)
    return FINE


def _answered(index: Index, text: str, country: str, language: str, limit: int) -> tuple[Answer, dict[str, Any]]:
    start = time.perf_counter()
    answer = index.answer(text, country=country, language=language, limit=limit)
    taken = (time.perf_counter() - start) * 1000
    ids = [match.service.id for match in answer.matches]
    return answer, {"ids": ids, "crisis": answer.is_crisis, "ms": round(taken, 3)}


def _print_answer(directory: Directory, answer: Answer, speak: Words, explain: bool) -> None:
    if answer.question.danger:
        print(speak(DANGER_LINES[answer.question.danger]) + "\n")
    for match in answer.matches:
        print(as_text(render_card(directory, match.service, app.now(), speak)))
        if explain:
            print("why: " + "; ".join(match.reasons))
        print()
    if not answer.matches:
        print(speak("I found nothing for that. It is not your fault: I only know what our editors wrote down."))
    if explain:
        print("understood: " + "; ".join(answer.question.reasons))


def settle_memory() -> None:
    """Exempt what is loaded for good from garbage collection: going through it costs single answers 80 ms."""
    gc.collect()
    gc.freeze()


def _json_lines(stream: TextIO) -> Iterator[dict[str, Any]]:
    """Yield the object of each line; what is no JSON object counts as an empty one, so that the order is kept."""
    for line in stream:
        if not line.strip():
            continue
        try:
            found = orjson.loads(line)
        except orjson.JSONDecodeError:
            complain("a line of the input is not JSON; it is answered as empty")
            found = {}
        yield found if isinstance(found, dict) else {}


def _write_line(value: dict[str, Any]) -> None:
    sys.stdout.write(orjson.dumps(value).decode() + "\n")
    sys.stdout.flush()


def on_triage(chosen: argparse.Namespace, _: Settings) -> int:
    """Print a judgement for each entry; entries of one story share `story`."""
    for line in judged(_json_lines(sys.stdin)):
        _write_line(line)
    return FINE


def judged(entries: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the judgement of each entry, with the story that it tells."""
    newsroom = load_newsroom(load_lexicons())
    settle_memory()
    told: list[Alert] = []
    for number, raw in enumerate(entries):
        language = str(raw.get("language") or "")
        feed = Feed(id=str(raw.get("source") or "stdin"), title="", url="", language=language)
        entry = Entry(
            feed=feed.id,
            guid=str(number),
            title=str(raw.get("title") or ""),
            summary=str(raw.get("summary") or ""),
            language=language,
            published_at=read_time(raw.get("published")),
        )
        start = time.perf_counter()
        judgement = newsroom.judge(entry, feed)
        draft = as_draft(entry, feed, judgement, entry.published_at or app.now())
        story = newsroom.story_of(entry, told)
        told.append(replace(draft, story=story or f"s{number + 1}"))
        taken = (time.perf_counter() - start) * 1000
        yield {
            "relevant": judgement.relevant,
            "topics": list(judgement.topics),
            "countries": list(judgement.area),
            "severity": judgement.severity,
            "story": told[-1].story,
            "ms": round(taken, 3),
        }


def on_keys(_: argparse.Namespace, __: Settings) -> int:
    """Print a new key."""
    print(base64.b64encode(os.urandom(32)).decode())
    return FINE


def on_doctor(_: argparse.Namespace, settings: Settings) -> int:
    """Print what is wrong with this installation."""
    findings = doctor.examine(settings, app.today(), lambda: app.open_store(settings))
    for finding in findings:
        print(finding)
    if not findings:
        print("Nothing is wrong.")
    return NOT_FINE if findings else FINE


def on_migrate(_: argparse.Namespace, settings: Settings) -> int:
    """Prepare the store; for TinyDB that is making the folder, which opening does by itself."""
    folder = settings.store_folder
    if folder is None:
        app.open_store(settings)
        return FINE
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    print("the store is ready")
    return FINE
