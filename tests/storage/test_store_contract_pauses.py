"""What every store does with pauses: one for each bot, there after whatever ended the process, gone when it is no use."""

from datetime import timedelta

from bot.core.pause import Pause
from bot.flows.heed import Heed
from tests.builders import NOW

BOT, OTHER = 7_000_111, 7_000_222
LATER = NOW + timedelta(seconds=30)


async def test_pause__nothing_kept__none(store):
    assert await store.pause(BOT) is None


async def test_keep_pause__is_the_same_after_reopening_and_of_that_bot_alone(reopen):
    store = await reopen()
    await store.keep_pause(BOT, Pause(NOW, LATER))
    store = await reopen()
    assert await store.pause(BOT) == Pause(NOW, LATER)
    assert await store.pause(OTHER) is None


async def test_keep_pause__a_second_one__takes_the_place_of_the_first(reopen):
    store = await reopen()
    await store.keep_pause(BOT, Pause(NOW, LATER))
    await store.keep_pause(BOT, Pause(LATER, LATER + timedelta(hours=3)))
    assert (await (await reopen()).pause(BOT)).until == LATER + timedelta(hours=3)


async def test_purge__a_pause_that_was_over_yesterday__goes_and_a_young_one_stays(reopen):
    store = await reopen()
    await store.keep_pause(BOT, Pause(NOW, LATER))
    await store.keep_pause(OTHER, Pause(NOW, NOW + timedelta(hours=20)))
    await store.purge(NOW + timedelta(hours=30))
    store = await reopen()
    assert await store.pause(BOT) is None
    assert await store.pause(OTHER) is not None


async def test_keep_pause__on_disk__the_number_of_the_bot_is_nowhere(disk_store, folder):
    await disk_store.keep_pause(BOT, Pause(NOW, LATER))
    for file in folder.rglob("*"):
        assert b"7000111" not in (file.read_bytes() if file.is_file() else b""), file.name


async def test_heed__a_process_that_comes_after__is_told_what_is_left(reopen):
    times = [NOW]
    await Heed(await reopen(), lambda: times[-1], BOT).keep(30)
    times.append(NOW + timedelta(seconds=20))
    found = await Heed(await reopen(), lambda: times[-1], BOT).left()
    assert 10 <= found <= 12
    assert await Heed(await reopen(), lambda: times[-1], OTHER).left() == 0


async def test_heed__a_hundred_refusals_of_one_pause__one_write(disk_store, folder):
    heed = Heed(disk_store, lambda: NOW, BOT)
    await heed.keep(30)
    size = sum(file.stat().st_size for file in folder.glob("journal.*"))
    for wait in range(100):
        await heed.keep(30 - wait / 10)
    assert sum(file.stat().st_size for file in folder.glob("journal.*")) == size


async def test_heed__a_store_that_cannot_write__says_nothing_and_goes_on(store):
    await store.close()
    await Heed(store, lambda: NOW, BOT).keep(30)
