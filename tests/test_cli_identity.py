"""`keys identity` and `keys verify`, as an operator and a reader of the website use them."""

import asyncio
import io
import sys

import pytest

from bot.flows.identity import Identity
from bot.sandbox import Sandbox, serve
from tests.commands import SMALL, run

KEY = "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="
OTHER = "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg="
SETTINGS = {"SECRET_KEY": KEY, "RESOURCES": SMALL}


def statement(capsys, *more: str, **changes: str) -> str:
    assert run("keys", "identity", "--bot", "@example_bot", *more, **SETTINGS | changes) == 0
    return capsys.readouterr().out


def test_identity__printed_and_verified(capsys, tmp_path) -> None:
    out = statement(capsys)
    key, mark = out.splitlines()[0].split(": ")[1], out.splitlines()[1].split(": ")[1]
    file = tmp_path / "identity.txt"
    file.write_text(out)
    for known in (key, mark):
        assert run("keys", "verify", str(file), "--key", known) == 0
        said = capsys.readouterr().out
        assert "The signature fits. @example_bot is run by" in said and "Anybody can sign" not in said
    assert run("keys", "verify", str(file)) == 0
    assert "Anybody can sign" in capsys.readouterr().out


def test_verify__changed_or_anothers__status_1_and_why(capsys, tmp_path) -> None:
    file = tmp_path / "identity.txt"
    file.write_text(statement(capsys).replace("@example_bot", "@examp1e_bot"))
    assert run("keys", "verify", str(file)) == 1
    assert "was changed or made up" in capsys.readouterr().err
    file.write_text(statement(capsys, SECRET_KEY=OTHER))
    assert run("keys", "verify", str(file), "--key", Identity.derived(b"k" * 32).fingerprint) == 1
    assert "another key" in capsys.readouterr().err
    assert run("keys", "verify", str(tmp_path / "missing")) == 1


def test_verify__piped_in__counts(capsys, monkeypatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(statement(capsys)))
    assert run("keys", "verify", "-") == 0


def test_identity__key_of_its_own__stays_when_the_secret_key_changes(capsys) -> None:
    first = statement(capsys, IDENTITY_KEY=OTHER).splitlines()[0]
    assert statement(capsys, IDENTITY_KEY=OTHER, SECRET_KEY=f"{OTHER},{KEY}").splitlines()[0] == first
    assert statement(capsys).splitlines()[0] != first


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "SECRET_KEY: it is needed"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY: key 1"),
        ({"SECRET_KEY": KEY, "IDENTITY_KEY": "short"}, "IDENTITY_KEY: key 1 of IDENTITY_KEY"),
    ],
)
def test_identity__no_key_or_a_bad_one__status_2_and_the_variable_is_named(settings, words, capsys) -> None:
    assert run("keys", "identity", "--bot", "x", **settings) == 2
    err = capsys.readouterr().err
    assert words in err and KEY not in err


async def test_identity__with_a_token__the_name_is_telegrams(capsys) -> None:
    async with serve(Sandbox(token="1:sandbox")) as url:
        settings = SETTINGS | {"BOT_TOKEN": "1:sandbox", "BOT_API_URL": url}
        assert await asyncio.to_thread(run, "keys", "identity", **settings) == 0
        assert "bot: @sandbox_bot" in capsys.readouterr().out
        wrong = settings | {"BOT_TOKEN": "2:other"}
        assert await asyncio.to_thread(run, "keys", "identity", **wrong) == 1
    assert "did not say the bot's name" in capsys.readouterr().err
