"""Messages in admins' chats go after a day; one that Telegram would not let go yet is tried again."""

from datetime import timedelta

from bot.core.card import STANDS_FOR
from bot.core.delivery import Rejected, Sent, Unsure
from bot.flows.cards import Cards
from bot.flows.wipe import wipe
from tests.flows.conftest import Phones

ANNA, BORIS = 1, 2


class Refusing(Phones):
    """A messenger whose deletions have a scripted outcome."""

    def __init__(self, outcome) -> None:
        super().__init__()
        self.outcome = outcome

    async def delete(self, chat_id, message_ids):
        await super().delete(chat_id, message_ids)
        return self.outcome


async def test_tidy__a_day_later__each_chats_messages_in_one_call(store, clock, phones) -> None:
    cards = Cards(store, phones, clock)
    for chat_id, message_id in ((ANNA, 11), (BORIS, 12), (ANNA, 13), (ANNA, 0)):
        await cards.note(chat_id, message_id)
    clock.now += STANDS_FOR - timedelta(seconds=1)
    await cards.note(ANNA, 14)
    assert (await cards.tidy(), phones.deleted) == (0, [])
    clock.now += timedelta(seconds=1)
    assert await cards.tidy() == 3
    assert phones.deleted == [(ANNA, (11, 13)), (BORIS, (12,))]
    assert [card.message_id for card in await store.cards()] == [14]


async def test_tidy__telegram_out_of_reach__tried_again_until_it_cannot_be_deleted_any_more(store, clock) -> None:
    cards = Cards(store, Refusing(Unsure("TimedOut")), clock)
    await cards.note(ANNA, 11)
    clock.now += STANDS_FOR
    assert await cards.tidy() == 0
    clock.now += timedelta(hours=24)
    assert await cards.tidy() == 1
    assert await store.cards() == []


async def test_tidy__refused_for_good__not_remembered_for_ever(store, clock) -> None:
    cards = Cards(store, Refusing(Rejected("message can't be deleted")), clock)
    await cards.note(ANNA, 11)
    clock.now += STANDS_FOR
    assert await cards.tidy() == 1
    assert await store.cards() == []


async def test_tidy__the_process_died_while_she_wiped_her_chat__her_cards_go_at_once_and_no_others(
    store, clock, phones
) -> None:
    cards = Cards(store, phones, clock)
    await cards.note(ANNA, 11)
    await cards.note(BORIS, 12)
    await wipe(store, phones, ANNA, clock.now)
    phones.deleted.clear()
    assert await cards.tidy() == 1
    assert phones.deleted == [(ANNA, (11,))]
    assert [card.message_id for card in await store.cards()] == [12]


async def test_clear__telegram_out_of_reach__the_next_tidying_deletes_them(store, clock) -> None:
    messenger = Refusing(Unsure("TimedOut"))
    cards = Cards(store, messenger, clock)
    await cards.note(ANNA, 11)
    await cards.clear(ANNA)
    assert await cards.tidy() == 0
    messenger.outcome = Sent(0)
    assert await cards.tidy() == 1
    assert messenger.deleted[-1] == (ANNA, (11,))
    assert await store.cards() == []
