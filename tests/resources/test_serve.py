"""What serves changes with the file and with the day."""

import asyncio
import threading
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.resources import serve
from bot.resources.keep import Keeper
from bot.resources.serve import Serving
from bot.resources.shelf import FolderShelf
from tests.lookup.lexicons import real
from tests.resources.test_load import HEAD, SERVICE

ASSURED = "    assured: {date: 2026-05-27, by: Editor}\n"
LAST_DAY = date(2026, 5, 27) + timedelta(days=180)


class Calendar:
    """A day that can be changed."""

    def __init__(self) -> None:
        self.day = LAST_DAY

    def today(self) -> date:
        return self.day


@pytest.fixture
def calendar() -> Calendar:
    return Calendar()


@pytest.fixture
def serving(tmp_path: Path, calendar, monkeypatch) -> Serving:
    monkeypatch.setattr(serve, "load_lexicons", real)
    file = tmp_path / "resources.yaml"
    file.write_text(HEAD + SERVICE + ASSURED, encoding="utf-8")
    made = Serving(Keeper(file, FolderShelf(tmp_path / "store"), calendar.today), calendar.today, lambda *_: None)
    made.start()
    return made


def found(serving: Serving) -> list[str]:
    return [match.service.id for match in serving.index.by_topic("asylum")]


async def test_refresh__the_day_after_the_last_one__nobody_is_sent_there_any_more(serving, calendar) -> None:
    assert found(serving) == ["advice"]
    await serving.refresh()
    assert found(serving) == ["advice"]
    calendar.day += timedelta(days=1)
    await serving.refresh()
    assert found(serving) == []


async def test_refresh__while_a_new_version_is_taken_over__the_new_one_serves_in_the_end(
    serving, calendar, monkeypatch
) -> None:
    begun, go_on, index = threading.Event(), threading.Event(), serve.Index

    def slow(directory, *rest):
        if "advice" in directory.by_id and not begun.is_set():
            begun.set()
            assert go_on.wait(10)
        return index(directory, *rest)

    monkeypatch.setattr(serve, "Index", slow)
    calendar.day += timedelta(days=1)
    refreshing = asyncio.create_task(serving.refresh())
    assert await asyncio.to_thread(begun.wait, 10)
    serving.keeper.file.write_text(HEAD + SERVICE.replace("id: advice", "id: other"), encoding="utf-8")
    looking = asyncio.create_task(serving.look())
    await asyncio.sleep(0.05)
    go_on.set()
    await asyncio.gather(refreshing, looking)
    assert set(serving.index.directory.by_id) == set(serving.keeper.directory.by_id) == {"other"}
