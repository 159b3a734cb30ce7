"""How a service is reached, checked where it is read: web addresses, e-mail addresses, numbers."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

HOST = re.compile(r"^([^\W_]([\w-]*[^\W_])?\.)+[^\W_]([\w-]*[^\W_])?$|^localhost$|^[0-9a-f:.]*:[0-9a-f:.]+$")
BARE_ADDRESS = re.compile(r"^([^\W_]([\w-]*[^\W_])?\.)+[a-zа-я]{2,}(/\S*)?$")
EMAIL = re.compile(r"^[^\s@<>,;:]+@([^\s@<>,;:.]+\.)+[^\s@<>,;:.]{2,}$")
LATIN, CYRILLIC = re.compile("[a-z]", re.IGNORECASE), re.compile("[\u0400-\u04ff]")
LONGEST_URL = 1000
PLUS_APART = re.compile(r"^\+ (?=\d)")
TWO_NUMBERS = re.compile(r"\d.*(\s/|/\s|,|;).*\d|\+.*\+|(\d\D*){9}/\d{1,4}$")
OF_A_COUNTRY = re.compile(
    r"^\+[(\s]*(1|7|20|21[1-368]|2[2346]\d|25[0-8]|27|29[017-9]|3[0-469]|35\d|37[0-8]|38[0-35-79]|4[013-9]|42[013]|5[09]\d|5[1-8]"
    r"|6[0-6]|67[02-9]|68[0-35-9]|69[0-2]|8[1246]|80[08]|85[02356]|87[08]|88[0-368]|9[0-58]|96[0-8]|97[0-79]|99[2-68])"
)
"""The codes of countries, and of networks that reach over many (ITU-T E.164)."""

HIDDEN = ("a hidden character stands in it", "write it anew, without copying it")
NUMBERS_OFTEN_MEANT = (
    (re.compile("[‐‑‒–—−]"), "write it with plain hyphens or spaces"),
    (re.compile("[“”„‟«»\"'’‘`]"), "write it without the quotes in it"),
    (re.compile("^tel:", re.IGNORECASE), "write it without `tel:`"),
    (re.compile("^@|^https?:|t\\.me/"), "a name or an address goes to `links`, as in https://t.me/refuge"),
)


def refuse(what: str, fix: str) -> ValueError:
    """Return the error that a validator raises: what is wrong, and what to write."""
    return ValueError(f"{what}; {fix}")


def url(value: str) -> str:
    """Return a web address as it was written. Raises ValueError."""
    if not value:
        return value
    try:
        parts = urlsplit(value)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if hides_something(value):
        raise refuse(*HIDDEN)
    if len(value) > LONGEST_URL:
        raise refuse(f"the address has {len(value)} characters", "write a shorter one that leads there")
    host = parts.hostname or "" if is_address else ""
    if not is_address or re.search(r"[\s<>`]", value) or not HOST.match(host):
        fix = (
            f"https://{value} if that page opens"
            if BARE_ADDRESS.match(value)
            else "it in full, as in https://refuge.example.org"
        )
        raise refuse(f"`{value}` is no web address", f"write {fix}")
    if parts.username is not None:
        raise refuse("the address holds a user name", "write it without what stands before the @")
    if "&amp;" in value:
        raise refuse(f"`{value}` holds &amp;, as the source of a web page does", "write & instead")
    if is_mixed(host):
        raise refuse(f"`{host}` mixes Latin and Cyrillic letters", "type it anew with one keyboard")
    return value


def needed_url(value: str) -> str:
    """Return an address that must be there. Raises ValueError."""
    if not value:
        raise refuse("the web address is empty", "write it in full, as in https://refuge.example.org")
    return value


def email(value: str) -> str:
    """Return an e-mail address as it was written. Raises ValueError."""
    if hides_something(value):
        raise refuse(*HIDDEN)
    if value and not EMAIL.match(value):
        raise refuse(f"`{value}` is no e-mail address", "write one address, as in help@refuge.example.org")
    if is_mixed(value):
        raise refuse(f"`{value}` mixes Latin and Cyrillic letters", "type it anew with one keyboard")
    return value


def is_mixed(name: str) -> bool:
    """Say whether a part of a name between its dots mixes two alphabets: `о` for `o` leads elsewhere, or nowhere."""
    return any(LATIN.search(part) and CYRILLIC.search(part) for part in re.split("[.@]", name))


def number(value: str) -> str:
    """Return a number with plain spaces. Raises ValueError."""
    if not value.strip():
        raise refuse("the number is empty", "write it, or remove this phone")
    if hides_something(value):
        raise refuse(*HIDDEN)
    written = PLUS_APART.sub("+", " ".join(value.split()))
    if TWO_NUMBERS.search(written):
        raise refuse(f"`{value}` holds two numbers", "write each of them in full, as a phone of its own")
    if not re.search(r"[0-9]", written) or re.search(r"[^0-9\s()+./*#-]|.\+", written):
        raise refuse(f"`{value}` is no phone number", _number_fix(value))
    if written.startswith("+8") and written[2:3] in (" ", "(", "-"):
        raise refuse(f"`{value}` begins with +8, which is no country", "write +7 for a number in Russia")
    if written.startswith("+") and not OF_A_COUNTRY.match(written):
        raise refuse(
            f"`{value}` begins with the code of no country", "write the code after the +, as in +49 30 23125 001"
        )
    return written


def _number_fix(value: str) -> str:
    if any(letter.isdecimal() and not letter.isascii() for letter in value) or "＋" in value:
        return "write it with the digits 0 to 9 and a plain +"
    meant = next((fix for sign, fix in NUMBERS_OFTEN_MEANT if sign.search(value)), "")
    return meant or "write the number alone; words go to `description`"


def hides_something(value: str) -> bool:
    """Say whether a character stands in it that nobody sees, as copying from other programs brings in."""
    return any(unicodedata.category(letter) in ("Cf", "Cc", "Co") for letter in value)
