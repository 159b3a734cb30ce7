"""What a source wrote becomes plain text and a checked web address: no markup, no trick, nothing that tracks."""

from __future__ import annotations

import html
import ipaddress
import re
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

import idna
import nh3

NO_MARKUP = nh3.Cleaner(tags=set(), clean_content_tags={"script", "style"})
LONGEST_MARKUP = 60_000
ESCAPED_TOO_OFTEN = 2
"""Times that markup is found escaped within escaped markup; sources nest by accident, not deeper."""
LONGEST_LINK = 2000
TRACKING = re.compile(
    r"^(utm_\w+|fbclid|gclid|gclsrc|dclid|msclkid|yclid|ysclid|twclid|ttclid|mc_[ce]id|igshid?|_openstat|at_\w+|cmpid"
    r"|ref_src|ref_url|_hs(enc|mi)|mkt_tok|vero_id|wickedid|oly_\w+_id|s_cid|__twitter_impression|ocid|smid|guccounter)$",
    re.IGNORECASE,
)
# Controls, soft hyphens, invisible and direction-changing characters, blanks that look like nothing, half surrogates
# and tag characters. The joiners U+200C and U+200D stay: Persian and emoji are written with them.
CONTROLS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e"
    "\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff\ufdd0-\ufdef\ud800-\udfff"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
PILED_MARKS = re.compile("([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{3})[\u0300-\u036f"
                         "\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+")  # fmt: skip
BREAKS = re.compile(r"<\s{0,9}/?(br|p|div|li|h[1-6]|tr|td|blockquote|ul|ol|hr)\b", re.IGNORECASE)
HTML_TAG = re.compile(r"</[a-z]\w{0,20}\s{0,9}>|<(br|p|div|img|a)\b", re.IGNORECASE)
ENTITY_LEFT = re.compile(r"&(amp|nbsp|quot|apos|lt|gt|[a-z]dash|#\d{1,6}|#x[0-9a-f]{1,6});", re.IGNORECASE)
# Windows letters that came as the controls of the same number: "don\x92t".
WINDOWS = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}
HOST = re.compile(r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*\.?")
USUAL_PORT = {"http": 80, "https": 443}
IN_PATH = "/%:@!$&'()*+,;=~-._"


def plain_text(markup: str, longest: int = LONGEST_MARKUP) -> str:
    """Return at most `longest` characters without tags, scripts, entities and controls, with single spaces."""
    # Half a pair, which JSON can hold, is no letter that could be cleaned or sent.
    text = _bare(markup[:LONGEST_MARKUP].encode("utf-8", "ignore").decode())
    for _ in range(ESCAPED_TOO_OFTEN):
        if not (HTML_TAG.search(text) or ENTITY_LEFT.search(text)):
            break
        text = _bare(text)
    return shortened(clean(text), longest)


def _bare(markup: str) -> str:
    if "<" not in markup and "&" not in markup:
        return markup
    return html.unescape(NO_MARKUP.clean(BREAKS.sub(lambda found: " " + found[0], markup)))


def clean(text: str) -> str:
    """Return text that is no markup without controls and piled accents, with single spaces."""
    return " ".join(PILED_MARKS.sub(r"\1", CONTROLS.sub("", text.translate(WINDOWS))).split())


def shortened(text: str, longest: int) -> str:
    """Return the text, cut after a whole word and marked with an ellipsis where it is too long."""
    if len(text) <= longest:
        return text
    start = text[: longest - 1]
    head, space, _ = start.rpartition(" ")
    return (head if space and len(head) > longest // 2 else start).rstrip() + "…"


def safe_link(url: str, base: str = "") -> str:
    """Return a web address without tracking and user info, or '' for any other scheme, a broken or a private one.

    A relative address is completed from `base`. A name in other letters than ASCII is shown in Punycode, so that a
    Cyrillic twin of a known name does not look like it.
    """
    try:
        wanted = CONTROLS.sub("", url[: LONGEST_LINK + 1]).strip()
        parts = urlsplit(urljoin(base, wanted) if base else wanted)
        host = _host(parts)
        port = f":{parts.port}" if parts.port and parts.port != USUAL_PORT.get(parts.scheme) else ""
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host or len(url) > LONGEST_LINK:
        return ""
    kept = [pair for pair in parts.query.split("&") if pair and not TRACKING.match(pair.partition("=")[0])]
    path, query = quote(parts.path, safe=IN_PATH), quote("&".join(kept), safe=IN_PATH + "?")
    link = urlunsplit((parts.scheme, host + port, path, query, ""))
    return link if len(link) <= LONGEST_LINK else ""


def _host(parts: SplitResult) -> str:
    """Return the name in ASCII, or '' for one that no browser would read the same way. Raises ValueError."""
    name = parts.hostname or ""
    # A browser takes a backslash for a slash: the name it opens is not the one that stands here.
    if not name or "\\" in parts.netloc or "%" in name:
        return ""
    if ":" in name:
        return f"[{name}]" if ipaddress.IPv6Address(name).is_global else ""
    if not name.isascii():
        # idna's errors are ValueErrors.
        name = idna.encode(name, uts46=True).decode("ascii")
    name = name.lower()
    if not HOST.fullmatch(name):
        return ""
    last = name.rstrip(".").rpartition(".")[2]
    if last.isdigit() or last.startswith("0x"):
        return name if ipaddress.IPv4Address(name).is_global else ""
    return "" if last == "localhost" else name
