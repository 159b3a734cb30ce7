"""Methods about the bot's face: command menus, name, descriptions, menu button."""

from typing import Any

from bot.sandbox.access import chat_of
from bot.sandbox.arguments import Arguments
from bot.sandbox.errors import bad_request
from bot.sandbox.menus import Command, Place, commands_of, language_of, place_of
from bot.sandbox.messages import Json
from bot.sandbox.world import World

_LIMITS = {"name": 64, "description": 512, "short_description": 120}
_TOO_LONG = {
    "name": "BOT_TITLE_INVALID",
    "description": "BOT_DESCRIPTION_TOO_LONG",
    "short_description": "BOT_ABOUT_TOO_LONG",
}


def set_my_commands(world: World, arguments: Arguments) -> bool:
    """Set the menu of a scope and language."""
    commands = commands_of(arguments)
    place, language = _target(world, arguments)
    world.menus.commands[place, language] = commands
    world.bell.ring()
    return True


def get_my_commands(world: World, arguments: Arguments) -> list[Command]:
    """Return the menu of exactly that scope and language."""
    return world.menus.commands.get(_target(world, arguments), [])


def delete_my_commands(world: World, arguments: Arguments) -> bool:
    """Remove the menu of a scope and language."""
    world.menus.commands.pop(_target(world, arguments), None)
    world.bell.ring()
    return True


def _target(world: World, arguments: Arguments) -> tuple[Place, str]:
    place, language = place_of(arguments), language_of(arguments)
    kind, chat_id, _ = place
    if chat_id:
        chat = chat_of(world, Arguments({"chat_id": str(chat_id)}), write=False)
        if chat.kind == "private" and kind != "chat":
            raise bad_request("can't use specified scope in private chats")
        if chat.kind == "channel":
            raise bad_request("can't change commands in channel chats")
    return place, language


def _set_text(world: World, arguments: Arguments, name: str) -> bool:
    text, language = arguments.text(name).strip(), language_of(arguments)
    if len(text) > _LIMITS[name]:
        raise bad_request(_TOO_LONG[name])
    if text:
        world.profile[name, language] = text
    elif not (name == "name" and not language):
        world.profile.pop((name, language), None)
    world.bell.ring()
    return True


def _get_text(world: World, arguments: Arguments, name: str) -> Json:
    language = language_of(arguments)
    return {name: world.profile.get((name, language)) or world.profile.get((name, ""), "")}


def set_my_name(world: World, arguments: Arguments) -> bool:
    """Set the bot's name for a language or for all."""
    return _set_text(world, arguments, "name")


def get_my_name(world: World, arguments: Arguments) -> Json:
    """Return the bot's name."""
    return _get_text(world, arguments, "name")


def set_my_description(world: World, arguments: Arguments) -> bool:
    """Set what an empty chat shows."""
    return _set_text(world, arguments, "description")


def get_my_description(world: World, arguments: Arguments) -> Json:
    """Return what an empty chat shows."""
    return _get_text(world, arguments, "description")


def set_my_short_description(world: World, arguments: Arguments) -> bool:
    """Set what the profile shows."""
    return _set_text(world, arguments, "short_description")


def get_my_short_description(world: World, arguments: Arguments) -> Json:
    """Return what the profile shows."""
    return _get_text(world, arguments, "short_description")


def set_chat_menu_button(world: World, arguments: Arguments) -> bool:
    """Set the button beside the text field, for one private chat or for all."""
    value: Any = arguments.json("menu_button", "can't parse menu button JSON object") or {"type": "default"}
    if not isinstance(value, dict):
        raise bad_request("can't parse menu button: MenuButton must be an Object")
    if value.get("type") not in ("default", "commands", "web_app"):
        raise bad_request("can't parse menu button: MenuButton has unsupported type")
    chat_id = 0
    if arguments.text("chat_id"):
        chat_id = chat_of(world, arguments, write=False).chat_id
        if chat_id not in world.people:
            raise bad_request("chat not found")
    world.menu_buttons[chat_id] = value
    return True


def get_chat_menu_button(world: World, arguments: Arguments) -> Json:
    """Return the button beside the text field."""
    for chat_id in (arguments.number("chat_id"), 0):
        if chat_id in world.menu_buttons:
            return dict(world.menu_buttons[chat_id])
    return {"type": "commands"}
