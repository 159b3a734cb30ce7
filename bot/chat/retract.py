"""What was published and turned out wrong or over: withdrawn, corrected, or followed by an all-clear."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.chat import editor
from bot.chat.desk import Desk, Visit
from bot.core.alert import PUBLISHED
from bot.core.delivery import MESSAGES_KEPT
from bot.errors import NotAllowed
from bot.flows import moderate
from bot.texts import trail
from bot.texts.drafts import render_too_late
from bot.texts.editor import render_editor
from bot.texts.message import Message

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


async def on_retract(desk: Desk, person: Visit, _words: str) -> None:
    """Show what was published last."""
    await person.say(await list_message(desk, person))


async def list_message(desk: Desk, person: Visit, page: int = 0) -> Message:
    """Return a page of what was published, newest first."""
    alerts = await desk.store.alerts(state=PUBLISHED)
    alerts.sort(key=lambda alert: alert.published_at or LONG_AGO, reverse=True)
    return trail.render_published_list(alerts, page, person.speak)


async def on_press(desk: Desk, person: Visit, words: list[str]) -> None:
    """Show one published alert, withdraw it, begin a correction, or ask for the text of an all-clear."""
    act, alert_id = words[0], words[-1]
    try:
        match act:
            case "show":
                alert = await moderate.existing(desk.store, alert_id)
                if alert.state != PUBLISHED:
                    raise NotAllowed("it does not stand any more")
                await person.show(trail.render_published_alert(alert, person.speak))
            case "yes":
                await _withdraw(desk, person, alert_id)
            case "fix":
                draft = await moderate.correction_of(desk.store, desk.clock, alert_id)
                await person.show(render_editor(draft, person.speak))
            case "clear":
                await editor.ask_all_clear(desk, person, alert_id)
            case _:
                page = int(words[1]) if words[1:] and words[1].isdecimal() else 0
                await person.show(await list_message(desk, person, page))
    except NotAllowed:
        await person.show(Message(render_too_late(person.speak)))


async def _withdraw(desk: Desk, person: Visit, alert_id: str) -> None:
    by = desk.label_of(person.user_id)
    published_at = (await moderate.existing(desk.store, alert_id)).published_at
    due = await moderate.withdraw(desk.store, desk.clock, alert_id, by)
    desk.wake()
    is_old = published_at is not None and desk.now() - published_at >= MESSAGES_KEPT
    await person.show(Message(trail.render_withdrawn_now(is_old, person.speak)))
    await desk.team.tell(lambda speak: trail.render_withdrawn_notice(by, speak), but=person.user_id)
    await desk.office.follower.follow(person.chat_id, alert_id, due, person.speak)
