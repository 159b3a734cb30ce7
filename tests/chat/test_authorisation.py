"""Who may do what: every command and tap, by everybody, in every chat and by every kind of update."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.chat import admin, roles
from bot.core.staff import Staffer
from bot.texts import pages
from bot.texts.team import render_not_your_role
from tests.chat.cast import (
    ADMIN_TAPS,
    ADMINS,
    APPROVER,
    EDITOR,
    EN,
    EVERYBODY,
    OWNER,
    READER,
    STRANGER,
    TYPED,
    a_full_stage,
    traces,
)
from tests.chat.stage import a_message, a_tap, a_user

COMMANDS_OF = {
    "editor": {"admin", "pending", "cancel", "stats", "feeds", "resources"},
    "approver": {"admin", "pending", "cancel", "stats", "alert", "retract"},
    "owner": {"admin", "pending", "cancel", "stats", "feeds", "resources", "alert", "retract"},
}
TAPS_OF = {
    "editor": ("adm:pending", "adm:feeds", "adm:stats", "adm:demand", "adm:audit", "adm:resources", "adm:panel", "m:see", "m:next",
               "m:card", "e:", "res:"),
    "approver": ("adm:pending", "adm:stats", "adm:demand", "adm:audit", "adm:published", "adm:panel", "m:", "e:", "x:"),
    "owner": ("adm:", "m:", "e:", "x:", "res:", "st:"),
}  # fmt: skip
"""What each role may do, written here once more by hand: the matrix that the code is held to."""

NOT_YOURS, TROUBLE = render_not_your_role(EN).html, pages.render_trouble(EN).html


@pytest.mark.parametrize("name", admin.COMMANDS)
@pytest.mark.parametrize("who", EVERYBODY)
async def test_command_of_admins__typed__is_followed_by_role(name, who) -> None:
    stage = await a_full_stage()
    before = await traces(stage)
    await stage.play(message=a_message(who, TYPED.get(name, f"/{name}")))
    said, unknown = stage.recorder.texts(), pages.render_unknown_command(EN).html
    if who not in ADMINS:
        assert said == [unknown]
    elif name not in COMMANDS_OF[ADMINS[who]]:
        assert said == [NOT_YOURS]
    else:
        assert said and not {unknown, NOT_YOURS, TROUBLE} & set(said)
        return
    assert await traces(stage) == before


def test_command_of_admins__every_one_is_in_the_matrix() -> None:
    assert set(admin.COMMANDS) == set(roles.COMMANDS) == set().union(*COMMANDS_OF.values()) == COMMANDS_OF["owner"]
    assert set(admin.PRESSES) == set(roles.PRESSES) == {data.split(":")[0] for data in ADMIN_TAPS}


@pytest.mark.parametrize("data", ADMIN_TAPS)
@pytest.mark.parametrize("who", ADMINS)
async def test_tap_of_admins__its_real_handle__acts_by_role(data, who) -> None:
    stage = await a_full_stage()
    before = await traces(stage)
    await stage.play(callback_query=a_tap(who, stage.desk.office.handles.issue(who, data)))
    if data.startswith(TAPS_OF[ADMINS[who]]):
        assert stage.recorder.texts() and not {NOT_YOURS, TROUBLE} & set(stage.recorder.texts())
    else:
        assert stage.recorder.texts() == [NOT_YOURS]
        assert await traces(stage) == before


async def test_typed_value__of_somebody_whose_role_was_taken__is_a_question() -> None:
    stage = await a_full_stage()
    await stage.play(message=a_message(APPROVER, "/alert"))
    await stage.store.change_staff(lambda book: replace(book, staffers=(Staffer(2, "editor", APPROVER),)))
    await stage.desk.staff.load()
    await stage.play(message=a_message(APPROVER, "A headline"))
    assert len(await stage.store.alerts()) == 2


@pytest.mark.parametrize("who", EVERYBODY)
async def test_file__sent__is_looked_at_by_role(who) -> None:
    stage = await a_full_stage()
    await stage.play(message=a_message(who, document={"file_id": "f", "file_unique_id": "u", "file_size": 9}))
    assert stage.desk.resource_file.acts == (["examine"] if who in (OWNER, EDITOR) else [])


async def test_public_bot__where_admins_have_their_own__nobody_is_an_admin() -> None:
    stage = await a_full_stage(admits_admins=False)
    before, unknown = await traces(stage), pages.render_unknown_command(EN).html
    for who in EVERYBODY:
        for name in admin.COMMANDS:
            await stage.play(message=a_message(who, TYPED.get(name, f"/{name}")))
            assert stage.recorder.texts() == [unknown], (who, name)
        for data in ADMIN_TAPS:
            await stage.play(callback_query=a_tap(who, stage.desk.office.handles.issue(who, data)))
            assert stage.recorder.texts() == [pages.render_stale(EN)], (who, data)
        await stage.play(message=a_message(who, document={"file_id": "f", "file_unique_id": "u", "file_size": 9}))
    assert await traces(stage) == before


@pytest.mark.parametrize("data", ADMIN_TAPS)
async def test_tap_of_admins__by_somebody_else__is_an_old_button(data) -> None:
    stage = await a_full_stage()
    before = await traces(stage)
    for who in (READER, STRANGER):
        await stage.play(callback_query=a_tap(who, data))
        assert stage.recorder.texts() == [pages.render_stale(EN)]
    assert await traces(stage) == before


async def test_block__told_by_somebody_else__forgets_nobody() -> None:
    stage = await a_full_stage()
    standing = {"user": {"id": 1, "is_bot": True, "first_name": "Bot"}, "status": "kicked", "until_date": 0}
    change = {
        "chat": {"id": READER, "type": "private"}, "date": 0,
        "old_chat_member": {**standing, "status": "member"}, "new_chat_member": standing,
    }  # fmt: skip
    await stage.play(my_chat_member={**change, "from": a_user(STRANGER)})
    assert await stage.store.subscriber(READER) is not None
    await stage.play(my_chat_member={**change, "from": a_user(READER)})
    assert await stage.store.subscriber(READER) is None
