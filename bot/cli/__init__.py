"""The command line; each command is a sentence over the rooms below."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from bot.cli.speak import FINE, NOT_FINE, WRONG_USE, complain, hush
from bot.errors import ResourcesError, SettingsError, WaypostError
from bot.logs import place_of
from bot.settings import Settings

Command = Callable[[argparse.Namespace, Settings], int]


def run(arguments: list[str], settings: Settings) -> int:
    """Run one command line; return the exit status. Errors go to stderr, one line each, without a traceback."""
    try:
        chosen = _parsed(build_parser(settings), arguments)
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
        hush(sys.stdout)
        return FINE
    except KeyboardInterrupt:
        return FINE
    except Exception as error:  # noqa: BLE001 - a traceback could show what nobody may see
        complain(f"something broke that should not: {type(error).__name__} at {place_of(error)}; please report it")
        return NOT_FINE


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line; `--help` holds the rest."""

    def error(self, message: str) -> NoReturn:
        """Say it and stop."""
        complain(f"{self.prog}: {' '.join(message.split())}; see `{self.prog} --help`")
        raise SystemExit(WRONG_USE)


def _parsed(parser: argparse.ArgumentParser, arguments: list[str]) -> argparse.Namespace:
    """Return what was chosen; the words of a question may stand before and after an option."""
    chosen, rest = parser.parse_known_args(arguments)
    if rest and (not hasattr(chosen, "query") or any(word.startswith("-") for word in rest)):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    if rest:
        chosen.query += rest
    return chosen


def at_least_one(text: str) -> int:
    """Read how many are wanted."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("write a number from 1 up, in digits")
    return int(text)


def lazily(room: str, name: str) -> Command:
    """Return a command that loads its room when it is called: who only asks need not wait for Telegram's library."""

    def command(chosen: argparse.Namespace, settings: Settings) -> int:
        found: Command = getattr(importlib.import_module(f"bot.cli.{room}"), name)
        return found(chosen, settings)

    return command


def build_parser(settings: Settings) -> argparse.ArgumentParser:
    """Return the parser of every command."""
    parser = Parser("python -m bot", description="Waypost: news alerts and contacts for people in danger.")
    parser.set_defaults(command=lazily("serve", "on_nothing"))
    commands = parser.add_subparsers(metavar="COMMAND")

    def add(name: str, command: Command, text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(command=command)
        return added

    add("sandbox", lazily("serve", "on_sandbox"), "open the local chat page, without Telegram")
    check = add("check", lazily("publish", "on_check"), "check a resources file; every fault with its line")
    check.add_argument("file", nargs="?", default="")
    check.add_argument("--links", action="store_true", help="visit every web address and name the dead ones")
    _add_copies(add, settings)
    find = add("find", lazily("find", "on_find"), "what a person who asked would get")
    find.add_argument("query", nargs="*")
    find.add_argument("--resources", type=Path, default=settings.resources)
    find.add_argument("--country", default="", help="the area that the person saved, as in DE")
    find.add_argument("--language", default="", help="the language of the person, as in ru")
    find.add_argument("--limit", type=at_least_one, default=5)
    find.add_argument("--json", action="store_true", help="one JSON line with ids, crisis and ms")
    find.add_argument("--stdin", action="store_true", help="read JSON lines, write one JSON line for each")
    find.add_argument("--explain", action="store_true", help="say why each was found")
    triage = add("triage", lazily("triage", "on_triage"), "judge news entries given as JSON lines")
    triage.add_argument("--resources", type=Path, help="whose feeds hold: what they filter and add, by `source`")
    triage.add_argument("--stdin", action="store_true", required=True)
    _add_keys(add("keys", lazily("upkeep", "on_keys"), "make keys; sign and check who a bot is"))
    add("doctor", lazily("upkeep", "on_doctor"), "say what is wrong with this installation")
    add("migrate", lazily("upkeep", "on_migrate"), "prepare the store")
    return parser


def _add_copies(add: Callable[[str, Command, str], argparse.ArgumentParser], settings: Settings) -> None:
    """Add what takes something out of an installation, and puts it back."""
    export = add("export", lazily("publish", "on_export"), "write the directory for others, or a backup")
    export.add_argument(
        "kind",
        choices=("hsds", "json", "html", "backup"),
        help="HSDS 3.1, plain JSON, one page that works offline; or everything, encrypted",
    )
    export.add_argument(
        "folder",
        type=Path,
        metavar="PLACE",
        help="a folder: what is not from an export stays; for a backup, a file that is not there yet",
    )
    export.add_argument("--resources", type=Path, default=settings.resources)
    restore = add("import", lazily("backup", "on_import"), "put a backup in place, while the bot is stopped")
    restore.add_argument("kind", choices=("backup",))
    restore.add_argument("file", type=Path)
    restore.add_argument("--replace", action="store_true", help="put it in the place of the store that is there")
    restore.add_argument("--old", action="store_true", help="take it even if it is older than a week")


def _add_keys(keys: argparse.ArgumentParser) -> None:
    acts = keys.add_subparsers(dest="act", metavar="ACT", required=True)
    acts.add_parser("new", help="print a new key for SECRET_KEY")
    identity = acts.add_parser("identity", help="print the bot's public key and a signed statement for your website")
    identity.add_argument("--bot", default="", help="the bot's name, where BOT_TOKEN is not set")
    identity.add_argument("--days", type=int, default=365, choices=range(1, 1101), metavar="1..1100")
    identity.set_defaults(command=lazily("identity", "show"))
    verify = acts.add_parser("verify", help="check a signed statement")
    verify.add_argument("file", type=Path, help="a file with the statement, - for standard input")
    verify.add_argument("--key", default="", help="the public key or fingerprint that it must be signed with")
    verify.set_defaults(command=lazily("identity", "verify"))
    rotate = acts.add_parser("rotate", help="with SECRET_KEY=NEW,OLD and the bot stopped: put everything under NEW")
    rotate.add_argument("backups", nargs="*", type=Path, help="backups to put under the new key as well")
    rotate.set_defaults(command=lazily("rotate", "on_rotate"))
