"""The team in an owner's chat: inviting by a link that counts once, removing, a second owner's word."""

from __future__ import annotations

from telegram import Update

from bot.chat.desk import Desk, Visit, visit
from bot.chat.gate import is_typed, person_of
from bot.chat.handlers import command_of
from bot.chat.menus import set_menu
from bot.core.staff import INVITE, Staffer
from bot.errors import NotAllowed
from bot.flows.staff import Decided
from bot.texts import team as pages
from bot.texts.message import Message

JOIN = "adm_"
"""How the start parameter of an invitation begins."""


async def on_start(desk: Desk, update: Update) -> bool:
    """Let somebody in who opened an invitation; say whether it counted. To all others it looks like a plain start."""
    found, message = person_of(update), update.effective_message
    if found is None or message is None or not desk.admits_admins or not is_typed(message):
        return False
    _, user = found
    name, words = command_of(message.text or "", desk.username())
    if name != "start" or not words.startswith(JOIN) or await desk.is_wiped(user.id):
        return False
    joined = await desk.staff.join(user.id, words.removeprefix(JOIN))
    person = await visit(desk, update) if joined is not None else None
    if joined is None or person is None:
        return False
    await person.heard(message.message_id)
    await person.say(pages.render_welcome(joined.label, joined.role, person.speak))
    await desk.team.tell(lambda speak: pages.render_joined_notice(joined.label, speak), but=person.user_id)
    return True


def team_message(desk: Desk, person: Visit) -> Message:
    """Return the page of the team."""
    book, now = desk.staff.book, desk.now()
    waiting = [proposal for proposal in book.proposals if proposal.until > now]
    return pages.render_team(desk.staff.owners, book, waiting, person.user_id, person.speak)


async def on_press(desk: Desk, person: Visit, words: list[str]) -> None:
    """Invite, ask before a removal, remove, agree, refuse."""
    act, value = words[0], words[1] if len(words) > 1 else ""
    try:
        match act:
            case "invite":
                await _decided(desk, person, await desk.staff.invite(person.user_id, value))
            case "ask":
                await _ask(desk, person, value)
            case "remove":
                await _decided(desk, person, await desk.staff.remove(person.user_id, _number(value)))
            case "agree":
                await _decided(desk, person, await desk.staff.agree(person.user_id, value))
            case "refuse":
                await desk.staff.refuse(person.user_id, value)
                by = desk.staff.label_of(person.user_id)
                await person.show(team_message(desk, person))
                await desk.team.tell(lambda speak: pages.render_refused_notice(by, speak), but=person.user_id)
            case _:
                await person.show(team_message(desk, person))
    except NotAllowed:
        await person.show(Message(pages.render_open_no_more(person.speak)))


def _number(text: str) -> int:
    if not text.isdecimal():
        raise NotAllowed("there is nobody of that number")
    return int(text)


async def _ask(desk: Desk, person: Visit, value: str) -> None:
    found = desk.staff.book.numbered(_number(value))
    if found is None:
        raise NotAllowed("there is nobody of that number")
    await person.show(pages.render_remove_question(found.label, found.number, person.speak))


async def _decided(desk: Desk, person: Visit, decided: Decided) -> None:
    """Show what became of a wish, and tell everybody."""
    proposal, book = decided.proposal, desk.staff.book
    by = desk.staff.label_of(person.user_id)
    if not decided.is_done:
        await person.show(pages.render_waits(person.speak))
        await desk.team.tell(lambda speak: pages.render_wish_notice(proposal, book, speak), but=person.user_id)
    elif proposal.act == INVITE:
        await _hand_over(desk, person, decided)
        role = proposal.role
        await desk.team.tell(lambda speak: pages.render_invited_notice(by, role, speak), but=person.user_id)
    else:
        await person.show(team_message(desk, person))
        if decided.removed is not None:
            label = decided.removed.label
            await desk.team.tell(lambda speak: pages.render_removed_notice(by, label, speak), but=person.user_id)
            await _shut_out(desk, person, decided.removed)


async def _hand_over(desk: Desk, person: Visit, decided: Decided) -> None:
    """Give the link to the owner who wanted it, whoever agreed last."""
    proposal = decided.proposal
    link = f"https://t.me/{desk.username()}?start={JOIN}{decided.code}"
    if proposal.by_id == person.user_id:
        await person.show(pages.render_link(link, proposal.role, person.speak))
        return
    await person.show(team_message(desk, person))
    await desk.team.tell_one(proposal.by_id, lambda speak: pages.render_link(link, proposal.role, speak))


async def _shut_out(desk: Desk, person: Visit, gone: Staffer) -> None:
    """Make the buttons of somebody who was removed old ones, and take the admins' menu away."""
    desk.office.handles.forget(gone.user_id)
    desk.awaited.end(gone.user_id)
    await set_menu(person.update.get_bot(), gone.user_id, None)
