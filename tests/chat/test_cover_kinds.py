"""The cover, whatever comes: a wiped chat and a stranger's lead to the same calls for every kind of update."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.chat.stage import Stage, a_message, a_stage, a_tap, a_user
from tests.lookup.lexicons import real as lexicons

WIPED, STRANGER = 5001, 5002
LINK = "leaflet-7Hq2"
ROBOT = {"id": 77, "is_bot": True, "first_name": "Robot"}
FILE = {"file_id": "f", "file_unique_id": "u"}
PHOTO = [{**FILE, "width": 9, "height": 9}]
FORWARDED = {"type": "user", "sender_user": a_user(55), "date": 1}

PAID = {"currency": "XTR", "total_amount": 1, "invoice_payload": "/panic"}
REACTED = {"message_id": 7, "date": 1, "old_reaction": [], "new_reaction": [{"type": "emoji", "emoji": "👍"}]}

TEXTS = (
    *("/start", "/START", "/start@waypost_bot", "/start@other_bot", f"/start adm_{'x' * 22}", f"/start w_{'x' * 22}"),
    *("/start w_", f"/start {'z' * 64}", f"/start {LINK[:-1]}", f"/start {LINK}x", "/start\nfoo", "/start  adm_q"),
    *("/panic", "/panic now", "/forget", "/stop", "/sos", "/mydata", "/admin", "/pending", "/subscribe now"),
    *("/passphrase one more river", "//", "/ ", "/" + "y" * 4000, "hello", "три тихие реки", "umbrella"),
    *("x" * 4096, "\u200f", "🙂" * 300, "zvezda nad rekoj"),
)
TAPS = (
    *("go:sos", "panic:now", "r:a1", "hide:a1", "w:friend", "w:pass", "forget:yes", "sub:now", "!abc", ""),
    *("set:area:DE", "adm:panel", "x" * 64, "here:yes"),
)
KINDS: dict[str, dict[str, Any]] = {
    "photo": {"photo": PHOTO},
    "photo with words": {"photo": PHOTO, "caption": "asylum germany"},
    "photo with a command": {"photo": PHOTO, "caption": "/panic"},
    "voice": {"voice": {**FILE, "duration": 1}},
    "file": {"document": {**FILE, "file_name": "resources.yaml"}},
    "place": {"location": {"latitude": 1, "longitude": 1}},
    "contact": {"contact": {"phone_number": "+70000000000", "first_name": "x"}},
    "sticker": {
        "sticker": {**FILE, "type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}
    },
    "round video": {"video_note": {**FILE, "length": 1, "duration": 1}},
    "poll": {
        "poll": {
            **{"id": "p", "question": "asylum?", "options": [], "total_voter_count": 0, "is_closed": False},
            **{
                "is_anonymous": True,
                "type": "regular",
                "allows_multiple_answers": False,
                "allows_revoting": False,
                "members_only": False,
            },
        }
    },
    "dice": {"dice": {"emoji": "🎲", "value": 6}},
    "web app": {"web_app_data": {"data": "/panic", "button_text": "x"}},
    "payment": {
        "successful_payment": {
            **{"currency": "XTR", "total_amount": 1, "invoice_payload": "/panic"},
            **{"telegram_payment_charge_id": "x", "provider_payment_charge_id": "y"},
        }
    },
    "pinned": {"pinned_message": {"message_id": 5, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "Asylum"}},
    "reply to an old answer": {
        "text": "and in Berlin?",
        "reply_to_message": {
            "message_id": 5,
            "date": 1,
            "chat": {"id": 1, "type": "private"},
            "from": ROBOT,
            "text": "Asylum advice Berlin",
            "reply_markup": {"inline_keyboard": [[{"text": "Next", "callback_data": "a:n:1:xx"}]]},
        },
    },
    "timer of the chat": {"message_auto_delete_timer_changed": {"message_auto_delete_time": 5}},
    "forwarded": {"text": "hello", "forward_origin": FORWARDED},
    "forwarded command": {"text": "/panic", "forward_origin": FORWARDED},
    "forwarded link": {"text": f"/start w_{'x' * 22}", "forward_origin": FORWARDED},
    "through a robot": {"text": "hello", "via_bot": ROBOT},
    "another language": {"text": "hello", "from": {"language_code": "ru"}},
    "no language": {"text": "hello", "from": {"language_code": "xx-YY"}},
    "a channel's": {"text": "hello", "sender_chat": {"id": -100, "type": "channel", "title": "x"}},
    "business": {"text": "hello", "business_connection_id": "b"},
}


def updates(who: int) -> Iterator[dict[str, Any]]:
    """Yield everything that may come from one person's chat."""
    yield from ({"message": a_message(who, text)} for text in TEXTS)
    for changes in KINDS.values():
        speaks = {"from": a_user(who, **changes["from"])} if "from" in changes else {}
        yield {"message": a_message(who, **changes | speaks)}
    for text in ("three quiet rivers", "/panic"):
        yield {"edited_message": a_message(who, text, edit_date=5)}
        yield {"business_message": a_message(who, text, business_connection_id="b")}
    yield {"inline_query": {"id": "1", "from": a_user(who), "query": "asylum germany", "offset": ""}}
    yield {"chosen_inline_result": {"result_id": "1", "from": a_user(who), "query": "asylum"}}
    yield {"pre_checkout_query": {"id": "1", "from": a_user(who), **PAID}}
    yield {"poll_answer": {"poll_id": "p", "user": a_user(who), "option_ids": [0], "option_persistent_ids": ["0"]}}
    yield {"message_reaction": {"chat": {"id": who, "type": "private"}, **REACTED, "user": a_user(who)}}
    yield from ({"callback_query": a_tap(who, data)} for data in TAPS)
    old = {"chat": {"id": who, "type": "private"}, "message_id": 7, "date": 0}
    yield {"callback_query": a_tap(who, "go:sos", message=old)}


