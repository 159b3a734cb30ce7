"""Deciding on drafts: the card, consent, going alone, refusal, and the preview in every language."""

from __future__ import annotations

from bot.chat.desk import Desk, Visit
from bot.core.alert import DRAFT, Alert, heeding
from bot.core.staff import DECIDE
from bot.core.subscriber import Subscriber
from bot.errors import Expired, NotAllowed, Overtaken
from bot.flows import moderate
from bot.texts import admin as words_for
from bot.texts import drafts as cards
from bot.texts.alerts import render_push
from bot.texts.catalogues import every_language
from bot.texts.message import Button, Message


async def on_pending(desk: Desk, person: Visit, _words: str) -> None:
    """Show the draft that is most pressing."""
    await person.say(await draft_message(desk, person))


async def draft_message(desk: Desk, person: Visit, after: str = "") -> Message:
    """Return the card of the first draft, or of the one that follows `after`."""
    drafts = await moderate.drafts(desk.store)
    if not drafts:
        return words_for.render_no_drafts(person.speak)
    ids = [alert.id for alert in drafts]
    if ids == [after]:
        return words_for.render_no_other_draft(person.speak)
    number = (ids.index(after) + 1) % len(ids) if after in ids else 0
    return await card(desk, person, drafts, number)


async def card_of(desk: Desk, person: Visit, alert_id: str) -> Message:
    """Return the card of one draft. Raises NotAllowed when it was decided already."""
    drafts = await moderate.drafts(desk.store)
    ids = [alert.id for alert in drafts]
    if alert_id not in ids:
        raise NotAllowed("this draft was decided already")
    return await card(desk, person, drafts, ids.index(alert_id))


async def card(desk: Desk, person: Visit, drafts: list[Alert], number: int) -> Message:
    """Return one card of several."""
    alert = heeding(drafts[number], desk.staff.deciders)
    readers = cards.readers_in_words(await desk.office.totals.would_get(alert), person.speak)
    needed = await moderate.approvals_needed(desk.store, alert, desk.approvals)
    may_decide = desk.staff.may(person.user_id, DECIDE)
    return cards.render_draft(alert, readers, needed, (number + 1, len(drafts)), person.speak, may_decide=may_decide)


async def on_press(desk: Desk, person: Visit, words: list[str]) -> None:
    """Approve, refuse, preview or skip a draft."""
    act, alert_id, seen = (*words, "", "")[:3]
    try:
        match act:
            case "yes":
                await _approve(desk, person, alert_id, seen)
            case "alone":
                await person.show(cards.render_alone(await _draft(desk, alert_id), seen, person.speak))
            case "force":
                await _override(desk, person, alert_id, seen)
            case "no":
                await moderate.reject(desk.store, desk.clock, alert_id, desk.label_of(person.user_id), seen=seen)
                await _decided(desk, person, words_for.render_rejected(person.speak))
            case "see":
                await _preview(desk, person, await _draft(desk, alert_id))
            case "card":
                await person.show(await card_of(desk, person, alert_id))
            case _:
                await person.show(await draft_message(desk, person, alert_id))
    except Expired:
        await person.show(words_for.render_expired(person.speak, alert_id))
    except Overtaken:
        await person.show(words_for.render_changed(person.speak, alert_id))
    except NotAllowed:
        await _decided(desk, person, words_for.render_too_late(person.speak))


async def _draft(desk: Desk, alert_id: str) -> Alert:
    alert = await moderate.existing(desk.store, alert_id)
    if alert.state != DRAFT:
        raise NotAllowed("this draft was decided already")
    return alert


async def _approve(desk: Desk, person: Visit, alert_id: str, seen: str) -> None:
    before = heeding(await moderate.existing(desk.store, alert_id), desk.staff.deciders)
    by = desk.label_of(person.user_id)
    decision = await moderate.approve(
        desk.store, desk.clock, alert_id, by, desk.approvals, deciders=desk.staff.deciders, seen=seen
    )
    if decision.planned is not None:
        await _went_out(desk, person, decision)
        return
    alert, needed = decision.alert, decision.missing + len(decision.alert.approvals)
    await person.show(cards.render_second_needed(alert, needed, person.speak))
    if len(alert.approvals) > len(before.approvals):
        await desk.team.tell(lambda speak: cards.render_asked(alert, needed, speak), but=person.user_id, silent=False)


async def _override(desk: Desk, person: Visit, alert_id: str, seen: str) -> None:
    """Publish on one word alone, and tell every other admin."""
    by = desk.label_of(person.user_id)
    decision = await moderate.override(desk.store, desk.clock, alert_id, by, seen=seen)
    await _went_out(desk, person, decision)
    alert = decision.alert
    await desk.team.tell(lambda speak: cards.render_alone_notice(alert, by, speak), but=person.user_id, silent=False)


async def _went_out(desk: Desk, person: Visit, decision: moderate.Decision) -> None:
    """Let the couriers run, confirm, and show how it goes; a test goes to the admins at once."""
    desk.wake()
    alert, planned = decision.alert, decision.planned or 0
    speak = person.speak
    if alert.is_test:
        await _decided(desk, person, words_for.render_tested(speak), alert)
        # Neutral until she taps: it arrives on phones whose owners did not ask for it just now.
        await desk.team.tell(lambda speak: render_push(alert, Subscriber(0, is_discreet=True), speak))
        return
    readers = cards.readers_in_words(await desk.office.totals.went_out(alert), speak)
    is_correction = alert.version > 1
    text = words_for.render_corrected(speak) if is_correction else words_for.render_published(readers, speak)
    await _decided(desk, person, text, alert)
    await desk.office.follower.follow(person.chat_id, alert.id, planned, speak)


async def _decided(desk: Desk, person: Visit, text: str, alert: Alert | None = None) -> None:
    """Put the decision in the place of the card, with a way to the next draft, and to take it back."""
    waiting = await desk.store.alerts(state=DRAFT)
    row = []
    if alert is not None:
        row.append(Button(person.speak("Withdraw"), f"x:show:{alert.id}"))
    if waiting:
        row.append(Button(person.speak("Next"), "adm:pending"))
    await person.show(Message(text, (tuple(row),) if row else ()))


async def _preview(desk: Desk, person: Visit, alert: Alert) -> None:
    """Show a draft as readers of each language will see it."""
    for speak in every_language():
        await person.say(cards.render_preview(alert, speak))
