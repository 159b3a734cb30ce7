"""Bytes become text: what the bytes say about themselves counts more than what the server or the file claims."""

from __future__ import annotations

import codecs
import re

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Only encodings that hold text: Python also knows "zip", "hex" or "unicode_escape" by name, and UTF-7 hides markup.
KNOWN = re.compile(
    r"utf-?8|utf-?16(-?[lb]e)?|windows-125\d|cp125\d|cp866|iso-?8859-\d\d?|latin-?1|koi8-[ru]|macintosh|mac-cyrillic"
    r"|gb2312|gbk|gb18030|big5(-?hkscs)?|shift[_-]jis|euc-(jp|kr)|iso-2022-(jp|kr)|ks_c_5601-1987|tis-620|us-ascii"
)
CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._-]{1,40})", re.IGNORECASE)
DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
DECLARATION = re.compile(r"^\s*<\?xml\b[^>]{0,300}\?>")
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
SEVEN_BITS = ("iso-2022-jp", "iso-2022-kr")
UNTRUE_DEFAULTS = ("iso-8859-1", "latin-1", "latin1", "us-ascii")
"""What servers claim when nobody configured them; a file that names its encoding knows better."""
LEGACY = {
    **dict.fromkeys(("ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "tg", "mn", "ce"), "cp1251"),
    **dict.fromkeys(("ar", "fa", "ur", "ps", "ckb"), "cp1256"),
    **dict.fromkeys(("pl", "cs", "sk", "hu", "hr", "sl", "ro", "sq", "bs"), "cp1250"),
    **dict.fromkeys(("tr", "az", "ku"), "cp1254"),
    **dict.fromkeys(("lt", "lv", "et"), "cp1257"),
    "el": "cp1253",
    "he": "cp1255",
    "vi": "cp1258",
}
LONE_FAULTS = 0.02


def decoded(body: bytes, content_type: str = "", language: str = "en") -> str:
    """Return the document as text without its XML declaration, marks and characters that XML forbids; never raises.

    `language` (BCP 47, what the editor wrote) settles what nothing else does: undeclared Russian is windows-1251.
    """
    text = _as_text(body, content_type, language.partition("-")[0])
    return DECLARATION.sub("", ILLEGAL.sub("", text.lstrip("\ufeff")), count=1).lstrip()


def _as_text(body: bytes, content_type: str, language: str) -> str:
    for mark, encoding in BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    start = body[:4]
    if start[:2] in (b"<\x00", b"{\x00"):
        return body.decode("utf-16-le", "replace")
    if start[:2] in (b"\x00<", b"\x00{"):
        return body.decode("utf-16-be", "replace")
    claims = _claims(body, content_type)
    # Text in another encoding is next to never valid UTF-8 by accident, so a valid document is UTF-8 whatever it
    # claims; the encodings that use seven bits only are the exception.
    for encoding in (*(claim for claim in claims if claim in SEVEN_BITS), "utf-8", *claims):
        try:
            return body.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return _guessed(body, language)


def _claims(body: bytes, content_type: str) -> list[str]:
    """Return the encodings that the server and the file name, the more trustworthy first."""
    served = CHARSET.search(content_type)
    declared = DECLARED.match(body[:400])
    by_server = served[1].lower() if served else ""
    by_file = declared[1].decode("ascii").lower() if declared else ""
    claims = [by_file, by_server] if by_server in UNTRUE_DEFAULTS else [by_server, by_file]
    return [claim for claim in claims if KNOWN.fullmatch(claim)]


def _guessed(body: bytes, language: str) -> str:
    """Return text from bytes whose claims are all untrue."""
    text = body.decode("utf-8", "replace")
    foreign = sum(byte > 127 for byte in body[:100_000])
    if text[:100_000].count("\ufffd") <= foreign * LONE_FAULTS:
        return text
    legacy = LEGACY.get(language, "cp1252")
    if legacy == "cp1251" and _looks_like_koi8(body[:100_000]):
        legacy = "koi8-r"
    return body.decode(legacy, "replace")


def _looks_like_koi8(body: bytes) -> bool:
    """Say whether the small letters, which are most letters of any text, lie where KOI8 has them."""
    return sum(0xC0 <= byte <= 0xDF for byte in body) > sum(byte >= 0xE0 for byte in body)
