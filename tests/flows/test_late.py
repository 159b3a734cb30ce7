"""Admins hear once, and in round numbers, what was too late to be sent; and only when Telegram takes messages."""

from datetime import timedelta

from bot.core.delivery import Throttled, Unsure
from bot.flows.late import LateBell
from bot.flows.tell import Team
from tests.flows.conftest import Phones

ADMIN = 900001


async def test_late_bell__messages_expired_in_an_outage__told_once_when_it_is_over(store) -> None:
    phones, late, reach = Phones(), [], []
    bell = LateBell(Team(store, phones, [ADMIN]), late.append, reach.append)
    bell.reach(False)
    bell.note(400)
    await bell.ring()
    await bell.ring()
    assert phones.sent == []
    bell.reach(True)
    bell.note(23)
    await bell.ring()
    assert phones.sent == [], "more may be found while it catches up"
    await bell.ring()
    await bell.ring()
    [(chat, text, silent)] = phones.sent
    assert (chat, silent) == (ADMIN, True)
    assert "420" in text
    assert (late, reach) == ([400, 23], [False, True])


async def test_late_bell__a_few_expired__the_number_is_not_told(store) -> None:
    phones = Phones()
    bell = LateBell(Team(store, phones, [ADMIN]), lambda number: None, lambda is_reached: None)
    bell.note(3)
    await bell.ring()
    await bell.ring()
    assert "fewer than ten" in phones.sent[0][1]


async def test_late_bell__telegram_takes_no_notice_either__it_is_told_later(store) -> None:
    phones = Phones()
    bell = LateBell(Team(store, phones, [ADMIN]), lambda number: None, lambda is_reached: None)
    phones.answers[ADMIN] = [Unsure("TimedOut"), Throttled(timedelta(seconds=3))]
    bell.note(20)
    for _ in range(5):
        await bell.ring()
    [(_, text, _)] = phones.sent
    assert "20" in text


async def test_late_bell__telegram_refuses_a_message_for_all_its_readers__each_reason_is_told_once(store) -> None:
    phones = Phones()
    bell = LateBell(Team(store, phones, [ADMIN]), lambda number: None, lambda is_reached: None)
    bell.reach(False)
    for place in range(50):
        bell.refuse(f"Can't parse entities: unsupported <b at byte offset {place}")
    await bell.ring()
    assert phones.sent == []
    bell.reach(True)
    phones.answers[ADMIN] = [Unsure("TimedOut")]
    for _ in range(3):
        await bell.ring()
        bell.refuse("Can't parse entities: unsupported <b at byte offset 99")
    [(_, text, _)] = phones.sent
    assert "unsupported &lt;b at byte offset #" in text
    bell.refuse("Chat not found")
    await bell.ring()
    assert len(phones.sent) == 2
