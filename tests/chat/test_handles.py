"""Buttons: an admin's are bound to chat, act and time; whatever anybody forges does nothing to anybody else."""

import json
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.chat.handles import LIVES, REMEMBERED, Handles, is_guarded
from bot.chat.roles import PRESSES
from bot.core.alert import DRAFT, PUBLISHED
from bot.texts import pages
from bot.texts.catalogues import words
from bot.texts.message import Button, Message
from tests.builders import NOW, an_alert
from tests.chat.stage import Stage, a_message, a_stage, a_tap
from tests.flows.conftest import Clock
from tests.lookup.lexicons import real as lexicons

EN = words("en")
OLD = pages.render_stale(EN)
ADMIN, SECOND, READER, OTHER = 1, 2, 101, 102


async def a_full_stage() -> Stage:
    stage = await a_stage(lexicons())
    await stage.store.save_alert(an_alert("d1"))
    for reader in (READER, OTHER):
        await stage.play(message=a_message(reader, "/subscribe now"))
    return stage


def test_handle__redeemed_in_its_chat__says_what_it_does() -> None:
    handles = Handles(Clock())
    name = handles.issue(ADMIN, "m:yes:d1")
    assert len(name.encode()) <= 64 and "d1" not in name
    assert handles.redeem(ADMIN, name) == "m:yes:d1"


def test_handle__another_chat__does_nothing_and_stays_for_its_own() -> None:
    handles = Handles(Clock())
    name = handles.issue(ADMIN, "m:yes:d1")
    assert handles.redeem(SECOND, name) == ""
    assert handles.redeem(ADMIN, name) == "m:yes:d1"


def test_handle__a_day_later__is_old() -> None:
    clock = Clock()
    handles = Handles(clock)
    name = handles.issue(ADMIN, "m:card:d1")
    assert timedelta(hours=24) == LIVES
    clock.now += LIVES
    assert handles.redeem(ADMIN, name) == ""
    assert handles.issue(ADMIN, "m:card:d1") != name


@pytest.mark.parametrize(
    ("data", "again"), [("m:yes:d1", ""), ("x:yes:d1", ""), ("res:put:c", ""), ("m:see:d1", "m:see:d1")]
)
def test_handle__second_time__what_decides_is_used_up_and_what_shows_is_not(data, again) -> None:
    handles = Handles(Clock())
    name = handles.issue(ADMIN, data)
    assert handles.redeem(ADMIN, name) == data
    assert handles.redeem(ADMIN, name) == again


def test_handles__same_act_in_the_same_chat__one_handle_and_no_other_chats() -> None:
    handles = Handles(Clock())
    assert handles.issue(ADMIN, "m:see:d1") == handles.issue(ADMIN, "m:see:d1")
    assert handles.issue(ADMIN, "m:see:d1") != handles.issue(SECOND, "m:see:d1")


def test_handles__endless__the_oldest_go_and_memory_stays_bounded() -> None:
    handles = Handles(Clock())
    first = handles.issue(ADMIN, "m:see:0")
    for number in range(1, REMEMBERED + 5):
        last = handles.issue(ADMIN, f"m:see:{number}")
    assert handles.redeem(ADMIN, first) == ""
    assert handles.redeem(ADMIN, last)
    assert len(handles._handles) == len(handles._names) == REMEMBERED


def test_handles__a_chat_forgotten__its_buttons_are_old() -> None:
    handles = Handles(Clock())
    mine, other = handles.issue(ADMIN, "m:see:d1"), handles.issue(SECOND, "m:see:d1")
    handles.forget(ADMIN)
    assert (handles.redeem(ADMIN, mine), handles.redeem(SECOND, other)) == ("", "m:see:d1")


def test_sealed__only_admins_buttons_change() -> None:
    message = Message("text", ((Button("A", "m:yes:d1"), Button("B", "go:start")), (Button("C", url="https://x.org"),)))
    sealed = Handles(Clock()).sealed(message, ADMIN)
    assert not is_guarded(sealed.buttons[0][0].data) and sealed.buttons[0][0].data.startswith("!")
    assert sealed.buttons[0][1:] == message.buttons[0][1:] and sealed.buttons[1:] == message.buttons[1:]


async def test_press__an_admin_forges_what_a_button_does__it_is_old() -> None:
    stage = await a_full_stage()
    for data in ("m:yes:d1", "m:force:d1", "x:yes:d1", "adm:stats", "!", "!forged", "!" + "A" * 12):
        await stage.play(callback_query=a_tap(ADMIN, data))
        assert stage.recorder.texts() == [OLD], data
    assert (await stage.store.alert("d1")).state == DRAFT


async def test_press__anothers_button__is_old_and_the_own_one_counts_once() -> None:
    stage = await a_full_stage()
    name = stage.desk.office.handles.issue(ADMIN, "m:yes:d1")
    await stage.play(callback_query=a_tap(SECOND, name))
    await stage.play(callback_query=a_tap(READER, name))
    assert (await stage.store.alert("d1")).state == DRAFT
    await stage.play(callback_query=a_tap(ADMIN, name))
    assert (await stage.store.alert("d1")).state == PUBLISHED
    await stage.play(callback_query=a_tap(ADMIN, name))
    assert stage.recorder.texts() == [OLD]


