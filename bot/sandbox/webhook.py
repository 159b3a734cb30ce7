"""The webhook: updates posted to the bot one after the other, again after a failure; loopback addresses only."""

import asyncio
import ipaddress
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.sandbox.arguments import Arguments
from bot.sandbox.errors import bad_request
from bot.sandbox.updates import Update, Updates

ANSWER_IN = 60.0
PAUSES = (0.05, 0.2, 0.5, 1.0, 2.0)


@dataclass
class Target:
    """Where updates go and what was last heard from there."""

    url: str
    secret: str
    max_connections: int
    error: str = ""
    error_at: datetime | None = None


def target_of(arguments: Arguments) -> Target:
    """Return the checked target of a `setWebhook` call. Raises `ApiError` 400."""
    url, secret = arguments.text("url"), arguments.text("secret_token")
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad_request("secret token contains unallowed characters")
    parts = urlsplit(url if "://" in url else f"https://{url}")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise bad_request("invalid webhook URL specified")
    if not is_loopback(parts.hostname):
        # Telegram reaches the whole internet; a sandbox must reach nothing but this machine.
        raise bad_request("bad webhook: the sandbox posts to loopback addresses only")
    return Target(url, secret, arguments.number("max_connections", 40, 1, 100))


def is_loopback(host: str) -> bool:
    """Tell whether the host (a name or an address, without port) is this machine."""
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


class Webhook:
    """Posts updates to the target while there is one."""

    def __init__(self, updates: Updates) -> None:
        self.updates = updates
        self.target: Target | None = None
        self._task: asyncio.Task[None] | None = None

    def info(self) -> dict[str, Any]:
        """Return the Bot API's WebhookInfo."""
        target, waiting = self.target, len(self.updates.waiting)
        if target is None:
            return {"url": "", "has_custom_certificate": False, "pending_update_count": waiting}
        info = {
            "url": target.url,
            "has_custom_certificate": False,
            "pending_update_count": waiting,
            "max_connections": target.max_connections,
            "ip_address": "127.0.0.1",
        }
        if target.error_at is not None:
            info.update(last_error_date=int(target.error_at.timestamp()), last_error_message=target.error)
        if self.updates.allowed is not None:
            info["allowed_updates"] = sorted(self.updates.allowed)
        return info

    async def set(self, target: Target | None) -> None:
        """Post to this target from now on; None stops."""
        await self.stop()
        self.target = target
        if target is not None:
            self.updates.interrupt("terminated by setWebhook request")
            self._task = asyncio.create_task(self._pump(target), name="sandbox-webhook")

    async def stop(self) -> None:
        """End the posting and forget the target."""
        self.target = None
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _pump(self, target: Target) -> None:
        timeout = aiohttp.ClientTimeout(total=ANSWER_IN)
        failures = 0
        async with aiohttp.ClientSession(timeout=timeout, trust_env=False) as session:
            while True:
                while not self.updates.waiting:
                    await self.updates.bell.wait()
                update = self.updates.waiting[0]
                if await self._post(session, target, update):
                    failures = 0
                    self.updates.confirm(update.update_id + 1)
                else:
                    await asyncio.sleep(PAUSES[min(failures, len(PAUSES) - 1)])
                    failures += 1

    async def _post(self, session: aiohttp.ClientSession, target: Target, update: Update) -> bool:
        headers = {"X-Telegram-Bot-Api-Secret-Token": target.secret} if target.secret else {}
        try:
            async with session.post(
                target.url, json=update.as_json(), headers=headers, allow_redirects=False
            ) as answer:
                if answer.status < 300:
                    return True
                target.error = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except (aiohttp.ClientError, TimeoutError) as fault:
            timed_out = isinstance(fault, TimeoutError)
            target.error = "Connection timed out" if timed_out else "Connection refused"
        target.error_at = self.updates.now()
        return False
