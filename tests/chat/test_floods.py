"""Somebody floods the bot: she is answered at her pace, others at once, and what saves is always followed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from telegram import Update

from bot.chat import floods as module
from bot.chat import pace
from bot.chat.floods import CHATS, FEW, FEW_AT_WORK, NEVER_HELD, TAPS_NEVER_HELD, Floods
from bot.chat.polling import process
from bot.core.flood import ANSWER, AT_WORK, NEW_CHATS, ONE_CHAT, SILENCE
from bot.flows.tell import Team
from bot.flows.wipe import code_hash
from bot.texts import pages
from bot.texts.catalogues import words
from tests.builders import an_alert
from tests.chat.stage import Stage, a_message, a_stage, a_tap
from tests.flows.conftest import Clock, Phones
from tests.lookup.lexicons import real as lexicons

EN = words("en")
SLOWER = pages.render_slower(EN).html
FLOODER, OTHER = 101, 102
BURST = int(ONE_CHAT.burst)


async def flooded() -> Stage:
    """A stage on which somebody has just written a hundred messages in one second."""
    stage = await a_stage(lexicons())
    answers = []
    for _ in range(100):
        await stage.play(message=a_message(FLOODER, "/verify"), seconds=0.01)
        answers += stage.recorder.texts()
    assert len(answers) in (BURST + 1, BURST + 2), "the burst and one more for the second that went by"
    assert answers.count(SLOWER) == 1
    return stage


async def test_flood__one_chat__answered_to_its_pace_one_polite_line_then_silence() -> None:
    stage = await flooded()
    assert await stage.play(message=a_message(FLOODER, "again"), seconds=0) == []


async def test_flood__one_chat__others_are_answered() -> None:
    stage = await flooded()
    await stage.play(message=a_message(OTHER, "/verify"), seconds=0)
    assert stage.recorder.texts() and SLOWER not in stage.recorder.texts()


async def test_flood__one_chat__what_saves_is_followed_all_the_same() -> None:
    stage = await flooded()
    assert {"forget", "stop", "sos", "panic"} <= NEVER_HELD
    for command in NEVER_HELD - {"panic"}:
        await stage.play(message=a_message(FLOODER, f"/{command}"), seconds=0)
        assert stage.recorder.texts() and SLOWER not in stage.recorder.texts(), command
    for data in ("forget:yes", "go:sos", "sub:stop", "go:forget"):
        assert data.startswith(TAPS_NEVER_HELD)
        await stage.play(callback_query=a_tap(FLOODER, data), seconds=0)
        assert stage.recorder.texts() and SLOWER not in stage.recorder.texts(), data
    await stage.play(message=a_message(FLOODER, "/panic"), seconds=0)
    assert await stage.desk.is_wiped(FLOODER)


async def test_flood__one_chat__the_word_that_wipes_wipes_all_the_same() -> None:
    stage = await flooded()
    await stage.store.change_subscriber(FLOODER, lambda known: replace(known, panic_word="rainbow"))
    await stage.play(message=a_message(FLOODER, "Rainbow"), seconds=0)
    assert await stage.desk.is_wiped(FLOODER)


async def test_flood__under_the_cover__answered_to_its_pace_in_silence() -> None:
    stage = await a_stage(lexicons())
    await stage.play(message=a_message(FLOODER, "/panic"), seconds=60)
    answers = []
    for _ in range(50):
        await stage.play(message=a_message(FLOODER, "weather"), seconds=0.01)
        answers += stage.recorder.texts()
    assert BURST <= len(answers) <= BURST + 1
    assert SLOWER not in answers


async def test_flood__of_taps__each_gets_its_answer_at_once_and_no_message() -> None:
    stage = await flooded()
    calls = await stage.play(callback_query=a_tap(FLOODER, "go:topics"), seconds=0)
    assert [name for name, _ in calls] == ["answerCallbackQuery"]
    assert calls[0][1]["text"] == SLOWER and len(SLOWER) <= 200


async def test_flood__an_admin_decides_on_thirty_drafts_without_a_pause__every_tap_counts() -> None:
    stage = await a_stage(lexicons())
    for number in range(30):
        await stage.store.save_alert(an_alert(f"d{number}"))
    for number in range(30):
        for act in ("yes", "next"):
            data = stage.desk.office.handles.issue(1, f"m:{act}:d{number}")
            calls = await stage.play(callback_query=a_tap(1, data), seconds=0.1)
            assert not [values for _, values in calls if values.get("text") == SLOWER], (number, act)
    assert len(await stage.store.alerts(state="published")) == 30


async def test_flood__of_an_admins_taps__is_held_as_well_and_her_messages_have_their_own_pace() -> None:
    stage = await a_stage(lexicons())
    taps = []
    for _ in range(100):
        calls = await stage.play(callback_query=a_tap(1, stage.desk.office.handles.issue(1, "adm:pending")), seconds=0)
        taps.append([values.get("text") for name, values in calls if name == "answerCallbackQuery"])
    assert taps.count([SLOWER]) == 100 - AT_WORK.burst
    await stage.play(message=a_message(1, "/pending"), seconds=0)
    assert stage.recorder.texts() and SLOWER not in stage.recorder.texts()


def test_floods__very_much_of_an_admin_waits__she_keeps_some_taps_and_not_all() -> None:
    floods = Floods(Clock())
    assert floods.verdict_at_work(1) == ANSWER
    floods.crowd(1)
    found = [floods.verdict_at_work(1) for _ in range(100)]
    assert found.count(ANSWER) == FEW_AT_WORK


async def test_flood__a_minute_later__answered_again() -> None:
    stage = await flooded()
    await stage.play(message=a_message(FLOODER, "/verify"), seconds=60)
    assert stage.recorder.texts() and SLOWER not in stage.recorder.texts()


async def test_update__twice__has_one_effect() -> None:
    stage = await a_stage(lexicons())
    await stage.play(message=a_message(FLOODER, "/verify"))
    stage.number -= 1
    assert await stage.play(message=a_message(FLOODER, "/verify")) == []


def test_floods__a_rush_of_new_chats__is_held_and_known_ones_are_not() -> None:
    floods = Floods(Clock())
    found = [floods.verdict(chat, is_known=False) for chat in range(1, 3001)]
    assert found.count(ANSWER) == NEW_CHATS.burst
    assert set(found[int(NEW_CHATS.burst) :]) == {SILENCE}
    assert floods.verdict(5000, is_known=True) == ANSWER
    assert floods.verdict(1, is_known=False) == ANSWER, "who was answered just now is no new chat"


async def test_flood__very_much_waits__few_are_answered_without_waiting_themselves_and_what_saves_is_followed() -> None:
    stage = await a_stage(lexicons())
    stage.desk.office.floods.crowd(FLOODER)
    answers = []
    for _ in range(30):
        await stage.play(message=a_message(FLOODER, "/verify"), seconds=0)
        answers += stage.recorder.texts()
    assert len(answers) == FEW + 1 <= pace.BURST
    assert answers.count(SLOWER) == 1
    await stage.play(message=a_message(FLOODER, "/panic"), seconds=0)
    assert await stage.desk.is_wiped(FLOODER)


async def test_wipe__behind_many_messages__they_are_answered_no_more_and_go_with_the_others() -> None:
    stage = await a_stage(lexicons())
    said = [a_message(FLOODER, "asylum germany", message_id=number) for number in range(50, 59)]
    said.insert(4, a_message(FLOODER, "/passphrase three quiet rivers", message_id=60))
    said.append(a_message(FLOODER, "/panic", message_id=61))
    brought = [Update.de_json({"update_id": 900 + n, "message": m}, stage.application.bot) for n, m in enumerate(said)]
    await process(stage.application, brought)
    texts = stage.recorder.texts()
    assert len(texts) == 2, "that the passphrase is set, and the cover"
    assert {number for _, numbers in stage.phones.deleted for number in numbers} >= {*range(50, 59), 61}
    assert (await stage.store.trace(FLOODER)).passphrase
    await process(stage.application, brought)
    assert stage.recorder.texts() == texts, "repeated, they have no second effect"


@pytest.mark.parametrize("typed", ["umbrella", " Umbrella. ", "гьикуддф"])
async def test_wipe__her_own_word_behind_many_messages__they_are_answered_no_more_and_go_with_the_others(typed) -> None:
    stage = await a_stage(lexicons())
    await stage.store.change_subscriber(FLOODER, lambda known: replace(known, panic_word="umbrella"))
    said = [a_message(FLOODER, "asylum germany", message_id=number) for number in range(50, 59)]
    said.append(a_message(FLOODER, typed, message_id=61))
    brought = [Update.de_json({"update_id": 900 + n, "message": m}, stage.application.bot) for n, m in enumerate(said)]
    await process(stage.application, brought)
    assert len(stage.recorder.texts()) == 1, "the cover"
    assert {number for _, numbers in stage.phones.deleted for number in numbers} >= {*range(50, 59), 61}
    assert await stage.store.subscriber(FLOODER) is None


async def test_wipe__under_the_cover__what_came_before_it_is_answered_dully_and_nothing_is_kept() -> None:
    stage = await a_stage(lexicons(), front="cover", start_codes=("leaflet-7Hq2",))
    said = [a_message(OTHER, text) for text in ("hello", "weather", "/panic")]
    brought = [Update.de_json({"update_id": 900 + n, "message": m}, stage.application.bot) for n, m in enumerate(said)]
    await process(stage.application, brought)
    assert len(stage.recorder.texts()) == 3
    assert await stage.store.trace(OTHER) is None


def test_floods__endless_chats__memory_is_bounded() -> None:
    floods = Floods(Clock())
    for chat in range(3 * CHATS):
        floods.verdict(chat, is_known=chat % 2 == 0)
    assert len(floods._chats) == CHATS


async def test_rush__admins_hear_a_round_total_once_an_hour(monkeypatch) -> None:
    monkeypatch.setattr(module, "NEW_CHATS", module.NEW_CHATS.__class__(1, 0))
    clock, phones = Clock(), Phones()
    stage = await a_stage(lexicons())
    team, floods = Team(stage.store, phones, (1,)), Floods(clock)
    for chat in range(10):
        floods.verdict(chat, is_known=False)
    await floods.tell(team)
    assert phones.sent == [], "nine are fewer than ten"
    for chat in range(20, 48):
        floods.verdict(chat, is_known=False)
    await floods.tell(team)
    assert len(phones.sent) == 1 and "about 30 messages" in phones.sent[0][1]
    for chat in range(50, 90):
        floods.verdict(chat, is_known=False)
    await floods.tell(team)
    assert len(phones.sent) == 1
    clock.now += timedelta(hours=1)
    await floods.tell(team)
    assert len(phones.sent) == 2


STRANGE = ["a" * 100_000, "z\u0335\u0321\u0300" * 5000, "\u202eمساعدة " * 9000, "🏳️‍🌈" * 30_000, "\x00\u200b\ufeff", "/" * 9000,
           "/" + "a" * 70_000, "/help " + "e\u0301" * 40_000, "/area " + "x " * 30_000, "/news " + "ж" * 60_000, "@" * 4096,
           "<b>&amp;" * 5000, "/quiet " + "9" * 5000, "\n" * 5000, "/sos\u2066" + "b" * 9000]  # fmt: skip


async def test_strange_texts__of_any_length__are_answered_without_an_error_and_fit() -> None:
    stage = await a_stage(lexicons())
    errors = []

    async def note(update, context) -> None:
        errors.append(context.error)

    stage.application.error_handlers.clear()
    stage.application.add_error_handler(note)
    for text in STRANGE:
        await stage.play(message=a_message(OTHER, text))
        assert stage.recorder.texts(), text[:20]
        assert all(len(said.encode("utf-16-le")) <= 2 * 4096 for said in stage.recorder.texts()), text[:20]
        await stage.play(message=a_message(1, text))
    assert errors == []


@pytest.mark.parametrize("front", ["open", "cover"])
async def test_rush__a_friend_who_never_wrote_opens_the_link__the_wipe_does_not_wait(monkeypatch, front) -> None:
    monkeypatch.setattr(module, "NEW_CHATS", replace(NEW_CHATS, burst=0.0, rate=0.0))
    stage = await a_stage(lexicons(), front=front, start_codes=("leaflet-7Hq2",))
    await stage.store.change_subscriber(OTHER, lambda known: replace(known, wipe_code=code_hash("x" * 22)))
    assert await stage.play(message=a_message(FLOODER, "/start")) == []
    await stage.play(message=a_message(FLOODER, "/start w_" + "x" * 22))
    assert await stage.store.subscriber(OTHER) is None
