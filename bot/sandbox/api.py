"""The Bot API over HTTP: token, method, arguments in any of the three encodings, answer or refusal."""

import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from aiohttp import web

from bot.sandbox.arguments import Arguments, Upload
from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.faults import Faults
from bot.sandbox.limits import Limits
from bot.sandbox.methods import NAMES, call
from bot.sandbox.methods_chats import file_at
from bot.sandbox.webhook import Webhook
from bot.sandbox.world import World

MOST_BODY = 64 * 1024 * 1024
_TOKEN = re.compile(r"[1-9]\d{0,15}:[A-Za-z0-9_-]+")

_REAL_TOKEN = re.compile(r"[1-9]\d{6,15}:[A-Za-z0-9_-]{30,}")


def is_real(token: str) -> bool:
    """Say whether a token looks like one of Telegram's: it must not be tried here."""
    return _REAL_TOKEN.fullmatch(token) is not None


class Call(NamedTuple):
    """One call as it was answered; status 0 means that no answer was sent."""

    method: str
    params: dict[str, Any]
    status: int


class Api:
    """Answers requests to `/bot<token>/<method>` and `/file/bot<token>/<path>`."""

    def __init__(self, token: str, world: World, webhook: Webhook, faults: Faults) -> None:
        self.token = token
        self.world = world
        self.webhook = webhook
        self.faults = faults
        self.limits: Callable[[], Limits | None] = lambda: None
        self.calls: list[Call] = []

    async def on_method(self, request: web.Request) -> web.StreamResponse:
        """Answer a method call."""
        method, params, status = request.match_info["method"], {}, 0
        try:
            self._check_token(request.match_info["token"])
            arguments = await read_arguments(request)
            method = NAMES.get((method or arguments.text("method")).lower(), method)
            params = arguments.recorded()
            answer, status = await self._answer(request, method, arguments, params)
        except ApiError as refusal:
            answer, status = _refused(refusal), refusal.code
        self.calls.append(Call(method, params, status))
        if answer is None:
            return _cut(request)
        return answer

    async def on_file(self, request: web.Request) -> web.StreamResponse:
        """Answer a download."""
        try:
            self._check_token(request.match_info["token"])
            data = file_at(self.world, request.match_info["path"])
            if data is None:
                raise ApiError(404, "Not Found")
        except ApiError as refusal:
            return _refused(refusal)
        return web.Response(body=data, content_type="application/octet-stream")

    def _check_token(self, token: str) -> None:
        if token == self.token:
            return
        if is_real(token):
            raise ApiError(401, "this is a sandbox and takes no real token; was it meant for Telegram?")
        raise ApiError(401, "") if _TOKEN.fullmatch(token) else ApiError(404, "Not Found")

    async def _answer(
        self, request: web.Request, method: str, arguments: Arguments, params: dict[str, Any]
    ) -> tuple[web.Response | None, int]:
        fault = self.faults.take(method, params)
        if fault is None:
            return await self._result(method, arguments), 200
        if fault.delay:
            await self.faults.wait(fault.delay)
        if fault.hang == "before":
            await self.faults.hang()
        refusal = fault.refusal()
        if refusal is not None:
            raise refusal
        if fault.close == "before":
            return None, 0
        answer = await self._result(method, arguments)
        if fault.hang == "after":
            await self.faults.hang()
        if fault.close == "after":
            return None, 0
        if fault.body is not None:
            return web.Response(body=fault.body, status=fault.status, content_type="text/html"), fault.status
        return answer, 200

    async def _result(self, method: str, arguments: Arguments) -> web.Response:
        limits = self.limits()
        if limits is not None:
            limits.check(method, arguments.text("chat_id"), self.world.now)
        result = await call(self.world, self.webhook, method, arguments)
        return web.json_response({"ok": True, "result": result})


def _refused(refusal: ApiError) -> web.Response:
    wait = refusal.parameters.get("retry_after")
    headers = {"Retry-After": str(wait)} if wait is not None else {}
    return web.json_response(refusal.as_json(), status=refusal.code, headers=headers)


def _cut(request: web.Request) -> web.Response:
    """Close the connection without a word; the answer returned goes nowhere."""
    if request.transport is not None:
        request.transport.close()
    return web.Response()


async def read_arguments(request: web.Request) -> Arguments:
    """Read query, form, multipart or JSON; later ones win. Raises `ApiError` 400 for broken JSON."""
    texts = dict(request.query)
    request = request.clone(client_max_size=MOST_BODY)  # the app's own limit is meant for other rooms
    uploads: dict[str, Upload] = {}
    if request.content_type == "application/json":
        texts.update(_from_json(await request.read()))
    elif request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                with value.file:
                    uploads[name] = Upload(value.filename or "file", value.file.read(), value.content_type)
            elif isinstance(value, str):
                texts[name] = value
            else:
                texts[name] = bytes(value).decode("utf-8", "replace")
    return Arguments(texts, uploads)


def _from_json(body: bytes) -> dict[str, str]:
    if not body:
        return {}
    try:
        value = json.loads(body)
    except ValueError:
        raise bad_request("can't parse request JSON object") from None
    if not isinstance(value, dict):
        raise bad_request("request JSON must be an Object")
    return {
        name: item if isinstance(item, str) else json.dumps(item, ensure_ascii=False)
        for name, item in value.items()
        if item is not None
    }
