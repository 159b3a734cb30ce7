"""Guesses of a passphrase: twenty an hour in each chat, in bounded memory."""

from datetime import timedelta

from bot.chat.tries import CHATS, TRIES, Tries
from tests.builders import NOW


def test_may_try__twenty_an_hour__then_no_more_until_an_hour_has_passed_since_the_first() -> None:
    tries = Tries()
    for number in range(TRIES):
        assert tries.may_try(1, NOW + timedelta(minutes=number))
    assert not tries.may_try(1, NOW + timedelta(minutes=59))
    assert tries.may_try(2, NOW + timedelta(minutes=59))
    assert tries.may_try(1, NOW + timedelta(minutes=60, seconds=1))
    assert not tries.may_try(1, NOW + timedelta(minutes=60, seconds=2))


def test_may_try__refused_guesses__do_not_lock_her_out_for_longer() -> None:
    tries = Tries()
    for minute in range(50):
        tries.may_try(1, NOW + timedelta(minutes=minute))
    assert tries.may_try(1, NOW + timedelta(minutes=61))


def test_may_try__endless_chats__the_memory_is_bounded() -> None:
    tries = Tries()
    for chat in range(CHATS + 100):
        tries.may_try(chat, NOW)
    assert len(tries._of) == CHATS