async def calls(stage: Stage, who: int, update: dict[str, Any], seconds: float) -> str:
    """Return what an update led to, without the number of the chat."""
    made = await stage.play(seconds=seconds, **update)
    return json.dumps(made, sort_keys=True).replace(str(who), "CHAT")


async def wiped(front: str, *, with_passphrase: bool) -> Stage:
    """Return a stage on which somebody lived in the bot for a while, and wiped."""
    stage = await a_stage(lexicons(), front=front, start_codes=(LINK,))
    lived = (f"/start {LINK}", "/language ru", "/panicword umbrella", "/subscribe now")
    for text in (*lived, *(["/passphrase three quiet rivers"] if with_passphrase else []), "/panic"):
        await stage.play(seconds=60, message=a_message(WIPED, text))
    stage.clock.now += timedelta(minutes=5)
    stage.phones.deleted.clear()
    return stage


@pytest.mark.parametrize("seconds", [5, 0.01], ids=["at leisure", "in a flood"])
@pytest.mark.parametrize("front", ["open", "cover"])
@pytest.mark.parametrize("with_passphrase", [True, False])
async def test_cover__every_kind_of_update__the_same_calls_as_for_a_stranger(with_passphrase, front, seconds) -> None:
    hers = await wiped(front, with_passphrase=with_passphrase)
    strange = await a_stage(lexicons(), front="cover", start_codes=(LINK,))
    for mine, other in zip(updates(WIPED), updates(STRANGER), strict=True):
        assert await calls(hers, WIPED, mine, seconds) == await calls(strange, STRANGER, other, seconds), mine
    assert await hers.desk.is_wiped(WIPED)
    assert await hers.store.subscriber(WIPED) is None
    assert await strange.store.subscriber(STRANGER) is None
    assert await strange.store.trace(STRANGER) is None
    for stage in (hers, strange):
        assert stage.phones.sent == stage.phones.deleted == []
        assert {name for name, _ in stage.recorder.calls} <= {"sendMessage", "answerCallbackQuery", "deleteMessage"}


async def test_cover__after_a_lively_talk_and_at_once__as_many_answers_as_a_stranger_gets() -> None:
    """How much was said before the wipe must not show in how soon the dull bot falls silent."""
    hers, strange = [await a_stage(lexicons(), front="cover", start_codes=(LINK,)) for _ in range(2)]
    await hers.play(message=a_message(WIPED, f"/start {LINK}"))
    for number in range(30):
        await hers.play(seconds=0.01, message=a_message(WIPED, f"shelter {number}"))
    await hers.play(seconds=0.01, message=a_message(WIPED, "/panic"))
    for number in range(20):
        said = f"hello {number}"
        mine = await calls(hers, WIPED, {"message": a_message(WIPED, said)}, 0.01)
        assert mine == await calls(strange, STRANGER, {"message": a_message(STRANGER, said)}, 0.01), number
