"""Killed at any point of a wipe or a farewell: the next process does the rest, whatever it was."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.core.trace import MENU
from bot.flows.tidy import Tidier
from bot.storage.tables import Batch
from tests.chat.stage import Stage, a_message, a_stage, a_tap
from tests.lookup.lexicons import real as lexicons

READER, ADMIN, FRIEND = 5001, 1, 5002
LINK = "leaflet-7Hq2"
EFFECTS = 40
"""More than any of these has."""


class Killed(BaseException):
    """The process ends here."""


class Death:
    """Lets so many effects happen, on the disk or in Telegram, and none after them."""

    def __init__(self, stage: Stage, after: int) -> None:
        self.left = after
        self.has_come = False
        commits, phones, recorder = stage.store._commits, stage.phones, stage.recorder
        for holder, name in ((commits, "commit"), (commits, "erase"), (phones, "delete"), (recorder, "do_request")):
            setattr(holder, name, self._deadly(getattr(holder, name)))

    def _deadly(self, act: Any) -> Any:
        async def acts(*arguments: Any, **more: Any) -> Any:
            if self.left <= 0:
                self.has_come = True
                if arguments and isinstance(arguments[0], Batch):
                    arguments[0].undo()  # what the disk does not have is not there when the next process opens it
                raise Killed
            self.left -= 1
            return await act(*arguments, **more)

        return acts


def menu_of(calls: list[tuple[str, dict[str, Any]]], chat: int, menu: list[str] | None) -> list[str] | None:
    """Return the menu of one chat after some calls, by its commands; None where it has none of its own."""
    for name, values in calls:
        if name in ("setMyCommands", "deleteMyCommands") and json.loads(values["scope"]).get("chat_id") == chat:
            is_set = name == "setMyCommands"
            menu = [each["command"] for each in json.loads(values["commands"])] if is_set else None
    return menu


async def a_life(who: int, front: str) -> tuple[Stage, list[str] | None]:
    """Let somebody live in the bot for a while; return the stage and her menu."""
    stage = await a_stage(lexicons(), front=front, start_codes=(LINK,))
    calls = []
    lived = (f"/start {LINK}", "/passphrase three quiet rivers", "/subscribe now", "asylum germany")
    for number, text in enumerate(lived, 40):
        calls += await stage.play(seconds=60, message=a_message(who, text, message_id=number))
    calls += await stage.play(seconds=60, callback_query=a_tap(who, "w:friend"))
    return stage, menu_of(calls, who, None)


async def leaves(stage: Stage, who: int, update: dict[str, Any], after: int) -> tuple[Death, list[Any]]:
    """Let an update be handled by a process that is killed after so many effects."""
    death = Death(stage, after)
    try:
        await stage.play(seconds=60, **update)
    except BaseException as error:  # noqa: BLE001 - whatever the library makes of a process that ends
        assert death.has_come, error
    return death, list(stage.recorder.calls)


@pytest.mark.parametrize(
    ("act", "front"), [("panic", "open"), ("panic", "cover"), ("forget", "open"), ("forget", "cover")]
)
@pytest.mark.parametrize("who", [READER, ADMIN])
async def test_leaving__killed_after_any_number_of_effects__the_next_process_does_the_rest(who, act, front) -> None:
    update: dict[str, Any] = {"message": a_message(who, "/panic", message_id=60)}
    if act == "forget":
        update = {"callback_query": a_tap(who, "forget:yes")}
    deaths = 0
    for after in range(EFFECTS):
        first, menu = await a_life(who, front)
        standing = set(await first.store.messages(who))
        assert len(standing) >= 5
        kept = (await first.store.subscriber(who)).passphrase
        death, calls = await leaves(first, who, update, after)
        deaths += death.has_come
        menu = menu_of(calls, who, menu)

        store = first.store
        for name in ("commit", "erase"):
            delattr(store._commits, name)
        then = await a_stage(lexicons(), front=front, start_codes=(LINK,), store=store)
        then.clock.now = first.clock.now
        if death.has_come:
            menu = menu_of(await then.play(**update), who, menu)  # Telegram was not told that it arrived
        tidier = Tidier(store, then.phones, then.clock, then.desk.office.dress)
        then.recorder.calls.clear()
        await tidier.hide()
        await tidier.tidy()
        await then.desk.office.cards.tidy()
        menu = menu_of(then.recorder.calls, who, menu)

        where = f"killed after {after} effects"
        gone = {number for stage in (first, then) for _, numbers in stage.phones.deleted for number in numbers}
        gone |= {int(values["message_id"]) for name, values in calls if name == "deleteMessage"}
        assert standing <= gone, where
        assert await store.subscriber(who) is None, where
        trace = await store.trace(who)
        left = [each for each in trace.messages if each.message_id in standing | {MENU}] if trace else []
        assert left == [], where
        if act == "panic":
            assert (trace.is_covered, trace.passphrase) == (True, kept), where
            assert menu == ["weather", "news", "help"], where
        elif front == "cover" and who == READER:
            assert menu is None, where
        if not death.has_come:
            break
    else:
        raise AssertionError("there were more effects than were looked at")
    assert deaths >= 5
