"""Methods by which the bot logs in and gets its updates."""

from typing import Any

from bot.sandbox.arguments import Arguments
from bot.sandbox.errors import ApiError, conflict
from bot.sandbox.messages import Json
from bot.sandbox.webhook import Webhook, target_of
from bot.sandbox.world import World

MOST_WAIT = 50


def get_me(world: World, arguments: Arguments) -> Json:
    """Describe the bot."""
    return {**world.bot, **world.abilities}


def log_out(world: World, arguments: Arguments) -> bool:
    """Log out of the Bot API server; every later call is refused."""
    world.logged_out = True
    return True


def close(world: World, arguments: Arguments) -> bool:
    """Close the bot before it moves to another server."""
    return True


async def get_updates(world: World, webhook: Webhook, arguments: Arguments) -> list[Json]:
    """Wait for updates."""
    if webhook.target is not None:
        raise conflict(
            "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        )
    _allow(world, arguments)
    updates = await world.updates.poll(
        arguments.number("offset"),
        arguments.number("limit", 100, 1, 100),
        arguments.number("timeout", 0, 0, MOST_WAIT),
    )
    return [update.as_json() for update in updates]


async def set_webhook(world: World, webhook: Webhook, arguments: Arguments) -> Any:
    """Let updates be posted; an empty URL ends it."""
    if not arguments.text("url"):
        return await delete_webhook(world, webhook, arguments)
    target = target_of(arguments)
    if arguments.flag("drop_pending_updates"):
        world.updates.drop()
    _allow(world, arguments)
    await webhook.set(target)
    return True


async def delete_webhook(world: World, webhook: Webhook, arguments: Arguments) -> bool:
    """End the webhook."""
    if arguments.flag("drop_pending_updates"):
        world.updates.drop()
    await webhook.set(None)
    return True


async def get_webhook_info(world: World, webhook: Webhook, arguments: Arguments) -> Json:
    """Describe the webhook."""
    return webhook.info()


def _allow(world: World, arguments: Arguments) -> None:
    if arguments.text("allowed_updates"):
        try:
            world.updates.allow(arguments.json("allowed_updates", ""))
        except ApiError:
            return  # the server ignores an unreadable list
