"""A correction that widens an alert reaches those whom it concerns only now; what is over reaches nobody."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.errors import Expired
from bot.flows import moderate
from bot.flows.deliver import deliver_due
from bot.flows.subscribe import Defaults, subscribe
from bot.storage.memory_store import MemoryStore
from tests.builders import NOW, an_alert
from tests.flows.conftest import Clock, Phones


@dataclass
class Desk:
    """A store with readers, and the phones that they hold."""

    store: MemoryStore = field(default_factory=MemoryStore)
    clock: Clock = field(default_factory=Clock)
    phones: Phones = field(default_factory=Phones)

    async def reader(self, chat: int, *areas: str) -> None:
        await subscribe(self.store, self.clock, Defaults(), chat, "now", "en")
        await self.store.change_subscriber(chat, lambda one: replace(one, areas=areas))

    async def publishes(self, **changes) -> None:
        await self.store.save_alert(an_alert(**changes))
        await moderate.approve(self.store, self.clock, "a1", "admin 1", 1)
        await self.delivers()

    async def drafts_wider(self, *areas: str):
        draft = await moderate.correction_of(self.store, self.clock, "a1")
        return await moderate.edit(self.store, self.clock, draft.id, "admin 1", "area", areas)

    async def approves(self, draft):
        done = await moderate.approve(self.store, self.clock, draft.id, "admin 1", 1)
        await self.delivers()
        return done

    async def delivers(self) -> None:
        await deliver_due(self.store, self.phones, self.clock, 8)

    @property
    def pushed(self) -> list[int]:
        return [chat for chat, *_ in self.phones.sent]


@pytest.fixture
async def desk():
    made = Desk()
    await made.store.open()
    yield made
    await made.store.close()


async def test_correct__a_place_was_added__its_readers_get_it_as_new_and_the_others_an_edit(desk) -> None:
    for chat, area in ((1, "RU"), (2, "GE"), (3, "AM")):
        await desk.reader(chat, area)
    await desk.publishes(area=("RU",))
    assert desk.pushed == [1]
    draft = await desk.drafts_wider("RU", "GE")
    assert await moderate.count_readers(desk.store, draft, desk.clock) == 2
    assert (await desk.approves(draft)).planned == 2
    assert desk.pushed == [1, 2]
    assert [chat for chat, *_ in desk.phones.edited] == [1]


async def test_correct__graver_than_before__reaches_who_hears_only_of_that(desk) -> None:
    await desk.reader(1, "RU")
    await desk.store.change_subscriber(1, lambda one: replace(one, min_severity="Severe"))
    await desk.publishes(area=("RU",))
    assert desk.pushed == []
    draft = await moderate.correction_of(desk.store, desk.clock, "a1")
    draft = await moderate.edit(desk.store, desk.clock, draft.id, "admin 1", "severity", "Severe")
    await desk.approves(draft)
    assert desk.pushed == [1]


async def test_correct__a_crash_before_the_draft_is_put_away__approved_again_nobody_gets_it_twice(
    desk, monkeypatch
) -> None:
    await desk.reader(1, "GE")
    await desk.publishes(area=("RU",))
    draft = await desk.drafts_wider("RU", "GE")

    async def crash(alert) -> None:
        raise OSError

    with monkeypatch.context() as patch, pytest.raises(OSError):
        patch.setattr(desk.store, "save_alert", crash)
        await desk.approves(draft)
    await desk.delivers()
    assert [one.id for one in await moderate.drafts(desk.store)] == [draft.id]
    await desk.approves(draft)
    assert desk.pushed == [1]
    assert await moderate.drafts(desk.store) == []


async def test_correct__an_all_clear__reaches_nobody_new(desk) -> None:
    await desk.reader(1, "RU")
    await desk.reader(2, "GE")
    await desk.publishes(area=("RU",), response_type="AllClear", references=("gone",))
    await desk.approves(await desk.drafts_wider("RU", "GE"))
    assert desk.pushed == [1]


async def test_approve__its_time_is_over__is_not_published_until_it_holds_longer(desk) -> None:
    await desk.reader(1, "RU")
    draft = an_alert(expires_at=NOW)
    assert await moderate.count_readers(desk.store, draft, desk.clock) == 0
    with pytest.raises(Expired):
        await desk.publishes(expires_at=NOW)
    assert await desk.store.audit(NOW - timedelta(days=1)) == []
    longer = NOW + timedelta(days=1)
    later = await moderate.edit(desk.store, desk.clock, "a1", "admin 1", "expires_at", longer)
    assert (await desk.approves(later)).alert.expires_at == longer
    assert desk.pushed == [1]


async def test_correct__it_waits_for_a_weekly_digest_and_gets_urgent__does_not_wait_any_more(desk) -> None:
    await desk.reader(1)
    await desk.store.change_subscriber(1, lambda one: replace(one, frequency="weekly"))
    await desk.publishes(severity="Moderate")
    assert desk.pushed == []
    draft = await moderate.correction_of(desk.store, desk.clock, "a1")
    draft = await moderate.edit(desk.store, desk.clock, draft.id, "admin 1", "severity", "Severe")
    await desk.approves(draft)
    assert [text for _, text, _ in desk.phones.sent] == ["New message. Please read it soon."]
    desk.clock.now += timedelta(days=8)
    await desk.delivers()
    assert desk.pushed == [1]
