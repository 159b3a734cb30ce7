"""Who may do what: every command and tap, by everybody, in every chat and by every kind of update."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.chat import admin, roles
from bot.chat.handlers import COMMANDS
from bot.core.staff import Staffer
from bot.core.subscriber import month_of
from bot.texts import pages
from bot.texts.catalogues import words
from bot.texts.team import render_not_your_role
from tests.builders import NOW, an_alert
from tests.chat.stage import Stage, a_message, a_stage, a_tap, a_user
from tests.lookup.lexicons import real as lexicons

EN = words("en")
OWNER, EDITOR, APPROVER, READER, STRANGER = 1, 11, 12, 101, 102
EVERYBODY = (OWNER, EDITOR, APPROVER, READER, STRANGER)
ADMINS = {OWNER: "owner", EDITOR: "editor", APPROVER: "approver"}
GROUP, CHANNEL = -100500, -100600
ORIGIN = {"type": "user", "sender_user": a_user(55), "date": int(NOW.timestamp())}
HIDDEN = {"type": "hidden_user", "sender_user_name": "Someone", "date": int(NOW.timestamp())}
POSTED = {"type": "channel", "chat": {"id": CHANNEL, "type": "channel"}, "message_id": 3, "date": int(NOW.timestamp())}
ROBOT = {"id": 77, "is_bot": True, "first_name": "Robot"}

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


def in_group(user_id: int, text: str, **changes: Any) -> dict[str, Any]:
    return a_message(user_id, text, chat={"id": GROUP, "type": "supergroup", "title": "Group"}, **changes)


def in_channel(text: str) -> dict[str, Any]:
    channel = {"id": CHANNEL, "type": "channel", "title": "Channel"}
    return {"message_id": 7, "date": int(NOW.timestamp()), "chat": channel, "sender_chat": channel, "text": text}


BORROWED = {
    "forwarded": {"forward_origin": ORIGIN},
    "forwarded, origin hidden": {"forward_origin": HIDDEN},
    "forwarded from a channel": {"forward_origin": POSTED},
    "through an inline bot": {"via_bot": ROBOT},
    "quoted from another chat": {"external_reply": {"origin": POSTED}},
    "sent by a timer": {"is_from_offline": True},
    "by a business account's robot": {"sender_business_bot": ROBOT},
    "edited before it came": {"edit_date": int(NOW.timestamp())},
    "in reply to a story": {
        "reply_to_story": {"id": 1, "chat": {"id": CHANNEL, "type": "channel", "title": "Channel"}}
    },
    "forwarded by itself": {"is_automatic_forward": True},
    "for a guest": {"guest_bot_caller_user": a_user(55)},
    "for a guest's chat": {"guest_bot_caller_chat": {"id": GROUP, "type": "supergroup", "title": "Group"}},
}
"""Private messages with a person's id whose words are not what she typed."""


def captioned(user_id: int, text: str) -> dict[str, Any]:
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}]
    return {"message": a_message(user_id, photo=photo, caption=text)}


ELSEWHERE: dict[str, Any] = {
    "edited": lambda who, text: {"edited_message": a_message(who, text, edit_date=int(NOW.timestamp()))},
    "business": lambda who, text: {"business_message": a_message(who, text, business_connection_id="b")},
    "business, edited": lambda who, text: {"edited_business_message": a_message(who, text, business_connection_id="b")},
    "business in a message": lambda who, text: {"message": a_message(who, text, business_connection_id="b")},
    "guest": lambda who, text: {"guest_message": a_message(who, text, guest_query_id="g")},
    "group": lambda who, text: {"message": in_group(who, text)},
    "group, edited": lambda who, text: {"edited_message": in_group(who, text, edit_date=int(NOW.timestamp()))},
    "anonymous admin of a group": lambda who, text: {
        "message": in_group(
            who, text, sender_chat={"id": GROUP, "type": "supergroup"}, **{"from": a_user(1087968824, is_bot=True)}
        )
    },
    "channel in its group": lambda who, text: {
        "message": in_group(
            who, text, sender_chat={"id": CHANNEL, "type": "channel"}, is_automatic_forward=True,
            **{"from": a_user(777000)},
        )
    },
    "channel": lambda who, text: {"channel_post": in_channel(text)},
    "channel, edited": lambda who, text: {"edited_channel_post": in_channel(text) | {"edit_date": 5}},
    "inline": lambda who, text: {"inline_query": {"id": "1", "from": a_user(who), "query": text, "offset": ""}},
    "inline, chosen": lambda who, text: {
        "chosen_inline_result": {"result_id": "1", "from": a_user(who), "query": text}
    },
    "a bot in its own chat": lambda who, text: {"message": a_message(who, text, **{"from": a_user(who, is_bot=True)})},
}  # fmt: skip
"""Updates that are nobody's message to us: they meet silence."""

