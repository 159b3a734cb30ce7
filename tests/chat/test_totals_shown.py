"""What admins are shown of people, page by page: tens that one person's coming does not move, and nobody's number."""

from __future__ import annotations

import re

from bot.flows.subscribe import Defaults, subscribe
from bot.flows.totals import Totals
from tests.chat.cast import OWNER, a_full_stage
from tests.chat.stage import Stage, a_message, a_tap

COMMANDS = ("/admin", "/stats", "/pending", "/feeds", "/retract", "/resources")
TAPS = (
    *("adm:stats", "adm:pending", "adm:feeds", "adm:demand", "adm:audit", "adm:published", "adm:team", "adm:panel"),
    *("m:see:d1", "m:next:d1", "m:card:d1", "m:alone:d1", "x:show:p1", "x:list:"),
)
FIRST = 7_312_345_601
READERS = 19
"""With one more there are twenty: rounding alone would show that somebody came."""


async def comes(stage: Stage, chat_id: int) -> None:
    await subscribe(stage.store, stage.clock, Defaults(), chat_id, "now", "en")


async def every_page(stage: Stage) -> list[str]:
    """Return all that an owner sees, at one moment of the clock."""
    now, shown = stage.clock.now, []
    for text in COMMANDS:
        await stage.play(seconds=60, message=a_message(OWNER, text))
        shown += stage.recorder.texts()
    for data in TAPS:
        await stage.play(seconds=60, callback_query=a_tap(OWNER, stage.desk.office.handles.issue(OWNER, data)))
        shown += stage.recorder.texts()
    stage.clock.now = now
    return shown


async def test_pages_of_admins__one_reader_more__every_text_is_the_same_and_tells_tens_alone() -> None:
    stage = await a_full_stage()
    stage.desk.office.totals = Totals(stage.store, stage.clock, lambda below: 0)
    for number in range(READERS):
        await comes(stage, FIRST + number)
    before = await every_page(stage)
    await comes(stage, FIRST + READERS)
    after = await every_page(stage)
    assert len(before) >= len(COMMANDS) + len(TAPS)
    assert before == after
    said = "\n".join(before)
    assert "Readers: about 10\n" in said
    assert not re.search(rf"\b({READERS}|{READERS + 1}|about 20)\b", said)
    assert str(FIRST)[:-2] not in said
