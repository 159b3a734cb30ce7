"""What the log says of the store when it is opened: that it is new, that it was mended, and nothing when all is well."""

import pytest

from bot.chat.modes import MODES
from tests.journeys.conftest import AMINA

NEW, MENDED = "an empty store was begun", "the store was damaged and has been mended"


async def test_start__on_an_empty_a_good_and_a_damaged_store__the_log_says_which(town, capsys):
    def told() -> tuple[bool, bool]:
        said = "".join(capsys.readouterr())
        return NEW in said, MENDED in said

    await town.start()
    amina = town.sandbox.person(AMINA, "Amina", "en")
    amina.say("/subscribe now")
    await amina.expect(lambda message: message.text)
    await town.stop()
    assert told() == (True, False)
    await town.start()
    await town.stop()
    assert told() == (False, False)
    current = town.folder / "data" / "waypost.json"
    current.write_bytes(current.read_bytes()[:-9])
    await town.start()
    await town.stop()
    assert told() == (False, True)
    await town.start()
    assert told() == (False, False)
    assert [each.chat_id async for each in town.house.store.subscribers()] == [AMINA]


@pytest.mark.parametrize("mode", ["", "can_join_groups", "supports_guest_queries"])
async def test_start__a_mode_of_the_bot_is_on__the_log_says_what_to_do(town, capsys, mode):
    if mode:
        town.sandbox.world.abilities[mode] = True
    await town.start()
    await town.stop()
    said = "".join(capsys.readouterr())
    assert ("a mode of the bot must be switched off" in said) == bool(mode)
    assert mode == "" or MODES[mode] in said
