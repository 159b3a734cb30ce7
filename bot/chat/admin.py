"""What admins type and tap; every act asks again for the role of this user (in `door`)."""

from __future__ import annotations

from bot.chat import curation, drafts, editor, retract, team
from bot.chat.buttons import Press
from bot.chat.desk import Desk, Visit
from bot.chat.door import AdminDoor
from bot.chat.handlers import Handler
from bot.core.audit import AUDIT_KEPT
from bot.core.feed import NOTHING_NEW, silence
from bot.texts import admin as words_for
from bot.texts.alerts import render_feeds
from bot.texts.drafts import in_words, readers_in_words
from bot.texts.message import Message
from bot.texts.trail import render_audit


async def on_admin(desk: Desk, person: Visit, words: str) -> None:
    """Show the panel; `/admin name ...` chooses how she is named on cards."""
    if words.startswith("name "):
        await curation.on_name(desk, person, words.removeprefix("name "))
        return
    await person.say(panel_message(desk, person))


def panel_message(desk: Desk, person: Visit) -> Message:
    """Return the panel with what this role can open."""
    return words_for.render_panel(lambda what: desk.staff.may(person.user_id, what), person.speak)


async def on_feeds(desk: Desk, person: Visit, _words: str) -> None:
    """Show the sources, when each was read and why it failed."""
    await person.say(await feeds_message(desk, person))


async def feeds_message(desk: Desk, person: Visit, page: int = 0) -> Message:
    """Return a page of the sources."""
    states = await desk.store.feed_states()
    rows = []
    for feed in desk.feeds():
        state = states.get(feed.id)
        rows.append(
            {
                "title": feed.title,
                "last_good_at": state.last_good_at if state else None,
                "errors": state.errors if state else 0,
                "reason": state.reason if state else "",
                "last_entry_at": state.last_entry_at if state and silence(state) == NOTHING_NEW else None,
            }
        )
    return render_feeds(rows, desk.now(), page, person.speak)


async def on_stats(desk: Desk, person: Visit, _words: str) -> None:
    """Show totals."""
    await person.say(await stats_message(desk, person))


async def stats_message(desk: Desk, person: Visit) -> Message:
    """Return totals, rounded so that no single reader shows."""
    counts, totals = await desk.store.counts(desk.now()), desk.office.totals
    readers = readers_in_words(await totals.readers(), person.speak)
    speak, told = person.speak, totals.told
    due, sent, dead = told("due", counts.due), told("sent", counts.sent), told("dead", counts.dead)
    people = in_words(due, speak), in_words(sent, speak), in_words(dead, speak)
    return words_for.render_stats(readers, counts.drafts, *people, speak)


COMMANDS: dict[str, Handler] = {
    "admin": on_admin,
    "pending": drafts.on_pending,
    "alert": editor.on_alert,
    "retract": retract.on_retract,
    "cancel": editor.on_cancel,
    "feeds": on_feeds,
    "stats": on_stats,
    "resources": curation.on_resources,
}


async def on_panel_press(desk: Desk, person: Visit, words: list[str]) -> None:
    """Show one part of the panel."""
    match words[0]:
        case "pending":
            await person.show(await drafts.draft_message(desk, person))
        case "feeds":
            await person.show(await feeds_message(desk, person, _page(words)))
        case "stats":
            await person.show(await stats_message(desk, person))
        case "demand":
            months = await desk.office.totals.demand.told()
            await person.show(words_for.render_demand(months, person.speak))
        case "audit":
            entries = await desk.store.audit(desk.now() - AUDIT_KEPT)
            await person.show(render_audit(entries, _page(words), person.speak))
        case "panel":
            await person.show(panel_message(desk, person))
        case "team":
            await person.show(team.team_message(desk, person))
        case "published":
            await person.show(await retract.list_message(desk, person))
        case _:
            await person.show(curation.resources_message(desk, person))


def _page(words: list[str]) -> int:
    """Return the number of the page that a button names, 0 where it names none."""
    return int(words[1]) if len(words) > 1 and words[1].isdecimal() else 0


PRESSES: dict[str, Press] = {
    "adm": on_panel_press,
    "m": drafts.on_press,
    "e": editor.on_press,
    "x": retract.on_press,
    "res": curation.on_press,
    "st": team.on_press,
}

DOOR = AdminDoor(COMMANDS, PRESSES, typed=editor.on_typed, file=curation.on_file)
