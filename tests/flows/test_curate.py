"""What is due is sorted by how pressing it is, and admins hear of it once a day."""

from datetime import UTC, date, datetime, timedelta

from bot.chat.office import Office
from bot.core.delivery import Throttled, Unsure
from bot.core.directory import Assured
from bot.flows.curate import Reminder, queue
from bot.flows.tell import Team
from bot.storage.memory_store import MemoryStore
from tests.builders import NOW, a_directory, a_service
from tests.flows.conftest import Phones

TODAY = NOW.date()


def aged(name: str, days: int | None, **changes):
    assured = None if days is None else Assured(TODAY - timedelta(days=days), "E")
    return a_service(name, assured=assured, **changes)


def test_queue__hidden_overdue_due_never__and_in_danger_first() -> None:
    services = [
        aged("never", None), aged("never-crisis", None, crisis=True), aged("fresh", 1), aged("due", 85),
        aged("overdue", 100), aged("hidden", 200), aged("down", None, status="inactive"),
    ]  # fmt: skip
    found = queue(a_directory(*services), TODAY)
    assert [service.id for service in found.all] == ["hidden", "overdue", "due", "never-crisis", "never"]


async def test_remind__once_a_day_not_at_night_and_only_when_something_is_due() -> None:
    store, phones, days = MemoryStore(), Phones(), [""]
    await store.open()
    moment = [NOW.replace(hour=3)]
    reminder = Reminder(Team(store, phones, [7]), lambda: moment[0], lambda: days[-1], days.append)
    directory = a_directory(aged("never", None))
    assert not await reminder.remind(directory)
    moment[0] = NOW.replace(hour=9)
    assert await reminder.remind(directory)
    assert not await reminder.remind(directory)
    moment[0] += timedelta(days=1)
    assert not await reminder.remind(a_directory(aged("fresh", 1)))
    moment[0] += timedelta(days=1)
    assert await reminder.remind(directory)
    assert [chat for chat, _, _ in phones.sent] == [7, 7]
    assert days[-1] == date.isoformat(moment[0].date())
    await store.close()


async def test_remind__telegram_takes_nothing_at_that_minute__it_comes_at_the_next_and_once() -> None:
    store, phones, days, moment = MemoryStore(), Phones(), [""], [NOW.replace(hour=8)]
    await store.open()
    office = Office(store, phones, lambda: moment[0], [7])
    phones.answers[7] = [Throttled(timedelta(seconds=30)), Unsure()]
    for _ in range(5):
        await office.remind(a_directory(aged("hidden", 200)), lambda: days[-1], days.append)
        await office.tick()
        moment[0] += timedelta(minutes=1)
    assert [(chat, silent) for chat, _, silent in phones.sent] == [(7, False)]
    await store.close()


async def test_remind__about_what_is_hidden__every_day_also_after_restarts_and_when_clocks_change() -> None:
    """The day is that of UTC, which knows no summer time; on 25 October 2026 clocks in Europe went back."""
    store, phones, days = MemoryStore(), Phones(), [""]
    await store.open()
    moment, last = datetime(2026, 10, 24, tzinfo=UTC), datetime(2026, 10, 27, tzinfo=UTC)
    hidden = a_service("hidden", assured=Assured(date(2025, 1, 1), "E"))
    while moment < last:
        reminder = Reminder(Team(store, phones, [7]), lambda now=moment: now, lambda: days[-1], days.append)
        await reminder.remind(a_directory(hidden))
        moment += timedelta(minutes=1)
    assert len(phones.sent) == 3
    assert days[1:] == ["2026-10-24", "2026-10-25", "2026-10-26"]
    await store.close()
