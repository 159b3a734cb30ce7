"""Command menus: kept per scope and language, resolved as Telegram resolves them, most particular first."""

import re
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.arguments import Arguments
from bot.sandbox.errors import bad_request

Command = dict[str, str]
Place = tuple[str, int, int]
_CHATS = ("chat", "chat_administrators", "chat_member")
_KINDS = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators", *_CHATS)


@dataclass
class Menus:
    """Commands by scope and language; language is empty for everyone without an own menu."""

    commands: dict[tuple[Place, str], list[Command]] = field(default_factory=dict)

    def seen_by(self, user_id: int, language: str) -> list[Command]:
        """Return the menu that a person sees in the private chat with the bot."""
        for place in (("chat", user_id, 0), ("all_private_chats", 0, 0), ("default", 0, 0)):
            for spoken in (language.split("-")[0].lower(), ""):
                found = self.commands.get((place, spoken))
                if found:
                    return found
        return []


def place_of(arguments: Arguments) -> Place:
    """Return the scope of a call as (kind, chat id, user id). Raises `ApiError` 400."""
    value: Any = arguments.json("scope", "can't parse BotCommandScope JSON object")
    if value is None:
        return ("default", 0, 0)
    try:
        return _place(value)
    except ValueError as fault:
        raise bad_request(f"can't parse BotCommandScope: {fault}") from None


def _place(value: Any) -> Place:
    if not isinstance(value, dict):
        raise ValueError("BotCommandScope must be an Object")
    if "type" not in value:
        raise ValueError('Can\'t find field "type"')
    kind = value["type"]
    if kind not in _KINDS:
        raise ValueError("Unsupported type specified")
    if kind not in _CHATS:
        return (kind, 0, 0)
    if "chat_id" not in value:
        raise ValueError('Can\'t find field "chat_id"')
    if not re.fullmatch(r"-?\d+", str(value["chat_id"])):
        raise ValueError("Empty chat_id specified")
    user = int(value.get("user_id", 0)) if kind == "chat_member" else 0
    if kind == "chat_member" and user <= 0:
        raise ValueError("Invalid user_id specified")
    return (kind, int(value["chat_id"]), user)


def language_of(arguments: Arguments) -> str:
    """Return the two-letter language of a call, empty for all. Raises `ApiError` 400."""
    language = arguments.text("language_code")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad_request("invalid language code specified")
    return language


def commands_of(arguments: Arguments) -> list[Command]:
    """Return the checked commands of a call. Raises `ApiError` 400."""
    value = arguments.json("commands", "can't parse commands JSON object")
    if value is None:
        return []
    if not isinstance(value, list):
        raise bad_request("expected an Array of BotCommand")
    if len(value) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    return [_command(item) for item in value]


def _command(item: Any) -> Command:
    if not isinstance(item, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    for name in ("command", "description"):
        if not isinstance(item.get(name), str):
            raise bad_request(f"can't parse BotCommand: Can't find field \"{name}\"")
    command = item["command"].strip().removeprefix("/")
    description = item["description"].strip()
    if not command:
        raise bad_request("command must be non-empty")
    if len(command) > 32:
        raise bad_request("command length must not exceed 32")
    if not description:
        raise bad_request("command description must be non-empty")
    if len(description) > 256:
        raise bad_request("command description length must not exceed 256")
    if not re.fullmatch(r"[a-z0-9_]+", command):
        raise bad_request("BOT_COMMAND_INVALID")
    return {"command": command, "description": description}
