"""What admins type and tap; every act asks again whether this user is an admin (in `handlers` and `buttons`)."""

from __future__ import annotations

from bot.chat import curation
from bot.chat.buttons import Press
from bot.chat.desk import Desk, Visit
from bot.chat.handlers import Handler
from bot.core.alert import DRAFT, Alert, approvals_needed
from bot.errors import NotAllowed
from bot.flows import moderate
from bot.texts import admin as words_for
from bot.texts.alerts import readers_in_words, render_alert, render_draft, render_feeds, render_push
from bot.texts.message import Button, Message


async def on_admin(desk: Desk, person: Visit, words: str) -> None:
    """Show the panel; `/admin name ...` chooses how she is named on cards."""
    if words.startswith("name "):
        await curation.on_name(desk, person, words.removeprefix("name "))
        return
    await person.say(words_for.render_panel(person.speak))


async def on_pending(desk: Desk, person: Visit, _words: str) -> None:
    """Show the draft that is most pressing."""
    await person.say(await draft_message(desk, person))


async def draft_message(desk: Desk, person: Visit, after: str = "") -> Message:
    """Return the card of the first draft, or of the one that follows `after`."""
    drafts = await moderate.drafts(desk.store)
    if not drafts:
        return words_for.render_no_drafts(person.speak)
    ids = [alert.id for alert in drafts]
    number = (ids.index(after) + 1) % len(ids) if after in ids else 0
    alert = drafts[number]
    readers = readers_in_words(await moderate.count_readers(desk.store, alert, desk.clock), person.speak)
    needed = approvals_needed(alert, desk.approvals)
    return render_draft(alert, readers, needed, (number + 1, len(ids)), person.speak)


async def on_feeds(desk: Desk, person: Visit, _words: str) -> None:
    """Show the sources, when each was read and why it failed."""
    await person.say(await feeds_message(desk, person))


async def feeds_message(desk: Desk, person: Visit) -> Message:
    """Return the sources."""
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
            }
        )
    return render_feeds(rows, desk.now(), person.speak)


async def on_stats(desk: Desk, person: Visit, _words: str) -> None:
    """Show totals."""
    await person.say(await stats_message(desk, person))


async def stats_message(desk: Desk, person: Visit) -> Message:
    """Return totals, rounded so that no single reader shows."""
    counts = await desk.store.counts(desk.now())
    readers = readers_in_words(counts.subscribers, person.speak)
    return words_for.render_stats(readers, counts.drafts, counts.due, counts.sent, counts.dead, person.speak)


COMMANDS: dict[str, Handler] = {
    "admin": on_admin,
    "pending": on_pending,
    "feeds": on_feeds,
    "stats": on_stats,
    "resources": curation.on_resources,
}


async def on_panel_press(desk: Desk, person: Visit, words: list[str]) -> None:
    """Show one part of the panel."""
    match words[0]:
        case "pending":
            await person.show(await draft_message(desk, person))
        case "feeds":
            await person.show(await feeds_message(desk, person))
        case "stats":
            await person.show(await stats_message(desk, person))
        case _:
            await person.show(curation.resources_message(desk, person))


async def on_draft_press(desk: Desk, person: Visit, words: list[str]) -> None:
    """Approve, refuse, preview or skip a draft."""
    act, alert_id = words[0], words[-1]
    try:
        match act:
            case "yes":
                await _approve(desk, person, alert_id)
            case "no":
                await moderate.reject(desk.store, alert_id)
                await _decided(desk, person, words_for.render_rejected(person.speak))
            case "see":
                await _preview(desk, person, await desk.store.alert(alert_id))
            case _:
                await person.show(await draft_message(desk, person, alert_id))
    except NotAllowed:
        await _decided(desk, person, words_for.render_too_late(person.speak))


async def _approve(desk: Desk, person: Visit, alert_id: str) -> None:
    by = desk.label_of(person.user_id)
    decision = await moderate.approve(desk.store, desk.clock, alert_id, by, desk.approvals)
    if decision.planned is None:
        await _decided(desk, person, words_for.render_second_needed(decision.missing, person.speak))
        return
    desk.wake()
    readers = readers_in_words(decision.planned, person.speak)
    await _decided(desk, person, words_for.render_published(decision.planned, readers, person.speak))


async def _decided(desk: Desk, person: Visit, text: str) -> None:
    """Put the decision in the place of the card, with a way to the next draft."""
    waiting = await desk.store.alerts(state=DRAFT)
    rows = ((Button(person.speak("Next"), "adm:pending"),),) if waiting else ()
    await person.show(Message(text, rows))


async def _preview(desk: Desk, person: Visit, alert: Alert | None) -> None:
    """Show a draft as readers will see it: first what arrives, then what they read."""
    if alert is None:
        raise NotAllowed("there is no such alert")
    await person.say(Message(render_push(alert, person.subscriber, person.speak).html))
    await person.say(Message(render_alert(alert, person.subscriber.utc_offset, person.speak).html))


PRESSES: dict[str, Press] = {"adm": on_panel_press, "m": on_draft_press, "res": curation.on_press}
