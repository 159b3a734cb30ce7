"""What Telegram answers when it refuses: a code, a description, sometimes parameters.

The texts are those of the official server (tdlib/telegram-bot-api `Client.cpp`, tdlib/td); how it turns
an inner message into a description is `fail_query_with_error` in `Client.cpp`, retold in `described`.
"""

from typing import Any

_PREFIX = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 500: "Internal Server Error"}
_REASON = {404: "Not Found", 409: "Conflict", 413: "Request Entity Too Large", 502: "Bad Gateway"}


def described(code: int, message: str) -> str:
    """Return the description for an inner message: prefixed, first letter lowered unless it is a CODE_NAME."""
    prefix = _PREFIX.get(code)
    if prefix is None:
        return message or _REASON.get(code, "Error")
    if not message or message.startswith(prefix):
        return message or prefix
    shouted = len(message) >= 2 and (message[1] == "_" or "A" <= message[1] <= "Z")
    return f"{prefix}: {message}" if shouted else f"{prefix}: {message[0].lower()}{message[1:]}"


class ApiError(Exception):
    """A refusal with `code` (HTTP status and `error_code`), `description` and `parameters`."""

    def __init__(self, code: int, message: str = "", **parameters: int) -> None:
        self.code = code
        self.description = described(code, message)
        self.parameters = parameters
        super().__init__(f"{code} {self.description}")

    def as_json(self) -> dict[str, Any]:
        """Return the body that Telegram sends."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = dict(self.parameters)
        return body


def bad_request(message: str) -> ApiError:
    """Return a 400."""
    return ApiError(400, message)


def forbidden(message: str) -> ApiError:
    """Return a 403."""
    return ApiError(403, message)


def too_many_requests(retry_after: int) -> ApiError:
    """Return a 429 that asks to wait `retry_after` seconds."""
    return ApiError(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)


def conflict(message: str) -> ApiError:
    """Return a 409."""
    return ApiError(409, f"Conflict: {message}")


def ended() -> ApiError:
    """Return the 400 after `logOut`, the one description that the server sends without a prefix."""
    error = ApiError(400)
    error.description = "Logged out"
    return error
