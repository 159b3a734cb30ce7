"""What a reader was asked to type: only her very next text counts, and a cry for help never does."""

import pytest

from tests.chat.stage import a_message, a_stage, a_tap
from tests.lookup.lexicons import real as lexicons

READER = 7


@pytest.fixture
async def stage():
    return await a_stage(lexicons())


async def is_nothing_kept(stage) -> bool:
    known = await stage.store.subscriber(READER)
    return known is None or not (known.passphrase or known.panic_word)


@pytest.mark.parametrize("asks", ["w:pass", "w:word"])
@pytest.mark.parametrize("leaves", ["go:wiping", "go:start", "go:sos"])
async def test_asked__she_goes_back_and_asks_for_help__answered_and_nothing_is_set(stage, asks, leaves) -> None:
    await stage.play(callback_query=a_tap(READER, asks))
    await stage.play(callback_query=a_tap(READER, leaves))
    await stage.play(message=a_message(READER, "asylum germany"))
    assert "Asylum" in stage.recorder.texts()[-1]
    assert await is_nothing_kept(stage)


async def test_asked__another_command_in_between__the_next_text_is_a_question(stage) -> None:
    await stage.play(message=a_message(READER, "/panicword"))
    await stage.play(message=a_message(READER, "/safety"))
    await stage.play(message=a_message(READER, "asylum germany"))
    assert "Asylum" in stage.recorder.texts()[-1]
    assert await is_nothing_kept(stage)


@pytest.mark.parametrize("command", ["/panicword", "/passphrase"])
async def test_asked__she_cries_for_help_instead__helped_at_once_and_nothing_is_set(stage, command) -> None:
    await stage.play(message=a_message(READER, command))
    await stage.play(message=a_message(READER, "they are beating me, help"))
    assert "You may be in danger now" in stage.recorder.texts()[-1]
    assert await is_nothing_kept(stage)
    await stage.play(message=a_message(READER, "asylum germany"))
    assert await is_nothing_kept(stage)


async def test_asked__an_unfit_word_was_written__the_next_text_still_counts(stage) -> None:
    await stage.play(message=a_message(READER, "/panicword"))
    await stage.play(message=a_message(READER, "x"))
    await stage.play(message=a_message(READER, "kiwi"))
    known = await stage.store.subscriber(READER)
    assert known is not None
    assert known.panic_word == "kiwi"
