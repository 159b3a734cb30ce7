"""A statement of who a bot is: plain lines that a website can carry, and a signature over them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

BEGIN, END = "-----BEGIN WAYPOST IDENTITY-----", "-----END WAYPOST IDENTITY-----"
PROMISE = "we never ask for your name, address, documents or money"
FIELDS = ("bot", "run by", "website", "promise", "signed", "valid until", "key")
LONGEST = 10_000
"""Characters of a file that are looked at."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What is signed; `key` is the public key, in letters."""

    bot: str
    run_by: str
    website: str
    signed_on: date
    valid_until: date
    key: str

    def body(self) -> str:
        """Return the lines that are signed: always the same for the same statement."""
        values = (
            f"@{self.bot}",
            _line(self.run_by),
            _line(self.website),
            PROMISE,
            self.signed_on.isoformat(),
            self.valid_until.isoformat(),
            self.key,
        )
        return "\n".join(f"{name}: {value}" for name, value in zip(FIELDS, values, strict=True))


def armored(body: str, signature: str) -> str:
    """Return a signed statement as people copy it."""
    return f"{BEGIN}\n{body}\nsignature: {signature}\n{END}"


def taken_apart(text: str) -> tuple[Statement, str] | None:
    """Return statement and signature of a copied text, whatever stands around it; None when there is none."""
    _, begin, rest = text[:LONGEST].partition(BEGIN)
    inside, end, _ = rest.partition(END)
    lines = [line.strip() for line in inside.strip().splitlines()]
    names = [line.partition(": ")[0] for line in lines]
    if not (begin and end) or names != [*FIELDS, "signature"]:
        return None
    bot, run_by, website, promise, signed_on, valid_until, key, signature = (line.partition(": ")[2] for line in lines)
    try:
        days = date.fromisoformat(signed_on), date.fromisoformat(valid_until)
    except ValueError:
        return None
    statement = Statement(bot.removeprefix("@"), run_by, website, *days, key)
    return (statement, signature) if promise == PROMISE else None


def _line(text: str) -> str:
    """Return a value as one line without what could look like another one."""
    return " ".join(text.split()) or "-"
