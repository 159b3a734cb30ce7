"""Methods about chats and files: look at a chat, leave it, find a file."""

from bot.sandbox.access import chat_of
from bot.sandbox.arguments import Arguments
from bot.sandbox.errors import bad_request
from bot.sandbox.messages import Json
from bot.sandbox.world import World

MOST_DOWNLOAD = 20 * 1024 * 1024


def get_chat(world: World, arguments: Arguments) -> Json:
    """Describe a chat in full."""
    chat = chat_of(world, arguments, write=False)
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    return {
        **chat.about,
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, chat.kind == "private"),
    }


def leave_chat(world: World, arguments: Arguments) -> bool:
    """Leave a group or channel."""
    chat = chat_of(world, arguments, write=False)
    if chat.kind == "private":
        raise bad_request("chat member status can't be changed in private chats")
    chat.member = False
    world.tell_membership(chat, world.bot, "member", "left")
    return True


def get_file(world: World, arguments: Arguments) -> Json:
    """Prepare a file for download; its path holds for the life of the sandbox."""
    name = arguments.text("file_id")
    if not name:
        raise bad_request("file_id not specified")
    document = world.documents.get(name)
    if document is None:
        raise bad_request("invalid file_id")
    if len(document.data) > MOST_DOWNLOAD:
        raise bad_request("file is too big")
    return {
        "file_id": document.file_id,
        "file_unique_id": document.file_unique_id,
        "file_size": len(document.data),
        "file_path": f"documents/{document.file_unique_id}",
    }


def file_at(world: World, path: str) -> bytes | None:
    """Return the bytes at a file path, None when there are none."""
    for document in world.documents.values():
        if path == f"documents/{document.file_unique_id}":
            return document.data
    return None
