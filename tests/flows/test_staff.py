"""Inviting and removing: by two owners where there are two, each step in the trail, nobody else ever."""

from datetime import timedelta

import pytest

from bot.core.staff import CONTACTS, DECIDE
from bot.errors import NotAllowed, StoreError
from bot.flows import moderate
from bot.flows.staff import Staff
from tests.builders import NOW, an_alert

ANNA, BORIS, VERA, GRACE = 1, 2, 3, 4


@pytest.fixture
def two(store, clock):
    return Staff(store, clock, (ANNA, BORIS))


@pytest.fixture
def one(store, clock):
    return Staff(store, clock, (ANNA,))


async def trail(store):
    return [(entry.by, entry.act, entry.about) for entry in reversed(await store.audit(NOW - timedelta(days=1)))]


async def test_invite__one_owner__a_link_at_once(one, store, clock) -> None:
    decided = await one.invite(ANNA, "editor")
    assert decided.is_done and len(decided.code) == 22
    clock.now += timedelta(seconds=1)
    assert (await one.join(VERA, decided.code)).label == "editor 1"
    assert one.role_of(VERA) == "editor"
    assert await trail(store) == [("admin 1", "invited", "editor"), ("editor 1", "joined", "editor 1")]


async def test_invite__two_owners__the_second_must_agree_and_it_is_not_the_same(two, store, clock) -> None:
    decided = await two.invite(ANNA, "approver")
    assert not decided.is_done and decided.code == ""
    with pytest.raises(NotAllowed):
        await two.agree(ANNA, decided.proposal.id)
    clock.now += timedelta(seconds=1)
    agreed = await two.agree(BORIS, decided.proposal.id)
    assert agreed.is_done and agreed.proposal.by_id == ANNA
    with pytest.raises(NotAllowed):
        await two.agree(BORIS, decided.proposal.id)
    assert await trail(store) == [("admin 1", "proposed to invite", "approver"), ("admin 2", "invited", "approver")]


async def test_agree__a_day_later__is_open_no_more(two, clock) -> None:
    decided = await two.invite(ANNA, "approver")
    clock.now += timedelta(hours=24)
    with pytest.raises(NotAllowed):
        await two.agree(BORIS, decided.proposal.id)


async def test_join__used_expired_wrong_or_an_admins_own__does_not_count(one, clock) -> None:
    code = (await one.invite(ANNA, "editor")).code
    assert await one.join(ANNA, code) is None
    assert await one.join(VERA, "x" * 22) is None
    assert await one.join(VERA, code) is not None
    assert await one.join(GRACE, code) is None
    late = (await one.invite(ANNA, "editor")).code
    clock.now += timedelta(hours=24)
    assert await one.join(GRACE, late) is None
    assert one.role_of(GRACE) == ""


async def test_join__the_owner_who_wanted_it_was_taken_out_meanwhile__does_not_count(one, store, clock) -> None:
    """Whoever holds a lost phone may have invited herself; the operator takes its id out, and that must be enough."""
    code = (await one.invite(ANNA, "approver")).code
    after = Staff(store, clock, (BORIS,))
    await after.load()
    assert await after.join(GRACE, code) is None
    assert after.role_of(GRACE) == ""
    assert (await one.join(GRACE, code)).label == "approver 1"


async def test_remove__two_owners__only_together(two, clock) -> None:
    invited = await two.agree(BORIS, (await two.invite(ANNA, "approver")).proposal.id)
    await two.join(VERA, invited.code)
    wish = await two.remove(BORIS, 1)
    assert not wish.is_done and two.role_of(VERA) == "approver"
    done = await two.agree(ANNA, wish.proposal.id)
    assert done.removed.user_id == VERA and two.role_of(VERA) == ""
    with pytest.raises(NotAllowed):
        two.label_of(VERA)


async def test_refuse__takes_the_wish_off_the_table(two) -> None:
    wish = await two.invite(ANNA, "editor")
    await two.refuse(BORIS, wish.proposal.id)
    with pytest.raises(NotAllowed):
        await two.agree(BORIS, wish.proposal.id)


@pytest.mark.parametrize("role", ["editor", "approver"])
async def test_team__nobody_but_owners_decides_on_it(one, role) -> None:
    await one.join(VERA, (await one.invite(ANNA, role)).code)
    for outsider in (VERA, GRACE):
        with pytest.raises(NotAllowed):
            await one.invite(outsider, "approver")
        with pytest.raises(NotAllowed):
            await one.remove(outsider, 1)
    with pytest.raises(NotAllowed):
        await one.invite(ANNA, "owner")
    with pytest.raises(NotAllowed):
        await one.remove(ANNA, 99)


async def test_wish_of_an_owner_whom_the_operator_took_out__counts_no_more(two, store, clock) -> None:
    wish = await two.invite(ANNA, "editor")
    later = Staff(store, clock, (BORIS, GRACE))
    await later.load()
    with pytest.raises(NotAllowed):
        await later.agree(BORIS, wish.proposal.id)


async def test_those__as_they_are_whenever_one_asks(one) -> None:
    deciders, editors = one.those(DECIDE), one.those(CONTACTS)
    assert list(deciders) == [ANNA]
    await one.join(VERA, (await one.invite(ANNA, "approver")).code)
    assert (list(deciders), list(editors)) == ([ANNA, VERA], [ANNA])


async def test_approvals__an_approver_more__two_are_needed_unless_the_operator_chose(store, clock) -> None:
    free, chosen = Staff(store, clock, (ANNA,)), Staff(store, clock, (ANNA,), approvals=1)
    assert (free.approvals, chosen.approvals) == (1, 1)
    await free.join(VERA, (await free.invite(ANNA, "approver")).code)
    await chosen.load()
    assert (free.approvals, chosen.approvals) == (2, 1)


async def test_load__after_a_restart__the_team_is_there(one, store, clock) -> None:
    await one.join(VERA, (await one.invite(ANNA, "editor")).code)
    again = Staff(store, clock, (ANNA,))
    assert again.role_of(VERA) == ""
    await again.load()
    assert again.label_of(VERA) == "editor 1"


async def consent(store, *names):
    await store.save_alert(an_alert("d1", severity="Extreme"))
    for name in names:
        await moderate.approve(store, lambda: NOW, "d1", name, 9)


async def approved_by(store):
    return [each.by for each in (await store.alert("d1")).approvals]


@pytest.mark.parametrize(
    ("owners", "kept"),
    [
        ((ANNA, BORIS), ["admin 1", "admin 2", "approver 1"]),
        ((ANNA, BORIS, VERA), ["admin 1", "admin 2", "approver 1"]),
        ((ANNA, VERA), ["admin 1", "approver 1"]),
        ((VERA, ANNA, BORIS), ["approver 1"]),
        ((BORIS,), ["approver 1"]),
    ],
)
async def test_load__the_operator_changed_the_owners__consent_under_a_name_that_means_another_is_void(
    store, clock, owners, kept
) -> None:
    await Staff(store, clock, (ANNA, BORIS)).load()
    await consent(store, "admin 1", "admin 2", "approver 1")
    await Staff(store, clock, owners).load()
    assert await approved_by(store) == kept
    await Staff(store, clock, owners).load()
    assert await approved_by(store) == kept


async def test_load__the_disk_is_full__the_bot_starts_all_the_same(store, clock, monkeypatch) -> None:
    async def full(*_: object) -> None:
        raise StoreError("no room")

    monkeypatch.setattr(store, "change_staff", full)
    staff = Staff(store, clock, (ANNA,))
    await staff.load()
    assert staff.role_of(ANNA) == "owner"
