"""Nobody who left hears from us: she blocked the bot, wiped her chat or took a wish back while messages were on their way."""

from datetime import timedelta

from bot.core.delivery import Gone, Sent, Unsure
from bot.core.trace import covered
from bot.flows.deliver import deliver_due
from bot.flows.subscribe import Defaults, set_up, setting, stop
from tests.flows.conftest import publish_one, readers


async def test_deliver__a_reader_who_blocked_us__is_forgotten(store, clock, phones) -> None:
    await readers(store, clock, 1, 2)
    phones.answers[1] = [Gone()]
    await publish_one(store, clock)
    await deliver_due(store, phones, clock, 8)
    assert await store.subscriber(1) is None
    assert await store.subscriber(2) is not None


async def test_deliver__she_wipes_her_chat_while_it_is_under_way__what_arrives_is_taken_back(
    store, clock, phones
) -> None:
    await readers(store, clock, 1, 2)
    await publish_one(store, clock)

    async def send(chat_id, message, *, silent=False, urgent=False):
        if chat_id == 1:
            await store.forget(1, covered(""))
        return Sent(70 + chat_id)

    phones.send = send
    await deliver_due(store, phones, clock, 8)
    assert phones.deleted == [(1, (71,))]
    assert (await store.trace(1)).is_covered
    assert (await store.counts(clock())).sent == 1


async def test_deliver__she_wipes_and_blocks_while_it_is_under_way__her_chat_stays_covered(
    store, clock, phones
) -> None:
    """Who takes the block back on her phone must not meet the real face."""
    await readers(store, clock, 1)
    await publish_one(store, clock)

    async def send(chat_id, message, *, silent=False, urgent=False):
        await store.forget(1, covered("$hash"))
        return Gone()

    phones.send = send
    await deliver_due(store, phones, clock, 8)
    assert await store.subscriber(1) is None
    assert ((await store.trace(1)).is_covered, (await store.trace(1)).passphrase) == (True, "$hash")


async def test_deliver__she_wipes_her_chat_between_two_messages_of_a_digest__the_first_is_taken_back(
    store, clock, phones
) -> None:
    await readers(store, clock, 1, frequency="daily")
    for number in range(40):
        await publish_one(store, clock, id=f"a{number}")
    clock.now += timedelta(days=1)
    answers = [Sent(71), Unsure("TimedOut")]

    async def send(chat_id, message, *, silent=False, urgent=False):
        if len(answers) == 1:
            await store.forget(1, covered(""))
        return answers.pop(0)

    phones.send = send
    await deliver_due(store, phones, clock, 8)
    assert answers == []
    assert phones.deleted == [(1, (71,))]


async def test_deliver__what_arrives_after_a_wipe_cannot_be_deleted_yet__it_is_owed(store, clock, phones) -> None:
    await readers(store, clock, 1)
    await publish_one(store, clock)

    async def send(chat_id, message, *, silent=False, urgent=False):
        await store.forget(1, covered(""))
        return Sent(71)

    async def delete(chat_id, message_ids):
        return Unsure("TimedOut")

    phones.send, phones.delete = send, delete
    await deliver_due(store, phones, clock, 8)
    assert await store.messages(1) == (71,)


async def test_deliver__she_left_after_it_was_planned__nothing_arrives(store, clock, phones) -> None:
    await readers(store, clock, 1, frequency="daily")
    await publish_one(store, clock)
    await stop(store, clock, Defaults(), 1)
    clock.now = clock.now.replace(hour=18)
    await deliver_due(store, phones, clock, 8)
    assert phones.sent == []
    assert (await store.counts(clock())).due == 0


async def test_deliver__she_dropped_the_topic_meanwhile__only_the_rest_arrives(store, clock, phones) -> None:
    await readers(store, clock, 1, frequency="daily")
    await publish_one(store, clock, id="law", topics=("law",))
    await publish_one(store, clock, id="health", topics=("health",))
    await set_up(store, clock, Defaults(), 1, setting("topic", "health"))
    clock.now = clock.now.replace(hour=18)
    await deliver_due(store, phones, clock, 8)
    assert [text for _, text, _ in phones.sent] == ["New message"]
