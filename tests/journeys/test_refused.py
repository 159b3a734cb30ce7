"""What Telegram refuses for good is told to the admins once, in the chat, and costs nobody else her copy."""

from bot import clock
from bot.flows import moderate
from bot.sandbox import Fault
from tests.builders import an_alert
from tests.journeys.conftest import ADMIN, AMINA, SAM

WHY = "PEER_ID_INVALID"


async def test_push__refused_for_good__the_admin_hears_once_why_and_the_others_get_it(town):
    house = await town.start()
    for chat in (AMINA, SAM):
        person = town.sandbox.person(chat, "Person", "en")
        person.say("/subscribe now")
        await person.expect(lambda message: message.text)

    def refuse(method, params):
        is_hers = method == "sendMessage" and int(params["chat_id"]) == AMINA
        return Fault(400, f"Bad Request: {WHY}") if is_hers else None

    town.sandbox.faults.hook = refuse

    async def is_over() -> bool:
        return (await house.store.counts(clock.now())).dead == number and not (
            await house.store.counts(clock.now())
        ).due

    for number in (1, 2):
        alert = an_alert(f"a{number}", severity="Severe", created_at=clock.now())
        await moderate.publish(house.store, clock.now, alert)
        house.courier.wake()
        await town.until(is_over)
        await house.late.ring()
    told = [message.text for message in town.sandbox.person(ADMIN).messages if WHY.lower() in message.text.lower()]
    assert len(told) == 1
    assert (await house.store.counts(clock.now())).sent == 2
