"""Everybody on one stage: an owner, an editor, an approver, a reader and a stranger; what they can type and tap."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.chat import admin
from bot.chat.handlers import COMMANDS
from bot.core.staff import Staffer
from bot.core.subscriber import month_of
from bot.texts.catalogues import words
from tests.builders import NOW, an_alert
from tests.chat.stage import Stage, a_stage
from tests.lookup.lexicons import real as lexicons

EN = words("en")
OWNER, EDITOR, APPROVER, READER, STRANGER = 1, 11, 12, 101, 102
EVERYBODY = (OWNER, EDITOR, APPROVER, READER, STRANGER)
ADMINS = {OWNER: "owner", EDITOR: "editor", APPROVER: "approver"}


TYPED = {
    "start": "/start", "help": "/help asylum", "find": "/find asylum", "subscribe": "/subscribe now",
    "area": "/area germany", "language": "/language ru", "quiet": "/quiet 23-8", "alert": "/alert A headline",
    "admin": "/admin name Anna",
}  # fmt: skip
"""Commands with the words that let them act at once."""


ADMIN_TAPS = (
    "adm:pending", "adm:feeds", "adm:stats", "adm:demand", "adm:audit", "adm:published", "adm:resources",
    "m:yes:d1", "m:alone:d1", "m:force:d1", "m:no:d1", "m:see:d1", "m:next:d1", "m:card:d1",
    "e:d1", "e:d1:headline:en", "e:d1:severity:Extreme", "e:d1:area", "e:d1:until:3",
    "x:show:p1", "x:yes:p1", "x:fix:p1", "x:clear:p1", "x:list:",
    "res:put:candidate", "res:drop:", "res:undo:", "res:queue:", "res:right:abcde", "res:down:abcde",
    "adm:team", "adm:panel", "st:invite:approver", "st:ask:1", "st:remove:1", "st:agree:p", "st:refuse:p",
)  # fmt: skip


async def a_full_stage(**changes: Any) -> Stage:
    """Return a stage with all of them, a draft `d1` and a published alert `p1`."""
    stage = await a_stage(lexicons(), **changes)
    await stage.store.save_alert(an_alert("d1", severity="Severe"))
    await stage.store.save_alert(an_alert("p1", state="published", published_at=NOW, expires_at=NOW + timedelta(9)))
    await stage.store.change_subscriber(READER, lambda reader: replace(reader, seen_month=month_of(NOW)))
    team = Staffer(1, "editor", EDITOR), Staffer(2, "approver", APPROVER)
    await stage.store.change_staff(lambda book: replace(book, staffers=team, numbers=2))
    await stage.desk.staff.load()
    return stage


async def traces(stage: Stage) -> tuple[object, ...]:
    """Return all on which anything could have had an effect."""
    people = sorted([person async for person in stage.store.subscribers()], key=lambda person: person.chat_id)
    return (
        people,
        await stage.store.alerts(),
        await stage.store.audit(NOW - timedelta(days=9)),
        list(stage.desk.resource_file.acts),
        dict(stage.desk.awaited._questions),
        list(stage.phones.sent),
        await stage.store.staff(),
    )


def every_text() -> list[str]:
    """Return each command of everybody's and of admins, with words where it needs some."""
    return [TYPED.get(name, f"/{name}") for name in (*COMMANDS, *admin.COMMANDS)]