async def test_press__a_day_later__is_old() -> None:
    stage = await a_full_stage()
    name = stage.desk.office.handles.issue(ADMIN, "m:yes:d1")
    stage.clock.now += timedelta(hours=24)
    await stage.play(callback_query=a_tap(ADMIN, name))
    assert stage.recorder.texts() == [OLD]
    assert (await stage.store.alert("d1")).state == DRAFT


async def test_messages__to_admins__no_button_tells_what_it_does() -> None:
    stage = await a_full_stage()
    await stage.store.save_alert(an_alert("p1", state=PUBLISHED, published_at=NOW))
    for command in ("/admin", "/pending", "/retract", "/resources"):
        calls = await stage.play(message=a_message(ADMIN, command))
        shown = [button["callback_data"] for _, values in calls for button in _buttons(values)]
        assert shown and not [data for data in shown if is_guarded(data)], command


def _buttons(values):
    rows = json.loads(values.get("reply_markup", "{}")).get("inline_keyboard", [])
    return [button for row in rows for button in row if "callback_data" in button]


WORD = st.sampled_from(
    [*PRESSES, "go", "a", "t", "n", "r", "hide", "sub", "set", "pg", "forget", "!", "yes", "d1", "p1", "0", "-1", "9" * 30,
     "area", "newsarea", "language", "frequency", "quiet", "pause", "offset", "DE", "ru", "now", "23-8", "²", "none"]
)  # fmt: skip
FORGED = st.one_of(st.text(max_size=64), st.lists(st.one_of(WORD, st.text(max_size=8)), max_size=5).map(":".join))


@example(
    [(data, READER) for data in ("n:²", "pg:area:²", "pg:newsarea:-1", "a:x:²:abcde", "set:hour:²", "set:pause:²")]
)
@example(
    [
        (data, READER)
        for data in (
            "set:newsarea:DE:²",
            "set:offset:²",
            "set:offset:--5",
            "set:quiet:²-³",
            "t:",
            "r:",
            "a::::",
            "n:" + "9" * 50,
        )
    ]
)
@given(st.lists(st.tuples(FORGED, st.sampled_from([READER, 103, ADMIN])), min_size=1, max_size=20))
async def test_press__whatever_anybody_forges__no_error_and_no_effect_on_anybody_else(taps) -> None:
    stage = await a_stage(lexicons())
    errors = []

    async def note(update, context) -> None:
        errors.append(context.error)

    stage.application.error_handlers.clear()
    stage.application.add_error_handler(note)
    await stage.store.save_alert(an_alert("d1"))
    await stage.store.save_alert(an_alert("p1", state=PUBLISHED, published_at=NOW))
    await stage.play(message=a_message(OTHER, "/subscribe now"))
    other, alerts = await stage.store.subscriber(OTHER), await stage.store.alerts()
    for data, who in taps:
        calls = await stage.play(callback_query=a_tap(who, data))
        assert {str(values["chat_id"]) for _, values in calls if "chat_id" in values} <= {str(who)}
        assert "answerCallbackQuery" in [name for name, _ in calls]
    assert errors == []
    assert await stage.store.subscriber(OTHER) == other
    assert await stage.store.alerts() == alerts
    assert await stage.store.audit(NOW - timedelta(days=1)) == []
    assert stage.desk.resource_file.acts == []


async def test_handle__of_somebody_who_was_removed__is_old_and_stays_so_when_she_is_back() -> None:
    stage = await a_stage(lexicons(), owners=(1,))
    invited = await stage.desk.staff.invite(1, "approver")
    await stage.play(message=a_message(3, f"/start adm_{invited.code}"))
    [staffer] = stage.desk.staff.book.staffers
    handles = stage.desk.office.handles
    kept = handles.issue(3, "m:yes:d1:abc")
    stage.desk.awaited.ask(3, "headline", "d1", "en", stage.clock.now)
    calls = await stage.play(callback_query=a_tap(1, handles.issue(1, f"st:remove:{staffer.number}")))
    assert stage.desk.staff.role_of(3) == ""
    assert [name for name, values in calls if name == "deleteMyCommands" and '"chat_id": 3' in values["scope"]]
    again = await stage.desk.staff.invite(1, "approver")
    await stage.play(message=a_message(3, f"/start adm_{again.code}"))
    assert stage.desk.staff.role_of(3) == "approver"
    assert handles.redeem(3, kept) == ""
    assert stage.desk.awaited.of(3, stage.clock.now) is None


async def test_read__a_test_alert_whose_button_a_reader_forges__is_shown_to_admins_alone() -> None:
    stage = await a_full_stage()
    tried = an_alert("t1", status="Test", state=PUBLISHED, headline={"en": "Only to try it out"})
    await stage.store.save_alert(tried)
    await stage.play(callback_query=a_tap(READER, "r:t1"))
    assert stage.recorder.texts() == [OLD]
    await stage.play(callback_query=a_tap(ADMIN, "r:t1"))
    assert "Only to try it out" in stage.recorder.texts()[-1]
