"""What each command and each button of admins needs; asked anew for every message and every tap."""

from __future__ import annotations

from bot.core.staff import COMPOSE, CONTACTS, DECIDE, EDIT, FEEDS, LOOK, RETRACT, TEAM

COMMANDS = {
    "admin": LOOK,
    "pending": LOOK,
    "cancel": LOOK,
    "stats": LOOK,
    "alert": COMPOSE,
    "retract": RETRACT,
    "feeds": FEEDS,
    "resources": CONTACTS,
}

PRESSES = {"adm": LOOK, "m": LOOK, "e": EDIT, "x": RETRACT, "res": CONTACTS, "st": TEAM}
"""By the first word of what an admin's button does ..."""

ACTS = {
    ("adm", "feeds"): FEEDS,
    ("adm", "published"): RETRACT,
    ("adm", "resources"): CONTACTS,
    ("adm", "team"): TEAM,
    ("m", "yes"): DECIDE,
    ("m", "alone"): DECIDE,
    ("m", "force"): DECIDE,
    ("m", "no"): DECIDE,
}
"""... unless the second word asks for more."""

TYPED = {"compose": COMPOSE, "all-clear": RETRACT}
"""What a typed value needs; the parts of a draft need EDIT."""


def needed_for_press(key: str, words: list[str]) -> str:
    """Return what a role must include for a button."""
    return ACTS.get((key, words[0] if words else ""), PRESSES.get(key, TEAM))


def needed_for_typed(act: str) -> str:
    """Return what a role must include for a typed value."""
    return TYPED.get(act, EDIT)
