"""What every store does with demand: numbers alone, in full tens, by month, encrypted, gone after a year."""

from datetime import timedelta

from bot.core.demand import Demand
from tests.builders import NOW


async def test_demand__nothing_counted__none(store):
    assert await store.demand() == []


async def test_add_demand__twice__the_sum_and_it_is_the_same_after_reopening(reopen):
    store = await reopen()
    await store.add_demand("2026-11", {"legal": 10, "asylum": 30})
    await store.add_demand("2026-11", {"asylum": 20})
    await store.add_demand("2026-12", {"asylum": 10})
    wanted = [Demand("2026-11", {"asylum": 50, "legal": 10}), Demand("2026-12", {"asylum": 10})]
    assert await store.demand() == wanted
    assert await (await reopen()).demand() == wanted


async def test_add_demand__what_is_no_full_ten__is_left_out(store):
    await store.add_demand("2026-11", {"legal": 9, "asylum": 19})
    assert await store.demand() == [Demand("2026-11", {"asylum": 10})]


async def test_purge__a_year_later__the_month_is_gone_and_the_next_one_stays(store):
    for month in ("2025-11", "2025-12", "2026-11", "nonsense"):
        await store.add_demand(month, {"asylum": 10})
    assert await store.purge(NOW) == 2
    assert [each.month for each in await store.demand()] == ["2025-12", "2026-11"]
    await store.purge(NOW + timedelta(days=30))
    assert [each.month for each in await store.demand()] == ["2026-11"]


async def test_add_demand__on_disk__no_topic_and_no_number_in_the_clear_and_every_month_of_one_length(
    disk_store, folder
):
    await disk_store.add_demand("2026-11", {"hiv": 10})
    await disk_store.add_demand("2026-12", {"hiv": 10, "asylum": 230, "trans-health": 1000})
    files = [file.read_bytes() for file in folder.rglob("*") if file.is_file()]
    assert not any(topic in content for content in files for topic in (b"hiv", b"asylum", b"trans-health"))
    rows = [disk_store._persistence._rows["demand"][month] for month in ("2026-11", "2026-12")]
    assert len(rows[0]) == len(rows[1])
