"""Questions by topic: an admin sees tens; of a single question, of danger, and of a covered chat nothing is counted."""

import pytest

from tests.journeys.conftest import ADMIN, AMINA, SAM, says

pytestmark = pytest.mark.usefixtures("no_pace")


async def test_questions_by_topic__asked_by_readers__told_in_tens_and_kept_as_such(town) -> None:
    house = await town.start()
    amina, sam, admin = (town.sandbox.person(each, "Person", "en") for each in (AMINA, SAM, ADMIN))
    house.totals.demand._chance = lambda below: 0
    for number in range(12):
        await says(amina, f"asylum in Germany, question {number}")
    for _ in range(12):
        await says(sam, "they are beating me in Germany")
        await says(admin, "lawyer germany")
    sam.say("/panic")
    await sam.expect(lambda m: m.text.startswith("Hello! Here you get short news"))
    for _ in range(12):
        await says(sam, "lawyer germany")
    assert await house.store.demand() == []
    await house.totals.demand.keep()
    [month] = await house.store.demand()
    assert month.tens == {"asylum": 10}
    shown = await says(admin, "/stats")
    admin.press(shown.message_id, "Questions by topic")
    page = await admin.expect(lambda m: "by topic" in m.text and "10" in m.text)
    assert "Asylum" in page.text
    assert "12" not in page.text.replace(month.month, "")
    await town.stop()
    await town.start()
    assert await town.house.store.demand() == [month]
