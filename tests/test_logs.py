"""Nothing secret and nobody shows in a log."""

import io
import logging
import re

import pytest
import structlog

from bot.logs import set_up_logs
from bot.storage.memory_store import MemoryStore
from bot.web.health import Health
from tests.builders import NOW

TOKEN = "123456789:AAverysecrettokenforthistest"


@pytest.fixture
def lines():
    stream = io.StringIO()
    before = logging.getLogger().handlers[:], logging.getLogger().level
    set_up_logs("DEBUG", ["s3cret-key"], stream)
    yield lambda: stream.getvalue()
    logging.getLogger().handlers[:], level = before
    logging.getLogger().setLevel(level)
    structlog.reset_defaults()


def test_log__an_unknown_key__is_dropped(lines) -> None:
    structlog.get_logger("bot.x").info("hello", chat_id=5, text="помогите", feed="example")
    text = lines()
    assert "hello" in text
    assert "feed=example" in text
    assert "помогите" not in text
    assert "chat_id" not in text


def test_log__token_key_and_long_numbers_in_an_allowed_place__are_hidden(lines) -> None:
    structlog.get_logger("bot.x").info("hello", reason=f"{TOKEN} s3cret-key chat 777000111", count=777000111)
    text = lines()
    for secret in (TOKEN, "s3cret-key", "777000111"):
        assert secret not in text


@pytest.mark.parametrize("text", ["chat 777000111.", "id777000111", "-1001777000111", "x=777000111,", "№777000111й"])
def test_log__a_long_number_wherever_it_stands__is_hidden(lines, text) -> None:
    structlog.get_logger("bot.x").info(f"said {text}", reason=text, path=f"/{text}", version="cb7e08036509")
    assert "777000111" not in lines() and "version=cb7e08036509" in lines()


def test_log__our_own_time_and_small_numbers__are_readable(lines) -> None:
    structlog.get_logger("bot.x").info("hello", port=65535, count=9999, seconds=0.123456)
    assert "port=65535 " in lines() + " " and "seconds=0.123456" in lines()
    assert "[hidden]" not in lines()


def test_log__an_exception__only_class_and_place(lines) -> None:
    try:
        raise ValueError("the question was: where is the shelter")
    except ValueError as error:
        structlog.get_logger("bot.x").error("failed", exc_info=error)
    text = lines()
    assert "error=ValueError" in text
    assert "place=test_logs.py:" in text
    assert "shelter" not in text


def test_log__a_librarys_record__loses_its_text(lines) -> None:
    logging.getLogger("httpx").warning("POST https://api.telegram.org/bot%s/sendMessage", TOKEN)
    text = lines()
    assert TOKEN not in text
    assert "sendMessage" not in text
    assert "logger=httpx" in text


def test_log__a_handler_that_fails__prints_nothing_raw(lines, capfd) -> None:
    stream = logging.getLogger().handlers[0].stream
    stream.close()
    structlog.get_logger("bot.x").info("hello", text="помогите")
    assert capfd.readouterr().err == ""
    logging.getLogger().handlers[0].stream = io.StringIO()


def test_log__a_librarys_exception__loses_its_text_too(lines) -> None:
    try:
        raise RuntimeError(TOKEN)
    except RuntimeError:
        logging.getLogger("telegram.ext").exception("no way: %s", TOKEN)
    assert TOKEN not in lines()


@pytest.mark.parametrize(
    ("number", "told"), [(0, "fewer than ten"), (9, "fewer than ten"), (10, "about 10"), (429, "about 420")]
)
def test_log__a_total_of_people__is_told_in_tens_whoever_forgot_to_round(lines, number, told) -> None:
    structlog.get_logger("bot.x").info("hello", count=number)
    assert f'count="{told}"' in lines()


def test_log__deliveries_expire_one_by_one__the_lines_tell_of_tens_alone(lines) -> None:
    health = Health(MemoryStore(), lambda: NOW, polls=False)
    for _ in range(35):
        health.late(1)
    told = re.findall(r'count="(.*?)"', lines())
    assert told == ["fewer than ten", "about 10", "about 20", "about 30"]