TAPS_ELSEWHERE: dict[str, Any] = {
    "group": lambda who, data: {"callback_query": a_tap(who, data, message=in_group(1, "shown"))},
    "channel": lambda who, data: {"callback_query": a_tap(who, data, message=in_channel("shown"))},
    "inline message": lambda who, data: {
        "callback_query": {"id": "5", "from": a_user(who), "chat_instance": "9", "inline_message_id": "i", "data": data}
    },
}


async def a_full_stage(**changes: Any) -> Stage:
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
    return [TYPED.get(name, f"/{name}") for name in (*COMMANDS, *admin.COMMANDS)]


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


@pytest.mark.parametrize("front", ["open", "cover"])
@pytest.mark.parametrize("who", [OWNER, STRANGER])
async def test_update__in_one_persons_chat_by_another__meets_silence_and_changes_nothing(who, front) -> None:
    stage = await a_full_stage(front=front, start_codes=("leaflet-7Hq2",))
    before = await traces(stage)
    theirs = {"from": a_user(who)}
    for text in (*every_text(), "/panic", "asylum germany", "waypost", "leaflet-7Hq2"):
        assert await stage.play(message=a_message(READER, text, **theirs)) == []
    for data in ("forget:yes", "panic:now", "sub:now", "set:topic:law", "w:friend", "r:p1"):
        assert await stage.play(callback_query=a_tap(READER, data, **theirs)) == []
    assert await traces(stage) == before
    assert await stage.store.trace(READER) is None


@pytest.mark.parametrize("shape", BORROWED)
async def test_command__in_borrowed_words__changes_nothing_whoever_sends_it(shape) -> None:
    stage = await a_full_stage()
    before, allowed = await traces(stage), [pages.render_not_typed(EN).html]
    for text in every_text():
        for who in EVERYBODY:
            await stage.play(message=a_message(who, text, **BORROWED[shape]))
            assert stage.recorder.texts() == allowed, (text, who)
    assert await traces(stage) == before


async def test_command__as_a_caption__changes_nothing() -> None:
    stage = await a_full_stage()
    before = await traces(stage)
    for text in every_text():
        for who in EVERYBODY:
            await stage.play(**captioned(who, text))
            assert stage.recorder.texts() == [pages.render_not_typed(EN).html], (text, who)
    assert await traces(stage) == before


@pytest.mark.parametrize("shape", ELSEWHERE)
async def test_command__elsewhere__meets_silence_whoever_sends_it(shape) -> None:
    stage = await a_full_stage()
    before = await traces(stage)
    for text in every_text():
        for who in EVERYBODY:
            calls = await stage.play(**ELSEWHERE[shape](who, text))
            assert {name for name, _ in calls} <= {"leaveChat"}, (text, who)
    assert await traces(stage) == before


@pytest.mark.parametrize("shape", BORROWED)
async def test_typed_value_and_file__in_a_borrowed_message__are_not_taken(shape) -> None:
    stage = await a_full_stage()
    await stage.play(message=a_message(OWNER, "/alert"))
    before = await traces(stage)
    await stage.play(message=a_message(OWNER, "Words of somebody else", **BORROWED[shape]))
    document = {"file_id": "f", "file_unique_id": "u", "file_size": 9}
    await stage.play(message=a_message(OWNER, document=document, **BORROWED[shape]))
    assert await traces(stage) == before
    await stage.play(message=a_message(OWNER, "My own words"))
    assert len(await stage.store.alerts()) == 3


@pytest.mark.parametrize("shape", TAPS_ELSEWHERE)
async def test_tap__elsewhere__meets_silence_whoever_taps(shape) -> None:
    stage = await a_full_stage()
    before = await traces(stage)
    for data in (*ADMIN_TAPS, "sub:now", "set:area:DE", "forget:yes"):
        for who in EVERYBODY:
            assert {name for name, _ in await stage.play(**TAPS_ELSEWHERE[shape](who, data))} <= {"leaveChat"}
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
