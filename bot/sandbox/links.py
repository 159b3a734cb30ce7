"""Which links Telegram accepts in a text link or on a button."""

import re

_SCHEME = re.compile(r"^(?:(?P<scheme>[^:/?#@\[\]]*):)?(?P<slashes>//)?(?P<rest>.*)$", re.DOTALL)
_USER = re.compile(r"^tg:(?://)?user\?(?:.*&)?id=(\d+)", re.IGNORECASE)
_HOST = re.compile(
    r"^(?:[^@/?#]*@)?(?P<host>\[[0-9a-fA-F:.]+\]|[^:/?#]*)(?::(?P<port>[^/?#]*))?(?P<tail>.*)$", re.DOTALL
)


def linked_user(link: str) -> int | None:
    """Return the user id of a `tg://user?id=...` link."""
    found = _USER.match(link)
    return int(found[1]) if found else None


def fault_of_link(link: str) -> str | None:
    """Return why Telegram refuses the link, None when it takes it."""
    split = _SCHEME.match(link)
    assert split is not None
    scheme, rest = (split["scheme"] or "").lower(), split["rest"]
    if scheme in ("tg", "ton", "tonsite"):
        host = re.split(r"[/?#]", rest, maxsplit=1)[0]
        return None if re.fullmatch(r"[A-Za-z0-9_.-]+", host) else "Unallowed characters in URL host"
    if split["slashes"] and scheme not in ("http", "https"):
        return "Unsupported URL protocol"
    found = _HOST.match(rest if split["slashes"] else link)
    assert found is not None
    return _fault_of_host(found["host"], found["port"])


def _fault_of_host(host: str, port: str | None) -> str | None:
    if port is not None and not (port.isdigit() and 0 < int(port) < 65536):
        return "Wrong port number specified in the URL"
    if not host:
        return "URL host is empty"
    if host == ".":
        return "Host is invalid"
    if host.startswith("["):
        return None
    if re.search(r"[\x00-\x20\"<>\\^`{|}]", host):
        return "Disallowed character in URL host"
    return None if "." in host else "Wrong HTTP URL"


def checked_link(link: str) -> str:
    """Return the link as Telegram keeps it (scheme and path completed), empty when it refuses it."""
    if fault_of_link(link) is not None:
        return ""
    if re.match(r"^(tg|ton|tonsite):", link, re.IGNORECASE):
        return link
    if not re.match(r"^https?://", link, re.IGNORECASE):
        link = f"http://{link}"
    scheme, rest = link.split("://", 1)
    host = re.split(r"[/?#]", rest, maxsplit=1)[0]
    tail = rest[len(host) :]
    return f"{scheme.lower()}://{host.lower()}{tail if tail.startswith('/') else '/' + tail}"
