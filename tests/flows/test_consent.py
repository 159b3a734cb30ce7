"""Consent counts for the text that was shown, from those who may decide, and a correction needs as much as before."""

import asyncio
from dataclasses import replace

import pytest

from bot.core.alert import DRAFT, REJECTED, all_clear_of, approve, seal_of
from bot.errors import NotAllowed, Overtaken
from bot.flows import moderate
from tests.builders import NOW, a_subscriber, an_alert


async def a_draft(store, **changes):
    alert = an_alert(**changes)
    await store.save_alert(alert)
    return alert


def with_text(field, language, text):
    return lambda draft: {**getattr(draft, field), language: text}


async def test_edit__two_languages_of_one_text_at_once__both_stay(store, clock) -> None:
    await a_draft(store)
    await asyncio.gather(
        moderate.edit(store, clock, "a1", "admin 1", "headline", with_text("headline", "ru", "Закон")),
        moderate.edit(store, clock, "a1", "admin 2", "headline", with_text("headline", "en", "A law")),
    )
    assert (await store.alert("a1")).headline == {"ru": "Закон", "en": "A law"}


@pytest.mark.parametrize("act", ["approve", "override", "reject"])
async def test_any_decision__the_draft_changed_since_it_was_shown__nothing_is_decided(store, clock, act) -> None:
    shown = await a_draft(store)
    await moderate.edit(store, clock, "a1", "editor 1", "headline", {"en": "Something else"})
    more = {"approve": ("admin 1", 1), "override": ("admin 1",), "reject": ("admin 1",)}[act]
    with pytest.raises(Overtaken):
        await getattr(moderate, act)(store, clock, "a1", *more, seen=seal_of(shown))
    draft = await store.alert("a1")
    assert (draft.state, draft.approvals) == (DRAFT, ())
    await getattr(moderate, act)(store, clock, "a1", *more, seen=seal_of(draft))
    assert (await store.alert("a1")).state != DRAFT


def test_seal_of__another_consents__the_same_and_with_any_other_change_another() -> None:
    alert = an_alert()
    assert seal_of(alert) == seal_of(approve(alert, "admin 1", NOW))
    others = [replace(alert, expires_at=NOW), replace(alert, area=()), replace(alert, instruction={"ru": "Уходите"})]
    assert len({seal_of(each) for each in [alert, *others]}) == 4


async def test_approve__who_agreed_first_is_no_decider_any_more__she_does_not_count(store, clock) -> None:
    await a_draft(store, severity="Extreme")
    both, left = {"admin 1", "approver 1", "admin 2"}, {"admin 1", "admin 2"}
    await moderate.approve(store, clock, "a1", "approver 1", 2, deciders=both)
    second = await moderate.approve(store, clock, "a1", "admin 1", 2, deciders=left)
    assert (second.planned, second.missing) == (None, 1)
    assert [each.by for each in (await store.alert("a1")).approvals] == ["admin 1"]
    assert (await moderate.approve(store, clock, "a1", "admin 2", 2, deciders=left)).planned == 0


async def test_approve__a_correction_that_is_milder__needs_as_many_as_what_it_changes(store, clock) -> None:
    await a_draft(store, severity="Extreme")
    await moderate.override(store, clock, "a1", "admin 1")
    draft = await moderate.correction_of(store, clock, "a1")
    await moderate.edit(store, clock, draft.id, "admin 1", "severity", "Minor")
    await moderate.edit(store, clock, draft.id, "admin 1", "headline", {"en": "All is well, come out"})
    first = await moderate.approve(store, clock, draft.id, "admin 1", 2)
    assert (first.planned, first.missing) == (None, 1)
    assert (await store.alert("a1")).version == 1
    assert (await moderate.approve(store, clock, draft.id, "admin 2", 2)).alert.version == 2


async def test_approve__an_all_clear_that_is_milder__needs_as_many_as_the_alarm(store, clock) -> None:
    await store.change_subscriber(1, lambda one: a_subscriber(1))
    alarm = await a_draft(store, severity="Extreme")
    await moderate.override(store, clock, "a1", "admin 1")
    alarm = await store.alert("a1")
    await moderate.compose(store, clock, all_clear_of(alarm, "c1", {"en": "Over"}, {}, NOW), "admin 1")
    await moderate.edit(store, clock, "c1", "admin 1", "severity", "Minor")
    assert (await moderate.approve(store, clock, "c1", "admin 1", 2)).planned is None
    assert (await moderate.approve(store, clock, "c1", "admin 2", 2)).planned == 1


async def test_withdraw__a_correction_waits__it_is_no_draft_any_more(store, clock) -> None:
    await a_draft(store)
    await a_draft(store, id="a2")
    await moderate.approve(store, clock, "a1", "admin 1", 1)
    draft = await moderate.correction_of(store, clock, "a1")
    await moderate.withdraw(store, clock, "a1", "admin 1")
    assert [each.id for each in await moderate.drafts(store)] == ["a2"]
    with pytest.raises(NotAllowed):
        await moderate.approve(store, clock, draft.id, "admin 1", 1)
    assert {each.id: each.state for each in await store.alerts() if each.corrects} == {draft.id: REJECTED}


async def test_approve__two_needed__the_first_does_not_publish(store, clock) -> None:
    draft = an_alert(severity="Severe")
    await store.save_alert(draft)
    first = await moderate.approve(store, clock, draft.id, "admin 1", 2)
    assert (first.planned, first.missing) == (None, 1)
    second = await moderate.approve(store, clock, draft.id, "admin 2", 2)
    assert second.planned == 0
    assert second.alert.state == "published"
    assert [approval.by for approval in second.alert.approvals] == ["admin 1", "admin 2"]
