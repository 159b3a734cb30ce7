"""Consent, refusal, correction and withdrawal leave their line in the trail, and reach whom they should."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.awaited import WAITS, Awaited
from bot.core.delivery import Gone, Unsure
from bot.errors import NotAllowed
from bot.flows import moderate
from bot.flows.bell import AdminBell
from bot.flows.deliver import deliver_due
from bot.flows.follow import Follower
from bot.flows.subscribe import Defaults, set_up, setting
from bot.flows.tell import Team
from bot.flows.totals import Totals
from bot.texts.catalogues import words
from bot.texts.message import Message
from tests.builders import NOW, an_alert
from tests.flows.conftest import Phones, readers

EN = words("en")


async def trail(store):
    return [(entry.by, entry.act, entry.detail) for entry in reversed(await store.audit(NOW - timedelta(days=1)))]


async def a_draft(store, **changes):
    alert = an_alert(**changes)
    await store.save_alert(alert)
    return alert


async def test_trail__from_edit_to_withdrawal__each_act_has_its_line(store, clock) -> None:
    await a_draft(store, severity="Severe")
    await moderate.edit(store, clock, "a1", "admin 1", "area", ("GE",))
    clock.now += timedelta(seconds=1)
    await moderate.approve(store, clock, "a1", "admin 1", 2)
    clock.now += timedelta(seconds=1)
    await moderate.approve(store, clock, "a1", "admin 2", 2)
    clock.now += timedelta(seconds=1)
    draft = await moderate.correction_of(store, clock, "a1")
    await moderate.override(store, clock, draft.id, "admin 1")
    clock.now += timedelta(seconds=1)
    await moderate.withdraw(store, clock, "a1", "admin 2")
    assert await trail(store) == [
        ("admin 1", "edited", "area"),
        ("admin 1", "approved", ""),
        ("admin 2", "published", ""),
        ("admin 1", "published alone", ""),
        ("admin 2", "withdrew", ""),
    ]


async def test_edit__after_one_approved__two_must_approve_again(store, clock) -> None:
    await a_draft(store, severity="Severe")
    await moderate.approve(store, clock, "a1", "admin 1", 2)
    await moderate.edit(store, clock, "a1", "admin 1", "headline", {"en": "Other"})
    second = await moderate.approve(store, clock, "a1", "admin 2", 2)
    assert (second.planned, second.missing) == (None, 1)


async def test_approve__without_a_headline__not_allowed(store, clock) -> None:
    await a_draft(store, headline={"en": " "})
    with pytest.raises(NotAllowed):
        await moderate.approve(store, clock, "a1", "admin 1", 1)
    assert await trail(store) == []


@pytest.mark.parametrize("act", ["approve", "override", "reject", "edit", "withdraw", "correction_of"])
async def test_any_act__on_what_was_decided_or_is_not_there__not_allowed_and_no_line(store, clock, act) -> None:
    await a_draft(store, state="rejected")
    more = {
        "approve": ("admin 1", 1),
        "override": ("admin 1",),
        "reject": ("admin 1",),
        "edit": ("admin 1", "area", ()),
        "withdraw": ("admin 1",),
        "correction_of": (),
    }[act]
    for alert_id in ("a1", "nothing"):
        with pytest.raises(NotAllowed):
            await getattr(moderate, act)(store, clock, alert_id, *more)
    assert await trail(store) == []


async def test_correct__needs_as_many_admins_as_the_alert__and_the_copy_is_edited(store, clock, phones) -> None:
    await readers(store, clock, 1)
    await set_up(store, clock, Defaults(), 1, setting("discreet", "0"))
    await a_draft(store, severity="Severe")
    await moderate.override(store, clock, "a1", "admin 1")
    await deliver_due(store, phones, clock, 8)
    draft = await moderate.correction_of(store, clock, "a1")
    assert await moderate.correction_of(store, clock, "a1") == draft, "the one that waits"
    await moderate.edit(store, clock, draft.id, "admin 1", "headline", {"en": "Not so"})
    assert (await moderate.approve(store, clock, draft.id, "admin 1", 2)).planned is None
    done = await moderate.approve(store, clock, draft.id, "admin 2", 2)
    assert (done.planned, done.alert.id, done.alert.version) == (1, "a1", 2)
    await deliver_due(store, phones, clock, 8)
    ((chat, _, text),) = phones.edited
    assert chat == 1 and "Not so" in text
    assert [alert.id for alert in await store.alerts(state="published")] == ["a1"]
    assert await moderate.drafts(store) == []


async def test_correct__withdrawn_meanwhile__not_allowed(store, clock) -> None:
    await a_draft(store)
    await moderate.approve(store, clock, "a1", "admin 1", 1)
    draft = await moderate.correction_of(store, clock, "a1")
    await moderate.withdraw(store, clock, "a1", "admin 1")
    with pytest.raises(NotAllowed):
        await moderate.approve(store, clock, draft.id, "admin 1", 1)


async def test_withdraw__one_of_a_digest__the_others_stay_in_it(store, clock, phones) -> None:
    await readers(store, clock, 1, frequency="daily")
    for name in ("a1", "a2", "a3"):
        await moderate.publish(store, clock, an_alert(name))
    clock.now = clock.now.replace(hour=18)
    await deliver_due(store, phones, clock, 8)
    await moderate.withdraw(store, clock, "a2", "admin 1")
    await deliver_due(store, phones, clock, 8)
    assert (phones.deleted, [text for _, _, text in phones.edited]) == ([], ["2 new messages"])
    await moderate.withdraw(store, clock, "a1", "admin 1")
    await moderate.withdraw(store, clock, "a3", "admin 1")
    await deliver_due(store, phones, clock, 8)
    assert [chat for chat, _ in phones.deleted] != []


async def test_a_test_alert__no_reader_gets_it(store, clock) -> None:
    await readers(store, clock, 1)
    await a_draft(store, status="Test", severity="Extreme")
    assert (await moderate.approve(store, clock, "a1", "admin 1", 2)).planned == 0


async def test_pause__what_is_planned_waits_and_comes_when_it_ends(store, clock, phones) -> None:
    await readers(store, clock, 1)
    await moderate.publish(store, clock, an_alert("before", severity="Moderate"))
    await set_up(store, clock, Defaults(), 1, setting("pause", "3", clock()))
    await moderate.publish(store, clock, an_alert("in", severity="Severe"))
    await deliver_due(store, phones, clock, 8)
    assert phones.sent == []
    await set_up(store, clock, Defaults(), 1, setting("pause", "none"))
    await deliver_due(store, phones, clock, 8)
    assert len(phones.sent) == 2


REFUSED = {
    "pause": "0 x 900", "severity": "Unknown x", "hour": "24 -1 ²", "tidy": "2 ²", "reading": "61 ²", "quiet": "²-8",
    "offset": "² 15", "nothing": "1",
}  # fmt: skip


@pytest.mark.parametrize(("key", "value"), [(key, value) for key in REFUSED for value in REFUSED[key].split()])
def test_setting__what_no_button_offers__is_refused(key, value) -> None:
    assert setting(key, value, NOW) is None


async def test_count_readers__all_clear_and_correction__only_those_who_had_it(store, clock, phones) -> None:
    await readers(store, clock, 1, 2)
    await moderate.publish(store, clock, an_alert())
    await deliver_due(store, phones, clock, 8)
    await readers(store, clock, 3)
    clear = an_alert("c1", response_type="AllClear", references=("a1",))
    assert await moderate.count_readers(store, clear, clock) == 2
    assert (await moderate.publish(store, clock, clear)).planned == 2
    assert await moderate.count_readers(store, await moderate.correction_of(store, clock, "a1"), clock) == 2
    clock.now += timedelta(hours=48)
    assert await moderate.count_readers(store, replace(clear, id="c2"), clock) == 3, "nobody knows any more who had it"


async def test_follow__a_push__one_message_edited_until_it_is_done(store, clock, phones) -> None:
    await readers(store, clock, *range(1, 13))
    decision = await moderate.publish(store, clock, an_alert())
    desk = Phones()
    follower = Follower(Totals(store, clock), desk, clock)
    await follower.follow(7, "a1", decision.planned, EN)
    await follower.tick()
    assert (len(desk.sent), desk.edited) == (1, []), "nothing changed"
    phones.answers[3] = [Gone()]
    await deliver_due(store, phones, clock, 4)
    clock.now += timedelta(seconds=2)
    await follower.tick()
    await follower.tick()
    ((chat, message_id, text),) = desk.edited
    assert (chat, message_id) == (7, 1)
    assert "Sent: about 10" in text and text.endswith("Done.")


async def test_follow__nobody_wanted_it__begins_and_ends_as_for_a_few(store, clock, phones) -> None:
    told = []
    for chats in ((), (1, 2)):
        await readers(store, clock, *chats)
        decision = await moderate.publish(store, clock, an_alert(f"a{len(chats)}"))
        desk = Phones()
        follower = Follower(Totals(store, clock), desk, clock)
        await follower.follow(7, decision.alert.id, decision.planned, EN)
        await deliver_due(store, phones, clock, 4)
        await follower.tick()
        told.append(([text for _, text, _ in desk.sent], [text for _, _, text in desk.edited]))
    assert told[0] == told[1]


async def test_team__everybody_but_one__each_in_her_language(store, phones, clock) -> None:
    await set_up(store, clock, Defaults(), 2, setting("language", "ru"))
    team = Team(store, phones, [1, 2, 3])
    await team.tell(lambda speak: Message(speak.language), but=3)
    assert [(chat, text) for chat, text, _ in phones.sent] == [(1, "en"), (2, "ru")]


async def test_bell__drafts_within_ten_minutes__are_told_together_afterwards(store, phones, clock) -> None:
    await a_draft(store)
    bell = AdminBell(store, phones, clock, [7])
    await bell.ring(1, is_urgent=False)
    clock.now += timedelta(minutes=5)
    await a_draft(store, id="a2")
    await bell.ring(1, is_urgent=False)
    await bell.ring(0, is_urgent=False)
    assert len(phones.sent) == 1
    clock.now += timedelta(minutes=5)
    await bell.ring(0, is_urgent=False)
    await bell.ring(0, is_urgent=False)
    assert [text for _, text, _ in phones.sent] == ["1 draft is waiting.", "2 drafts are waiting."]


async def test_bell__an_urgent_one__rings_at_once_and_aloud(store, phones, clock) -> None:
    await a_draft(store)
    bell = AdminBell(store, phones, clock, [7])
    await bell.ring(1, is_urgent=False)
    await bell.ring(1, is_urgent=True)
    assert [silent for _, _, silent in phones.sent] == [True, False]


def test_awaited__one_question_an_admin__forgotten_after_a_quarter_of_an_hour() -> None:
    awaited = Awaited()
    awaited.ask(7, "headline", "a1", "en", NOW)
    awaited.ask(7, "area", "a1", "", NOW)
    assert awaited.of(7, NOW + WAITS - timedelta(seconds=1)).act == "area"
    assert awaited.of(8, NOW) is None
    assert awaited.of(7, NOW + WAITS) is None
    assert not awaited.end(7)


async def test_two_admins_at_once__both_consents_count_and_nothing_is_undone(store, clock) -> None:
    await readers(store, clock, 1)
    await a_draft(store, severity="Severe")
    first, second = await asyncio.gather(
        moderate.approve(store, clock, "a1", "admin 1", 2), moderate.approve(store, clock, "a1", "admin 2", 2)
    )
    assert sorted([first.planned or 0, second.planned or 0]) == [0, 1]
    results = await asyncio.gather(
        moderate.reject(store, clock, "a1", "admin 1"),
        moderate.edit(store, clock, "a1", "admin 2", "area", ()),
        return_exceptions=True,
    )
    assert all(isinstance(result, NotAllowed) for result in results)
    assert (await store.alert("a1")).state == "published"


async def test_team__telegram_does_not_take_it__told_once_more_to_whom_is_still_of_the_team(store, phones) -> None:
    those = [7, 8, 9]
    team = Team(store, phones, those)
    phones.answers = {7: [Unsure("TimedOut"), Unsure("TimedOut")], 8: [Unsure("TimedOut")]}
    assert await team.tell(lambda speak: Message("Hello"), silent=False), "one was told"
    assert [chat for chat, *_ in phones.sent] == [9]
    those.remove(8)
    for _ in range(4):
        await team.retry()
    assert phones.sent == [(9, "Hello", False), (7, "Hello", False)]


async def test_follow__withdrawn_while_it_goes_out__who_never_got_it_is_not_called_unreachable(
    store, clock, phones
) -> None:
    await readers(store, clock, *range(1, 41))
    decision = await moderate.publish(store, clock, an_alert())
    desk = Phones()
    follower = Follower(Totals(store, clock), desk, clock)
    await follower.follow(7, "a1", decision.planned, EN)
    await deliver_due(store, phones, clock, 1, lambda: len(phones.sent) < 10)
    due = await moderate.withdraw(store, clock, "a1", "admin 1")
    await follower.follow(7, "a1", due, EN)
    await deliver_due(store, phones, clock, 4)
    clock.now += timedelta(seconds=2)
    await follower.tick()
    assert len(phones.deleted) == 10
    assert len(desk.edited) == 2
    for _, _, text in desk.edited:
        assert "Sent: about 10\n" in text and "Unreachable, or not sent any more: about 30" in text
