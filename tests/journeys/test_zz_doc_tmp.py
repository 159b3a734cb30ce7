from tests.journeys.conftest import AMINA
async def test_question__in_russian__answered_in_russian(town) -> None:
    await town.start()
    amina = town.sandbox.person(AMINA, "Amina", "ru")
    amina.say("убежище в Германии")
    await amina.expect(lambda message: "Германия" in message.text)
    town.sandbox.fail_next("sendMessage", 429, retry_after=7)
