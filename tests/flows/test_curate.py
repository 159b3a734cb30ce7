"""What is due is sorted by how pressing it is, and admins hear of it once a day."""

from datetime import date, timedelta

from bot.core.directory import Assured
from bot.flows.curate import Reminder, queue
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
    reminder = Reminder(store, phones, lambda: moment[0], [7], lambda: days[-1], days.append)
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
